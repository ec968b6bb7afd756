//! One row of a change taken back, by the slice whose row it is. It goes back only from what the change left: anything
//! else came later.

use serde_json::{Map, Value, from_value, json};

use super::labels::{label, reference};
use super::{taking_back_files, taking_back_items, taking_back_links, taking_back_meetings};
use crate::access::Visit;
use crate::audit::{Action, Fields, Row, Sensitivity};
use crate::closed_list::ClosedList;
use crate::config::Config;
use crate::contacts::{self, ContactDraft};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::ContactId;
use crate::links::LinkKind;
use crate::market;
use crate::merging::parts::{self, Part};
use crate::records::{self, Record, RecordKind, RecordRef, references, whereabouts};

/// What was taken back of one row.
pub struct Taken {
    /// The address of what shows it.
    pub address: String,
    /// What is said of it.
    pub message: String,
}

impl Taken {
    /// What is seen on the page of a record.
    pub(super) fn at(record: RecordRef, message: impl Into<String>) -> Self {
        Self { address: record.address(), message: message.into() }
    }
}

/// Takes back what a change did to one row.
pub fn take_back(db: &mut Db, config: &Config, visit: &Visit, row: &Row) -> Result<Taken> {
    let fields = row.fields()?;
    if let Ok(kind) = LinkKind::parse(&row.table_name) {
        return taking_back_links::link(db, visit, kind, row, &fields);
    }
    match row.table_name.as_str() {
        "contact_log" => return contact(db, visit, row, &fields),
        "action_items" => return taking_back_items::item(db, visit, row, &fields),
        "action_item_owners" => return taking_back_items::owner(db, visit, row, &fields),
        "meetings" => return taking_back_meetings::meeting(db, visit, row, &fields),
        "meeting_points" => return taking_back_meetings::point(db, visit, row, &fields),
        "meeting_attendees" => return taking_back_meetings::attendee(db, visit, row, &fields),
        "files" => return taking_back_files::file(db, visit, config, row, &fields),
        _ => {}
    }
    let kind = RecordKind::ALL.iter().copied().find(|kind| kind.table() == row.table_name);
    record(db, visit, RecordRef { kind: kind.ok_or(Error::NotFound)?, id: row.record_id }, row, &fields)
}

pub(super) fn refused<T>(words: impl Into<String>) -> Result<T> {
    Err(Error::Refused(words.into()))
}

/// Refuses to touch a record that is out of the lists by now, and tells what to do instead.
pub(super) fn refuse_gone(db: &mut Db, record: RecordRef, held: &Record) -> Result<()> {
    if !held.is_archived {
        return Ok(());
    }
    let name = &held.name;
    match whereabouts::survivor(db, record)? {
        Some(survivor) => refused(format!("Cannot be undone: {name} was merged into {survivor} since.")),
        None => refused(format!("{name} is archived. Bring it back on its page, then undo this.")),
    }
}

pub(super) fn find_held(db: &mut Db, record: RecordRef) -> Result<Record> {
    match records::queries::find_held(db, record.kind, record.id)? {
        Some(held) => Ok(held),
        None => refused(format!("Cannot be undone: the {} was deleted since.", record.kind.singular())),
    }
}

/// The columns of a row with the values they had, if they still hold what the change left.
pub(super) fn earlier(mut held: Map<String, Value>, fields: &Fields) -> std::result::Result<Map<String, Value>, &str> {
    for (column, (old, new)) in fields {
        match held.get_mut(column) {
            Some(value) if value == new => *value = old.clone(),
            _ => return Err(column),
        }
    }
    Ok(held)
}

fn record(db: &mut Db, visit: &Visit, record: RecordRef, row: &Row, fields: &Fields) -> Result<Taken> {
    let held = find_held(db, record)?;
    if let Some((old, new)) = fields.get("is_archived") {
        return archive(db, visit, record, &held, old == &json!(true), new == &json!(true));
    }
    let as_before = Taken::at(record, format!("{} is as it was before", held.name));
    // The last contact follows from the log.
    if fields.keys().all(|column| column.starts_with("last_contact_")) {
        return Ok(as_before);
    }
    refuse_gone(db, record, &held)?;
    let part = match (row.sensitivity, row.action) {
        (Sensitivity::Team, _) if fields.contains_key("paused_until") || fields.contains_key("pause_reason") => {
            Part::Pause
        }
        (Sensitivity::Team, _) => Part::Assessment,
        (Sensitivity::Confidential, _) => Part::Figures,
        (Sensitivity::Public, Action::Track) => Part::Planned,
        (Sensitivity::Public, _) => Part::Open,
    };
    let values = match earlier(parts::read(db, visit, record, part)?, fields) {
        Ok(values) => values,
        Err(column) => {
            return refused(format!(
                "Cannot be undone: {} of {} changed since.",
                label(&visit.viewer, &row.table_name, column),
                held.name
            ));
        }
    };
    if let Some(words) = obstacle(db, record, part, fields, &values)? {
        return refused(format!("Cannot be undone: {words}"));
    }
    parts::write(db, visit, record, part, values)?;
    Ok(as_before)
}

