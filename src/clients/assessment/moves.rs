//! How an assessment moved, from what the audit log holds of it.

use serde_json::Value;

use crate::access::TeamPass;
use crate::web::plain;

/// One field of an assessment that changed.
#[derive(Clone, Debug)]
pub struct Move {
    /// What it is called.
    pub label: &'static str,
    /// What it was.
    pub old: Option<String>,
    /// What it became.
    pub new: Option<String>,
    /// Whether it is a text of several lines, which is told as changed where there is little room.
    pub is_text: bool,
}

/// All that one change of an assessment did.
#[derive(Clone, Debug, Default)]
pub struct Moves {
    /// The fields that changed, in the order in which they are told.
    pub fields: Vec<Move>,
    /// The reason that was given.
    pub reason: Option<String>,
}

/// The fields, in the order in which they are told.
const FIELDS: [(&str, &str); 7] = [
    ("client_priority", "Priority"),
    ("client_status", "Status"),
    ("relationship_strength", "Relationship"),
    ("relationship_notes", "Strategy notes"),
    ("rhythm_days", "Rhythm in days"),
    ("paused_until", "Paused until"),
    ("pause_reason", "Reason of the pause"),
];

/// What changed in a row of the log: columns with the old and the new value each.
pub fn moves(_pass: TeamPass, changes: &Value) -> Moves {
    let side = |column: &str, place: usize| changes.get(column)?.get(place).filter(|value| !value.is_null()).map(plain);
    let moved = |(column, label): (&str, &'static str)| {
        changes.get(column)?;
        let is_text = column == "relationship_notes";
        Some(Move { label, old: side(column, 0), new: side(column, 1), is_text })
    };
    Moves { fields: FIELDS.into_iter().filter_map(moved).collect(), reason: side("assessment_reason", 1) }
}
