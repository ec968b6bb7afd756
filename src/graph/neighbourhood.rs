//! What a map shows: the neighbourhood of some records, or the first part of everything.

use std::collections::BTreeSet;

use super::model::latest;
use super::{Edge, EdgeKind, queries};
use crate::access::Viewer;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::records::queries::past_among;
use crate::records::{NamedRecord, RecordKind, RecordRef, references};

/// Records on one map at most; more than that no eye can tell apart.
const RECORDS: usize = 2_000;

/// Which part of everything is asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The records whose neighbourhood it is; everything if there are none.
    pub of: BTreeSet<RecordRef>,
    /// The kinds that are shown; all if there are none.
    pub kinds: BTreeSet<RecordKind>,
}

/// The records and lines of a map.
pub struct Neighbourhood {
    pub named_records: Vec<NamedRecord>,
    /// Each line once, in the order of its columns.
    pub edges: Vec<Edge>,
    /// Whether that is all there is to show.
    pub is_whole: bool,
}

impl Asked {
    fn shows(&self, kind: RecordKind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }
}

/// Lines that were taken so far and the records at their ends.
#[derive(Default)]
struct Drawn {
    records: BTreeSet<RecordRef>,
    edges: Vec<Edge>,
    is_cut: bool,
}

impl Drawn {
    /// Takes all lines between records of the map that are not in the midst of it.
    fn take_between(&mut self, db: &mut Db, viewer: &Viewer, midst: &BTreeSet<RecordRef>) -> Result<()> {
        let beside: BTreeSet<RecordRef> = self.records.difference(midst).copied().collect();
        let records: Vec<RecordRef> = beside.iter().copied().collect();
        for part in records.chunks(queries::NAMED) {
            let between = queries::between(db, viewer, &part.iter().copied().collect(), &beside)?;
            self.is_cut |= !between.is_whole;
            self.take(between.edges);
        }
        Ok(())
    }

    /// Takes the lines between records of the map, and new records as long as there is room.
    fn take(&mut self, edges: impl IntoIterator<Item = Edge>) {
        for edge in edges {
            let new = [edge.here, edge.there].iter().filter(|record| !self.records.contains(record)).count();
            if self.records.len() + new > RECORDS {
                self.is_cut = true;
                continue;
            }
            self.records.extend([edge.here, edge.there]);
            self.edges.push(if edge.is_forward { edge } else { edge.turned() });
        }
    }
}

/// The map that is asked for, by what this person may see.
pub fn neighbourhood(db: &mut Db, viewer: &Viewer, asked: &Asked) -> Result<Neighbourhood> {
    let mut drawn = Drawn { records: asked.of.clone(), ..Drawn::default() };
    let is_shown = |record: &RecordRef| asked.of.contains(record) || asked.shows(record.kind);
    if asked.of.is_empty() {
        // What is archived is looked at from its own page, and takes no place here.
        for edge_kind in market_first() {
            let (here, there) = edge_kind.ends();
            if asked.shows(here) && asked.shows(there) {
                if drawn.records.len() == RECORDS {
                    // Nothing new has room: what is left to draw are the lines between those that are there.
                    drawn.is_cut = true;
                    drawn.take_between(db, viewer, &asked.of)?;
                    break;
                }
                let limit = i64::try_from(RECORDS).unwrap_or(i64::MAX);
                let edges = queries::of_bond(db, viewer, edge_kind, limit)?;
                drawn.is_cut |= edges.len() == RECORDS;
                drawn.take(edges);
            }
        }
    } else {
        let around = queries::around(db, viewer, &asked.of, queries::LINES)?;
        drawn.is_cut |= !around.is_whole;
        let shown = around.edges.into_iter().filter(|edge| is_shown(&edge.there)).collect();
        drawn.take(current_first(db, shown, RECORDS - asked.of.len())?);
        drawn.take_between(db, viewer, &asked.of)?;
    }
    let mut named_records = references::all_named(db, &drawn.records)?;
    if asked.of.iter().any(|record| !named_records.contains_key(record)) {
        return Err(Error::NotFound);
    }
    let mut edges = latest(drawn.edges);
    edges.retain(|edge| named_records.contains_key(&edge.here) && named_records.contains_key(&edge.there));
    let beside: BTreeSet<RecordRef> = edges.iter().flat_map(|edge| [edge.here, edge.there]).collect();
    named_records.retain(|record, _| beside.contains(record) || asked.of.contains(record));
    let mut named_records: Vec<NamedRecord> = named_records.into_values().collect();
    named_records.sort();
    Ok(Neighbourhood { named_records, edges, is_whole: !drawn.is_cut })
}

/// The same lines, those that lead to what is past behind the others where there is not room for all.
fn current_first(db: &mut Db, edges: Vec<Edge>, room: usize) -> Result<Vec<Edge>> {
    let ends: BTreeSet<RecordRef> = edges.iter().map(|edge| edge.there).collect();
    if ends.len() <= room {
        return Ok(edges);
    }
    let past = past_among(db, ends.iter().copied())?;
    let (gone, mut current): (Vec<Edge>, Vec<Edge>) = edges.into_iter().partition(|edge| past.contains(&edge.there));
    current.extend(gone);
    Ok(current)
}

/// The edge kinds in the order in which a map that cannot hold everything takes them: the market before the clients.
fn market_first() -> [EdgeKind; 18] {
    use EdgeKind::*;
    [
        Design,
        ProjectVendor,
        ChosenTechnology,
        ProjectOwner,
        OwnerVendor,
        VendorSupplier,
        ProjectOperator,
        ProjectConstructor,
        ProjectOfftaker,
        ClientOwner,
        ClientProject,
        ClientVendor,
        ClientOperator,
        ClientPersonnel,
        PrimaryPoc,
        SecondaryPoc,
        LastContact,
        Met,
    ]
}
