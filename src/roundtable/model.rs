//! A roundtable entry: what was said about one client at one meeting.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde::Serialize;

use super::queries::roundtable_history;
use crate::access::TeamPass;
use crate::ids::{ClientId, HistoryId, MeetingId, UserId};
use crate::web::{Checked, Field, FormData, Input, Invalid};

/// What the form of an entry says.
#[derive(Clone, Debug, PartialEq, Serialize, Queryable, Selectable, Insertable)]
#[diesel(table_name = roundtable_history)]
pub struct EntryDraft {
    pub meeting_date: NaiveDate,
    pub next_steps: Option<String>,
    pub client_near_term_focus: Option<String>,
    pub mpr_work_targets: Option<String>,
    pub discussion: Option<String>,
    pub action_items: Option<String>,
}

/// An entry as it is kept; one version of it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = roundtable_history)]
pub struct RoundtableEntry {
    pub history_id: HistoryId,
    pub client_id: ClientId,
    #[diesel(embed)]
    pub draft: EntryDraft,
    pub superseded_by: Option<HistoryId>,
    pub created_by: Option<UserId>,
    pub created_date: NaiveDateTime,
    pub meeting_id: Option<MeetingId>,
}

impl EntryDraft {
    /// Reads an entry; it says something (product.md §4).
    pub fn parse(_pass: TeamPass, form: &FormData) -> Result<Self, Invalid> {
        let mut checked = Checked::new(form);
        let meeting_date = checked.date("meeting_date").unwrap_or_else(|| {
            if !checked.is_refused("meeting_date") {
                checked.refuse("meeting_date", "Enter the day of the meeting.");
            }
            NaiveDate::default()
        });
        let draft = Self {
            meeting_date,
            next_steps: checked.text("next_steps"),
            client_near_term_focus: checked.text("client_near_term_focus"),
            mpr_work_targets: checked.text("mpr_work_targets"),
            discussion: checked.text("discussion"),
            action_items: checked.text("action_items"),
        };
        if draft.texts().iter().all(|(_, text)| text.is_none()) {
            checked.refuse("next_steps", "Fill in at least one of the five texts.");
        }
        checked.finish(draft)
    }

    /// The five texts with their headings, the three key fields first.
    pub fn texts(&self) -> [(&'static str, Option<&str>); 5] {
        [
            ("Next steps", self.next_steps.as_deref()),
            ("Near-term focus", self.client_near_term_focus.as_deref()),
            ("Work targets", self.mpr_work_targets.as_deref()),
            ("Discussion", self.discussion.as_deref()),
            ("Action items", self.action_items.as_deref()),
        ]
    }
}

/// The fields of the entry form.
pub fn fields(organisation: &str) -> Vec<Field> {
    vec![
        Field::new("meeting_date", "Meeting date", Input::Date).required(),
        Field::new("next_steps", "Next steps", Input::Area(3))
            .hint("What happens next with this client, and who does it."),
        Field::new("client_near_term_focus", "Client's near-term focus", Input::Area(3))
            .hint("What the client is working on in the coming months."),
        Field::new("mpr_work_targets", "Work targets", Input::Area(3))
            .hint(format!("What {organisation} wants to achieve with this client.")),
        Field::new("discussion", "Discussion", Input::Area(3)).hint("Anything else that was said."),
        Field::new("action_items", "Action items", Input::Area(3))
            .hint("A line each becomes an item: “Ana: send the offer by Friday”."),
    ]
}
