//! What every signed-in page has in common: the person, the day, the shell around it.

use std::sync::Arc;

use askama::Template;
use askama::filters::HtmlSafe;
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};

use super::asset_address;
use super::cookies::Flash;
use crate::access::{Viewer, Visit};
use crate::config::Config;

/// One page view: the visit, the settings, and what the shell shows.
pub struct Page {
    /// The settings in force.
    pub config: Arc<Config>,
    /// Who asks, when, from where.
    pub visit: Visit,
    /// The path and query of the request.
    pub path: String,
    flash: Option<Flash>,
}

impl Page {
    pub(super) fn new(config: Arc<Config>, visit: Visit, path: String, flash: Option<Flash>) -> Self {
        Self { config, visit, path, flash }
    }

    /// The same view as it was read on an earlier day: what is told by its distance is told from there.
    pub fn as_of(&self, day: NaiveDate) -> Self {
        let visit = Visit { today: day, ..self.visit.clone() };
        Self { config: Arc::clone(&self.config), visit, path: self.path.clone(), flash: None }
    }

    /// For work that goes on behind the page that began it.
    pub fn behind(config: Arc<Config>, visit: Visit) -> Self {
        Self::new(config, visit, String::new(), None)
    }

    /// Who asks.
    pub fn viewer(&self) -> &Viewer {
        &self.visit.viewer
    }

    /// The shell of a page under `title`, with `section` marked in the navigation.
    pub fn shell(&self, title: impl Into<String>, section: &'static str) -> Shell {
        Shell { flash: self.flash.clone(), ..Shell::new(&self.config, self.viewer(), title, section) }
    }

    /// A date as the page shows it.
    pub fn day(&self, date: NaiveDate) -> Day {
        Day::new(date, self.visit.today)
    }

    /// A date that may be missing, as the page shows it.
    pub fn day_or_none(&self, date: Option<NaiveDate>) -> Option<Day> {
        date.map(|date| self.day(date))
    }

    /// The day of the organisation's time zone on which a moment (UTC) lies.
    pub fn date_of(&self, moment: NaiveDateTime) -> NaiveDate {
        moment.and_utc().with_timezone(&self.config.time_zone).date_naive()
    }

    /// The moment (UTC) at which a day of the organisation's time zone ends.
    pub fn end_of(&self, date: NaiveDate) -> NaiveDateTime {
        let midnight = (date + Days::new(1)).and_time(NaiveTime::MIN);
        let of_clock = |time: NaiveDateTime| self.config.time_zone.from_local_datetime(&time).earliest();
        // Some zones skip midnight when their summer begins.
        let end = of_clock(midnight).or_else(|| of_clock(midnight + TimeDelta::hours(1)));
        end.map_or(midnight, |end| end.naive_utc())
    }

    /// A moment (UTC) as a date and time of the organisation's time zone.
    pub fn moment(&self, moment: NaiveDateTime) -> String {
        moment.and_utc().with_timezone(&self.config.time_zone).format("%Y-%m-%d %H:%M").to_string()
    }

    /// How long ago a moment (UTC) was, e.g. “just now”, “3 minutes ago”, “yesterday”.
    pub fn ago(&self, moment: NaiveDateTime) -> String {
        let passed = self.visit.now - moment;
        match (passed.num_hours(), passed.num_minutes()) {
            (..=0, ..=0) => "just now".into(),
            (..=0, minutes) => few(minutes, "minute"),
            (hours @ 1..=11, _) => few(hours, "hour"),
            _ => self.day(self.config.day_of(moment)).distance(),
        }
    }
}

/// The frame around a page: navigation, search, the person's menu, the message of the last change.
pub struct Shell {
    /// Title of the page, first heading and browser tab.
    pub title: String,
    /// The entry of the navigation that is marked.
    pub section: &'static str,
    /// Short name of the organisation.
    pub organisation: String,
    /// What is said of the last change.
    pub flash: Option<Flash>,
    /// The way back where the navigation does not show it.
    pub crumbs: Vec<Crumb>,
    /// The account, by which drafts in the browser are told apart.
    pub user: String,
    /// Who is signed in.
    pub full_name: String,
    /// Whether the pages of the NED Team are shown.
    pub is_team: bool,
    /// Whether the pages of administrators are shown.
    pub is_admin: bool,
    /// Whether anything may be changed.
    pub may_write: bool,
    /// The day on which it is seen, for the head of a printed page.
    pub printed: String,
    sees_confidential: bool,
}

impl Shell {
    /// The frame around what a person sees, with no message.
    pub(super) fn new(config: &Config, viewer: &Viewer, title: impl Into<String>, section: &'static str) -> Self {
        Self {
            title: title.into(),
            section,
            organisation: config.organisation.clone(),
            flash: None,
            crumbs: Vec::new(),
            user: viewer.user_id.map(|id| id.to_string()).unwrap_or_default(),
            full_name: viewer.full_name.clone(),
            is_team: viewer.team().is_some(),
            is_admin: viewer.admin().is_some(),
            may_write: viewer.may_write(),
            printed: full(config.today()),
            sees_confidential: viewer.sees_confidential(),
        }
    }