/// What speaks against a record with these values, although they were its own before.
fn obstacle(
    db: &mut Db,
    record: RecordRef,
    part: Part,
    fields: &Fields,
    values: &Map<String, Value>,
) -> Result<Option<String>> {
    let value = |column: &str| values.get(column).filter(|value| !value.is_null());
    if part == Part::Planned {
        let is_half = value("next_planned_contact_date").is_none() && values.values().any(|value| !value.is_null());
        return match is_half {
            true => Ok(Some("the planned contact changed since.".into())),
            false => gone_since(db, record.kind.table(), fields),
        };
    }
    if part != Part::Open {
        return Ok(None);
    }
    if let Some(taken) = market::taken(db, record.kind, Some(record.id), values)? {
        return Ok(Some(taken.message));
    }
    if value("mpr_primary_poc").is_some() && value("mpr_primary_poc") == value("mpr_secondary_poc") {
        return Ok(Some("the same person would be both points of contact.".into()));
    }
    gone_since(db, record.kind.table(), fields)
}

/// What became of the records that a row named before, where one of them is no longer there to be named.
pub(super) fn gone_since(db: &mut Db, table: &str, fields: &Fields) -> Result<Option<String>> {
    for (column, (old, _)) in fields {
        let (Some(kind), Some(id)) = (reference(table, column), old.as_i64()) else { continue };
        let other = RecordRef { kind, id };
        let Some(named) = references::find_named(db, other)? else {
            return Ok(Some(format!("the {} of before was deleted since.", kind.singular())));
        };
        if let Some(survivor) = whereabouts::survivor(db, other)? {
            return Ok(Some(format!("{} was merged into {survivor} since.", named.name)));
        }
    }
    Ok(None)
}

fn archive(db: &mut Db, visit: &Visit, record: RecordRef, held: &Record, was: bool, is: bool) -> Result<Taken> {
    let name = &held.name;
    if held.is_archived != is {
        return refused(format!(
            "Cannot be undone: {name} {} since.",
            if is { "was brought back" } else { "was archived" }
        ));
    }
    if let Some(survivor) = whereabouts::survivor(db, record)? {
        return refused(format!("Cannot be undone: {name} was merged into {survivor} since."));
    }
    records::queries::set_archived(db, visit, record.kind, held, was)?;
    let message = if was { format!("{name} is archived again") } else { format!("{name} is back in the lists") };
    Ok(Taken::at(record, message))
}

fn contact(db: &mut Db, visit: &Visit, row: &Row, fields: &Fields) -> Result<Taken> {
    let Some(contact) = contacts::queries::find_held(db, &visit.viewer, ContactId(row.record_id))? else {
        return refused("Cannot be undone: the contact was removed since.");
    };
    let client = RecordRef::from(contact.client_id);
    let held = find_held(db, client)?;
    refuse_gone(db, client, &held)?;
    let columns = object(json!(contact))?;
    // What was added was nothing before: then every column counts.
    let is_as_left =
        row.action != Action::Create || columns.iter().all(|(column, value)| left(fields, column) == value);
    let Some(before) = earlier(columns, fields).ok().filter(|_| is_as_left) else {
        let is_moved = left(fields, "client_id").as_i64().is_some_and(|id| id != contact.client_id.0);
        let since = if is_moved { "was moved in a merge" } else { "was corrected" };
        return refused(format!("Cannot be undone: this contact with {} {since} since.", held.name));
    };
    if row.action == Action::Create {
        contacts::queries::take_back(db, visit, &contact)?;
        return Ok(Taken::at(client, format!("Contact with {} taken back", held.name)));
    }
    if let Some(words) = gone_since(db, &row.table_name, fields)? {
        return refused(format!("Cannot be undone: {words}"));
    }
    contacts::queries::update(db, visit, &contact, &typed::<ContactDraft>(before)?)?;
    Ok(Taken::at(client, format!("Contact with {} is as it was before", held.name)))
}

/// What a change left in a column of a row that it added.
pub(super) fn left<'f>(fields: &'f Fields, column: &str) -> &'f Value {
    fields.get(column).map_or(&Value::Null, |(_, new)| new)
}

pub(super) fn object(value: Value) -> Result<Map<String, Value>> {
    typed(value)
}

pub(super) fn typed<T: serde::de::DeserializeOwned>(value: impl Into<Value>) -> Result<T> {
    from_value(value.into()).map_err(|error| Error::Internal(format!("a row of the audit log: {error}")))
}
