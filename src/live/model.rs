//! An event, and a person who is there.

use diesel::prelude::*;

use super::queries::live_events;
use crate::ids::{ClientId, MeetingId, UserId};

crate::closed_list::closed_list! {
    /// What an event is about.
    Kind {
        Entry = "entry",
        Assessment = "assessment",
        Client = "client",
        Contact = "contact",
        Link = "link",
        Item = "item",
        Point = "point",
        Agenda = "agenda",
        Meeting = "meeting",
        Presence = "presence",
        Presenter = "presenter",
        Writing = "writing",
    }
}

impl Kind {
    /// Whether it is about who is there and does what, not about what is on record.
    pub fn is_of_people(self) -> bool {
        matches!(self, Self::Presence | Self::Presenter | Self::Writing)
    }
}

/// An event to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct News {
    /// What it is about.
    pub kind: Kind,
    /// The meeting; `None` for what happens to a client, whatever meeting it is on the agenda of.
    pub meeting: Option<MeetingId>,
    /// The client.
    pub client: Option<ClientId>,
    /// The row: an entry, a point.
    pub record: Option<i64>,
}

impl News {
    /// What happened in a meeting.
    pub fn of(kind: Kind, meeting: MeetingId) -> Self {
        Self { kind, meeting: Some(meeting), client: None, record: None }
    }

    /// What happened to an agenda.
    pub fn of_agenda() -> Self {
        Self { kind: Kind::Agenda, meeting: None, client: None, record: None }
    }

    /// The same, about a client.
    pub fn on(self, client: ClientId) -> Self {
        Self { client: Some(client), ..self }
    }
}

/// An event as it is kept.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = live_events)]
pub struct Event {
    /// Its number: later ones have greater ones.
    pub event_id: i64,
    /// What it is about.
    pub kind: Kind,
    /// The meeting, if it is of one alone.
    pub meeting_id: Option<MeetingId>,
    /// The client.
    pub client_id: Option<ClientId>,
    /// The row.
    pub record_id: Option<i64>,
    /// Who did it.
    pub user_id: Option<UserId>,
}

/// A person in a meeting.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Person {
    /// The account.
    pub user_id: UserId,
    /// Their name.
    pub full_name: String,
}
