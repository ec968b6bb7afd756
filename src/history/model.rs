//! The figures of one day as they are kept.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::queries::daily_figures;
use crate::clients::Attention;

/// How many clients there were on a day, and how many of them needed attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = daily_figures)]
pub struct DayFigures {
    /// The day, as it began.
    pub day: NaiveDate,
    /// All clients that were not archived.
    pub clients: i64,
    /// Of them, urgent ones.
    pub urgent: i64,
    /// Of them, those to be watched.
    pub warning: i64,
    /// Of them, those without any contact.
    pub never_contacted: i64,
    /// Of them, Strategic and High ones, where that is known: contacts do not tell it of a day gone by.
    pub high_priority: Option<i64>,
}

impl DayFigures {
    /// How many needed that attention.
    pub fn of(&self, attention: Attention) -> i64 {
        match attention {
            Attention::Urgent => self.urgent,
            Attention::Warning => self.warning,
            Attention::Never => self.never_contacted,
            Attention::Fine => self.clients - self.urgent - self.warning - self.never_contacted,
        }
    }
}
