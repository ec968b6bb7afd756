//! All queries on what stands beside what. The viewer is an argument: a hidden line is not in what comes back.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{Bond, Edge, Face, Node};
use crate::access::Viewer;
use crate::clients;
use crate::db::Db;
use crate::db::ids::ClientId;
use crate::db::schema::neighbours;
use crate::error::Result;
use crate::links::{self, End};
use crate::records::{self, Kind};

/// Lines that one question brings at most, so that no answer grows with the table.
const LINES: i64 = 10_000;

/// Lines that were found, and whether those are all.
pub struct Found {
    pub edges: Vec<Edge>,
    pub is_whole: bool,
}

type Neighbours = neighbours::BoxedQuery<'static, <Db as Connection>::Backend>;

type Row = (i32, String, i32, Bond, bool, Option<String>, Option<NaiveDate>, bool, bool);

fn visible(viewer: &Viewer) -> Neighbours {
    let all = neighbours::table.into_boxed();
    match viewer.confidential() {
        Some(_) => all,
        None => all.filter(neighbours::is_confidential.eq(false)),
    }
}

fn load(db: &mut Db, query: Neighbours, here: End, limit: i64) -> Result<Vec<Edge>> {
    let columns = (
        neighbours::here_id,
        neighbours::there_kind,
        neighbours::there_id,
        neighbours::bond,
        neighbours::is_forward,
        neighbours::detail,
        neighbours::bond_date,
        neighbours::is_primary,
        neighbours::is_confidential,
    );
    let rows: Vec<Row> = query.limit(limit).select(columns).load(db)?;
    let edge = |(id, there_kind, there_id, bond, is_forward, detail, date, is_primary, is_confidential): Row| {
        let there = End::all().find(|end| end.as_str() == there_kind)?;
        let (here, there) = (Node { end: here, id }, Node { end: there, id: there_id });
        Some(Edge { here, there, bond, is_forward, detail, date, is_primary, is_confidential })
    };
    Ok(rows.into_iter().filter_map(edge).collect())
}

/// The ids of nodes by their kind.
pub fn by_kind<'a>(nodes: impl IntoIterator<Item = &'a Node>) -> BTreeMap<End, Vec<i32>> {
    let mut kinds: BTreeMap<End, Vec<i32>> = BTreeMap::new();
    for node in nodes {
        kinds.entry(node.end).or_default().push(node.id);
    }
    kinds
}

/// The lines from any of the records, in one query for each kind among them.
pub fn around(db: &mut Db, viewer: &Viewer, nodes: &BTreeSet<Node>) -> Result<Found> {
    let mut found = Found { edges: Vec::new(), is_whole: true };
    for (end, ids) in by_kind(nodes) {
        let query =
            visible(viewer).filter(neighbours::here_kind.eq(end.as_str())).filter(neighbours::here_id.eq_any(ids));
        let edges = load(db, query, end, LINES)?;
        found.is_whole &= i64::try_from(edges.len()).is_ok_and(|count| count < LINES);
        found.edges.extend(edges);
    }
    Ok(found)
}

/// The lines between the ones and the others, in one query for each kind among the fewer.
pub fn between(db: &mut Db, viewer: &Viewer, ones: &BTreeSet<Node>, others: &BTreeSet<Node>) -> Result<Found> {
    let (few, many) = if ones.len() <= others.len() { (ones, others) } else { (others, ones) };
    let there: BTreeSet<i32> = many.iter().map(|node| node.id).collect();
    let there: Vec<i32> = there.into_iter().collect();
    let mut found = Found { edges: Vec::new(), is_whole: true };
    for (end, ids) in by_kind(few) {
        let query = visible(viewer)
            .filter(neighbours::here_kind.eq(end.as_str()))
            .filter(neighbours::here_id.eq_any(ids))
            .filter(neighbours::there_id.eq_any(there.clone()));
        let mut edges = load(db, query, end, LINES)?;
        found.is_whole &= i64::try_from(edges.len()).is_ok_and(|count| count < LINES);
        // The ids alone were asked for: another kind may have the same.
        edges.retain(|edge| many.contains(&edge.there));
        found.edges.extend(edges);
    }
    Ok(found)
}

/// Lines of one bond among the kinds, as many as there are up to the limit.
pub fn of_bond(db: &mut Db, viewer: &Viewer, bond: Bond, (here, there): (End, End), limit: i64) -> Result<Vec<Edge>> {
    let query = visible(viewer)
        .filter(neighbours::bond.eq(bond))
        .filter(neighbours::is_forward.eq(true))
        .filter(neighbours::here_kind.eq(here.as_str()))
        .filter(neighbours::there_kind.eq(there.as_str()));
    load(db, query, here, limit)
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
