//! A record that an import made, taken back: deleted by an administrator, who sees everything that may depend on it;
//! archived by anyone else, so that it never shows whether something they may not see does (product.md §2).

use super::taking_back::{find_held, left, refused};
use crate::access::Visit;
use crate::audit::{Action, Fields, Row};
use crate::clients;
use crate::closed_list::ClosedList;
use crate::db::{Db, attempt};
use crate::error::{Error, Result};
use crate::links;
use crate::merging::parts::{self, Part};
use crate::records::{self, Record, RecordKind, RecordRef};

fn kind_of(row: &Row) -> Option<RecordKind> {
    RecordKind::ALL.iter().copied().find(|kind| kind.table() == row.table_name)
}

/// Whether a row of the log tells that a record was made.
pub fn is_new_record(row: &Row) -> bool {
    row.action == Action::Create && kind_of(row).is_some()
}

/// Takes the record back, unless it was changed or used since, as far as this person may know.
pub fn record(db: &mut Db, visit: &Visit, row: &Row) -> Result<()> {
    let kind = kind_of(row).ok_or(Error::NotFound)?;
    let record = RecordRef { kind, id: row.record_id };
    let held = find_held(db, record)?;
    let name = &held.name;
    if held.is_archived {
        return refused(format!("{name} was archived since."));
    }
    if !is_as_left(&held, &row.fields()?) {
        return refused(format!("{name} was changed since."));
    }
    let linked = links::queries::dependencies(db, &visit.viewer, record)?;
    if let Some(other) = linked.iter().find(|one| one.count > 0) {
        return refused(format!("{name} was linked since: {}.", other.kind.to_lowercase()));
    }
    if kind == RecordKind::Client
        && let Some(client) = clients::queries::find(db, record.id.into())?
        && client.last_contact.last_contact_date.is_some()
    {
        return refused(format!("A contact with {name} was logged since."));
    }
    match visit.viewer.admin() {
        None => records::queries::set_archived(db, visit, kind, &held, true),
        Some(_) if is_judged(db, visit, record)? => {
            refused(format!("{name} was judged or planned for since, or its figures entered."))
        }
        Some(pass) => match attempt(db, |db| records::queries::delete(db, visit, pass, kind, &held)) {
            Err(error) if error.is_reference() => refused(format!("{name} is in use since.")),
            other => other,
        },
    }
}

/// Whether columns of the row itself that its import did not fill are, which would go with it.
fn is_judged(db: &mut Db, visit: &Visit, record: RecordRef) -> Result<bool> {
    let beside: &[Part] = match record.kind {
        RecordKind::Client => &[Part::Assessment, Part::Planned, Part::Pause],
        RecordKind::Project => &[Part::Figures],
        _ => &[],
    };
    for part in beside {
        if parts::read(db, visit, record, *part)?.values().any(|value| !value.is_null()) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_as_left(held: &Record, fields: &Fields) -> bool {
    held.values.iter().all(|(column, value)| value == left(fields, column))
}
