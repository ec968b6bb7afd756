//! What happened with one client since a moment, gathered and put in the order of time.

use std::cmp::Reverse;
use std::collections::HashMap;

use chrono::{Days, NaiveDate, NaiveDateTime};

use super::lines::{self, Line};
use super::sum::sum;
use crate::access::TeamPass;
use crate::action_items::{self, ActionItem};
use crate::audit::client_queries::{self, ClientChange};
use crate::clients::{Client, ContactType};
use crate::contacts::{self, Contact};
use crate::db::Db;
use crate::error::Result;
use crate::ids::PersonnelId;
use crate::records::RecordRef;
use crate::web::{Day, Page};

/// From when on it is told.
#[derive(Clone, Copy, Debug)]
pub struct Begin {
    /// The day: contacts after it count.
    pub day: NaiveDate,
    /// The moment (UTC): what was saved after it counts.
    pub moment: NaiveDateTime,
    /// Whether it is that of an entry.
    pub is_entry: bool,
}

impl Begin {
    /// Where there is nothing to begin with: a year ago.
    pub fn a_year_ago(page: &Page) -> Self {
        let day = page.visit.today - Days::new(365);
        Self { day, moment: page.end_of(day), is_entry: false }
    }

    /// After an entry of a meeting that was first written at a moment: what came before the end of that day and after
    /// the writing counts, and all that came after the day, however late it was written.
    pub fn after_entry(page: &Page, meeting: NaiveDate, written: NaiveDateTime) -> Self {
        Self { day: meeting, moment: written.min(page.end_of(meeting)), is_entry: true }
    }
}

/// Contacts and rows of the log that are told at most.
const CONTACTS: usize = 30;
const CHANGES: usize = 90;

/// Late follow-ups that are told at most.
const LATE: usize = 20;

/// What was found, before the records in it have names.
pub struct Found {
    pub(super) begin: Begin,
    pub(super) contacts: Vec<Contact>,
    pub(super) changes: Vec<ClientChange>,
    pub(super) late: Vec<Contact>,
    pub(super) late_items: Vec<ActionItem>,
    /// The planned contact whose day has passed.
    pub(super) passed: Option<(NaiveDate, Option<ContactType>)>,
}

/// Finds it, each sort bounded; the items that are late unless they are there already.
pub fn find(
    db: &mut Db,
    page: &Page,
    _pass: TeamPass,
    client: &Client,
    begin: Begin,
    late_items: Option<Vec<ActionItem>>,
) -> Result<Found> {
    let (viewer, id, today) = (page.viewer(), client.client_id, page.visit.today);
    // One more than is shown, so that it shows whether there are more.
    let limit = |rows: usize| i64::try_from(rows + 1).unwrap_or(i64::MAX);
    let asked = client_queries::Asked { client: Some(id), from: Some(begin.moment), ..Default::default() };
    let planned = &client.planned;
    let since = (begin.day, begin.moment, limit(CONTACTS));
    let (contacts, late) = contacts::queries::since_and_late(db, viewer, id, since, (today, limit(LATE)))?;
    let late_items = match late_items {
        Some(items) => items,
        None => action_items::queries::late_of_client(db, viewer, id, today, limit(LATE))?,
    };
    Ok(Found {
        begin,
        contacts,
        changes: client_queries::list(db, viewer, asked, limit(CHANGES))?,
        late,
        late_items,
        passed: planned
            .next_planned_contact_date
            .filter(|day| *day < today)
            .map(|day| (day, planned.next_planned_contact_type)),
    })
}

/// One thing that happened.
pub enum Moment {
    Contact(contacts::pages::Item),
    Change(Line),
    /// A follow-up that is late.
    Late(contacts::pages::Item),
    /// An action item that is late: what it says, and who does it.
    LateItem(String, String),
    /// A planned contact that passed.
    Passed(Option<ContactType>),
}

/// What happened, as a page shows it.
pub struct Since {
    /// The day from which on it is told.
    pub begin: Day,
    pub is_entry: bool,
    /// All of it in one line.
    pub sum: String,
    /// The latest first.
    pub moments: Vec<(Day, Moment)>,
    /// Whether there is more than is told.
    pub is_cut: bool,
}

impl Found {
    /// The records whose names [`Self::named`] takes.
    pub fn mentioned(&self, page: &Page) -> Vec<RecordRef> {
        let of_changes = self.changes.iter().flat_map(|row| lines::mentioned(page.viewer(), row));
        let of_contacts = contacts::pages::mentioned(&self.contacts).chain(contacts::pages::mentioned(&self.late));
        let of_items = self.late_items.iter().flat_map(|item| item.owners.iter().copied().map(RecordRef::from));
        of_contacts.chain(of_changes).chain(of_items).collect()
    }

    /// What happened, in the order of time.
    pub fn named(mut self, page: &Page, names: &HashMap<RecordRef, String>) -> Since {
        let sum = sum(page, &self, names);
        let is_cut = self.contacts.len() > CONTACTS
            || self.changes.len() > CHANGES
            || self.late.len() > LATE
            || self.late_items.len() > LATE;
        self.contacts.truncate(CONTACTS);
        self.changes.truncate(CHANGES);
        self.late.truncate(LATE);
        self.late_items.truncate(LATE);
        let mut moments: Vec<(Day, Moment)> = Vec::new();
        for line in self.changes.iter().flat_map(|row| lines::lines(page, row, names)) {
            match moments.last_mut() {
                Some((_, Moment::Change(last))) if last.goes_on_with(&line) => last.take(line),
                _ => moments.push((line.day, Moment::Change(line))),
            }
        }
        let contacts = contacts::pages::items_named(page, self.contacts, names).into_iter();
        moments.extend(contacts.map(|item| (item.day, Moment::Contact(item))));
        let late = contacts::pages::items_named(page, self.late, names).into_iter();
        moments.extend(late.filter_map(|item| Some((item.follow_up?, Moment::Late(item)))));
        let name = |person: &PersonnelId| names.get(&RecordRef::from(*person)).cloned();
        moments.extend(self.late_items.into_iter().filter_map(|item| {
            let owners: Vec<String> = item.owners.iter().filter_map(name).collect();
            Some((page.day(item.row.draft.due_date?), Moment::LateItem(item.row.draft.text, owners.join(", "))))
        }));
        moments.extend(self.passed.map(|(day, kind)| (page.day(day), Moment::Passed(kind))));
        // Stable: what is of one day stays in the order of its sorts.
        moments.sort_by_key(|(day, _)| Reverse(day.date));
        Since { begin: page.day(self.begin.day), is_entry: self.begin.is_entry, sum, moments, is_cut }
    }

    /// The contacts, as far as they are told, and whether there are more.
    pub(super) fn contacts(&self) -> (usize, bool) {
        (self.contacts.len().min(CONTACTS), self.contacts.len() > CONTACTS)
    }

    /// The rows of the log, the first one first.
    pub(super) fn changes(&self) -> impl Iterator<Item = &ClientChange> {
        self.changes.iter().rev()
    }
}
