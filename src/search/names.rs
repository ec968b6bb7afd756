//! Records of all kinds by name, the best first whatever their kind.

use std::collections::BTreeMap;

use crate::db::Db;
use crate::error::Result;
use crate::index;
use crate::records::{self, NamedRecord, RecordRef, indexing, references};

/// Records that may be meant, and the words by which they were found.
#[derive(Default)]
pub struct Hits {
    /// The records, the best first.
    pub named: Vec<NamedRecord>,
    /// The words, each with what may stand in its place.
    pub words: Vec<Vec<String>>,
}

/// The records of any kind that may be meant by what was typed.
pub fn hits(db: &mut Db, typed: &str, limit: usize) -> Result<Hits> {
    let found = index::names(db, None, false, typed, limit)?;
    let record = |hit: &index::NameHit| Some(RecordRef { kind: indexing::kind_at(hit.kind)?, id: hit.id });
    let found_records: Vec<RecordRef> = found.hits.iter().filter_map(record).collect();
    let mut names = BTreeMap::new();
    for (kind, ids) in references::by_kind(&found_records) {
        names.extend(
            records::queries::names(db, kind, &ids)?.into_iter().map(|(id, name)| (RecordRef { kind, id }, name)),
        );
    }
    let named = |record: RecordRef| Some(NamedRecord { name: names.remove(&record)?, record, is_past: false });
    Ok(Hits { named: found_records.into_iter().filter_map(named).collect(), words: found.words })
}
