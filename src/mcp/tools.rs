//! The tools, each with what it is for, for whom it is and what it takes.

use rmcp::model::{Tool as Described, ToolAnnotations};
use serde_json::Value;

use super::answer::Answer;
use super::drafting::{self, Form};
use super::{attention, parameters, reading};
use crate::access::Audience;
use crate::api::{self, Collection};
use crate::closed_list::{ClosedList, closed_list};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::web::{JsonObject, Page};

closed_list! {
    /// What an assistant can ask for.
    Tool {
        Search = "search",
        ClientBrief = "client_brief",
        NeedsAttention = "needs_attention",
        WaysBetween = "ways_between",
        LogContact = "log_contact",
        DraftEntry = "draft_entry",
        DraftActionItem = "draft_action_item",
    }
}

impl Tool {
    /// For whom it is.
    pub fn audience(self) -> Audience {
        match self {
            Self::Search | Self::ClientBrief | Self::NeedsAttention | Self::WaysBetween => Audience::SignedIn,
            Self::LogContact | Self::DraftActionItem => Audience::Writer,
            Self::DraftEntry => Audience::TeamWriter,
        }
    }

    /// What it is called, and what it is for.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Search => (
                "Search",
                "Finds clients, people, projects and all other records by name, and texts that hold the words. Gives \
                 the type and id of each, by which other tools ask.",
            ),
            Self::ClientBrief => (
                "Brief of a client",
                "All that one has to know before one meets a client: points of contact, last and next contact, people \
                 there, links, what is open.",
            ),
            Self::NeedsAttention => (
                "Who needs attention, and why",
                "Clients that were not contacted for long, or never, the longest silence first, each with the reason.",
            ),
            Self::WaysBetween => (
                "Ways between two records",
                "How one reaches a record from another: over whom and by which relationship, the shortest way first.",
            ),
            Self::LogContact => (
                "Log a contact",
                "Logs a contact that was made with a client, and the next one if it is planned. It is saved at once, \
                 shown as logged by an assistant, and can be taken back.",
            ),
            Self::DraftEntry => (
                "Draft an entry of the roundtable",
                "Writes an entry of a client's roundtable history as a draft. It is not filed: the person for whom \
                 you ask opens the address, changes it and files it.",
            ),
            Self::DraftActionItem => (
                "Draft an action item",
                "Writes what is to be done for a client as a draft. It is not filed: the person for whom you ask opens \
                 the address, changes it and files it.",
            ),
        }
    }

    /// As it is told to an assistant, for whoever it asks for.
    pub fn described(self, db: &mut Db, page: &Page) -> Result<Described> {
        let (title, about) = self.words();
        let schema = match self {
            Self::Search => parameters::schema(&reading::SEARCH),
            Self::ClientBrief => parameters::schema(&reading::BRIEF),
            Self::WaysBetween => parameters::schema(&reading::WAYS),
            Self::NeedsAttention => parameters::schema(&attention::parameters(page.viewer())),
            Self::LogContact => api::made_of(db, page, Collection::Contacts)?,
            Self::DraftEntry => drafting::schema(page, Form::Entry),
            Self::DraftActionItem => drafting::schema(page, Form::ActionItem),
        };
        let Value::Object(schema) = schema else { return Err(Error::Internal("a schema that is no object".into())) };
        let is_reading = self.audience() == Audience::SignedIn;
        let marks = ToolAnnotations::with_title(title).read_only(is_reading).destructive(false).open_world(false);
        Ok(Described::new(self.as_str(), about, schema).with_title(title).with_annotations(marks))
    }

    /// Does what is asked for.
    pub fn run(self, db: &mut Db, page: &Page, sent: &JsonObject) -> Result<Answer> {
        match self {
            Self::Search => reading::search(db, page, sent),
            Self::ClientBrief => reading::brief(db, page, sent),
            Self::NeedsAttention => attention::run(db, page, sent),
            Self::WaysBetween => reading::ways(db, page, sent),
            Self::LogContact => drafting::log(db, page, sent),
            Self::DraftEntry => drafting::draft(db, page, sent, Form::Entry),
            Self::DraftActionItem => drafting::draft(db, page, sent, Form::ActionItem),
        }
    }
}
