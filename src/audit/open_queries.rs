//! What a change did to records that are open to everyone signed in: kinds and ids, for other programs.

use diesel::sql_types::{BigInt, Text};

use crate::db::Db;
use crate::db::assembled::Assembled;
use crate::error::Result;
use crate::ids::ChangeId;

/// The tables of which is told, each with its collection of the interface for programs.
const TOLD: [(&str, &str); 11] = [
    ("clients", "clients"),
    ("owners_developers", "owners"),
    ("technology_vendors", "vendors"),
    ("products", "technologies"),
    ("projects", "projects"),
    ("operators", "operators"),
    ("constructors", "constructors"),
    ("offtakers", "offtakers"),
    ("personnel", "people"),
    ("contact_log", "contacts"),
    ("action_items", "action-items"),
];

/// The collection of links, whatever they connect.
const LINKS: &str = "links";

/// All collections of which is told.
pub fn collections() -> Vec<&'static str> {
    TOLD.iter().map(|(_, collection)| *collection).chain([LINKS]).collect()
}

fn collection_of(table: &str) -> Option<&'static str> {
    let known = TOLD.iter().find(|(name, _)| *name == table).map(|(_, collection)| *collection);
    known.or_else(|| table.ends_with("_relationships").then_some(LINKS))
}

/// Rows that are told at most: a whole import is one change.
const MOST: i64 = 500;

/// What was done to one record.
pub struct Touched {
    pub collection: &'static str,
    pub id: i64,
    pub action: String,
}

/// What a change did to open records, and whether that is all of it. What became confidential or the team's since is
/// not told any more.
pub fn told(db: &mut Db, change: ChangeId) -> Result<(Vec<Touched>, bool)> {
    let query = Assembled::<(Text, BigInt, Text)>::default()
        .words("SELECT table_name, record_id, min(action) FROM audit_log AS told WHERE sensitivity = 'public'")
        .words(" AND change_id = ")
        .number(change.0)
        .words(" AND NOT ((table_name IN ('contact_log', 'action_items') OR table_name LIKE '%relationships')")
        .words(" AND EXISTS (SELECT 1 FROM audit_log AS later WHERE later.table_name = told.table_name")
        .words(" AND later.record_id = told.record_id AND later.sensitivity <> 'public'")
        .words(" AND later.audit_id > told.audit_id))")
        .words(" GROUP BY table_name, record_id ORDER BY min(audit_id) LIMIT ")
        .number(MOST + 1);
    let mut rows: Vec<(String, i64, String)> = query.load(db)?;
    let touched =
        |(table, id, action): (String, i64, String)| Some(Touched { collection: collection_of(&table)?, id, action });
    let is_whole = i64::try_from(rows.len()).is_ok_and(|rows| rows <= MOST);
    rows.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    Ok((rows.into_iter().filter_map(touched).collect(), is_whole))
}

/// The collections of which a change touched open records.
pub fn touched(db: &mut Db, change: ChangeId) -> Result<Vec<&'static str>> {
    let query = Assembled::<Text>::default()
        .words("SELECT DISTINCT table_name FROM audit_log WHERE sensitivity = 'public' AND change_id = ")
        .number(change.0);
    let tables: Vec<String> = query.load(db)?;
    Ok(tables.iter().filter_map(|table| collection_of(table)).collect())
}
