//! The rule of product.md §3, once: for pages, filters, counts and JSON.

use askama::Template;
use askama::filters::HtmlSafe;
use chrono::{Days, NaiveDate};

use super::queries;
use crate::closed_list::closed_list;
use crate::config::Config;
use crate::db::Db;
use crate::error::Result;
use crate::ids::PersonnelId;
use crate::records::RecordKind;
use crate::records::totals::{self, Holding};

closed_list! {
    /// How urgently a client needs a contact.
    Attention { Urgent = "urgent", Warning = "warning", Never = "never", Fine = "fine" }
}

impl Attention {
    /// The words beside the colour.
    pub fn words(self) -> &'static str {
        match self {
            Self::Urgent => "Urgent",
            Self::Warning => "Warning",
            Self::Never => "Never contacted",
            Self::Fine => "On track",
        }
    }

    /// It in one word, where it is clear what it is about.
    pub fn name(self) -> &'static str {
        match self {
            Self::Never => "Never",
            other => other.words(),
        }
    }

    /// Whether a contact is due.
    pub fn needs_contact(self) -> bool {
        self != Self::Fine
    }

    /// The icon beside the words.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Urgent => "alert-octagon",
            Self::Warning => "alert-triangle",
            Self::Never => "user-question",
            Self::Fine => "circle-check",
        }
    }

    /// The badge of lists and pages.
    pub fn badge(self) -> Badge {
        Badge { attention: self, is_brief: false }
    }
}

/// Attention as people see it: colour, icon and word.
#[derive(Template, Clone, Copy)]
#[template(path = "clients/_attention.html")]
pub struct Badge {
    attention: Attention,
    is_brief: bool,
}

impl Badge {
    /// The same in one word, under a head that says what it is about.
    pub fn brief(self) -> Self {
        Self { is_brief: true, ..self }
    }
}

impl HtmlSafe for Badge {}

/// The two days at which attention changes, for one “today”.
#[derive(Clone, Copy, Debug)]
pub struct AttentionRule {
    /// A last contact before this day is urgent.
    pub urgent_before: NaiveDate,
    /// A last contact before this day, and not urgent, is a warning.
    pub warning_before: NaiveDate,
}

impl AttentionRule {
    /// The rule with the thresholds in force: day 90 is still a warning, day 60 still fine.
    pub fn new(config: &Config, today: NaiveDate) -> Self {
        let before = |days: u16| today - Days::new(u64::from(days));
        Self { urgent_before: before(config.urgent_after_days), warning_before: before(config.warning_after_days) }
    }

    /// What the date of the last contact asks for.
    pub fn of(&self, last_contact: Option<NaiveDate>) -> Attention {
        match last_contact {
            None => Attention::Never,
            Some(date) if date < self.urgent_before => Attention::Urgent,
            Some(date) if date < self.warning_before => Attention::Warning,
            Some(_) => Attention::Fine,
        }
    }
}

/// How many clients there are, and how many need attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// All clients that are not archived.
    pub clients: i64,
    /// Of them, urgent ones.
    pub urgent: i64,
    /// Of them, those to be watched.
    pub warning: i64,
    /// Of them, those without any contact.
    pub never: i64,
}

impl Totals {
    /// How many clients need that attention; all of them when none is asked for.
    pub fn of(&self, attention: Option<Attention>) -> i64 {
        match attention {
            None => self.clients,
            Some(Attention::Urgent) => self.urgent,
            Some(Attention::Warning) => self.warning,
            Some(Attention::Never) => self.never,
            Some(Attention::Fine) => self.clients - self.urgent - self.warning - self.never,
        }
    }
}

/// The totals, from counters that triggers keep: the work grows with the days on record, not with the clients.
pub fn totals(db: &mut Db, rule: &AttentionRule) -> Result<Totals> {
    Ok(totals_and_held(db, rule, None)?.0)
}

/// The totals, and how many clients a person looks after.
pub fn totals_and_held(db: &mut Db, rule: &AttentionRule, person: Option<PersonnelId>) -> Result<(Totals, i64)> {
    const DAY: &str = "last_contact_date";
    let (urgent, warning) = (rule.urgent_before.to_string(), rule.warning_before.to_string());
    let person = person.map(|person| person.to_string()).unwrap_or_default();
    let [primary, secondary] = queries::held_by(&person);
    let (contacted, urgent, old) =
        (Holding::Filled(DAY), Holding::Before(DAY, &urgent), Holding::Before(DAY, &warning));
    let asked = [Holding::Any, contacted, urgent, old, primary, secondary];
    let [clients, contacted, urgent, old, primary, secondary] = totals::of(db, RecordKind::Client, asked)?;
    let totals = Totals { clients, urgent, warning: old - urgent, never: clients - contacted };
    Ok((totals, primary + secondary))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thresholds_themselves_are_not_crossed() {
        let today = NaiveDate::from_ymd_opt(2026, 6, 30).unwrap();
        let before = |days: u64| today - Days::new(days);
        let rule = AttentionRule { urgent_before: before(90), warning_before: before(60) };
        let of = |days: u64| rule.of(Some(before(days)));
        assert_eq!(
            [of(0), of(60), of(61), of(90), of(91)],
            [Attention::Fine, Attention::Fine, Attention::Warning, Attention::Warning, Attention::Urgent]
        );
        assert_eq!(rule.of(None), Attention::Never);
        assert_eq!(rule.of(Some(today + Days::new(3))), Attention::Fine);
    }
}
