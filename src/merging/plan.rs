//! What merging two records would do, looked at before it is done, and again when it is.

use super::{Clash, Plan, fill, queries};
use crate::access::Visit;
use crate::db::ids::PersonnelId;
use crate::db::name_key::name_core;
use crate::db::{Db, Pointer};
use crate::error::{Error, Result};
use crate::links::{self, End, Face, LinkRow, Node, Place, nodes};
use crate::records::{self, Kind};
use crate::{accounts, clients, contacts, roundtable};

/// The columns of other records, links aside, that name a record of a kind.
pub fn pointers(end: End) -> Vec<Pointer> {
    match end {
        End::Client => vec![contacts::queries::OF_CLIENT, roundtable::queries::OF_CLIENT],
        End::Record(Kind::Vendor) => vec![records::queries::OF_VENDOR],
        End::Record(Kind::Technology) => vec![links::queries::CHOSEN],
        End::Record(Kind::Person) => {
            let mut all = clients::queries::OF_PERSON.to_vec();
            all.extend(contacts::queries::OF_PERSON);
            all.push(accounts::queries::OF_PERSON);
            all
        }
        End::Record(Kind::Owner | Kind::Project | Kind::Operator | Kind::Constructor | Kind::Offtaker) => Vec::new(),
    }
}

/// The rows that move with a record. A technology that was merged into another stays where it is, out of the lists:
/// the one it became part of may have its name.
pub fn movable(db: &mut Db, visit: &Visit, pointer: &Pointer, record: i64) -> Result<Vec<i64>> {
    let rows = pointer.rows(db, visit.viewer.require_admin()?, record)?;
    if pointer.table != Kind::Technology.table() {
        return Ok(rows);
    }
    let mut movable = Vec::new();
    for id in rows {
        if !is_merged_design(db, id)? {
            movable.push(id);
        }
    }
    Ok(movable)
}

fn is_merged_design(db: &mut Db, id: i64) -> Result<bool> {
    Ok(queries::of_merged(db, Node { end: End::Record(Kind::Technology), id })?.is_some())
}

/// What becomes of the links of the merged record at one place.
pub struct Sorted {
    /// Those that move as they are.
    pub free: Vec<LinkRow>,
    /// Those that meet one like them: theirs and ours.
    pub clashing: Vec<(LinkRow, LinkRow)>,
    /// Those that lead to the record that stays.
    pub inner: Vec<LinkRow>,
}

/// Sorts the links of the merged record at one place.
pub fn sorted(db: &mut Db, visit: &Visit, place: Place, survivor: i64, merged: i64) -> Result<Sorted> {
    let ours = links::queries::rows(db, &visit.viewer, place, survivor)?;
    let mut sorted = Sorted { free: Vec::new(), clashing: Vec::new(), inner: Vec::new() };
    for row in links::queries::rows(db, &visit.viewer, place, merged)? {
        let other = row.other(place.side);
        let is_like =
            |one: &&LinkRow| one.other(place.side) == other && one.draft.is_confidential == row.draft.is_confidential;
        if place.there() == place.here() && other == survivor {
            sorted.inner.push(row);
        } else if let Some(like) = ours.iter().find(is_like) {
            sorted.clashing.push((row, like.clone()));
        } else {
            sorted.free.push(row);
        }
    }
    Ok(sorted)
}

