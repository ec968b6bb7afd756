//! How many clients there are of each priority and status, for the NED Team.

use diesel::prelude::*;

use super::TeamFilter;
use crate::access::TeamPass;
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::error::Result;

diesel::table! {
    client_standing_totals (client_priority, client_status, shard) {
        client_priority -> Text,
        client_status -> Text,
        shard -> BigInt,
        clients -> BigInt,
    }
}

/// How many clients there are of each priority and status, from counters that triggers keep.
pub struct StandingTotals(pub(super) Vec<(String, String, i64)>);

/// Reads the counters.
pub fn standing(db: &mut Db, _pass: TeamPass) -> Result<StandingTotals> {
    use client_standing_totals as totals;
    let query = totals::table.select((totals::client_priority, totals::client_status, totals::clients));
    Ok(StandingTotals(query.load(db)?))
}

impl StandingTotals {
    fn sum(&self, fits: impl Fn(&str, &str) -> bool) -> i64 {
        self.0.iter().filter(|(priority, status, _)| fits(priority, status)).map(|(_, _, number)| number).sum()
    }

    /// How many clients are Strategic or High.
    pub fn high(&self) -> i64 {
        self.sum(|priority, _| is_high(priority))
    }

    /// How many clients the team's filter alone fits.
    pub fn fitting(&self, filter: &TeamFilter) -> i64 {
        self.sum(|priority, status| {
            filter.priority.is_none_or(|asked| asked.as_str() == priority)
                && filter.status.is_none_or(|asked| asked.as_str() == status)
                && (!filter.high || is_high(priority))
        })
    }

    /// How many clients the roundtable goes through.
    pub fn on_agenda(&self) -> i64 {
        self.sum(|priority, status| matches!(status, "Active" | "Warm") || is_high(priority))
    }
}

fn is_high(priority: &str) -> bool {
    matches!(priority, "Strategic" | "High")
}
