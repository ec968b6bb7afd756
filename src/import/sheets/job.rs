//! Rehearsing, running and taking back: longer than a page may, on a connection of its own, as the person who asks with
//! the rights of then. Whoever waits is shown how far it is after a while; the work goes on.

use std::time::Duration;

use super::files::{Files, Progress, place_for_copy};
use super::model::{Import, State};
use super::queries;
use super::report::Report;
use super::taking::take;
use crate::access::{Change, Visit, Way};
use crate::changes;
use crate::config::Config;
use crate::db::{Db, bulk, rehearse, rehearse_aside, wait_at_most, write_if_changed, write_transaction};
use crate::error::{Error, Result};
use crate::ids::{ImportId, UserId};
use crate::index;
use crate::jobs::webhook_queries;
use crate::live;
use crate::sessions;
use crate::web::{App, Page, Writer};

/// A request waits so long for the end of the work.
const PATIENCE: Duration = Duration::from_secs(5);

/// Rows that are rehearsed so soon that a copy of the database would take longer, and others hardly wait.
const SOON: u64 = 500;

/// Work waits so long for SQLite's one writer: nobody waits for its page, and its outcome has to be noted.
const LONG_PATIENCE: Duration = Duration::from_secs(60);

/// Time between two looks whether another rehearsal is over.
const LOOK: Duration = Duration::from_millis(250);

/// Changed rows of which whoever is in a meeting hears one by one.
const NEWS: u64 = 1_000;

/// Changed rows after which the database looks anew at how its rows are spread.
const MANY: u64 = 5_000;

/// What is done with an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Rehearse,
    Run,
    Undo,
}

impl Act {
    /// What it is called while it goes on.
    pub fn state(self) -> State {
        match self {
            Self::Rehearse => State::Rehearsing,
            Self::Run => State::Running,
            Self::Undo => State::Undoing,
        }
    }
}

/// Who asks, kept from the request for the work behind it.
pub struct Asked {
    app: App,
    user: UserId,
    remote_address: String,
}

impl Asked {
    /// Whoever sent a request.
    pub fn of(writer: &Writer) -> Result<Self> {
        let user = writer.viewer().user_id.ok_or(Error::SignedOut)?;
        Ok(Self { app: writer.app(), user, remote_address: writer.remote_address().to_owned() })
    }

    /// Begins, and waits for the end for a while.
    pub async fn carry_out(self, id: ImportId, act: Act) -> Result<()> {
        let job = tokio::task::spawn_blocking(move || {
            if let Err(error) = self.work(id, act) {
                tracing::error!(cause = %error, ?act, "an import was not carried out");
            }
        });
        // Who leaves comes back to the page of the import.
        let _ = tokio::time::timeout(PATIENCE, job).await;
        Ok(())
    }

    fn work(&self, id: ImportId, act: Act) -> Result<()> {
        let config = self.app.config();
        let mut db = config.database.connect(config.durability)?;
        wait_at_most(&mut db, LONG_PATIENCE)?;
        bulk::make_room(&mut db, bulk::ROOM)?;
        let page = self.page(&mut db, act)?;
        let import = match act {
            Act::Undo => queries::find_taken(&mut db, page.viewer(), id)?,
            Act::Rehearse | Act::Run => queries::find(&mut db, page.viewer(), id)?,
        };
        let import = import.ok_or(Error::NotFound)?;
        let files = Files::of(&config, &import);
        let progress = Progress::begin(&files.progress)?;
        // Others who save wait longer meanwhile, and are told for what.
        let long_work = (act != Act::Rehearse).then(|| self.app.database.begin_long_work());
        let outcome = match act {
            Act::Rehearse => self.rehearse(&mut db, &page, &import, &files, &progress),
            Act::Run => self.run(&mut db, &page, &import, &files, &progress),
            Act::Undo => undone(&mut db, &config, page.visit.clone(), &import, &progress),
        };
        // Whoever sees the outcome may begin the next.
        drop(progress);
        let error = match outcome {
            Ok(changed) => {
                if changed > MANY {
                    index::settle(&mut db, true);
                }
                return Ok(());
            }
            Err(error) => error,
        };
        drop(long_work);
        let words = match &error {
            Error::Refused(words) => words.clone(),
            Error::Locked => "The database was busy for too long. Try again in a moment.".into(),
            Error::Unavailable(fault, _) => fault.sentences().into(),
            _ => "Something went wrong, and nothing was changed. Try again, or tell an administrator.".into(),
        };
        if let Err(another) = write_transaction(&mut db, |db| fail(db, &page, &import, act, &words)) {
            tracing::error!(cause = %another, ?act, "that an import failed could not be noted");
        }
        if matches!(error, Error::Refused(_)) { Ok(()) } else { Err(error) }
    }

