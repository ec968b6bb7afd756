//! The columns of the client list that the NED Team alone sees, and where each is changed.

use super::{AssessmentRow, ClientPriority, ClientStatus, RelationshipStrength};
use crate::access::TeamPass;
use crate::closed_list::closed_list;
use crate::web::{Changed, Sign};

closed_list! {
    /// One of the three judgements that are said in a word, in the order in which they stand.
    TeamColumn { Priority = "priority", Status = "status", Relationship = "relationship" }
}

impl TeamColumn {
    /// The columns that a member of the team can have.
    pub fn offered(_pass: TeamPass) -> [Self; 3] {
        [Self::Priority, Self::Status, Self::Relationship]
    }

    /// What it is called.
    pub fn label(self) -> &'static str {
        match self {
            Self::Priority => "Priority",
            Self::Status => "Status",
            Self::Relationship => "Relationship",
        }
    }

    /// The field that changes it, and the key by which that is reached.
    pub fn changed(self) -> Changed {
        let (field, key) = match self {
            Self::Priority => ("client_priority", "p"),
            Self::Status => ("client_status", "s"),
            Self::Relationship => ("relationship_strength", "r"),
        };
        Changed { form: "assessment", field, key }
    }
}

impl AssessmentRow {
    /// What is said at a glance.
    pub fn sign(self, column: TeamColumn) -> Option<Sign> {
        match column {
            TeamColumn::Priority => self.client_priority.map(ClientPriority::sign),
            TeamColumn::Status => self.client_status.map(ClientStatus::sign),
            TeamColumn::Relationship => self.relationship_strength.map(RelationshipStrength::sign),
        }
    }
}
