//! What belongs to a record beside its own row: links to both their ends, contacts, roundtable entries and action items
//! to their client. What belongs to a record stays in its history when it is gone, or moved to another in a merge.

use std::collections::HashMap;

use diesel::sql_types::{BigInt, Text};
use serde_json::{Map, Value};

use super::Row;
use crate::db::Db;
use crate::db::assembled::Assembled;
use crate::error::Result;

/// The columns that tell to which record of which kind a row belongs.
const ENDS: [(&str, &str); 10] = [
    ("client_id", "client"),
    ("owner_id", "owner"),
    ("project_id", "project"),
    ("vendor_id", "vendor"),
    ("supplier_id", "vendor"),
    ("operator_id", "operator"),
    ("constructor_id", "constructor"),
    ("offtaker_id", "offtaker"),
    ("personnel_id", "personnel"),
    ("product_id", "technology"),
];

/// Whether the rows of a table belong to records of other tables.
fn has_subjects(table: &str) -> bool {
    matches!(table, "contact_log" | "roundtable_history" | "action_items" | "action_item_owners" | "files")
        || table.ends_with("_relationships")
}

/// Notes to which records a row belongs that was added or pointed elsewhere.
pub(super) fn note(db: &mut Db, table: &'static str, id: i64, after: &Map<String, Value>) -> Result<()> {
    if !has_subjects(table) {
        return Ok(());
    }
    let end = |(column, kind): (&str, &'static str)| Some((kind, after.get(column)?.as_i64()?));
    let ends: Vec<(&str, i64)> = ENDS.into_iter().filter_map(end).collect();
    let mut statement = Assembled::<()>::default();
    for (number, (kind, subject)) in ends.into_iter().enumerate() {
        let into = "INSERT INTO audit_subjects (subject_kind, subject_id, table_name, record_id) VALUES (";
        statement = statement.words(if number == 0 { into } else { "), (" });
        statement = statement.text(kind).words(", ").number(subject).words(", ").text(table).words(", ").number(id);
    }
    if !statement.is_empty() {
        statement.words(") ON CONFLICT DO NOTHING").execute(db)?;
    }
    Ok(())
}

/// The records to which rows belong, by table and id.
#[derive(Default)]
pub struct Subjects(HashMap<(String, i64), Vec<RecordKey>>);

/// A record by the name of its kind and its id.
pub type RecordKey = (String, i64);

impl Subjects {
    /// Those of one row.
    pub fn of(&self, row: &Row) -> &[RecordKey] {
        self.0.get(&(row.table_name.clone(), row.record_id)).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Looks up to which records rows belong.
pub fn of(db: &mut Db, rows: &[&Row]) -> Result<Subjects> {
    let ids = rows.iter().filter(|row| has_subjects(&row.table_name)).map(|row| row.record_id);
    let query = Assembled::<(Text, BigInt, Text, BigInt)>::default()
        .words("SELECT table_name, record_id, subject_kind, subject_id FROM audit_subjects WHERE record_id")
        .among(ids)
        .words(" ORDER BY subject_kind, subject_id");
    let mut subjects = Subjects::default();
    for (table, id, kind, subject) in query.load::<(String, i64, String, i64)>(db)? {
        subjects.0.entry((table, id)).or_default().push((kind, subject));
    }
    Ok(subjects)
}
