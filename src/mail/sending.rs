//! Doing what waits: one thread of a server does one mail after the other, a command does all that is due and stops. No
//! transaction is open while the mail server is spoken to.

use chrono::NaiveDate;

use super::composing::compose;
use super::smtp::{self, Refusal};
use super::{schedule, wish_queries};
use crate::config::{Config, MailServer};
use crate::db::{Db, read_transaction, write_transaction};
use crate::error::Result;
use crate::firm::Settings;
use crate::ids::{UserId, by_chance};
use crate::jobs::{Errand, Job, JobKind, Outcome, Tally, bounce_queries, note, queries as jobs};

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

    /// Adds the digests that are due, and does every job that is.
    fn run(&mut self, db: &mut Db) -> Result<Tally> {
        let config = self.settings.read(db)?;
        let day = schedule::day_due(&config, config.clock.now()).filter(|day| Some(*day) != self.added);
        if let (Some(day), Some(_)) = (day, &config.mail) {
            schedule::add_digests(db, day, config.clock.now())?;
            self.added = Some(day);
        }
        let mut tally = Tally::default();
        while jobs::is_any_due(db, config.clock.now())? {
            let claimed = write_transaction(db, |db| jobs::claim(db, self.process, config.clock.now()))?;
            let Some(job) = claimed else { break };
            // With each anew: what mail may hold can be taken back while others are sent.
            let config = self.settings.read(db)?;
            let outcome = attempt(db, &config, &job);
            tally.count(&outcome);
            note(db, |db| jobs::finish(db, self.process, &job, &outcome, config.clock.now()))?;
        }
        Ok(tally)
    }
}

/// Does one job, which is leased.
fn attempt(db: &mut Db, config: &Config, job: &Job) -> Outcome {
    let Some(server) = &config.mail else { return Outcome::Dropped("No mail server is set up.".into()) };
    match send(db, config, server, job) {
        Ok(outcome) => outcome,
        Err(error) => {
            tracing::warn!(%error, job = job.job_id.0, "a mail could not be put together");
            Outcome::Again("It could not be put together; the log says why.".into())
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
    let origin = config.public_origin.as_ref().map(url::Origin::ascii_serialization).unwrap_or_default();
    let link = link.map(|token| format!("{origin}{}", token.path()));
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
