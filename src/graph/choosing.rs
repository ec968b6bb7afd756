//! Choosing a record of any kind by its name, with and without scripts.

use std::collections::BTreeSet;

use crate::db::Db;
use crate::error::Result;
use crate::records::references::{all_named, find_named, named};
use crate::records::{NamedRecord, RecordRef};
use crate::search;
use crate::web::Query;

/// So many records are offered when it is not clear which is meant.
const CANDIDATES: usize = 20;

/// What the picker of an address says.
#[derive(Default)]
pub struct Chosen {
    /// The record, if it is clear which.
    pub named: Option<NamedRecord>,
    /// The words in the field.
    pub shown: String,
    /// The records that may be meant, when it is not clear.
    pub candidates: Vec<NamedRecord>,
}

impl Chosen {
    /// What the hidden field of the picker holds.
    pub fn value(&self) -> String {
        self.named.as_ref().map(|named| named.record.to_string()).unwrap_or_default()
    }

    /// Whether words were typed that no record has.
    pub fn is_unknown(&self) -> bool {
        self.named.is_none() && !self.shown.is_empty() && self.candidates.is_empty()
    }
}

/// Reads `field` (a record) and `field_name` (what was typed); the words decide where they say something else.
pub fn chosen(db: &mut Db, query: &Query, field: &str) -> Result<Chosen> {
    let typed = query.get(&format!("{field}_name"));
    let record = query.get(field).and_then(RecordRef::parse);
    let held = record.map(|record| find_named(db, record)).transpose()?.flatten();
    if let Some(named) = held.filter(|named| typed.is_none_or(|words| words == named.name)) {
        return Ok(Chosen { shown: named.name.clone(), named: Some(named), candidates: Vec::new() });
    }
    let Some(words) = typed else { return Ok(Chosen::default()) };
    let found: BTreeSet<RecordRef> = named(db, words)?.into_iter().collect();
    let mut candidates: Vec<NamedRecord> = all_named(db, &found)?.into_values().collect();
    if let [_] = candidates.as_slice() {
        let named = candidates.pop();
        return Ok(Chosen { shown: words.to_owned(), named, candidates });
    }
    if candidates.is_empty() {
        candidates = search::hits(db, words, CANDIDATES)?.named;
    }
    Ok(Chosen { named: None, shown: words.to_owned(), candidates })
}
