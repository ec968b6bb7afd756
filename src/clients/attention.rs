//! The rule of product.md §3, once: for pages, filters, counts and JSON.

use askama::Template;
use askama::filters::HtmlSafe;
use chrono::{Datelike, Days, NaiveDate};

use super::assessment::{Need, Rhythm};
use super::{Client, ClientRow, ContactType, poc_queries};
use crate::closed_list::{ClosedList, closed_list};
use crate::config::Config;
use crate::db::Db;
use crate::error::Result;
use crate::ids::PersonnelId;
use crate::records::RecordKind;
use crate::records::totals::{self, Holding};
use crate::web::Day;

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
}

/// What is open of the contacts with a client.
#[derive(Clone, Copy, Debug, Default)]
pub struct Contacts {
    /// The day of the last one.
    pub last: Option<NaiveDate>,
    /// How that was made.
    pub kind: Option<ContactType>,
    /// The day of the next one.
    pub planned: Option<NaiveDate>,
}

impl From<&ClientRow> for Contacts {
    fn from(row: &ClientRow) -> Self {
        Self { last: row.last_contact_date, kind: row.last_contact_type, planned: row.next_planned_contact_date }
    }
}

impl From<&Client> for Contacts {
    fn from(client: &Client) -> Self {
        let (last, planned) = (&client.last_contact, &client.planned);
        Self { last: last.last_contact_date, kind: last.last_contact_type, planned: planned.next_planned_contact_date }
    }
}

/// The attention of a client with its reason: from open values for everyone, and for the NED Team by its rhythm too.
#[derive(Clone, Debug)]
pub struct Explained {
    /// What the thresholds say.
    pub attention: Attention,
    /// What the rhythm says, for the team.
    pub need: Option<Need>,
    /// What the team expects, in words.
    pub expected: Option<String>,
    /// Why, in words.
    pub reason: String,
}

impl Explained {
    /// Whether a contact is due, by the thresholds or by the rhythm.
    pub fn needs_contact(&self) -> bool {
        self.attention.needs_contact() || self.need == Some(Need::Due)
    }

    /// The same in one word.
    pub fn word(&self) -> &'static str {
        self.badge().brief().word()
    }

    /// The badge of lists and pages.
    pub fn badge(&self) -> Badge<'_> {
        Badge { explained: self, is_brief: false }
    }
}

/// Attention as people see it: colour, icon and word, with the reason beside it.
#[derive(Template, Clone, Copy)]
#[template(path = "clients/_attention.html")]
pub struct Badge<'a> {
    explained: &'a Explained,
    is_brief: bool,
}

impl Badge<'_> {
    /// The same in one word, under a head that says what it is about.
    pub fn brief(self) -> Self {
        Self { is_brief: true, ..self }
    }

    /// Whether the rhythm alone asks for a contact.
    fn is_due(&self) -> bool {
        self.explained.attention == Attention::Fine && self.explained.need == Some(Need::Due)
    }

    fn word(&self) -> &'static str {
        match self.explained.attention {
            _ if self.is_due() => "Due",
            attention if self.is_brief => attention.name(),
            attention => attention.words(),
        }
    }
}

impl HtmlSafe for Badge<'_> {}

/// The icon beside what is due by its rhythm.
pub const DUE_ICON: &str = "clock-exclamation";

/// The two days at which attention changes, for one “today”.
#[derive(Clone, Copy, Debug)]
pub struct AttentionRule {
    /// The day on which it is asked.
    pub today: NaiveDate,
    /// A last contact before this day is urgent.
    pub urgent_before: NaiveDate,
    /// A last contact before this day, and not urgent, is a warning.
    pub warning_before: NaiveDate,
}

impl AttentionRule {
    /// The rule with the thresholds in force: day 90 is still a warning, day 60 still fine.
    pub fn new(config: &Config, today: NaiveDate) -> Self {
        let before = |days: u16| today - Days::new(u64::from(days));
        let (urgent, warning) = (config.urgent_after_days, config.warning_after_days);
        Self { today, urgent_before: before(urgent), warning_before: before(warning) }
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

    /// The attention of a client with its reason; `rhythm` is there for the NED Team alone.
    pub fn explain(&self, contacts: impl Into<Contacts>, rhythm: Option<&Rhythm>) -> Explained {
        let contacts = contacts.into();
        let need = rhythm.map(|rhythm| rhythm.need(self.today, contacts.last, contacts.planned));
        let rhythm_words = rhythm.and_then(Rhythm::days).map(|days| format!("rhythm {days} days"));
        let pause = match need {
            Some(Need::Paused(until)) => Some(format!("paused until {}", self.day(until))),
            _ => None,
        };
        let joined = |parts: &[Option<String>]| parts.iter().flatten().cloned().collect::<Vec<_>>().join("; ");
        let (last, plan) = (Some(self.said_of_last(&contacts)), Some(self.said_of_plan(&contacts, need)));
        let expected = joined(&[rhythm_words.clone(), pause.clone()]);
        let reason = joined(&[last, rhythm_words, plan, pause]);
        let expected = Some(expected).filter(|words| !words.is_empty());
        Explained { attention: self.of(contacts.last), need, expected, reason }
    }

    fn said_of_last(&self, contacts: &Contacts) -> String {
        let Some(last) = contacts.last else { return "Never contacted".into() };
        let distance = Day::new(last, self.today).distance();
        match contacts.kind {
            Some(kind) => format!("Last: {}, {distance}", kind.as_str().to_lowercase()),
            None => format!("Last: {distance}"),
        }
    }

    fn said_of_plan(&self, contacts: &Contacts, need: Option<Need>) -> String {
        match contacts.planned {
            None => "nothing planned".into(),
            Some(day) if day < self.today => format!("planned for {}, not made", self.day(day)),
            Some(day) if need == Some(Need::Covered(day)) => format!("covered until {}", self.day(day)),
            Some(day) => format!("planned for {}", self.day(day)),
        }
    }

    /// Day and month, with the year where it is another.
    fn day(&self, date: NaiveDate) -> String {
        let year = if date.year() == self.today.year() { "" } else { " %Y" };
        date.format(&format!("%-d %B{year}")).to_string()
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
    let [primary, secondary] = poc_queries::held_by(&person);
    // Apart, so that each day's counter is read once.
    let silent =
        [Holding::Before(DAY, &urgent), Holding::Between(DAY, &urgent, &warning), Holding::From(DAY, &warning)];
    let [urgent, warning, fine] = silent;
    let asked = [Holding::Any, urgent, warning, fine, primary, secondary];
    let [clients, urgent, warning, fine, primary, secondary] = totals::of(db, RecordKind::Client, asked)?;
    let totals = Totals { clients, urgent, warning, never: clients - urgent - warning - fine };
    Ok((totals, primary + secondary))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thresholds_themselves_are_not_crossed() {
        let today = NaiveDate::from_ymd_opt(2026, 6, 30).unwrap();
        let before = |days: u64| today - Days::new(days);
        let rule = AttentionRule { today, urgent_before: before(90), warning_before: before(60) };
        let of = |days: u64| rule.of(Some(before(days)));
        assert_eq!(
            [of(0), of(60), of(61), of(90), of(91)],
            [Attention::Fine, Attention::Fine, Attention::Warning, Attention::Warning, Attention::Urgent]
        );
        assert_eq!(rule.of(None), Attention::Never);
        assert_eq!(rule.of(Some(today + Days::new(3))), Attention::Fine);
    }
}
