//! Records of any kind: which one, what it is called, and whether it is past.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{End, queries};
use crate::clients;
use crate::db::Db;
use crate::db::ids::ClientId;
use crate::error::Result;
use crate::records::{self, Kind};

/// One record of any kind; written as its address without the slash in front, e.g. `owners/7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// Its kind.
    pub end: End,
    /// Its id within the kind.
    pub id: i64,
}

impl Node {
    /// Reads `owners/7`.
    pub fn parse(text: &str) -> Option<Self> {
        let (path, id) = text.split_once('/')?;
        Some(Self { end: End::of_path(path)?, id: id.parse().ok()? })
    }
}

impl std::fmt::Display for Node {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}/{}", self.end.path(), self.id)
    }
}

impl Serialize for Node {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

/// A record as the map and the ways show it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Face {
    pub name: String,
    pub node: Node,
    /// Archived, or a person who left: shown where it stands, but no way leads through it.
    pub is_past: bool,
}

/// The ids of nodes by their kind.
pub fn by_kind<'a>(nodes: impl IntoIterator<Item = &'a Node>) -> BTreeMap<End, Vec<i64>> {
    let mut kinds: BTreeMap<End, Vec<i64>> = BTreeMap::new();
    for node in nodes {
        kinds.entry(node.end).or_default().push(node.id);
    }
    kinds
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

/// A record by its node.
pub fn face(db: &mut Db, node: Node) -> Result<Option<Face>> {
    Ok(faces(db, &BTreeSet::from([node]))?.remove(&node))
}

/// Names of records and whether they are past, by node; what is not there has none.
pub fn faces(db: &mut Db, nodes: &BTreeSet<Node>) -> Result<BTreeMap<Node, Face>> {
    let mut faces = BTreeMap::new();
    let past = past_among(db, nodes)?;
    for (end, ids) in by_kind(nodes) {
        for (id, name) in queries::names(db, end, &ids)? {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_written_as_its_address() {
        let node = Node::parse("technologies/5").unwrap();
        assert_eq!(node.to_string(), "technologies/5");
        for text in ["", "owners", "owners/", "owners/x", "planets/1", "/owners/1"] {
            assert_eq!(Node::parse(text), None, "{text}");
        }
    }
}
