//! Minutes of a meeting: as a page, as Markdown and as PDF, all made of the same values. The team's edition has what
//! was said; the open one is made of what everyone signed in may read, in an order that tells of no rank.

mod gather;
mod markdown;
pub mod pages;
mod sheet;

pub use gather::item_in_words;

use crate::ids::ClientId;
use crate::web::Day;

/// Whom minutes are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edition {
    /// The NED Team.
    Team,
    /// Everyone who is signed in.
    Open,
}

impl Edition {
    /// Who may read it.
    pub fn readers(self) -> &'static str {
        match self {
            Self::Team => "NED Team only",
            Self::Open => "Open edition: without what is for the NED Team only",
        }
    }
}

/// What minutes say.
pub struct Minutes {
    /// What they are of.
    pub title: String,
    /// The day of the meeting.
    pub day: Day,
    /// Whom they are for.
    pub edition: Edition,
    /// About the meeting: labels and what belongs to them.
    pub facts: Vec<(&'static str, String)>,
    /// Client by client.
    pub parts: Vec<Part>,
}

impl Minutes {
    /// What they say of one client alone.
    pub fn of_one(mut self, client: ClientId) -> Self {
        self.parts.retain(|part| part.client_id == client);
        if let Some(part) = self.parts.first() {
            self.title = format!("{}, {}", self.title, part.name);
        }
        self.facts.retain(|(label, _)| *label != gather::NOT_REACHED);
        self
    }
}

/// What minutes say of one client.
pub struct Part {
    pub client_id: ClientId,
    pub name: String,
    /// What became of it, e.g. “Skipped: nothing new”.
    pub outcome: Option<String>,
    /// Labels and what belongs to them.
    pub facts: Vec<(&'static str, String)>,
    /// Headings and the words below them, as they were written.
    pub texts: Vec<(&'static str, String)>,
    /// What was assigned, a line each.
    pub items: Vec<String>,
}
