//! All queries on what stands beside what. The viewer is an argument: a hidden line is not in what comes back.

use std::collections::BTreeSet;

use super::store::{self, Asked};
use super::{Bond, Edge};
use crate::access::Viewer;
use crate::db::Db;
use crate::error::Result;
use crate::links::Node;
use crate::links::nodes::by_kind;

/// Lines that one question brings at most, so that no answer grows with the table.
pub const LINES: i64 = 5_000;

/// Records that one question names at most: each is compared in every part of the view.
const NAMED: usize = 1_000;

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
pub fn around(db: &mut Db, viewer: &Viewer, nodes: &BTreeSet<Node>, limit: i64) -> Result<Found> {
    let mut found = Found { edges: Vec::new(), is_whole: nodes.len() <= NAMED };
    for (end, ids) in by_kind(nodes.iter().take(NAMED)) {
        found.take(store::list(db, viewer, end, Asked { here: Some(ids), limit, ..Asked::default() })?, limit);
    }
    Ok(found)
}

/// The lines between the ones and the others, in one query for each kind among the fewer.
pub fn between(db: &mut Db, viewer: &Viewer, ones: &BTreeSet<Node>, others: &BTreeSet<Node>) -> Result<Found> {
    let (few, many) = if ones.len() <= others.len() { (ones, others) } else { (others, ones) };
    let there: BTreeSet<i64> = many.iter().map(|node| node.id).collect();
    let there: Option<Vec<i64>> = (there.len() <= NAMED).then(|| there.into_iter().collect());
    let mut found = Found { edges: Vec::new(), is_whole: few.len() <= NAMED };
    for (end, ids) in by_kind(few.iter().take(NAMED)) {
        let asked = Asked { here: Some(ids), there: there.clone(), bond: None, limit: LINES };
        found.take(store::list(db, viewer, end, asked)?, LINES);
    }
    // The ids alone were asked for: another kind may have the same.
    found.edges.retain(|edge| many.contains(&edge.there));
    Ok(found)
}

/// Lines of one bond, as many as there are up to the limit.
pub fn of_bond(db: &mut Db, viewer: &Viewer, bond: Bond, limit: i64) -> Result<Vec<Edge>> {
    store::list(db, viewer, bond.ends().0, Asked { bond: Some(bond), limit, ..Asked::default() })
}