    /// Who may read what the page shows this person, for the head of a printed page.
    pub fn readers(&self) -> &'static str {
        match self.section {
            "dashboard" | "roundtable" | "clients" | "calendar" if self.is_team => "NED Team only",
            _ if self.sees_confidential => "May hold confidential parts",
            _ => "For internal use",
        }
    }

    /// Where a contact is logged: with the client to whom the page leads back, else with one that is chosen there.
    pub fn log_contact(&self) -> String {
        let is_client = |address: &str| {
            address.strip_prefix("/clients/").is_some_and(|id| !id.is_empty() && id.bytes().all(|c| c.is_ascii_digit()))
        };
        match self.crumbs.iter().rev().find(|crumb| is_client(&crumb.address)) {
            Some(client) => format!("{}/contact", client.address),
            None => "/contacts/new".into(),
        }
    }

    /// Adds a step to the way back.
    pub fn crumb(mut self, name: impl Into<String>, address: impl Into<String>) -> Self {
        self.crumbs.push(Crumb { name: name.into(), address: address.into() });
        self
    }
}

/// One step of the way back.
pub struct Crumb {
    /// What it is called.
    pub name: String,
    /// Where it leads.
    pub address: String,
}

/// A date beside the day it is seen on: “34 days ago”, with the exact date as title.
#[derive(Template, Clone, Copy)]
#[template(
    source = r#"<time datetime="{{ date }}" title="{{ self.full() }}">{{ self.distance() }}</time>"#,
    ext = "html"
)]
pub struct Day {
    /// The date itself.
    pub date: NaiveDate,
    today: NaiveDate,
}

impl HtmlSafe for Day {}

/// A date in a cell of a list, which is its title itself; without one, a dash.
#[derive(Template)]
#[template(
    source = r#"{% if let Some(day) = day -%}
        <td title="{{ day.full() }}">{{ day.distance() }}</td>{% else %}<td>–</td>{% endif %}"#,
    ext = "html"
)]
pub struct DayCell {
    day: Option<Day>,
}

impl HtmlSafe for DayCell {}

/// The cell of a date.
pub fn day_cell(day: &Option<Day>) -> DayCell {
    DayCell { day: *day }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// E.g. “1 minute ago”, “5 minutes ago”.
fn few(number: i64, what: &str) -> String {
    format!("{number} {what}{} ago", if number == 1 { "" } else { "s" })
}

impl Day {
    /// A date as it is seen on another.
    pub fn new(date: NaiveDate, today: NaiveDate) -> Self {
        Self { date, today }
    }

    /// The distance in words, e.g. “34 days ago” or “in 5 days”.
    pub fn distance(&self) -> String {
        match (self.today - self.date).num_days() {
            0 => "today".into(),
            1 => "yesterday".into(),
            -1 => "tomorrow".into(),
            days if days > 0 => format!("{days} days ago"),
            days => format!("in {} days", -days),
        }
    }

    /// The exact date, e.g. “3 March 2026”.
    pub fn full(&self) -> String {
        full(self.date)
    }

    /// The month, e.g. “March 2026”.
    pub fn month(&self) -> String {
        format!("{} {}", MONTHS[self.date.month0() as usize], self.date.year())
    }

    /// Day and month, e.g. “3 Mar”.
    pub fn short(&self) -> String {
        self.date.format("%-d %b").to_string()
    }

    /// Whether the date has passed.
    pub fn is_past(&self) -> bool {
        self.date < self.today
    }
}

fn full(date: NaiveDate) -> String {
    let month = MONTHS[date.month0() as usize];
    format!("{} {month} {}", date.day(), date.year())
}

/// An icon of the sprite, for the eye only.
pub struct Icon<'a> {
    name: &'a str,
    kind: Option<&'a str>,
}

impl Icon<'_> {
    /// In the colour of a kind of records.
    pub fn of_kind(self, kind: &'static str) -> Self {
        Self { kind: Some(kind), ..self }
    }
}

impl HtmlSafe for Icon<'_> {}

impl std::fmt::Display for Icon<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sprite = asset_address("icons.svg");
        let Self { name, kind } = self;
        out.write_str(r#"<svg class="icon"#)?;
        if let Some(kind) = kind {
            write!(out, " rt-kind-{kind}")?;
        }
        write!(out, r##"" aria-hidden="true"><use href="{sprite}#{name}"/></svg>"##)
    }
}

impl<'a> From<&'a str> for Icon<'a> {
    fn from(name: &'a str) -> Self {
        icon(name)
    }
}

/// An icon of the sprite by its name.
pub fn icon(name: &str) -> Icon<'_> {
    Icon { name, kind: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_tells_its_distance_both_ways() {
        let today = NaiveDate::from_ymd_opt(2026, 3, 31).unwrap();
        let words =
            |days: i64| Day { date: today + chrono::Days::new(0) - chrono::TimeDelta::days(days), today }.distance();
        assert_eq!(
            [words(0), words(1), words(34), words(-1), words(-5)],
            ["today", "yesterday", "34 days ago", "tomorrow", "in 5 days"]
        );
    }
}
