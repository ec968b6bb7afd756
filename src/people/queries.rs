//! Questions about people that other slices ask; the table itself belongs to `records`.

use std::collections::HashMap;

use serde_json::json;

use super::Colleague;
use crate::access::Visit;
use crate::db::Db;
use crate::error::Result;
use crate::ids::PersonnelId;
use crate::records::{self, Record, RecordKind, RecordRef};

/// All colleagues by name, then those who are archived: history names them.
pub fn staff(db: &mut Db) -> Result<Vec<Colleague>> {
    Ok(records::queries::colleagues(db)?.into_iter().map(of_row).collect())
}

/// The same, and the names of records, in one query.
pub fn staff_and_names(
    db: &mut Db,
    records: impl IntoIterator<Item = RecordRef>,
) -> Result<(Vec<Colleague>, HashMap<RecordRef, String>)> {
    let (staff, names) = records::queries::colleagues_and_names(db, records)?;
    Ok((staff.into_iter().map(of_row).collect(), names))
}

fn of_row((id, full_name, is_active): (i64, String, bool)) -> Colleague {
    Colleague { personnel_id: PersonnelId(id), full_name, is_active }
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
    /// The names of colleagues, who are there already.
    pub fn of_staff(staff: &[Colleague]) -> Self {
        Self(staff.iter().map(|person| (person.personnel_id.0, person.full_name.clone())).collect())
    }

    /// The names of the people among records.
    pub fn among(names: &HashMap<RecordRef, String>) -> Self {
        let people = names.iter().filter(|(record, _)| record.kind == RecordKind::Person);
        Self(people.map(|(record, name)| (record.id, name.clone())).collect())
    }

    /// The name of a person.
    pub fn of(&self, id: Option<PersonnelId>) -> Option<String> {
        self.0.get(&id?.0).cloned()
    }
}

/// The names of colleagues who are there already, and of those who hold a role without being one.
pub fn names_beside(db: &mut Db, staff: &[Colleague], ids: impl Iterator<Item = Option<PersonnelId>>) -> Result<Names> {
    let mut known = Names::of_staff(staff);
    let missing: Vec<Option<PersonnelId>> = ids.filter(|id| id.is_some() && known.of(*id).is_none()).collect();
    known.0.extend(names(db, missing)?.0);
    Ok(known)
}

/// The names of people, in one query.
pub fn names(db: &mut Db, ids: impl IntoIterator<Item = Option<PersonnelId>>) -> Result<Names> {
    let mut ids: Vec<i64> = ids.into_iter().flatten().map(|id| id.0).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(Names(records::queries::names(db, RecordKind::Person, &ids)?))
}

/// People by their e-mail address.
pub type ByEmail = HashMap<String, Vec<(i64, String, bool)>>;

/// The people who have an e-mail address, by it in small letters: id, name and whether archived.
pub fn by_email(db: &mut Db) -> Result<ByEmail> {
    let mut people = ByEmail::new();
    for (email, id, name, is_archived) in records::queries::addresses(db)? {
        people.entry(email.trim().to_lowercase()).or_default().push((id, name, is_archived));
    }
    Ok(people)
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
