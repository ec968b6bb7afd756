//! Choosing a record of any kind by its name, with and without scripts.

use std::collections::BTreeSet;

use crate::dashboard::search;
use crate::db::Db;
use crate::error::Result;
use crate::links::nodes::{face, faces, named};
use crate::links::{Face, Node};
use crate::web::{Page, Query};

/// What the picker of an address says.
#[derive(Default)]
pub struct Chosen {
    /// The record, if it is clear which.
    pub face: Option<Face>,
    /// The words in the field.
    pub shown: String,
    /// The records that may be meant, when it is not clear.
    pub candidates: Vec<Face>,
}

impl Chosen {
    /// What the hidden field of the picker holds.
    pub fn value(&self) -> String {
        self.face.as_ref().map(|face| face.node.to_string()).unwrap_or_default()
    }

    /// Whether words were typed that no record has.
    pub fn is_unknown(&self) -> bool {
        self.face.is_none() && !self.shown.is_empty() && self.candidates.is_empty()
    }
}

/// Reads `field` (a node) and `field_name` (what was typed); the words decide where they say something else.
pub fn chosen(db: &mut Db, page: &Page, query: &Query, field: &str) -> Result<Chosen> {
    let typed = query.get(&format!("{field}_name"));
    let node = query.get(field).and_then(Node::parse);
    let held = node.map(|node| face(db, node)).transpose()?.flatten();
    if let Some(face) = held.filter(|face| typed.is_none_or(|words| words == face.name)) {
        return Ok(Chosen { shown: face.name.clone(), face: Some(face), candidates: Vec::new() });
    }
    let Some(words) = typed else { return Ok(Chosen::default()) };
    let found: BTreeSet<Node> = named(db, words)?.into_iter().collect();
    let mut candidates: Vec<Face> = faces(db, &found)?.into_values().collect();
    if let [_] = candidates.as_slice() {
        let face = candidates.pop();
        return Ok(Chosen { shown: words.to_owned(), face, candidates });
    }
    if candidates.is_empty() {
        candidates = search::hits(db, page, words, 5)?;
    }
    Ok(Chosen { face: None, shown: words.to_owned(), candidates })
}