/// What merging one record into another would do.
pub fn plan(db: &mut Db, visit: &Visit, survivor: Node, merged: Node) -> Result<Plan> {
    let faces = nodes::faces(db, &[survivor, merged].into())?;
    let face = |node: &Node| faces.get(node).cloned().ok_or(Error::NotFound);
    let (survivor_face, merged_face) = (face(&survivor)?, face(&merged)?);
    let mut plan = Plan {
        obstacles: obstacles(db, visit, &survivor_face, &merged_face)?,
        survivor: survivor_face,
        merged: merged_face,
        moves: Vec::new(),
        clashes: Vec::new(),
        inner: Vec::new(),
        fills: fill::preview(db, visit, survivor, merged)?,
    };
    for place in Place::of(survivor.end) {
        let sorted = sorted(db, visit, place, survivor.id, merged.id)?;
        plan.moves.push((place.heading().to_owned(), sorted.free.len()));
        let others: Vec<i64> = sorted.clashing.iter().map(|(row, _)| row.other(place.side)).collect();
        let names = links::queries::names(db, place.there(), &others)?;
        let designs =
            sorted.clashing.iter().flat_map(|(theirs, ours)| [theirs.draft.product_id, ours.draft.product_id]);
        let designs: Vec<i64> = designs.flatten().collect();
        let designs = records::queries::names(db, Kind::Technology, &designs)?;
        let words = |row: &LinkRow| {
            let design = row.draft.product_id.and_then(|id| designs.get(&id).cloned());
            design.into_iter().chain([row.draft.in_words()]).collect::<Vec<_>>().join(": ")
        };
        plan.clashes.extend(sorted.clashing.into_iter().map(|(theirs, ours)| {
            let name = names.get(&theirs.other(place.side)).cloned().unwrap_or_default();
            Clash { place, name, our_words: words(&ours), their_words: words(&theirs), ours, theirs }
        }));
        plan.inner.extend(sorted.inner.into_iter().map(|row| (place, row)));
    }
    for pointer in pointers(survivor.end) {
        plan.moves.push((pointer.label.to_owned(), movable(db, visit, &pointer, merged.id)?.len()));
    }
    plan.moves.retain(|(_, count)| *count > 0);
    Ok(plan)
}

/// Why the two cannot be merged as they are.
fn obstacles(db: &mut Db, visit: &Visit, survivor: &Face, merged: &Face) -> Result<Vec<String>> {
    let pass = visit.viewer.require_admin()?;
    let mut reasons = Vec::new();
    if survivor.node == merged.node {
        reasons.push("Both are the same record.".to_owned());
    }
    if is_archived(db, survivor.node)? {
        reasons.push(format!("{} is archived. Bring it back first.", survivor.name));
    }
    for face in [merged, survivor] {
        if let Some(merge) = queries::of_merged(db, face.node)? {
            reasons.push(format!("{} is merged into {} already.", face.name, merge.survivor_name));
        }
    }
    match survivor.node.end {
        End::Record(Kind::Vendor) => {
            let ours = records::queries::technologies_of(db, survivor.node.id)?;
            for (id, name) in records::queries::technologies_of(db, merged.node.id)? {
                if !is_merged_design(db, id)? && ours.iter().any(|(_, other)| name_core(other) == name_core(&name)) {
                    reasons.push(format!("Both have a technology called {name}. Merge those two first."));
                }
            }
        }
        End::Record(Kind::Person) => {
            if survivor.is_past && !merged.is_past {
                reasons.push(format!("{} left. Merge into {}, who is active.", survivor.name, merged.name));
            }
            let kind_of = |db: &mut Db, id| {
                Ok(records::queries::find(db, Kind::Person, id)?.and_then(|one| one.text("personnel_type")))
            };
            let kinds: Result<Vec<Option<String>>> =
                [survivor.node.id, merged.node.id].into_iter().map(|id| kind_of(db, id)).collect();
            let kinds = kinds?;
            if kinds[0] != kinds[1] {
                reasons.push("One of them is internal, the other external. Correct that first.".into());
            }
            let tied = |db: &mut Db, id| Ok(accounts::queries::tied_to(db, pass, PersonnelId(id))?.0 > 0);
            let both: Result<Vec<bool>> =
                [survivor.node.id, merged.node.id].into_iter().map(|id| tied(db, id)).collect();
            if both?.into_iter().all(|is_tied| is_tied) {
                reasons.push("Both sign in with an account of their own, and one person has one.".into());
            }
        }
        End::Client
        | End::Record(
            Kind::Owner | Kind::Technology | Kind::Project | Kind::Operator | Kind::Constructor | Kind::Offtaker,
        ) => {}
    }
    Ok(reasons)
}

/// Whether a record is out of the lists.
pub fn is_archived(db: &mut Db, node: Node) -> Result<bool> {
    Ok(match node.end {
        End::Client => clients::queries::find(db, node.id.into())?.is_some_and(|client| client.is_archived),
        End::Record(kind) => records::queries::find(db, kind, node.id)?.is_some_and(|record| record.is_archived),
    })
}
