//! The calendar as a page: a month or a week, of everyone or of one colleague.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{Datelike, Days, NaiveDate};

use super::entries::{self, Entry};
use super::grid::{Asked, View};
use crate::db::Db;
use crate::error::Result;
use crate::people;
use crate::web::{Choice, Day, Page, Query, Reader, Shell, beginning, html};

/// One day with what stands on it.
struct Cell {
    day: Day,
    is_today: bool,
    /// Whether it lies outside the month that is shown.
    is_beside: bool,
    entries: Vec<Entry>,
    /// How many more there are, and where they are seen.
    more: usize,
    week: String,
}

#[derive(Template)]
#[template(path = "calendar/calendar.html")]
struct CalendarPage {
    shell: Shell,
    asked: Asked,
    today: NaiveDate,
    /// “November 2026”, “23 – 29 November 2026”.
    heading: String,
    weeks: Vec<Vec<Cell>>,
    /// What can be moved, with its day, for the form that does it without scripts.
    movable: Vec<(String, String)>,
    people: Vec<Choice>,
    person: String,
    is_cut: bool,
    /// What is wrong with what was sent to be moved.
    error: Option<String>,
    moved: String,
    moved_to: String,
}

impl CalendarPage {
    fn previous(&self) -> String {
        self.asked.later(-1).address()
    }

    fn next(&self) -> String {
        self.asked.later(1).address()
    }

    fn today(&self) -> String {
        Asked { day: self.today, ..self.asked }.address()
    }

    /// What the page shows, as the form that moves brings it along.
    fn shown(&self) -> String {
        self.asked.address().split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default()
    }

    fn of_view(&self, view: View) -> String {
        Asked { view, ..self.asked }.address()
    }

    fn is_month(&self) -> bool {
        self.asked.view == View::Month
    }
}

impl Cell {
    fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// So many entries of a day are shown in a month.
const SHOWN: usize = 4;

/// `GET /calendar`: `?view=`, `?day=` and `?person=` say which days, and whose.
pub async fn show(reader: Reader, query: Query) -> Result<Response> {
    reader.page(move |db, page| calendar(db, page, Asked::parse(&query, page.visit.today), None)).await
}

/// What was sent to be moved, and what is wrong with it.
pub struct Refused {
    pub entry: String,
    pub day: String,
    pub words: String,
}

/// The page, with what is wrong if something was sent.
pub fn calendar(db: &mut Db, page: &Page, asked: Asked, refused: Option<Refused>) -> Result<Response> {
    let kept = entries::kept(db, page.viewer(), asked.person, asked.days())?;
    let is_cut = kept.is_cut();
    let (staff, names) = people::queries::staff_and_names(db, kept.mentioned())?;
    let mut entries = kept.named(&names);
    let movable = |entry: &Entry| {
        let day = page.day(entry.day);
        (entry.key(), format!("{} · {}: {}", day.short(), entry.kind.label(), beginning(&entry.words(), 70)))
    };
    let month = asked.day.month();
    let mut cell = |date: NaiveDate| {
        let rest = entries.split_off(entries.partition_point(|entry| entry.day <= date));
        let mut of_day = std::mem::replace(&mut entries, rest);
        let most = if asked.view == View::Month { SHOWN } else { usize::MAX };
        // One more takes no more room than the line that tells of it.
        let more = if of_day.len() > most { of_day.len() - (most - 1) } else { 0 };
        of_day.truncate(of_day.len() - more);
        Cell {
            day: page.day(date),
            is_today: date == page.visit.today,
            is_beside: asked.view == View::Month && date.month() != month,
            entries: of_day,
            more,
            week: Asked { view: View::Week, day: date, ..asked }.address(),
        }
    };
    let week = |monday: NaiveDate| (0..7).map(|day| cell(monday + Days::new(day))).collect();
    let weeks: Vec<Vec<Cell>> = asked.mondays().map(week).collect();
    // What is seen can be moved.
    let seen = weeks.iter().flatten().flat_map(|cell| &cell.entries);
    let movable = seen.filter(|entry| entry.is_movable).map(movable).collect();
    let person = asked.person.map(|person| person.to_string()).unwrap_or_default();
    let is_offered = |one: &&people::Colleague| one.is_active || Some(one.personnel_id) == asked.person;
    let people = staff.iter().filter(is_offered);
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let Refused { entry, day, words } =
        refused.unwrap_or(Refused { entry: String::new(), day: String::new(), words: String::new() });
    let calendar = CalendarPage {
        shell: page.shell("Calendar", "calendar"),
        today: page.visit.today,
        heading: heading(page, asked),
        weeks,
        movable,
        people: people.map(|one| Choice::new(one.personnel_id, one.full_name.clone())).collect(),
        person,
        is_cut,
        error: Some(words).filter(|words| !words.is_empty()),
        moved: entry,
        moved_to: day,
        asked,
    };
    html(status, &calendar)
}

fn heading(page: &Page, asked: Asked) -> String {
    let (first, last) = asked.days();
    match asked.view {
        View::Month => page.day(asked.day).month(),
        View::Week => format!("{} – {}", page.day(first).short(), page.day(last).full()),
    }
}
