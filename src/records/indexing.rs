//! A record as the search index takes it: its name and its texts.

use serde_json::{Map, Value};

use super::{Entry, RecordKind};
use crate::closed_list::ClosedList;
use crate::index;

/// The place of a kind among all kinds, by which the index knows it.
pub fn place(kind: RecordKind) -> i64 {
    RecordKind::ALL.iter().zip(0..).find(|(one, _)| **one == kind).map_or(0, |(_, place)| place)
}

/// The kind at a place among all kinds.
pub fn kind_at(place: i64) -> Option<RecordKind> {
    RecordKind::ALL.get(usize::try_from(place).ok()?).copied()
}

/// What the index takes of a record, by its open columns.
pub fn entry(kind: RecordKind, id: i64, is_archived: bool, values: &Map<String, Value>) -> index::Entry<'_> {
    let text = |column: &str| values.get(column).and_then(Value::as_str);
    let is_text = |entry: Entry| matches!(entry, Entry::Line | Entry::Text | Entry::Open(_));
    let texts = kind.fields().iter().skip(1).filter(|field| is_text(field.entry)).filter_map(|field| text(field.name));
    let name = text(kind.name_column()).unwrap_or_default();
    index::Entry { kind: place(kind), id, is_archived, name, texts: texts.collect() }
}
