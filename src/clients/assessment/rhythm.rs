//! How often the NED Team expects a contact with a client, and whether one is due by that. It may tell the priority, so
//! that it is the team's alone; the two thresholds of product.md §3 stay what everyone sees.

use chrono::{Days, NaiveDate};

use super::queries::assessed_clients;

/// What of a client says when the team expects a contact.
#[derive(Clone, Copy, Debug, Default, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = assessed_clients)]
pub struct Rhythm {
    rhythm_days: Option<i64>,
    priority_rhythm_days: Option<i64>,
    paused_until: Option<NaiveDate>,
}

/// Whether the team expects a contact now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing is expected for as long as this day lasts.
    Paused(NaiveDate),
    /// A contact is planned for this day, which has not passed.
    Covered(NaiveDate),
    /// A contact is due.
    Due,
    /// The last contact is recent enough.
    Recent,
    /// No rhythm is expected of this client.
    Unexpected,
}

impl Rhythm {
    /// What was expected of a client by itself: how its priority was served then is not on record.
    pub fn of_its_own(rhythm_days: Option<i64>, paused_until: Option<NaiveDate>) -> Self {
        Self { rhythm_days, priority_rhythm_days: None, paused_until }
    }

    /// The most days between two contacts: the client's own, else those of its priority.
    pub fn days(&self) -> Option<i64> {
        self.rhythm_days.or(self.priority_rhythm_days)
    }

    /// The last day of a pause that goes on.
    pub fn paused_until(&self, today: NaiveDate) -> Option<NaiveDate> {
        self.paused_until.filter(|until| *until >= today)
    }

    /// Whether a contact is due today, as the column by which clients are found counts it.
    pub fn need(&self, today: NaiveDate, last: Option<NaiveDate>, planned: Option<NaiveDate>) -> Need {
        let days = self.days().and_then(|days| u64::try_from(days).ok());
        let is_silent = |days| last.is_none_or(|last| last + Days::new(days) < today);
        match (self.paused_until(today), planned.filter(|day| *day >= today), days) {
            (Some(until), ..) => Need::Paused(until),
            (_, Some(day), _) => Need::Covered(day),
            (_, _, None) => Need::Unexpected,
            (_, _, Some(days)) if is_silent(days) => Need::Due,
            (_, _, Some(_)) => Need::Recent,
        }
    }
}
