//! A document as it is kept, where, and who may see it.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::kinds::{self, Kind};
use crate::access::Viewer;
use crate::closed_list::closed_list;
use crate::db::schema::files;
use crate::ids::{ClientId, ContactId, FileId, MeetingId};
use crate::records::{RecordKind, RecordRef};

closed_list! {
    /// Who may see a file, beside the right to see what it is kept with.
    Visibility { Open = "open", Confidential = "confidential", Team = "team" }
}

impl Visibility {
    /// In words for those who choose.
    pub fn words(self) -> &'static str {
        match self {
            Self::Open => "Everyone",
            Self::Confidential => "Confidential access",
            Self::Team => "NED Team",
        }
    }

    /// Those that a person may see, and give.
    pub fn seen_by(viewer: &Viewer) -> impl Iterator<Item = Self> {
        let confidential = viewer.confidential().map(|_| Self::Confidential);
        [Some(Self::Open), confidential, viewer.team().map(|_| Self::Team)].into_iter().flatten()
    }
}

/// What a file is kept with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    Client(ClientId),
    /// A contact, and its client.
    Contact(ContactId, ClientId),
    Project(i64),
    Meeting(MeetingId),
}

impl Home {
    /// Where its files are listed and added.
    pub fn files(self) -> String {
        match self {
            Self::Client(id) => format!("/clients/{id}/files"),
            Self::Contact(id, _) => format!("/contacts/{id}/files"),
            Self::Project(id) => format!("/projects/{id}/files"),
            Self::Meeting(id) => format!("/crm/meetings/{id}/files"),
        }
    }

    /// The page on which they are shown.
    pub fn page(self) -> String {
        match self {
            Self::Client(id) | Self::Contact(_, id) => format!("/clients/{id}"),
            Self::Project(id) => format!("/projects/{id}"),
            Self::Meeting(id) => format!("/crm/meetings/{id}/agenda"),
        }
    }

    /// The record that has to be in the lists for anything to change; a meeting always may.
    pub fn record(self) -> Option<RecordRef> {
        match self {
            Self::Client(id) | Self::Contact(_, id) => Some(id.into()),
            Self::Project(id) => Some(RecordRef { kind: RecordKind::Project, id }),
            Self::Meeting(_) => None,
        }
    }

    /// The section of the navigation.
    pub fn section(self) -> &'static str {
        match self {
            Self::Client(_) => "clients",
            Self::Contact(..) => "contacts",
            Self::Project(_) => "projects",
            Self::Meeting(_) => "roundtable",
        }
    }
}

/// A record that files are kept with, as the slice tells of it that knows who may see it.
#[derive(Clone, Debug)]
pub struct Place {
    /// Which one.
    pub home: Home,
    /// What it is called.
    pub name: String,
    /// Whether it is confidential itself, so that nothing with it is open.
    pub is_confidential: bool,
    /// Why nothing may be added, if it is out of the lists.
    pub gone: Option<String>,
}

impl Place {
    /// Who may see a file there, as far as a person may choose; the first is meant unless another is chosen.
    pub fn choices(&self, viewer: &Viewer) -> Vec<Visibility> {
        let fits = |one: &Visibility| match self.home {
            Home::Client(_) | Home::Project(_) => true,
            Home::Contact(..) => {
                *one == Visibility::Confidential || (*one == Visibility::Open && !self.is_confidential)
            }
            Home::Meeting(_) => *one == Visibility::Team,
        };
        Visibility::seen_by(viewer).filter(fits).collect()
    }
}

/// A file as its row says; the audit log takes all of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Queryable, Selectable, Insertable)]
#[diesel(table_name = files)]
pub struct FileRow {
    #[serde(skip, default = "no_id")]
    pub file_id: FileId,
    pub client_id: Option<ClientId>,
    pub contact_id: Option<ContactId>,
    pub project_id: Option<i64>,
    pub meeting_id: Option<MeetingId>,
    pub file_name: String,
    /// What it is, by its content.
    pub media_type: String,
    pub size_bytes: i64,
    /// The hash of its content, under which that is kept.
    pub sha256: String,
    pub visibility: Visibility,
    #[serde(skip)]
    pub version: i64,
    pub created_by: Option<i64>,
    pub created_date: NaiveDateTime,
}

fn no_id() -> FileId {
    FileId(0)
}

impl FileRow {
    /// What it is kept with.
    pub fn home(&self) -> Option<Home> {
        match (self.client_id, self.contact_id, self.project_id, self.meeting_id) {
            (Some(client), Some(contact), ..) => Some(Home::Contact(contact, client)),
            (Some(client), ..) => Some(Home::Client(client)),
            (_, _, Some(project), _) => Some(Home::Project(project)),
            (.., meeting) => meeting.map(Home::Meeting),
        }
    }

    /// What it is.
    pub fn kind(&self) -> &'static Kind {
        kinds::of_media_type(&self.media_type)
    }

    /// Its size in words, e.g. “1.4 MB”.
    pub fn size(&self) -> String {
        in_words(self.size_bytes)
    }
}

/// A number of bytes in words.
pub fn in_words(bytes: i64) -> String {
    const KILO: i64 = 1_000;
    const MEGA: i64 = 1_000_000;
    match bytes {
        ..KILO => format!("{bytes} bytes"),
        KILO..MEGA => format!("{} kB", (bytes + KILO / 2) / KILO),
        _ => format!("{}.{} MB", bytes / MEGA, bytes % MEGA / 100_000),
    }
}

/// A file that has arrived whole and is kept, before it has a row.
#[derive(Clone, Debug)]
pub struct Kept {
    pub file_name: String,
    pub media_type: &'static str,
    pub size_bytes: i64,
    pub sha256: String,
}
