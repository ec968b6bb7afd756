//! What is asked of a client's timeline: what of it is shown, from where on, and how much.

use chrono::{Datelike, NaiveDate};

use crate::access::Viewer;
use crate::ids::ClientId;
use crate::web::{Query, address};

/// What of it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    All,
    Contacts,
    Entries,
    Meetings,
    Changes,
}

impl Show {
    pub(super) const EVERY: [Self; 5] = [Self::All, Self::Contacts, Self::Entries, Self::Meetings, Self::Changes];

    /// What an address asks for with `?show=`; what one may not see is not known.
    pub(super) fn parse(query: &Query, viewer: &Viewer) -> Self {
        let asked = query.get("show").unwrap_or_default();
        let known = Self::EVERY.into_iter().filter(|show| show.is_for(viewer));
        known.into_iter().find(|show| show.value() == asked).unwrap_or(Self::All)
    }

    pub(super) fn is_for(self, viewer: &Viewer) -> bool {
        !matches!(self, Self::Entries | Self::Meetings) || viewer.team().is_some()
    }

    pub(super) fn value(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Contacts => "contacts",
            Self::Entries => "entries",
            Self::Meetings => "meetings",
            Self::Changes => "changes",
        }
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Contacts => "Contacts",
            Self::Entries => "Entries",
            Self::Meetings => "Meetings",
            Self::Changes => "Changes",
        }
    }

    pub(super) fn takes(self, other: Self) -> bool {
        self == Self::All || self == other
    }
}

/// Where the timeline is taken up: at the end of a day, after so many rows of that day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) day: Option<NaiveDate>,
    pub(super) after: usize,
}

/// Rows of one day that can be passed over.
pub(super) const PASSED: usize = 500;

impl Place {
    pub(super) fn parse(query: &Query) -> Self {
        let day = query.get("until").and_then(|text| text.parse::<NaiveDate>().ok());
        let day = day.filter(|day| (1900..=2200).contains(&day.year()));
        let after = query.get("after").and_then(|text| text.parse().ok()).filter(|_| day.is_some());
        Self { day, after: PASSED.min(after.unwrap_or_default()) }
    }
}

/// What is asked of a client's timeline.
#[derive(Clone, Copy)]
pub struct Asked {
    pub(super) client: ClientId,
    pub(super) show: Show,
    pub(super) place: Place,
    /// Whether rows are shown although some before them are not.
    pub(super) is_beginning: bool,
    /// How many rows of each sort at most.
    pub(super) contacts: usize,
    pub(super) entries: usize,
    pub(super) meetings: usize,
    pub(super) changes: usize,
}

/// Rows of one sort on a page of the timeline alone.
const ROWS: usize = 30;

/// Rows of the log that are looked at; several are told in one line.
const CHANGES: usize = 60;

impl Asked {
    /// The beginning, as the page of the client shows it: ten contacts and three entries (product.md §4).
    pub fn beginning(client: ClientId, viewer: &Viewer, query: &Query) -> Self {
        let show = Show::parse(query, viewer);
        let (contacts, entries) = if show == Show::All { (10, 3) } else { (ROWS, ROWS) };
        // What was said at meetings is told by the entries; the statement is saved.
        let meetings = if show == Show::All { 0 } else { ROWS };
        let place = Place::default();
        Self { client, show, place, is_beginning: true, contacts, entries, meetings, changes: CHANGES }
    }

    /// A page for programs: what is shown, so many rows of each sort, after so many rows of a day.
    pub fn program(
        client: ClientId,
        viewer: &Viewer,
        query: &Query,
        (limit, after): (usize, Option<(NaiveDate, usize)>),
    ) -> Self {
        let place =
            after.map_or_else(Place::default, |(day, after)| Place { day: Some(day), after: PASSED.min(after) });
        let (contacts, entries, meetings, changes) = (limit, limit, limit, limit);
        let show = Show::parse(query, viewer);
        Self { client, show, place, is_beginning: false, contacts, entries, meetings, changes }
    }

    pub(super) fn page(client: ClientId, viewer: &Viewer, query: &Query) -> Self {
        let (show, place) = (Show::parse(query, viewer), Place::parse(query));
        let (contacts, entries, meetings, changes) = (ROWS, ROWS, ROWS, CHANGES);
        Self { client, show, place, is_beginning: false, contacts, entries, meetings, changes }
    }

    pub(super) fn link(&self, show: Show, place: Place) -> String {
        let after = if place.after > 0 { place.after.to_string() } else { String::new() };
        let until = place.day.map(|day| day.to_string()).unwrap_or_default();
        let path = format!("/clients/{}/timeline", self.client);
        address(&path, &[("show", show.value()), ("until", &until), ("after", &after)])
    }
}
