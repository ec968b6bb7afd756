//! Taking a change back is a change of its own: it brings back what the other found, row by row, the last first, and
//! refuses where what came later stands in the way.

use std::collections::BTreeSet;

use super::taking_back::{Taken, take_back};
use super::taking_back_new;
use crate::access::{Reversal, Visit, Way};
use crate::audit::{self, Action, Row, reading_queries};
use crate::config::Config;
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
pub fn undo(db: &mut Db, config: &Config, visit: &Visit, id: ChangeId) -> Result<Undone> {
    // As merging and handing over do: all of them hold many records.
    hold_lock(db, Lock::ManyRecords)?;
    let (filed, rows) = reading_queries::find_own(db, &visit.viewer, id)?.ok_or(Error::NotFound)?;
    if reading_queries::is_undone(db, id)? {
        return Err(Error::Refused("This was undone already.".into()));
    }
    match reversal(filed.way, &rows) {
        Reversal::ByRows => by_rows(db, config, visit, &rows),
        Reversal::AsMerge => as_merge(db, visit, &rows),
        Reversal::Never if is_import(filed.way, &rows) => {
            all_rows(db, (config, visit), &rows, &mut |_, _| Ok(()))?;
            Ok(Undone { message: "The import is undone".into(), address: "/import".into() })
        }
        Reversal::Never | Reversal::Nothing => Err(Error::Refused("This cannot be undone.".into())),
    }
}

/// Whether rows are of an import that can be taken back: also the records that it made.
pub fn is_import(way: Way, rows: &[Row]) -> bool {
    let is_imported = |row: &Row| taking_back_new::is_new_record(row) || of_row(row) == Reversal::ByRows;
    way == Way::Import && rows.iter().all(is_imported)
}

/// How a change can be taken back: what a page, a program, an assistant or an undo did.
pub fn reversal(way: Way, rows: &[Row]) -> Reversal {
    match way {
        Way::Page | Way::Api | Way::Assistant | Way::Undo => rows.iter().map(of_row).max().unwrap_or_default(),
        Way::Import | Way::Command => Reversal::Never,
    }
}

fn of_row(row: &Row) -> Reversal {
    let fields = row.fields().unwrap_or_default();
    audit::reversal_of(row.action, &row.table_name, |column| fields.contains_key(column))
}

/// Obstacles that are told at most.
const TOLD: usize = 5;

/// Takes back an import, for whoever made it: all of its rows, the last first, or none where anything stands in the
/// way, and then says what. `tell` hears how far it is.
pub fn take_back_import(
    db: &mut Db,
    config: &Config,
    visit: &Visit,
    id: ChangeId,
    tell: &mut dyn FnMut(u64, u64) -> Result<()>,
) -> Result<()> {
    hold_lock(db, Lock::ManyRecords)?;
    let lost = "You may no longer see all that this import wrote. Ask an administrator to undo it.";
    let found = reading_queries::find_own(db, &visit.viewer, id)?;
    let (_, rows) = found.ok_or_else(|| Error::Refused(lost.into()))?;
    if reading_queries::is_undone(db, id)? {
        return Err(Error::Refused("This was undone already.".into()));
    }
    all_rows(db, (config, visit), &rows, tell)
}

/// Takes rows back, the last first; what stands in the way of any is told of all.
fn all_rows(
    db: &mut Db,
    (config, visit): (&Config, &Visit),
    rows: &[Row],
    tell: &mut dyn FnMut(u64, u64) -> Result<()>,
) -> Result<()> {
    visit.change.hush();
    let (mut obstacles, mut done) = (Vec::new(), 0);
    for row in rows {
        let taken = match taking_back_new::is_new_record(row) {
            true => taking_back_new::record(db, visit, row),
            false => take_back(db, config, visit, row).map(drop),
        };
        match taken {
            Ok(()) => {}
            Err(Error::Refused(words)) => obstacles.push(words),
            Err(error) => return Err(error),
        }
        done += 1;
        tell(done, rows.len() as u64)?;
    }
    obstacles.dedup();
    if obstacles.is_empty() {
        return Ok(());
    }
    let more = obstacles.len().saturating_sub(TOLD);
    obstacles.truncate(TOLD);
    let more = if more > 0 { format!(" And {more} more.") } else { String::new() };
    Err(Error::Refused(format!("{}{more}", obstacles.join(" "))))
}

fn by_rows(db: &mut Db, config: &Config, visit: &Visit, rows: &[Row]) -> Result<Undone> {
    let taken = rows.iter().map(|row| take_back(db, config, visit, row)).collect::<Result<Vec<Taken>>>()?;
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
