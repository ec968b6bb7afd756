//! Records of all kinds by name, the best first whatever their kind.

use crate::db::Db;
use crate::error::Result;
use crate::index;
use crate::records::{self, NamedRecord, RecordRef, indexing};

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
    let mut names = records::queries::names_of(db, found_records.iter().copied())?;
    let named = |record: RecordRef| Some(NamedRecord { name: names.remove(&record)?, record, is_past: false });
    Ok(Hits { named: found_records.into_iter().filter_map(named).collect(), words: found.words })
}
