//! Doing what waits: one thread of a server does one mail after the other, a command does all that is due and stops. No
//! transaction is open while the mail server is spoken to.

use chrono::{NaiveDate, NaiveDateTime};

use super::composing::compose;
use super::smtp::{self, Refusal};
use super::{schedule, wish_queries};
use crate::config::{Config, MailServer};
use crate::db::{Db, read_transaction, write_transaction};
use crate::error::Result;
use crate::firm::Settings;
use crate::ids::{UserId, by_chance};
use crate::jobs::{Errand, Job, JobKind, Outcome, bounce_queries, queries as jobs};

/// Who sends mail: its name in leases, and up to which day digests were added.
pub struct Sender {
    settings: Settings,
    process: i64,
    added: Option<NaiveDate>,
}

impl Sender {
    /// One that has sent nothing yet.
    pub fn new(settings: Settings) -> Self {
        Self { settings, process: by_chance(), added: None }
    }
}

impl Errand for Sender {
    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn process(&self) -> i64 {
        self.process
    }

    /// Adds the digests that are due.
    fn begin(&mut self, db: &mut Db, config: &Config) -> Result<()> {
        let day = schedule::day_due(config, config.clock.now()).filter(|day| Some(*day) != self.added);
        if let (Some(day), Some(_)) = (day, &config.mail) {
            schedule::add_digests(db, day, config.clock.now())?;
            self.added = Some(day);
        }
        Ok(())
    }

    fn is_any_due(db: &mut Db, now: NaiveDateTime) -> Result<bool> {
        jobs::is_any_due(db, now)
    }

    fn claim(db: &mut Db, process: i64, now: NaiveDateTime) -> Result<Option<Job>> {
        jobs::claim(db, process, now)
    }

    fn attempt(db: &mut Db, config: &Config, job: &Job) -> Result<Outcome> {
        match &config.mail {
            Some(server) => send(db, config, server, job),
            None => Ok(Outcome::Dropped("No mail server is set up.".into())),
        }
    }
}

fn send(db: &mut Db, config: &Config, server: &MailServer, job: &Job) -> Result<Outcome> {
    let letter = match read_transaction(db, |db| compose(db, config, server, job))? {
        Ok(letter) => letter,
        Err(why) => return Ok(Outcome::Dropped(why.into())),
    };
    let now = config.clock.now();
    let link = match (letter.topic, job.subject_id.map(UserId)) {
        (Some(topic), Some(user)) => Some(write_transaction(db, |db| wish_queries::make_link(db, user, topic, now))?),
        _ => None,
    };
    let link = link.map(|token| config.address(&token.path()));
    // What is asked for is dated as of then, so that a second attempt is the same mail.
    let message = smtp::message(server, &letter, (&job.job_key, link.as_deref()), job.created_date);
    let email = &letter.to.1;
    match message.and_then(|message| smtp::send(server, message)) {
        Ok(()) => {
            if job.kind == JobKind::Test {
                write_transaction(db, |db| bounce_queries::clear(db, email))?;
            }
            Ok(Outcome::Sent)
        }
        Err(Refusal::Later(why)) => Ok(Outcome::Again(why)),
        Err(Refusal::Never(why)) => {
            write_transaction(db, |db| bounce_queries::set(db, email, &why, config.clock.now()))?;
            Ok(Outcome::Failed(why))
        }
        Err(Refusal::This(why)) => Ok(Outcome::Failed(why)),
    }
}
