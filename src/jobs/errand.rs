//! What a server does beside answering: looked after by a thread of its own, for as long as the process lives.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use chrono::{NaiveDate, NaiveDateTime};

use super::{Job, Outcome, queries};
use crate::config::Config;
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

    /// The name of who does them in leases.
    fn process(&self) -> i64;

    /// What comes before any job.
    fn begin(&mut self, _db: &mut Db, _config: &Config) -> Result<()> {
        Ok(())
    }

    /// Whether one is due.
    fn is_any_due(db: &mut Db, now: NaiveDateTime) -> Result<bool>;

    /// Leases the next that is due.
    fn claim(db: &mut Db, process: i64, now: NaiveDateTime) -> Result<Option<Job>>;

    /// Does one that is leased.
    fn attempt(db: &mut Db, config: &Config, job: &Job) -> Result<Outcome>;

    /// Does all that is due.
    fn run(&mut self, db: &mut Db) -> Result<Tally> {
        let config = self.settings().read(db)?;
        self.begin(db, &config)?;
        let (process, clock) = (self.process(), &config.clock);
        let mut tally = Tally::default();
        while Self::is_any_due(db, clock.now())? {
            let claimed = write_transaction(db, |db| Self::claim(db, process, clock.now()))?;
            let Some(job) = claimed else { break };
            // With each anew: what may be told can be taken back while others are sent.
            let config = self.settings().read(db)?;
            let outcome = Self::attempt(db, &config, &job).unwrap_or_else(|error| {
                tracing::warn!(%error, job = job.job_id.0, kind = %job.kind, "a job could not be put together");
                Outcome::Again("It could not be put together; the log says why.".into())
            });
            tally.count(&outcome);
            note(db, |db| queries::finish(db, process, &job, &outcome, clock.now()))?;
        }
        Ok(tally)
    }
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
