//! What a server does beside answering: looked after by a thread of its own, for as long as the process lives.

use std::time::Duration;

use super::Outcome;
use crate::db::Db;
use crate::error::Result;
use crate::firm::Settings;

/// How often is looked for what is due, and how long after a failure of the database.
const PAUSE: Duration = Duration::from_secs(2);
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(30);

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

/// Looks after jobs until the process ends; what is under way then, another finds once its lease has run out.
pub fn look_after(mut errand: impl Errand) {
    let mut connection = None;
    loop {
        let pause = match run_over(&mut errand, &mut connection) {
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

fn run_over(errand: &mut impl Errand, connection: &mut Option<Db>) -> Result<Tally> {
    let mut db = match connection.take() {
        Some(db) => db,
        None => {
            let given = errand.settings().given();
            given.database.connect(given.durability)?
        }
    };
    let tally = errand.run(&mut db)?;
    *connection = Some(db);
    Ok(tally)
}
