//! What happened with a client, the latest first: contacts, roundtable entries, meetings and changes in one line of
//! time. Each row comes from a query that knows who reads it.

use std::cmp::Reverse;
use std::collections::HashMap;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;

pub use super::timeline_asked::Asked;
use super::timeline_asked::{PASSED, Place, Show};
use crate::access::Viewer;
use crate::audit::client_queries::{self, ClientChange};
use crate::clients;
use crate::contacts::{self, Contact, list_queries::ContactFilter};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::ClientId;
use crate::meetings::{Meeting, Point, point_queries};
use crate::records::{self, RecordRef};
use crate::roundtable::{self, RoundtableEntry};
use crate::since::{self, Line};
use crate::web::{Day, Id, Page, Query, Reader, Shell, address, html};

/// The rows of a timeline before the records in them have names.
pub struct Found {
    asked: Asked,
    contacts: Vec<Contact>,
    entries: Vec<RoundtableEntry>,
    meetings: Vec<(Point, Meeting)>,
    changes: Vec<ClientChange>,
    /// How many entries there are in all, for those who may know.
    pub entry_count: Option<i64>,
}

/// Finds the rows: at most four statements, each bounded.
pub fn find(db: &mut Db, page: &Page, asked: Asked) -> Result<Found> {
    let (viewer, client, day) = (page.viewer(), asked.client, asked.place.day);
    // One more than is shown, so that it shows whether there are more.
    let limit = |rows: usize| i64::try_from(rows + asked.place.after + 1).unwrap_or(i64::MAX);
    let contacts = if asked.show.takes(Show::Contacts) {
        let filter = ContactFilter { client: Some(client), until: day, ..ContactFilter::default() };
        contacts::list_queries::latest(db, viewer, &filter, limit(asked.contacts))?
    } else {
        Vec::new()
    };
    let (entry_count, entries) = match viewer.team().filter(|_| asked.show.takes(Show::Entries)) {
        Some(pass) => {
            let (total, entries) = roundtable::queries::until(db, pass, client, day, limit(asked.entries))?;
            (Some(total), entries)
        }
        None => (None, Vec::new()),
    };
    let meetings = match viewer.team().filter(|_| asked.meetings > 0 && asked.show.takes(Show::Meetings)) {
        Some(pass) => point_queries::held_until(db, pass, client, day, limit(asked.meetings))?,
        None => Vec::new(),
    };
    let changes = if asked.show.takes(Show::Changes) {
        let before = page.end_of(day.unwrap_or(page.visit.today));
        let of_client = client_queries::Asked { client: Some(client), before: Some(before), ..Default::default() };
        client_queries::list(db, viewer, of_client, limit(asked.changes))?
    } else {
        Vec::new()
    };
    Ok(Found { asked, contacts, entries, meetings, changes, entry_count })
}

/// One thing that happened.
pub enum Moment {
    Contact(contacts::pages::Item),
    Entry(roundtable::pages::Item),
    Meeting(Talk),
    Change(Line),
    /// Here the rows of one sort end, although there are older ones: what they are called, and where they are.
    End(&'static str, String),
}

/// What became of the client at a meeting that was held.
pub struct Talk {
    pub day: Day,
    pub meeting: Meeting,
    /// “Skipped: nothing new”.
    pub outcome: String,
}

/// What happened in one month.
pub struct Month {
    /// “March 2026”.
    pub name: String,
    /// The latest first.
    pub moments: Vec<Moment>,
}

/// A choice of what is shown.
pub struct Tab {
    pub words: &'static str,
    pub link: String,
    pub is_current: bool,
}

/// A timeline as a page shows it.
pub struct Timeline {
    pub tabs: Vec<Tab>,
    pub months: Vec<Month>,
    /// Where it goes on.
    pub older: Option<String>,
    /// The same as a day, and how many of its rows were told.
    pub next: Option<(NaiveDate, usize)>,
}

/// A row with its day, which orders it, and the sort that it is of.
struct Dated {
    day: Day,
    sort: Show,
    moment: Moment,
}

impl Found {
    /// What leads to all contacts, where there are more than one; how many, where they are all here.
    pub fn all_contacts(&self) -> Option<String> {
        match self.contacts.len() {
            found if found > self.asked.contacts => Some("All contacts".into()),
            _ if !self.asked.show.takes(Show::Contacts) => Some("All contacts".into()),
            0 | 1 => None,
            found => Some(format!("All {found} contacts")),
        }
    }