    /// The person with the rights they have now.
    fn page(&self, db: &mut Db, act: Act) -> Result<Page> {
        let config = self.app.config();
        let viewer = sessions::queries::viewer_of(db, self.user)?.ok_or(Error::SignedOut)?;
        if !viewer.may_write() {
            return Err(Error::Forbidden);
        }
        let now = config.clock.now();
        let (today, remote_address) = (config.day_of(now), self.remote_address.clone());
        let way = if act == Act::Undo { Way::Undo } else { Way::Import };
        let visit = Visit { viewer, now, today, remote_address, way, way_name: None, change: Change::begin() };
        Ok(Page::behind(config, visit))
    }

    fn rehearse(&self, db: &mut Db, page: &Page, import: &Import, files: &Files, progress: &Progress) -> Result<u64> {
        let work = |db: &mut Db| {
            index::set_aside(db)?;
            take(db, page, import, (&files.rows, &files.reasons), (progress, false))
        };
        let report = match import.recognised.rows <= SOON {
            true => rehearse(db, work)?,
            false => {
                // One copy at a time, so that the disk needs room for no more.
                let _turn = loop {
                    match self.app.database.try_to_rehearse() {
                        Some(turn) => break turn,
                        None => progress.tell(0, import.recognised.rows)?,
                    }
                    std::thread::sleep(LOOK);
                };
                rehearse_aside(&page.config.database, &place_for_copy(&page.config)?, work)?
            }
        };
        write_transaction(db, |db| {
            // Another may have run it meanwhile: what came of that stands.
            match is_at(db, import.id, State::Rehearsing)? {
                true => queries::set_report(db, import.id, State::Rehearsed, &report, None),
                false => Ok(()),
            }
        })?;
        Ok(0)
    }

    /// How many rows changed something.
    fn run(&self, db: &mut Db, page: &Page, import: &Import, files: &Files, progress: &Progress) -> Result<u64> {
        let visit = Visit { way_name: Some(import.file_name.clone()), ..page.visit.clone() };
        let page = Page::behind(page.config.clone(), visit);
        let report = write_if_changed(db, |db| {
            if !is_at(db, import.id, State::Running)? {
                return Err(Error::Refused("This file was imported already.".into()));
            }
            let report =
                index::at_once(db, |db| take(db, &page, import, (&files.rows, &files.reasons), (progress, true)))?;
            let is_changed = report.changing() > 0;
            if is_changed {
                queries::set_report(db, import.id, State::Done, &report, Some(page.visit.change.id))?;
            }
            if is_changed && report.changing() <= NEWS {
                live::queries::note_clients(db, &page.visit)?;
            }
            webhook_queries::note(db, &page.visit)?;
            Ok((report, is_changed))
        })?;
        match report.changing() {
            0 => write_transaction(db, |db| queries::set_report(db, import.id, State::Done, &report, None))?,
            _ => self.app.live.wake(),
        }
        Ok(report.changing())
    }
}

/// How many rows are as they were before.
fn undone(db: &mut Db, config: &Config, visit: Visit, import: &Import, progress: &Progress) -> Result<u64> {
    let change = import.change_id.ok_or(Error::NotFound)?;
    let visit = Visit { change: Change::undoing(Some(change)), ..visit };
    let report = Report { failure: None, ..import.report.clone().unwrap_or_default() };
    write_transaction(db, |db| {
        index::at_once(db, |db| {
            changes::take_back_import(db, config, &visit, change, &mut |done, all| progress.tell(done, all))
        })?;
        webhook_queries::note(db, &visit)?;
        queries::set_undone(db, import.id, State::Undone, &report)
    })?;
    Ok(report.changing())
}

/// Whether an import, which is held from now on, is as far as that.
fn is_at(db: &mut Db, id: ImportId, state: State) -> Result<bool> {
    queries::hold(db, id)?;
    Ok(queries::state(db, id)? == Some(state))
}

/// Notes that nothing came of it.
fn fail(db: &mut Db, page: &Page, import: &Import, act: Act, words: &str) -> Result<()> {
    let rights = page.viewer().rights_key();
    // Another may have been at the same, and came to its end.
    if !is_at(db, import.id, act.state())? {
        return Ok(());
    }
    match act {
        Act::Undo => {
            let report = import.report.clone().unwrap_or_default().with_failure(rights, words);
            queries::set_undone(db, import.id, State::Done, &report)
        }
        Act::Rehearse | Act::Run => {
            let report = Report::failed(act == Act::Run, rights, words);
            queries::set_report(db, import.id, State::Brought, &report, None)
        }
    }
}
