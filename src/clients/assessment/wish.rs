//! What the team wants to judge of several clients at once.

use super::{Assessment, ClientPriority, ClientStatus, REASON};
use crate::access::TeamPass;
use crate::closed_list::ClosedList;
use crate::web::{Checked, Choice, Field, FormData, Input, Select};

/// A priority and a status for several clients; what is not said stays.
pub struct AssessmentWish {
    pass: TeamPass,
    priority: Option<ClientPriority>,
    status: Option<ClientStatus>,
    reason: Option<String>,
}

const PRIORITY: &str = "client_priority";
const STATUS: &str = "client_status";

/// What is longer has no place in a line.
const LINE: usize = 200;

impl AssessmentWish {
    /// Reads what was sent.
    pub fn parse(pass: TeamPass, form: &FormData) -> Self {
        Self {
            pass,
            priority: form.get(PRIORITY).and_then(|text| ClientPriority::parse(&text).ok()),
            status: form.get(STATUS).and_then(|text| ClientStatus::parse(&text).ok()),
            reason: Checked::new(form).line(REASON).map(|line| line.chars().take(LINE).collect()),
        }
    }

    /// The names of its fields.
    pub fn fields() -> [&'static str; 2] {
        [PRIORITY, STATUS]
    }

    /// What it is chosen with.
    pub fn selects(_pass: TeamPass) -> [Select; 2] {
        let select = |name, label, choices| Select { name, label, any: "–", value: String::new(), choices };
        [
            select(PRIORITY, "Priority", Choice::all::<ClientPriority>()),
            select(STATUS, "Status", Choice::all::<ClientStatus>()),
        ]
    }

    /// The pass with which it was read.
    pub fn pass(&self) -> TeamPass {
        self.pass
    }

    /// Where its reason is typed.
    pub fn reason(&self) -> Field {
        let field = Field::new(REASON, "Reason for the change", Input::Line).hint("One line, for the NED Team alone.");
        Field { value: self.reason.clone().unwrap_or_default(), ..field }
    }

    /// What is wanted, each with its label.
    pub fn wanted(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let words =
            [("priority", self.priority.map(ClosedList::as_str)), ("status", self.status.map(ClosedList::as_str))];
        words.into_iter().filter_map(|(label, word)| Some((label, word?)))
    }

    /// An assessment as it is wanted, and in words what becomes different.
    pub fn applied(&self, before: &Assessment) -> (Assessment, Vec<String>) {
        let mut words = Vec::new();
        let mut note = |label: &str, held: Option<&'static str>, wanted: &'static str| {
            if held != Some(wanted) {
                words.push(format!("{label}: {} → {wanted}", held.unwrap_or("–")));
            }
        };
        let mut after = before.clone();
        if let Some(priority) = self.priority {
            note("priority", before.client_priority.map(ClosedList::as_str), priority.as_str());
            after.client_priority = Some(priority);
        }
        if let Some(status) = self.status {
            note("status", before.client_status.map(ClosedList::as_str), status.as_str());
            after.client_status = Some(status);
        }
        if !words.is_empty() {
            after.assessment_reason.clone_from(&self.reason);
        }
        (after, words)
    }
}
