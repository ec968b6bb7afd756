//! Undoing a merge: each row goes back to where it was, unless someone pointed it elsewhere meanwhile.

use std::collections::BTreeSet;

use super::apply::{clear_second_primary, follow_contacts, hold, set_archived};
use super::plan::{is_archived, reference_columns};
use super::{Merge, Step, StepKind, fill, queries};
use crate::access::{AdminPass, Visit};
use crate::audit;
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::LinkId;
use crate::links::{self, LinkEnd, LinkKind, LinkRow};
use crate::records::{RecordKind, RecordRef, ReferenceColumn, references};
use crate::{clients, contacts, roundtable};

/// Undoes a merge that is in force.
pub fn undo(db: &mut Db, visit: &Visit, merge: &Merge) -> Result<()> {
    let pass = visit.viewer.require_admin()?;
    let kind = RecordKind::parse(&merge.record_kind).map_err(|_| Error::NotFound)?;
    let (survivor, merged) = (RecordRef { kind, id: merge.survivor_id }, RecordRef { kind, id: merge.merged_id });
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
    for reference_column in reference_columns(kind) {
        let moved = of(StepKind::Moved)
            .filter(|step| reference_column.table == step.table_name && reference_column.column == step.column_name);
        let mut moved: Vec<i64> = moved.map(|step| step.record_id).collect();
        if reference_column.table == roundtable::queries::OF_CLIENT.table {
            // A correction goes where the entry goes that it corrects.
            moved.extend(roundtable::queries::corrections_of(db, visit.viewer.require_team()?, &moved)?);
        }
        rows_back(db, visit, &reference_column, moved, survivor.id, merged.id)?;
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
fn refuse(db: &mut Db, merge: &Merge, survivor: RecordRef, merged: RecordRef) -> Result<()> {
    let refused = |words: String| Err(Error::Refused(words));
    if merge.undone_date.is_some() {
        return refused("This merge is undone already.".into());
    }
    let named_records = references::all_named(db, &[survivor, merged].into())?;
    for (record, name) in [(survivor, &merge.survivor_name), (merged, &merge.merged_name)] {
        if !named_records.contains_key(&record) {
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
fn link_back(
    db: &mut Db,
    visit: &Visit,
    pass: AdminPass,
    step: &Step,
    survivor: RecordRef,
    merged: RecordRef,
) -> Result<()> {
    let Some(kind) = kind_of(step) else { return Ok(()) };
    let is_it = |place: &LinkEnd| place.kind == kind && place.own_column() == step.column_name;
    let Some(place) = LinkEnd::of(survivor.kind).into_iter().find(is_it) else { return Ok(()) };
    let link = LinkId(step.record_id);
    let Some(row) = links::queries::find_held(db, &visit.viewer, place, survivor.id, link)? else { return Ok(()) };
    let ends = place.ordered(merged.id, row.other(place.direction));
    if links::queries::has_like(db, &visit.viewer, kind, ends, &row.draft)? {
        let words = "The merged record was linked anew since. Remove its links, then undo the merge.";
        return Err(Error::Refused(words.into()));
    }
    clear_second_primary(db, visit, place, &row, merged.id)?;
    links::queries::point(db, visit, pass, place, &row, merged.id)
}

/// Gives rows back that still name the record that stayed.
fn rows_back(
    db: &mut Db,
    visit: &Visit,
    reference_column: &ReferenceColumn,
    moved: Vec<i64>,
    from: i64,
    to: i64,
) -> Result<()> {
    let pass = visit.viewer.require_admin()?;
    let current: BTreeSet<i64> = reference_column.rows(db, pass, from)?.into_iter().collect();
    let rows: Vec<i64> = moved.into_iter().filter(|row| current.contains(row)).collect();
    reference_column.point(db, pass, &rows, from, to)?;
    let (before, after) = (reference_column.noted(from), reference_column.noted(to));
    rows.iter().try_for_each(|row| audit::updated(db, visit, reference_column.table, *row, &before, &after))
}

/// Puts a link back that was removed, unless the two were linked anew.
fn restore(db: &mut Db, visit: &Visit, pass: AdminPass, step: &Step) -> Result<()> {
    let (Some(kind), Some(held)) = (kind_of(step), &step.held) else { return Ok(()) };
    let row: LinkRow = serde_json::from_str(held).map_err(|error| Error::Internal(error.to_string()))?;
    let (from, to) = kind.ends();
    let ends = [RecordRef { kind: from, id: row.from }, RecordRef { kind: to, id: row.to }];
    // What was deleted since is not linked again.
    if references::all_named(db, &ends.into())?.len() < ends.len() {
        return Ok(());
    }
    links::queries::restore(db, visit, pass, kind, &row)
}

fn set_again(db: &mut Db, visit: &Visit, pass: AdminPass, step: &Step) -> Result<()> {
    match (&step.held, kind_of(step)) {
        (None, Some(_)) => links::queries::set_primary(db, visit, pass, LinkId(step.record_id), true),
        (Some(person), None) => {
            let person = person.parse::<i64>().map_err(|error| Error::Internal(error.to_string()))?;
            clients::poc_queries::set_secondary(db, visit, pass, step.record_id.into(), person.into())
        }
        _ => Ok(()),
    }
}
