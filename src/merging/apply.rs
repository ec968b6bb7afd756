//! Carrying out a merge, noting each step so that it can be undone.

use super::plan::{is_archived, movable, reference_columns, sorted};
use super::{Plan, Step, StepKind, fill, queries};
use crate::access::{AdminPass, Visit};
use crate::audit;
use crate::clients;
use crate::closed_list::ClosedList;
use crate::contacts;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::PersonnelId;
use crate::links::{self, LinkEnd, LinkRow};
use crate::records::{self, RecordKind, RecordRef};

/// A merge that is being carried out.
struct Merger<'a> {
    db: &'a mut Db,
    visit: &'a Visit,
    pass: AdminPass,
    merge: i64,
    survivor: RecordRef,
    merged: RecordRef,
}

/// Keeps both records from other writers, the smaller id first so that two merges do not wait for each other.
pub fn hold(db: &mut Db, one: RecordRef, other: RecordRef) -> Result<()> {
    for record in [one.min(other), one.max(other)] {
        records::queries::hold(db, record)?;
    }
    Ok(())
}

/// Merges as planned; `keeps_theirs` decides each clash. Both records are held.
pub fn apply(db: &mut Db, visit: &Visit, plan: &Plan, keeps_theirs: &dyn Fn(&super::Clash) -> bool) -> Result<i64> {
    let pass = visit.viewer.require_admin()?;
    let merge = queries::insert(db, visit, pass, plan)?;
    let (survivor, merged) = (plan.survivor.record, plan.merged.record);
    let mut merger = Merger { db, visit, pass, merge, survivor, merged };
    merger.fill()?;
    for (place, row) in &plan.inner {
        merger.remove(*place, row)?;
    }
    for clash in &plan.clashes {
        let loser = if keeps_theirs(clash) { &clash.ours } else { &clash.theirs };
        merger.remove(clash.place, loser)?;
    }
    for place in LinkEnd::of(survivor.kind) {
        merger.links(place)?;
    }
    merger.reference_columns()?;
    merger.archive()?;
    follow_contacts(merger.db, visit, survivor, merged)?;
    Ok(merge)
}

/// Brings both clients to the latest contact that each has now.
pub fn follow_contacts(db: &mut Db, visit: &Visit, one: RecordRef, other: RecordRef) -> Result<()> {
    if one.kind == RecordKind::Client {
        for record in [one, other] {
            contacts::queries::follow_log(db, visit, record.id.into())?;
        }
    }
    Ok(())
}

/// Archives a record or brings it back.
pub fn set_archived(db: &mut Db, visit: &Visit, record: RecordRef, archived: bool) -> Result<()> {
    let before = records::queries::find_held(db, record.kind, record.id)?.ok_or(Error::NotFound)?;
    records::queries::set_archived(db, visit, record.kind, &before, archived)
}

/// A client that has a primary contact keeps it: a link that comes to the client gives way, and tells whether it had
/// to.
pub fn clear_second_primary(db: &mut Db, visit: &Visit, place: LinkEnd, row: &LinkRow, client: i64) -> Result<bool> {
    let pass = visit.viewer.require_admin()?;
    let is_second = row.draft.is_primary_contact
        && place.here() == RecordKind::Client
        && links::queries::primary_contact(db, pass, client, row.draft.is_confidential)?.is_some();
    if is_second {
        links::queries::set_primary(db, visit, pass, row.link_id, false)?;
    }
    Ok(is_second)
}

impl Merger<'_> {
    fn note(&mut self, step: StepKind, table: &str, row: i64, column: &str, held: Option<String>) -> Result<()> {
        let step = Step { step, table_name: table.into(), record_id: row, column_name: column.into(), held };
        queries::insert_step(self.db, self.pass, self.merge, &step)
    }

    fn fill(&mut self) -> Result<()> {
        let table = self.survivor.kind.table();
        for column in fill::fill(self.db, self.visit, self.survivor, self.merged)? {
            self.note(StepKind::Filled, table, self.survivor.id, &column, None)?;
        }
        Ok(())
    }

    fn remove(&mut self, place: LinkEnd, row: &LinkRow) -> Result<()> {
        links::queries::delete(self.db, self.visit, place.kind, row)?;
        let held = serde_json::to_string(row).map_err(|error| Error::Internal(error.to_string()))?;
        self.note(StepKind::Removed, place.kind.as_str(), row.link_id.0, place.own_column(), Some(held))
    }

    fn links(&mut self, place: LinkEnd) -> Result<()> {
        let (from, to) = (self.merged.id, self.survivor.id);
        for row in sorted(self.db, self.visit, place, to, from)?.free {
            if clear_second_primary(self.db, self.visit, place, &row, to)? {
                self.note(StepKind::Cleared, place.kind.as_str(), row.link_id.0, "is_primary_contact", None)?;
            }
            links::queries::point(self.db, self.visit, self.pass, place, &row, to)?;
            self.note(StepKind::Moved, place.kind.as_str(), row.link_id.0, place.own_column(), None)?;
        }
        Ok(())
    }

    fn reference_columns(&mut self) -> Result<()> {
        let (from, to) = (self.merged.id, self.survivor.id);
        if self.survivor.kind == RecordKind::Person {
            self.clear_second_poc()?;
        }
        for reference_column in reference_columns(self.survivor.kind) {
            let rows = movable(self.db, self.visit, &reference_column, from)?;
            reference_column.point(self.db, self.pass, &rows, from, to)?;
            for row in rows {
                audit::updated(
                    self.db,
                    self.visit,
                    reference_column.table,
                    row,
                    &reference_column.noted(from),
                    &reference_column.noted(to),
                )?;
                self.note(StepKind::Moved, reference_column.table, row, reference_column.column, None)?;
            }
        }
        Ok(())
    }

    /// Where one of the two stands in for the other, the one person left is the primary point of contact alone.
    fn clear_second_poc(&mut self) -> Result<()> {
        let (one, other) = (PersonnelId(self.survivor.id), PersonnelId(self.merged.id));
        for (client, held) in clients::poc_queries::clear_second_poc(self.db, self.visit, self.pass, one, other)? {
            let held = Some(held.to_string());
            self.note(StepKind::Cleared, "clients", client.0, clients::poc_queries::SECONDARY, held)?;
        }
        Ok(())
    }

    fn archive(&mut self) -> Result<()> {
        if !is_archived(self.db, self.merged)? {
            set_archived(self.db, self.visit, self.merged, true)?;
            self.note(StepKind::Archived, self.merged.kind.table(), self.merged.id, "is_archived", None)?;
        }
        Ok(())
    }
}
