//! All queries on what stands beside what. The viewer is an argument: a hidden line is not in what comes back.

use std::collections::{BTreeMap, BTreeSet};

use super::store::{self, Asked};
use super::{Bond, Edge, Face, Node};
use crate::access::Viewer;
use crate::clients;
use crate::db::Db;
use crate::db::ids::ClientId;
use crate::error::Result;
use crate::links::{self, End};
use crate::records::{self, Kind};

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

/// The ids of nodes by their kind.
pub fn by_kind<'a>(nodes: impl IntoIterator<Item = &'a Node>) -> BTreeMap<End, Vec<i32>> {
    let mut kinds: BTreeMap<End, Vec<i32>> = BTreeMap::new();
    for node in nodes {
        kinds.entry(node.end).or_default().push(node.id);
    }
    kinds
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
    let there: BTreeSet<i32> = many.iter().map(|node| node.id).collect();
    let there: Option<Vec<i32>> = (there.len() <= NAMED).then(|| there.into_iter().collect());
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

/// The records of exactly that name, of any kind, case and accents aside.
pub fn named(db: &mut Db, name: &str) -> Result<Vec<Node>> {
    let mut nodes = Vec::new();
    for end in End::all() {
        let found = match end {
            End::Client => clients::queries::named(db, name)?,
            End::Record(kind) => records::queries::named(db, kind, name)?,
        };
        nodes.extend(found.into_iter().map(|(id, _)| Node { end, id }));
    }
    Ok(nodes)
}

/// Names of records and whether they are past, by node; what is not there has none.
pub fn faces(db: &mut Db, nodes: &BTreeSet<Node>) -> Result<BTreeMap<Node, Face>> {
    let mut faces = BTreeMap::new();
    let past = past_among(db, nodes)?;
    for (end, ids) in by_kind(nodes) {
        for (id, name) in links::queries::names(db, end, &ids)? {
            let node = Node { end, id };
            faces.insert(node, Face { name, node, is_past: past.contains(&node) });
        }
    }
    Ok(faces)
}

/// The archived ones and the people who left.
pub fn past_among(db: &mut Db, nodes: &BTreeSet<Node>) -> Result<BTreeSet<Node>> {
    let mut past = BTreeSet::new();
    for (end, ids) in by_kind(nodes) {
        // A statement takes so many values at most.
        for ids in ids.chunks(10_000) {
            let mut gone = match end {
                End::Client => {
                    let ids: Vec<ClientId> = ids.iter().map(|id| ClientId(*id)).collect();
                    clients::queries::archived_among(db, &ids)?
                }
                End::Record(kind) => records::queries::archived_among(db, kind, ids)?,
            };
            if end == End::Record(Kind::Person) {
                gone.extend(records::queries::inactive_among(db, ids)?);
            }
            past.extend(gone.into_iter().map(|id| Node { end, id }));
        }
    }
    Ok(past)
}
