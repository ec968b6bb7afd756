//! Questions about people that other slices ask; the table itself belongs to `records`.

use std::collections::HashMap;

use serde_json::json;

use super::Colleague;
use crate::access::Visit;
use crate::db::Db;
use crate::error::Result;
use crate::ids::PersonnelId;
use crate::records::{self, ListFilter, Record, RecordKind};

/// All colleagues by name, then those who are archived: history names them.
pub fn staff(db: &mut Db) -> Result<Vec<Colleague>> {
    let mut staff = Vec::new();
    for archived in [false, true] {
        let filter = ListFilter {
            values: vec![("personnel_type", "Internal".into())],
            archived,
            limit: i64::MAX,
            ..ListFilter::default()
        };
        staff.extend(records::queries::list(db, RecordKind::Person, &filter)?.iter().map(colleague));
    }
    Ok(staff)
}

fn colleague(record: &Record) -> Colleague {
    Colleague {
        personnel_id: PersonnelId(record.id),
        full_name: record.name.clone(),
        is_active: !record.is_archived
            && record.values.get("is_active").and_then(serde_json::Value::as_bool).unwrap_or(false),
    }
}

/// One person who is a colleague.
pub fn find_colleague(db: &mut Db, id: PersonnelId) -> Result<Option<Colleague>> {
    let record = records::queries::find(db, RecordKind::Person, id.0)?;
    Ok(record.filter(|record| record.text("personnel_type").as_deref() == Some("Internal")).as_ref().map(colleague))
}

/// Names by id, for those that are there.
#[derive(Clone, Debug, Default)]
pub struct Names(HashMap<i64, String>);

impl Names {
    /// The name of a person.
    pub fn of(&self, id: Option<PersonnelId>) -> Option<String> {
        self.0.get(&id?.0).cloned()
    }
}

/// The names of people, in one query.
pub fn names(db: &mut Db, ids: impl IntoIterator<Item = Option<PersonnelId>>) -> Result<Names> {
    let mut ids: Vec<i64> = ids.into_iter().flatten().map(|id| id.0).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(Names(records::queries::names(db, RecordKind::Person, &ids)?))
}

/// The internal person of that full name, unless archived.
pub fn colleague_named(db: &mut Db, full_name: &str) -> Result<Option<PersonnelId>> {
    for (id, is_archived) in records::queries::named(db, RecordKind::Person, full_name)? {
        if !is_archived && find_colleague(db, PersonnelId(id))?.is_some() {
            return Ok(Some(PersonnelId(id)));
        }
    }
    Ok(None)
}

/// Makes an internal person.
pub fn insert_colleague(db: &mut Db, visit: &Visit, full_name: &str, email: &str) -> Result<PersonnelId> {
    let values = [
        ("full_name", json!(full_name)),
        ("personnel_type", json!("Internal")),
        ("email", json!(email)),
        ("is_active", json!(true)),
        ("role", json!(null)),
        ("phone", json!(null)),
        ("employer", json!(null)),
        ("notes", json!(null)),
    ];
    let values = values.map(|(name, value)| (name.to_owned(), value)).into_iter().collect();
    records::queries::insert(db, visit, RecordKind::Person, values).map(PersonnelId)
}
