//! Taking a change back is a change of its own: it brings back what the other found, row by row, the last first, and
//! refuses where what came later stands in the way.

use std::collections::BTreeSet;

use super::taking_back::{Taken, take_back};
use crate::access::{Reversal, Visit, Way};
use crate::audit::{self, Action, Row, reading_queries};
use crate::db::{Db, Lock, hold_lock};
use crate::error::{Error, Result};
use crate::ids::ChangeId;
use crate::merging;

/// What was taken back, and where it is seen.
pub struct Undone {
    /// The message.
    pub message: String,
    /// The address of the record.
    pub address: String,
}

/// Takes a change back: for whoever made it, or an administrator, with the rights that it took.
pub fn undo(db: &mut Db, visit: &Visit, id: ChangeId) -> Result<Undone> {
    // As merging and handing over do: all of them hold many records.
    hold_lock(db, Lock::ManyRecords)?;
    let (filed, rows) = reading_queries::find_own(db, &visit.viewer, id)?.ok_or(Error::NotFound)?;
    if reading_queries::is_undone(db, id)? {
        return Err(Error::Refused("This was undone already.".into()));
    }
    match reversal(filed.way, &rows) {
        Reversal::ByRows => by_rows(db, visit, &rows),
        Reversal::AsMerge => as_merge(db, visit, &rows),
        Reversal::Never | Reversal::Nothing => Err(Error::Refused("This cannot be undone.".into())),
    }
}

/// How a change can be taken back: what a page, a program, an assistant or an undo did.
pub fn reversal(way: Way, rows: &[Row]) -> Reversal {
    match way {
        Way::Page | Way::Api | Way::Assistant | Way::Undo => {
            let of_rows = rows.iter().map(|row| {
                let fields = row.fields().unwrap_or_default();
                audit::reversal_of(row.action, &row.table_name, |column| fields.contains_key(column))
            });
            of_rows.max().unwrap_or_default()
        }
        Way::Import | Way::Command => Reversal::Never,
    }
}

fn by_rows(db: &mut Db, visit: &Visit, rows: &[Row]) -> Result<Undone> {
    let taken = rows.iter().map(|row| take_back(db, visit, row)).collect::<Result<Vec<Taken>>>()?;
    let pages: BTreeSet<&str> = taken.iter().map(|one| one.address.as_str()).collect();
    // What was added or removed says more than what followed from it, and the first of it most.
    let is_main = |row: &&Row| matches!(row.action, Action::Create | Action::Delete);
    let main = rows.iter().rposition(|row| is_main(&row)).unwrap_or(rows.len().saturating_sub(1));
    let first = taken.get(main).ok_or(Error::NotFound)?;
    let message = match pages.len() {
        0 | 1 => first.message.clone(),
        several => format!("Undone: {several} records are as they were before"),
    };
    Ok(Undone { message, address: first.address.clone() })
}

fn as_merge(db: &mut Db, visit: &Visit, rows: &[Row]) -> Result<Undone> {
    let pass = visit.viewer.require_admin()?;
    let row = rows.iter().find(|row| row.table_name == "merges").ok_or(Error::NotFound)?;
    let merge = merging::queries::find(db, pass, row.record_id)?.ok_or(Error::NotFound)?;
    merging::take_apart(db, visit, &merge)?;
    Ok(Undone { message: merge.parted(), address: merge.merged()?.address() })
}
