//! What a map shows: the neighbourhood of some records, or the first part of everything.

use std::collections::BTreeSet;

use super::model::latest;
use super::{Bond, Edge, queries};
use crate::access::Viewer;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::links::{End, Face, Node, nodes};

/// Records on one map at most; more than that no eye can tell apart.
const RECORDS: usize = 2_000;

/// Which part of everything is asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The records whose neighbourhood it is; everything if there are none.
    pub of: BTreeSet<Node>,
    /// The kinds that are shown; all if there are none.
    pub kinds: BTreeSet<End>,
}

/// The records and lines of a map.
pub struct Picture {
    pub faces: Vec<Face>,
    /// Each line once, in the order of its columns.
    pub edges: Vec<Edge>,
    /// Whether that is all there is to show.
    pub is_whole: bool,
}

impl Asked {
    fn shows(&self, end: End) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&end)
    }
}

/// Lines that were taken so far and the records at their ends.
#[derive(Default)]
struct Drawn {
    nodes: BTreeSet<Node>,
    edges: Vec<Edge>,
    is_cut: bool,
}

impl Drawn {
    /// Takes the lines between records of the map, and new records as long as there is room.
    fn take(&mut self, edges: impl IntoIterator<Item = Edge>) {
        for edge in edges {
            let new = [edge.here, edge.there].iter().filter(|node| !self.nodes.contains(node)).count();
            if self.nodes.len() + new > RECORDS {
                self.is_cut = true;
                continue;
            }
            self.nodes.extend([edge.here, edge.there]);
            self.edges.push(if edge.is_forward { edge } else { edge.turned() });
        }
    }
}

/// The map that is asked for, by what this person may see.
pub fn picture(db: &mut Db, viewer: &Viewer, asked: &Asked) -> Result<Picture> {
    let mut drawn = Drawn { nodes: asked.of.clone(), ..Drawn::default() };
    let is_shown = |node: &Node| asked.of.contains(node) || asked.shows(node.end);
    if asked.of.is_empty() {
        for bond in market_first() {
            let (here, there) = bond.ends();
            if asked.shows(here) && asked.shows(there) {
                let limit = i64::try_from(RECORDS).unwrap_or(i64::MAX);
                let edges = queries::of_bond(db, viewer, bond, limit)?;
                drawn.is_cut |= edges.len() == RECORDS;
                drawn.take(edges);
            }
        }
    } else {
        let around = queries::around(db, viewer, &asked.of, queries::LINES)?;
        drawn.is_cut |= !around.is_whole;
        drawn.take(around.edges.into_iter().filter(|edge| is_shown(&edge.there)));
        let beside: BTreeSet<Node> = drawn.nodes.difference(&asked.of).copied().collect();
        let among = queries::between(db, viewer, &beside, &beside)?;
        drawn.is_cut |= !among.is_whole;
        drawn.take(among.edges);
    }
    let mut faces = nodes::faces(db, &drawn.nodes)?;
    if asked.of.iter().any(|node| !faces.contains_key(node)) {
        return Err(Error::NotFound);
    }
    if asked.of.is_empty() {
        // What is archived is looked at from its own page.
        faces.retain(|_, face| !face.is_past);
    }
    let mut edges = latest(drawn.edges);
    edges.retain(|edge| faces.contains_key(&edge.here) && faces.contains_key(&edge.there));
    // Whose neighbours are all past stands beside nothing.
    let beside: BTreeSet<Node> = edges.iter().flat_map(|edge| [edge.here, edge.there]).collect();
    faces.retain(|node, _| beside.contains(node) || asked.of.contains(node));
    let mut faces: Vec<Face> = faces.into_values().collect();
    faces.sort();
    Ok(Picture { faces, edges, is_whole: !drawn.is_cut })
}

/// The bonds in the order in which a map that cannot hold everything takes them: the market before the clients.
fn market_first() -> [Bond; 18] {
    use Bond::*;
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
