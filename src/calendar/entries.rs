//! What stands in a calendar: each kind comes from its slice, as far as its reader may see it.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::access::Viewer;
use crate::action_items::{self, ActionItem};
use crate::clients::{self, ClientRow};
use crate::contacts::{self, Contact};
use crate::db::Db;
use crate::error::Result;
use crate::ids::{ClientId, PersonnelId};
use crate::meetings::{self, Meeting, MeetingStatus};
use crate::records::RecordRef;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Meeting,
    Planned,
    FollowUp,
    Item,
}

impl Kind {
    /// By which word pages and calendars tell it apart.
    pub fn word(self) -> &'static str {
        match self {
            Self::Meeting => "meeting",
            Self::Planned => "contact",
            Self::FollowUp => "follow-up",
            Self::Item => "item",
        }
    }

    /// What it is called.
    pub fn label(self) -> &'static str {
        match self {
            Self::Meeting => "Meeting",
            Self::Planned => "Planned contact",
            Self::FollowUp => "Follow-up",
            Self::Item => "Action item",
        }
    }

    /// The icon before it.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Meeting => "topology-ring",
            Self::Planned => "message-circle",
            Self::FollowUp => "clipboard-check",
            Self::Item => "checkbox",
        }
    }
}

/// One thing on one day.
#[derive(Clone, Debug)]
pub struct Entry {
    pub kind: Kind,
    pub id: i64,
    pub day: NaiveDate,
    /// What is to be done; empty where the kind says it.
    pub title: String,
    pub client: Option<(ClientId, String)>,
    /// Who does it.
    pub people: Vec<String>,
    /// Whether its words are for few, so that no calendar elsewhere is told them.
    pub is_restricted: bool,
    /// Grows with each change of it.
    pub version: i64,
    /// Whether it can be moved to another day.
    pub is_movable: bool,
}

impl Entry {
    /// The address that stands for it where it is moved.
    pub fn key(&self) -> String {
        match self.kind {
            Kind::Meeting => format!("/crm/meetings/{}", self.id),
            Kind::Planned => format!("/clients/{}", self.id),
            Kind::FollowUp => format!("/follow-ups/{}", self.id),
            Kind::Item => format!("/action-items/{}", self.id),
        }
    }

    /// Where it is looked at.
    pub fn link(&self) -> String {
        match (self.kind, &self.client) {
            (Kind::Item, Some((client, _))) => format!("/clients/{client}#action-items"),
            (Kind::FollowUp, Some((client, _))) => format!("/clients/{client}#timeline"),
            _ => self.key(),
        }
    }

    /// What a page shows of it in one line.
    pub fn words(&self) -> String {
        let client = self.client.as_ref().map(|(_, name)| name.as_str());
        match (client, self.title.as_str()) {
            (Some(name), "") => name.to_owned(),
            (Some(name), title) => format!("{name}: {title}"),
            (None, title) => title.to_owned(),
        }
    }
}

/// The rows of some days as they are kept, to be named.
pub struct Kept {
    planned: Vec<ClientRow>,
    follow_ups: Vec<Contact>,
    items: Vec<ActionItem>,
    meetings: Vec<Meeting>,
}

/// Rows of one kind at most.
const ROWS: i64 = 500;

/// What is planned between two days, of one person if given; meetings are the team's.
pub fn kept(db: &mut Db, viewer: &Viewer, person: Option<PersonnelId>, days: (NaiveDate, NaiveDate)) -> Result<Kept> {
    Ok(Kept {
        planned: clients::plan_queries::planned_between(db, person, days, ROWS)?,
        follow_ups: contacts::queries::follow_ups_between(db, viewer, person, days, ROWS)?,
        items: action_items::queries::due_between(db, viewer, person, days, ROWS)?,
        meetings: match viewer.team() {
            Some(pass) => meetings::queries::between(db, pass, person, days, ROWS)?,
            None => Vec::new(),
        },
    })
}

/// What is planned between two days for whoever reads it; who is no colleague has meetings alone.
pub fn kept_of(db: &mut Db, viewer: &Viewer, days: (NaiveDate, NaiveDate)) -> Result<Kept> {
    // No one has this id: a person who is nobody has nothing to do.
    kept(db, viewer, Some(viewer.personnel_id.unwrap_or(PersonnelId(0))), days)
}

impl Kept {
    /// Whether some kind has more rows than are shown.
    pub fn is_cut(&self) -> bool {
        let counts = [self.planned.len(), self.follow_ups.len(), self.items.len(), self.meetings.len()];
        counts.into_iter().any(|count| i64::try_from(count).is_ok_and(|count| count >= ROWS))
    }

    /// The records that they refer to; clients with a plan bring their names.
    pub fn mentioned(&self) -> impl Iterator<Item = RecordRef> {
        let assigned = self.planned.iter().filter_map(|row| row.next_planned_contact_assigned_to);
        let follow_ups = contacts::pages::mentioned(&self.follow_ups);
        assigned.map(RecordRef::from).chain(follow_ups).chain(action_items::pages::mentioned(&self.items))
    }

    /// All of them with their names, day by day.
    pub fn named(self, names: &HashMap<RecordRef, String>) -> Vec<Entry> {
        let people = |ids: &mut dyn Iterator<Item = PersonnelId>| -> Vec<String> {
            ids.filter_map(|id| names.get(&RecordRef::from(id)).cloned()).collect()
        };
        let client = |id: ClientId| Some((id, names.get(&RecordRef::from(id)).cloned().unwrap_or_default()));
        let mut entries: Vec<Entry> = Vec::new();
        for row in self.planned {
            let Some(day) = row.next_planned_contact_date else { continue };
            entries.push(Entry {
                kind: Kind::Planned,
                id: row.client_id.0,
                day,
                title: row.next_planned_contact_type.map(|kind| kind.to_string()).unwrap_or_default(),
                people: people(&mut row.next_planned_contact_assigned_to.into_iter()),
                client: Some((row.client_id, row.client_name)),
                is_restricted: false,
                version: 0,
                is_movable: true,
            });
        }
        for contact in self.follow_ups {
            let Some(day) = contact.draft.follow_up_date else { continue };
            entries.push(Entry {
                kind: Kind::FollowUp,
                id: contact.contact_id.0,
                day,
                title: contact.draft.summary.unwrap_or_default(),
                people: people(&mut contact.draft.follow_up_assigned_to.into_iter()),
                client: client(contact.client_id),
                is_restricted: contact.draft.is_confidential,
                version: contact.version,
                is_movable: true,
            });
        }
        for item in self.items {
            let Some(day) = item.row.draft.due_date else { continue };
            entries.push(Entry {
                kind: Kind::Item,
                id: item.id().0,
                day,
                people: people(&mut item.owners.iter().copied()),
                client: client(item.row.client_id),
                is_restricted: !item.row.draft.is_open,
                version: item.row.version,
                title: item.row.draft.text,
                is_movable: true,
            });
        }
        for meeting in self.meetings {
            entries.push(Entry {
                kind: Kind::Meeting,
                id: meeting.meeting_id.0,
                day: meeting.draft.meeting_date,
                title: meeting.draft.title,
                client: None,
                people: Vec::new(),
                is_restricted: true,
                version: meeting.version,
                is_movable: meeting.status == MeetingStatus::Planned,
            });
        }
        // By what they say: ids by chance decide nothing.
        entries.sort_by_cached_key(|entry| (entry.day, entry.kind, entry.words(), entry.id));
        entries
    }
}
