//! A job, what became of it, and when it is tried again.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::queries::jobs;
use crate::closed_list::closed_list;
use crate::ids::{JobId, UserId};

closed_list! {
    /// What is to be done.
    JobKind {
        Digest = "digest",
        Assignment = "assignment",
        Invitation = "invitation",
        Test = "test",
        Webhook = "webhook",
    }
}

closed_list! {
    /// What became of a job.
    JobState { Waiting = "waiting", Sent = "sent", Dropped = "dropped", Failed = "failed" }
}

impl JobState {
    /// As lists show it.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting",
            Self::Sent => "Sent",
            Self::Dropped => "Not sent",
            Self::Failed => "Failed",
        }
    }
}

/// A job that is leased.
#[derive(Clone, Debug, Queryable)]
pub struct Job {
    /// Its id.
    pub job_id: JobId,
    /// What is to be done.
    pub kind: JobKind,
    /// By which it is told from others, also when it is done again.
    pub job_key: String,
    /// The account that it is for, or the webhook.
    pub subject_id: Option<i64>,
    /// What it is about: ids, as JSON.
    pub payload: String,
    /// The how manyeth attempt this is.
    pub attempts: i64,
    /// When it came, in UTC.
    pub created_date: NaiveDateTime,
}

/// How far a job is.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub struct Progress {
    pub state: JobState,
    /// When it is tried next, in UTC.
    pub run_after: NaiveDateTime,
    pub attempts: i64,
    told: Option<String>,
}

impl Progress {
    /// What was said of it, and when it is tried again; `moment` puts that into words.
    pub fn told(&self, moment: impl FnOnce(NaiveDateTime) -> String) -> String {
        let is_tried_again = self.state == JobState::Waiting && self.attempts > 0;
        let next = is_tried_again.then(|| format!("Tried again after {}", moment(self.run_after)));
        let parts = [&self.told, &next].into_iter().flatten().map(|words| words.trim_end_matches('.'));
        parts.collect::<Vec<_>>().join(". ")
    }

    /// Whether someone may have it tried now.
    pub fn can_be_retried(&self) -> bool {
        matches!(self.state, JobState::Waiting | JobState::Failed) && self.attempts > 0
    }
}

/// A job as the list shows it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub struct JobRow {
    pub job_id: JobId,
    pub kind: JobKind,
    pub user_id: Option<UserId>,
    #[diesel(embed)]
    pub progress: Progress,
    pub created_date: NaiveDateTime,
    pub finished_date: Option<NaiveDateTime>,
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Sent,
    /// There was nothing to be done any more, and why.
    Dropped(String),
    /// It is tried again, and why.
    Again(String),
    /// It is given up, and why.
    Failed(String),
}

/// For so long a job is tried, and a place may fail before it is given up.
pub(super) const PATIENCE: TimeDelta = TimeDelta::days(4);

/// How long after an attempt the next one is made, in minutes; the last goes on.
const PAUSES: [i64; 7] = [1, 5, 15, 60, 180, 360, 720];

/// When a job is tried again after that many attempts; `None` when it is given up.
pub fn again_after(attempts: i64, created: NaiveDateTime, now: NaiveDateTime) -> Option<NaiveDateTime> {
    let place = usize::try_from(attempts.max(1) - 1).unwrap_or(usize::MAX).min(PAUSES.len() - 1);
    (now - created < PATIENCE).then(|| now + TimeDelta::minutes(PAUSES[place]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_tried_ever_more_seldom_for_four_days() {
        let created = NaiveDateTime::default();
        let (mut now, mut attempts) = (created, 1);
        while let Some(next) = again_after(attempts, created, now) {
            assert!(next > now && next - now <= TimeDelta::hours(12));
            (now, attempts) = (next, attempts + 1);
        }
        assert!(now - created >= TimeDelta::days(4) && now - created < TimeDelta::days(5));
        assert!((10..20).contains(&attempts), "{attempts}");
    }
}
