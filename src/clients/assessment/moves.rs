//! How an assessment moved, from what the audit log holds of it.

use serde_json::Value;

use crate::access::TeamPass;

/// One field of an assessment that changed.
pub struct Move {
    /// What it is called.
    pub label: &'static str,
    /// What it was and what it became; nothing of a text, which is told as changed.
    pub values: Option<(Option<String>, Option<String>)>,
}

/// The fields, in the order in which they are told.
const FIELDS: [(&str, &str); 4] = [
    ("client_priority", "Priority"),
    ("client_status", "Status"),
    ("relationship_strength", "Relationship"),
    ("relationship_notes", "Strategy notes"),
];

/// What changed in a row of the log: columns with the old and the new value each.
pub fn moves(_pass: TeamPass, changes: &Value) -> Vec<Move> {
    let moved = |(column, label): (&str, &'static str)| {
        let values = changes.get(column)?;
        let text = |place: usize| values.get(place).and_then(Value::as_str).map(ToOwned::to_owned);
        Some(Move { label, values: (column != "relationship_notes").then(|| (text(0), text(1))) })
    };
    FIELDS.into_iter().filter_map(moved).collect()
}
