//! How an assessment moved, from what the audit log holds of it.

use serde_json::Value;

use super::Pause;
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

/// The fields that are told by themselves, in their order; the rhythm and the pause follow.
const FIELDS: [(&str, &str); 4] = [
    ("client_priority", "Priority"),
    ("client_status", "Status"),
    ("relationship_strength", "Relationship"),
    ("relationship_notes", "Strategy notes"),
];

/// What changed in a row of the log: columns with the old and the new value each.
pub fn moves(_pass: TeamPass, changes: &Value) -> Moves {
    let side = |column: &str, place: usize| changes.get(column)?.get(place).filter(|value| !value.is_null()).map(plain);
    let moved = |(column, label): (&str, &'static str)| {
        changes.get(column)?;
        let is_text = column == "relationship_notes";
        Some(Move { label, old: side(column, 0), new: side(column, 1), is_text })
    };
    let told = |label: &'static str, columns: &[&str], words: &dyn Fn(usize) -> Option<String>| {
        let is_moved = columns.iter().any(|column| changes.get(*column).is_some());
        is_moved.then(|| Move { label, old: words(0), new: words(1), is_text: false })
    };
    let rhythm = |place| side("rhythm_days", place).map(|days| format!("of {days} days"));
    let pause = |place| {
        let paused_until = side("paused_until", place).and_then(|day| day.parse().ok());
        Pause { paused_until, pause_reason: side("pause_reason", place) }.in_words()
    };
    let together =
        [told("Rhythm", &["rhythm_days"], &rhythm), told("Pause", &["paused_until", "pause_reason"], &pause)];
    let fields = FIELDS.into_iter().filter_map(moved).chain(together.into_iter().flatten()).collect();
    Moves { fields, reason: side("assessment_reason", 1) }
}
