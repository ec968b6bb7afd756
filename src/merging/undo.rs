//! Undoing a merge: each row goes back to where it was, unless someone pointed it elsewhere meanwhile.

use std::collections::BTreeSet;

use super::carry::{follow_contacts, give_way, hold, set_archived};
use super::plan::{is_archived, pointers};
use super::{Merge, Step, StepKind, fill, queries};
use crate::access::{AdminPass, Visit};
use crate::audit;
use crate::db::ids::LinkId;
use crate::db::{ClosedList, Db, Pointer};
use crate::error::{Error, Result};
use crate::links::{self, End, LinkKind, LinkRow, Node, Place, nodes};
use crate::{clients, contacts, roundtable};

/// Undoes a merge that is in force.
pub fn undo(db: &mut Db, visit: &Visit, merge: &Merge) -> Result<()> {
    let pass = visit.viewer.require_admin()?;
    let end = End::of_name(&merge.record_kind).ok_or(Error::NotFound)?;
    let (survivor, merged) = (Node { end, id: merge.survivor_id }, Node { end, id: merge.merged_id });
    hold(db, survivor, merged)?;
    refuse(db, merge, survivor, merged)?;
    let steps = queries::steps(db, pass, merge.merge_id)?;
    let of = |kind: StepKind| steps.iter().filter(move |step| step.step == kind);
    if of(StepKind::Archived).next().is_some() && is_archived(db, merged)? {
        set_archived(db, visit, merged, false)?;
    }
    for step in of(StepKind::Moved) {
        link_back(db, visit, pass, step, survivor, merged)?;
    }
    for pointer in pointers(end) {
        let moved =
            of(StepKind::Moved).filter(|step| pointer.table == step.table_name && pointer.column == step.column_name);
        let mut moved: Vec<i64> = moved.map(|step| step.record_id).collect();
        if pointer.table == roundtable::queries::OF_CLIENT.table {
            // A correction goes where the entry goes that it corrects.
            moved.extend(roundtable::queries::corrections_of(db, visit.viewer.require_team()?, &moved)?);
        }
        rows_back(db, visit, &pointer, moved, survivor.id, merged.id)?;
    }
    let filled: Vec<String> = of(StepKind::Filled).map(|step| step.column_name.clone()).collect();
    fill::empty(db, visit, survivor, merged, &filled)?;
    for step in of(StepKind::Removed) {
        restore(db, visit, pass, step)?;
    }
    for step in of(StepKind::Cleared) {
        set_again(db, visit, pass, step)?;
    }
    follow_contacts(db, visit, survivor, merged)?;
    for step in of(StepKind::Moved).filter(|step| step.column_name == clients::queries::LAST_BY) {
        contacts::queries::follow_log_if_any(db, visit, step.record_id.into())?;
    }
    queries::set_undone(db, visit, pass, merge)
}

/// What stands in the way of undoing.
fn refuse(db: &mut Db, merge: &Merge, survivor: Node, merged: Node) -> Result<()> {
    let refused = |words: String| Err(Error::Refused(words));
    if merge.undone_date.is_some() {
        return refused("This merge is undone already.".into());
    }
    let faces = nodes::faces(db, &[survivor, merged].into())?;
    for (node, name) in [(survivor, &merge.survivor_name), (merged, &merge.merged_name)] {
        if !faces.contains_key(&node) {
            return refused(format!("{name} was deleted since, so the merge cannot be undone."));
        }
    }
    if let Some(later) = queries::into(db, survivor)?.first().filter(|later| later.merge_id > merge.merge_id) {
        return refused(format!(
            "{} was merged into {} since. Undo that merge first.",
            later.merged_name, later.survivor_name
        ));
    }
    if let Some(later) = queries::of_merged(db, survivor)? {
        return refused(format!(
            "{} was merged into {} since. Undo that merge first.",
            merge.survivor_name, later.survivor_name
        ));
    }
    Ok(())
}

/// The kind of link that a step is about, if it is about one.
fn kind_of(step: &Step) -> Option<LinkKind> {
    LinkKind::parse(&step.table_name).ok()
}

/// Gives a link back to the merged record.
fn link_back(db: &mut Db, visit: &Visit, pass: AdminPass, step: &Step, survivor: Node, merged: Node) -> Result<()> {
    let Some(kind) = kind_of(step) else { return Ok(()) };
    let is_it = |place: &Place| place.kind == kind && place.own_column() == step.column_name;
    let Some(place) = Place::of(survivor.end).into_iter().find(is_it) else { return Ok(()) };
    let link = LinkId(step.record_id);
    let Some(row) = links::queries::find(db, &visit.viewer, place, survivor.id, link)? else { return Ok(()) };
    let ends = place.ordered(merged.id, row.other(place.side));
    if links::queries::has_like(db, &visit.viewer, kind, ends, &row.draft)? {
        let words = "The merged record was linked anew since. Remove its links, then undo the merge.";
        return Err(Error::Refused(words.into()));
    }
    give_way(db, visit, place, &row, merged.id)?;
    links::queries::point(db, visit, pass, place, &row, merged.id)
}

/// Gives rows back that still name the record that stayed.
fn rows_back(db: &mut Db, visit: &Visit, pointer: &Pointer, moved: Vec<i64>, from: i64, to: i64) -> Result<()> {
    let pass = visit.viewer.require_admin()?;
    let current: BTreeSet<i64> = pointer.rows(db, pass, from)?.into_iter().collect();
    let rows: Vec<i64> = moved.into_iter().filter(|row| current.contains(row)).collect();
    pointer.point(db, pass, &rows, from, to)?;
    let (before, after) = (pointer.noted(from), pointer.noted(to));
    rows.iter().try_for_each(|row| audit::updated(db, visit, pointer.table, *row, &before, &after))
}

/// Puts a link back that was removed, unless the two were linked anew.
fn restore(db: &mut Db, visit: &Visit, pass: AdminPass, step: &Step) -> Result<()> {
    let (Some(kind), Some(held)) = (kind_of(step), &step.held) else { return Ok(()) };
    let row: LinkRow = serde_json::from_str(held).map_err(|error| Error::Internal(error.to_string()))?;
    let (from, to) = kind.ends();
    let ends = [Node { end: from, id: row.from }, Node { end: to, id: row.to }];
    // What was deleted since is not linked again.
    if nodes::faces(db, &ends.into())?.len() < ends.len() {
        return Ok(());
    }
    links::queries::restore(db, visit, pass, kind, &row)
}

fn set_again(db: &mut Db, visit: &Visit, pass: AdminPass, step: &Step) -> Result<()> {
    match (&step.held, kind_of(step)) {
        (None, Some(_)) => links::queries::set_primary(db, visit, pass, LinkId(step.record_id), true),
        (Some(person), None) => {
            let person = person.parse::<i64>().map_err(|error| Error::Internal(error.to_string()))?;
            clients::queries::set_secondary(db, visit, pass, step.record_id.into(), person.into())
        }
        _ => Ok(()),
    }
}