    /// The records whose names [`Self::named`] takes.
    pub fn mentioned(&self, viewer: &Viewer) -> Vec<RecordRef> {
        let of_changes = self.changes.iter().flat_map(|row| since::mentioned(viewer, row));
        contacts::pages::mentioned(&self.contacts).chain(of_changes).collect()
    }

    /// The timeline, whose tabs lead to `path`.
    pub fn named(self, page: &Page, names: &HashMap<RecordRef, String>, path: &str) -> Timeline {
        let asked = self.asked;
        let after = asked.place.after;
        let contacts = contacts::pages::items_named(page, self.contacts, names).into_iter();
        let contacts = contacts.map(|item| (item.day, Moment::Contact(item)));
        let entries = roundtable::pages::items(page, self.entries).into_iter();
        let entries = entries.map(|item| (item.day, Moment::Entry(item)));
        let talk = |(point, meeting): (Point, Meeting)| {
            let day = page.day(meeting.draft.meeting_date);
            (day, Moment::Meeting(Talk { day, outcome: point.outcome(), meeting }))
        };
        let meetings = self.meetings.into_iter().map(talk);
        let lines = self.changes.iter().flat_map(|row| since::lines(page, row, names));
        let lines = lines.map(|line| (line.day, Moment::Change(line)));
        let mut rows: Vec<Dated> = Vec::new();
        let mut cut: Vec<Show> = Vec::new();
        let mut take = |sort: Show, limit: usize, moments: &mut dyn Iterator<Item = (Day, Moment)>| {
            rows.extend(moments.take(limit + after).map(|(day, moment)| Dated { day, sort, moment }));
            if moments.next().is_some() {
                cut.push(sort);
            }
        };
        take(Show::Changes, asked.changes, &mut lines.collect::<Vec<_>>().into_iter());
        take(Show::Contacts, asked.contacts, &mut contacts.into_iter());
        take(Show::Entries, asked.entries, &mut entries.into_iter());
        take(Show::Meetings, asked.meetings, &mut meetings.into_iter());
        // Stable: the rows of one day stay in the order of their sorts.
        rows.sort_by_key(|row| Reverse(row.day.date));
        rows.drain(..after.min(rows.len()));
        let (rows, older) = asked.ended(rows, &cut);
        let next = older.and_then(|place| Some((place.day?, place.after)));
        let older = older.map(|place| asked.link(asked.show, place));
        Timeline { tabs: asked.tabs(page, path), months: months(rows), older, next }
    }
}

impl Asked {
    /// What is chosen, of what this person may see.
    fn tabs(&self, page: &Page, path: &str) -> Vec<Tab> {
        let tab = |show: Show| Tab {
            words: show.words(),
            link: format!("{}#timeline", address(path, &[("show", show.value())])),
            is_current: show == self.show,
        };
        Show::EVERY.into_iter().filter(|show| show.is_for(page.viewer())).map(tab).collect()
    }

