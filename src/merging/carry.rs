//! Carrying out a merge, noting each step so that it can be undone.

use super::plan::{is_archived, movable, pointers, sorted};
use super::{Plan, Step, StepKind, fill, queries};
use crate::access::{AdminPass, Visit};
use crate::audit;
use crate::clients;
use crate::contacts;
use crate::db::ids::PersonnelId;
use crate::db::{ClosedList, Db};
use crate::error::{Error, Result};
use crate::links::{self, End, LinkRow, Node, Place};
use crate::records::{self, Kind};

/// A merge that is being carried out.
struct Carrier<'a> {
    db: &'a mut Db,
    visit: &'a Visit,
    pass: AdminPass,
    merge: i64,
    survivor: Node,
    merged: Node,
}

/// Keeps both records from other writers, the smaller id first so that two merges do not wait for each other.
pub fn hold(db: &mut Db, one: Node, other: Node) -> Result<()> {
    for node in [one.min(other), one.max(other)] {
        match node.end {
            End::Client => clients::queries::hold(db, node.id.into())?,
            End::Record(kind) => drop(records::queries::find_held(db, kind, node.id)?),
        }
    }
    Ok(())
}

/// Merges as planned; `keeps_theirs` decides each clash. Both records are held.
pub fn carry(db: &mut Db, visit: &Visit, plan: &Plan, keeps_theirs: &dyn Fn(&super::Clash) -> bool) -> Result<i64> {
    let pass = visit.viewer.require_admin()?;
    let merge = queries::insert(db, visit, pass, plan)?;
    let (survivor, merged) = (plan.survivor.node, plan.merged.node);
    let mut carrier = Carrier { db, visit, pass, merge, survivor, merged };
    carrier.fill()?;
    for (place, row) in &plan.inner {
        carrier.remove(*place, row)?;
    }
    for clash in &plan.clashes {
        let loser = if keeps_theirs(clash) { &clash.ours } else { &clash.theirs };
        carrier.remove(clash.place, loser)?;
    }
    for place in Place::of(survivor.end) {
        carrier.links(place)?;
    }
    carrier.pointers()?;
    carrier.archive()?;
    follow_contacts(carrier.db, visit, survivor, merged)?;
    Ok(merge)
}

/// Brings both clients to the latest contact that each has now.
pub fn follow_contacts(db: &mut Db, visit: &Visit, one: Node, other: Node) -> Result<()> {
    if one.end == End::Client {
        for node in [one, other] {
            contacts::queries::follow_log(db, visit, node.id.into())?;
        }
    }
    Ok(())
}

/// Archives a record or brings it back.
pub fn set_archived(db: &mut Db, visit: &Visit, node: Node, archived: bool) -> Result<()> {
    match node.end {
        End::Client => {
            let client = clients::queries::find_held(db, node.id.into())?.ok_or(Error::NotFound)?;
            clients::queries::set_archived(db, visit, &client, archived)
        }
        End::Record(kind) => {
            let record = records::queries::find_held(db, kind, node.id)?.ok_or(Error::NotFound)?;
            records::queries::set_archived(db, visit, kind, &record, archived)
        }
    }
}

/// A client that has a primary contact keeps it: a link that comes to the client gives way, and tells whether it had to.
pub fn give_way(db: &mut Db, visit: &Visit, place: Place, row: &LinkRow, client: i64) -> Result<bool> {
    let pass = visit.viewer.require_admin()?;
    let is_second = row.draft.is_primary_contact
        && place.here() == End::Client
        && links::queries::primary_contact(db, pass, client, row.draft.is_confidential)?.is_some();
    if is_second {
        links::queries::set_primary(db, visit, pass, row.link_id, false)?;
    }
    Ok(is_second)
}

/// The table of a record.
pub fn table_of(end: End) -> &'static str {
    match end {
        End::Client => "clients",
        End::Record(kind) => kind.table(),
    }
}

impl Carrier<'_> {
    fn note(&mut self, step: StepKind, table: &str, row: i64, column: &str, held: Option<String>) -> Result<()> {
        let step = Step { step, table_name: table.into(), record_id: row, column_name: column.into(), held };
        queries::insert_step(self.db, self.pass, self.merge, &step)
    }

    fn fill(&mut self) -> Result<()> {
        let table = table_of(self.survivor.end);
        for column in fill::fill(self.db, self.visit, self.survivor, self.merged)? {
            self.note(StepKind::Filled, table, self.survivor.id, &column, None)?;
        }
        Ok(())
    }

    fn remove(&mut self, place: Place, row: &LinkRow) -> Result<()> {
        links::queries::delete(self.db, self.visit, place.kind, row)?;
        let held = serde_json::to_string(row).map_err(|error| Error::Internal(error.to_string()))?;
        self.note(StepKind::Removed, place.kind.as_str(), row.link_id.0, place.own_column(), Some(held))
    }

    fn links(&mut self, place: Place) -> Result<()> {
        let (from, to) = (self.merged.id, self.survivor.id);
        for row in sorted(self.db, self.visit, place, to, from)?.free {
            if give_way(self.db, self.visit, place, &row, to)? {
                self.note(StepKind::Cleared, place.kind.as_str(), row.link_id.0, "is_primary_contact", None)?;
            }
            links::queries::point(self.db, self.visit, self.pass, place, &row, to)?;
            self.note(StepKind::Moved, place.kind.as_str(), row.link_id.0, place.own_column(), None)?;
        }
        Ok(())
    }

    fn pointers(&mut self) -> Result<()> {
        let (from, to) = (self.merged.id, self.survivor.id);
        if self.survivor.end == End::Record(Kind::Person) {
            self.part_contacts()?;
        }
        for pointer in pointers(self.survivor.end) {
            let rows = movable(self.db, self.visit, &pointer, from)?;
            pointer.point(self.db, self.pass, &rows, from, to)?;
            for row in rows {
                audit::updated(self.db, self.visit, pointer.table, row, &pointer.noted(from), &pointer.noted(to))?;
                self.note(StepKind::Moved, pointer.table, row, pointer.column, None)?;
            }
        }
        Ok(())
    }

    /// Where one of the two stands in for the other, the one person left is the primary point of contact alone.
    fn part_contacts(&mut self) -> Result<()> {
        let (one, other) = (PersonnelId(self.survivor.id), PersonnelId(self.merged.id));
        for (client, held) in clients::queries::part_contacts(self.db, self.visit, self.pass, one, other)? {
            let held = Some(held.to_string());
            self.note(StepKind::Cleared, "clients", client.0, clients::queries::SECONDARY, held)?;
        }
        Ok(())
    }

    fn archive(&mut self) -> Result<()> {
        if !is_archived(self.db, self.merged)? {
            set_archived(self.db, self.visit, self.merged, true)?;
            self.note(StepKind::Archived, table_of(self.merged.end), self.merged.id, "is_archived", None)?;
        }
        Ok(())
    }
}
