//! Records of any kind: which one, what it is called, and whether it is past.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{RecordKind, queries};
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::error::Result;
use crate::ids::{ClientId, PersonnelId};

/// One record of any kind; written as its address without the slash in front, e.g. `owners/7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordRef {
    /// Its kind.
    pub kind: RecordKind,
    /// Its id within the kind.
    pub id: i64,
}

impl From<PersonnelId> for RecordRef {
    fn from(id: PersonnelId) -> Self {
        Self { kind: RecordKind::Person, id: id.0 }
    }
}

impl RecordRef {
    /// Reads `owners/7`.
    pub fn parse(text: &str) -> Option<Self> {
        let (path, id) = text.split_once('/')?;
        Some(Self { kind: RecordKind::of_path(path)?, id: id.parse().ok()? })
    }

    /// The address of its page.
    pub fn address(self) -> String {
        format!("/{self}")
    }
}

impl From<ClientId> for RecordRef {
    fn from(id: ClientId) -> Self {
        Self { kind: RecordKind::Client, id: id.0 }
    }
}

impl std::fmt::Display for RecordRef {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}/{}", self.kind.path(), self.id)
    }
}

impl Serialize for RecordRef {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

/// A record with its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamedRecord {
    pub name: String,
    pub record: RecordRef,
    /// Archived, or a person who left: shown where it stands, but no way leads through it.
    pub is_past: bool,
}

/// The ids of records by their kind.
pub fn by_kind<'a>(records: impl IntoIterator<Item = &'a RecordRef>) -> BTreeMap<RecordKind, Vec<i64>> {
    let mut kinds: BTreeMap<RecordKind, Vec<i64>> = BTreeMap::new();
    for record in records {
        kinds.entry(record.kind).or_default().push(record.id);
    }
    kinds
}

/// The records of exactly that name, of any kind, case and accents aside.
pub fn named(db: &mut Db, name: &str) -> Result<Vec<RecordRef>> {
    let mut found = Vec::new();
    for &kind in RecordKind::ALL {
        found.extend(queries::named(db, kind, name)?.into_iter().map(|(id, _)| RecordRef { kind, id }));
    }
    Ok(found)
}

/// A record with its name.
pub fn find_named(db: &mut Db, record: RecordRef) -> Result<Option<NamedRecord>> {
    Ok(all_named(db, &BTreeSet::from([record]))?.remove(&record))
}

/// Records with their names; what is not there has none.
pub fn all_named(db: &mut Db, records: &BTreeSet<RecordRef>) -> Result<BTreeMap<RecordRef, NamedRecord>> {
    let mut all = BTreeMap::new();
    let past = queries::past_among(db, records.iter().copied())?;
    for (record, name) in queries::names_of(db, records.iter().copied())? {
        all.insert(record, NamedRecord { name, record, is_past: past.contains(&record) });
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_written_as_its_address() {
        let record = RecordRef::parse("technologies/5").unwrap();
        assert_eq!(record.to_string(), "technologies/5");
        for text in ["", "owners", "owners/", "owners/x", "planets/1", "/owners/1"] {
            assert_eq!(RecordRef::parse(text), None, "{text}");
        }
    }
}