    /// Ends the rows where those of one sort end, and tells where they go on; at the beginning those of the other sorts
    /// are shown all the same, and each end is told.
    fn ended(&self, mut rows: Vec<Dated>, cut: &[Show]) -> (Vec<Dated>, Option<Place>) {
        let last_of = |sort: Show| rows.iter().rposition(|row| row.sort == sort);
        let ends: Vec<(usize, Show)> = cut.iter().filter_map(|sort| Some((last_of(*sort)?, *sort))).collect();
        let going_on = |place: usize, show: Show| {
            let day = rows[place].day.date;
            let same = rows[..=place].iter().filter(|row| row.day.date == day && show.takes(row.sort)).count();
            let passed = if self.place.day == Some(day) { self.place.after } else { 0 };
            match same + passed {
                after if after <= PASSED => Place { day: Some(day), after },
                // Of a day with more than that the rest is in the lists: it goes on with the day before.
                _ => Place { day: day.pred_opt(), after: 0 },
            }
        };
        let first = ends.iter().map(|(place, _)| *place).min();
        let older = first.map(|place| going_on(place, self.show));
        if let Some(first) = first.filter(|_| !self.is_beginning) {
            rows.truncate(first + 1);
            return (rows, older);
        }
        let end_of_all = rows.len().checked_sub(1);
        let inner = ends.iter().filter(|(place, _)| Some(*place) != end_of_all);
        let mut links: Vec<(usize, Show, String)> =
            inner.map(|(place, sort)| (*place, *sort, self.link(*sort, going_on(*place, *sort)))).collect();
        links.sort_by_key(|(place, ..)| *place);
        let mut told = Vec::new();
        for (place, row) in rows.into_iter().enumerate() {
            let day = row.day;
            told.push(row);
            for (_, sort, link) in links.iter().filter(|(end, ..)| *end == place) {
                let words = match sort {
                    Show::Contacts => "Earlier contacts",
                    Show::Entries => "Earlier entries",
                    Show::Meetings => "Earlier meetings",
                    Show::All | Show::Changes => "Earlier changes",
                };
                told.push(Dated { day, sort: *sort, moment: Moment::End(words, link.clone()) });
            }
        }
        (told, older)
    }
}

/// The rows by month, changes of one kind, day and author in one line.
fn months(rows: Vec<Dated>) -> Vec<Month> {
    let mut months: Vec<Month> = Vec::new();
    for row in rows {
        let name = row.day.month();
        if months.last().is_none_or(|month| month.name != name) {
            months.push(Month { name, moments: Vec::new() });
        }
        let Some(month) = months.last_mut() else { continue };
        match (row.moment, month.moments.last_mut()) {
            (Moment::Change(line), Some(Moment::Change(last))) if last.goes_on_with(&line) => last.take(line),
            (moment, _) => month.moments.push(moment),
        }
    }
    months
}

/// Contacts of several clients by month, as the page of a person shows them.
pub fn of_contacts(items: Vec<contacts::pages::Item>) -> Vec<Month> {
    let row =
        |item: contacts::pages::Item| Dated { day: item.day, sort: Show::Contacts, moment: Moment::Contact(item) };
    months(items.into_iter().map(row).collect())
}

#[derive(Template)]
#[template(path = "overview/timeline.html")]
struct TimelinePage {
    shell: Shell,
    timeline: Timeline,
    client: ClientId,
    /// Whether it begins before today.
    is_later: bool,
}

/// `GET /clients/{id}/timeline`: `?show=` narrows it, `?until=` and `?after=` go on where another page ended.
pub async fn show(reader: Reader, Id(id): Id<ClientId>, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let client = clients::queries::find(db, id)?.ok_or(Error::NotFound)?;
            let asked = Asked::page(id, page.viewer(), &query);
            let found = find(db, page, asked)?;
            let names = records::queries::names_of(db, found.mentioned(page.viewer()))?;
            let name = client.draft.client_name;
            let shell = page.shell(format!("Timeline of {name}"), "clients").crumb(name, format!("/clients/{id}"));
            let timeline = found.named(page, &names, &format!("/clients/{id}/timeline"));
            let page = TimelinePage { shell, timeline, client: id, is_later: asked.place != Place::default() };
            html(StatusCode::OK, &page)
        })
        .await
}
