//! All queries on what stands beside what. The viewer is an argument: a hidden line is not in what comes back.

use std::collections::BTreeSet;

use super::tables::{self, Asked};
use super::{Edge, EdgeKind};
use crate::access::Viewer;
use crate::db::Db;
use crate::error::Result;
use crate::records::references::by_kind;
use crate::records::{RecordKind, RecordRef};

/// Lines that one question brings at most, so that no answer grows with the table.
pub const LINES: i64 = 5_000;

/// Records that one question names at most: each is compared in every part of the view.
pub const NAMED: usize = 1_000;

/// Records at the other end that are named at most; of more, all lines are brought.
const NAMED_THERE: usize = 2_000;

/// Lines that were found, and whether those are all.
pub struct Found {
    pub edges: Vec<Edge>,
    pub is_whole: bool,
}

impl Found {
    fn take(&mut self, edges: Vec<Edge>, limit: i64) {
        self.is_whole &= i64::try_from(edges.len()).is_ok_and(|count| count < limit);
        self.edges.extend(edges);
    }
}

/// The lines from any of the records, so many of each kind at most, in one query for each kind among them.
pub fn around(db: &mut Db, viewer: &Viewer, records: &BTreeSet<RecordRef>, limit: i64) -> Result<Found> {
    let mut found = Found { edges: Vec::new(), is_whole: records.len() <= NAMED };
    for (end, ids) in by_kind(records.iter().take(NAMED)) {
        found.take(tables::list(db, viewer, end, Asked { here: Some(ids), limit, ..Asked::default() })?, limit);
    }
    Ok(found)
}

/// Pairs of records that are looked up one by one at most; of more, all lines of one side are looked through.
const PAIRS: usize = 4_000;

/// A person may be a colleague, who is beside each of their clients and beside all whom they met: as broad as so many
/// other records.
pub const BREADTH_OF_A_COLLEAGUE: usize = 100;

/// How many lines some records may have, where any person may be a colleague.
fn breadth(records: &BTreeSet<RecordRef>) -> usize {
    let people = records.iter().filter(|record| record.kind == RecordKind::Person).count();
    records.len() + people * BREADTH_OF_A_COLLEAGUE
}

/// The lines between the ones and the others, in one query for each kind among the narrower.
pub fn between(
    db: &mut Db,
    viewer: &Viewer,
    ones: &BTreeSet<RecordRef>,
    others: &BTreeSet<RecordRef>,
) -> Result<Found> {
    let (few, many) = if ones.len() <= others.len() { (ones, others) } else { (others, ones) };
    let is_by_pairs = few.len() * many.len() <= PAIRS;
    let is_turned = !is_by_pairs && many.len() <= NAMED && breadth(many) < breadth(few);
    let (few, many) = if is_turned { (many, few) } else { (few, many) };
    let there: BTreeSet<i64> = many.iter().map(|record| record.id).collect();
    let there: Option<Vec<i64>> = (there.len() <= NAMED_THERE).then(|| there.into_iter().collect());
    let mut found = Found { edges: Vec::new(), is_whole: few.len() <= NAMED };
    for (end, ids) in by_kind(few.iter().take(NAMED)) {
        let asked = Asked { here: Some(ids), there: there.clone(), is_by_pairs, edge_kind: None, limit: LINES };
        found.take(tables::list(db, viewer, end, asked)?, LINES);
    }
    // The ids alone were asked for: another kind may have the same.
    found.edges.retain(|edge| many.contains(&edge.there));
    Ok(found)
}

/// Lines of one edge kind between records that are not past, as many as there are up to the limit.
pub fn of_bond(db: &mut Db, viewer: &Viewer, edge_kind: EdgeKind, limit: i64) -> Result<Vec<Edge>> {
    tables::list(db, viewer, edge_kind.ends().0, Asked { edge_kind: Some(edge_kind), limit, ..Asked::default() })
}
