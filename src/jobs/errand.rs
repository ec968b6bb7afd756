//! What a server does beside answering: looked after by a thread of its own, for as long as the process lives.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use chrono::NaiveDate;

use super::{Outcome, queries};
use crate::db::{Db, write_transaction};
use crate::error::{Error, Result};
use crate::firm::Settings;

/// How often is looked for what is due, and how long after a failure of the database.
const PAUSE: Duration = Duration::from_secs(2);
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(30);

/// How often what came of something is noted again: for less than a lease in all.
const NOTED_AGAIN: usize = 40;

/// What became of the jobs that were due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub sent: usize,
    pub dropped: usize,
    pub again: usize,
    pub failed: usize,
}

impl Tally {
    /// Counts one more.
    pub fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Sent => self.sent += 1,
            Outcome::Dropped(_) => self.dropped += 1,
            Outcome::Again(_) => self.again += 1,
            Outcome::Failed(_) => self.failed += 1,
        }
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { sent, dropped, again, failed } = self;
        write!(out, "{sent} sent, {again} to be tried again, {failed} failed, {dropped} not sent")
    }
}

/// Jobs of one sort, and who does them.
pub trait Errand {
    /// The settings in force.
    fn settings(&self) -> &Settings;

    /// Does all that is due.
    fn run(&mut self, db: &mut Db) -> Result<Tally>;
}

/// Notes what came of something that cannot be taken back, such as a mail that is out: again and again while the
/// database is held by another.
pub fn note<T>(db: &mut Db, work: impl Fn(&mut Db) -> Result<T>) -> Result<T> {
    for _ in 0..NOTED_AGAIN {
        match write_transaction(db, &work) {
            Err(error) if error.may_pass_again() => std::thread::sleep(PAUSE),
            done => return done,
        }
    }
    write_transaction(db, &work)
}

/// Looks after jobs until the process ends; what is under way then, another finds once its lease has run out.
pub fn look_after(mut errand: impl Errand) {
    let (mut connection, mut forgotten) = (None, None);
    loop {
        let run = AssertUnwindSafe(|| run_over(&mut errand, &mut connection, &mut forgotten));
        let outcome = catch_unwind(run).unwrap_or_else(|_| Err(Error::Internal("it panicked".into())));
        let pause = match outcome {
            Ok(_) => PAUSE,
            Err(error) => {
                tracing::warn!(%error, "the queue could not be looked after");
                connection = None;
                PAUSE_AFTER_FAILURE
            }
        };
        std::thread::sleep(pause);
    }
}

fn run_over(errand: &mut impl Errand, connection: &mut Option<Db>, forgotten: &mut Option<NaiveDate>) -> Result<Tally> {
    let mut db = match connection.take() {
        Some(db) => db,
        None => {
            let given = errand.settings().given();
            given.database.connect(given.durability)?
        }
    };
    let tally = errand.run(&mut db)?;
    let now = errand.settings().given().clock.now();
    if *forgotten != Some(now.date()) {
        write_transaction(&mut db, |db| queries::forget(db, now))?;
        *forgotten = Some(now.date());
    }
    *connection = Some(db);
    Ok(tally)
}
