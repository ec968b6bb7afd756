//! Files as they were before a change: added, removed, called otherwise or shown to others.

use serde_json::{Map, Value, json};

use super::taking_back::{Taken, earlier, find_held, gone_since, left, object, refuse_gone, refused, typed};
use crate::access::Visit;
use crate::audit::{Action, Fields, Row};
use crate::config::Config;
use crate::contacts;
use crate::db::{Db, Lock, hold_lock};
use crate::error::{Error, Result};
use crate::files::store::Store;
use crate::files::{FileRow, Home, Visibility, queries};
use crate::ids::FileId;

/// Takes back what a change did to a file.
pub fn file(db: &mut Db, visit: &Visit, config: &Config, row: &Row, fields: &Fields) -> Result<Taken> {
    let id = FileId(row.record_id);
    if row.action == Action::Delete {
        return put_back(db, visit, config, id, row, fields);
    }
    let Some(file) = queries::find_held(db, &visit.viewer, id)? else {
        return refused("Cannot be undone: the file was removed since.");
    };
    let home = home_of(db, &file)?;
    let columns: Map<String, Value> = object(json!(file))?;
    // What was added was nothing before: then every column counts.
    let is_new = row.action == Action::Create;
    // The moment stands in the log more exactly than in a row.
    let is_same = |(column, value): (&String, &Value)| column == "created_date" || left(fields, column) == value;
    let is_as_left = !is_new || columns.iter().all(is_same);
    let before = if is_new { Some(columns) } else { earlier(columns, fields).ok() };
    let Some(before) = before.filter(|_| is_as_left) else {
        return refused(format!("Cannot be undone: {} changed since.", file.file_name));
    };
    if is_new {
        queries::remove(db, visit, &file)?;
        Store::of(config).let_go(&file.sha256, visit.now)?;
        return Ok(taken(home, format!("{} taken back", file.file_name)));
    }
    let before: FileRow = typed(before)?;
    refuse_too_open(db, visit, &before)?;
    if before.contact_id != file.contact_id {
        return refused(format!("Cannot be undone: the contact of {} was removed.", file.file_name));
    }
    queries::update(db, visit, &file, (&before.file_name, before.visibility))?;
    Ok(taken(home, format!("{} is as it was before", before.file_name)))
}

fn put_back(db: &mut Db, visit: &Visit, config: &Config, id: FileId, row: &Row, fields: &Fields) -> Result<Taken> {
    let was = |(column, (old, _)): (&String, &(Value, Value))| (column.clone(), old.clone());
    let file = FileRow { file_id: id, version: 1, ..typed(fields.iter().map(was).collect::<Map<_, _>>())? };
    let home = home_of(db, &file)?;
    if let Some(words) = gone_since(db, &row.table_name, fields)? {
        return refused(format!("Cannot be undone: {words}"));
    }
    if queries::find(db, &visit.viewer, id)?.is_some() {
        return refused(format!("Cannot be undone: {} is back already.", file.file_name));
    }
    refuse_too_open(db, visit, &file)?;
    hold_lock(db, Lock::Files)?;
    if !Store::of(config).has(&file.sha256) {
        return refused(format!("Cannot be undone: what {} held was cleared away.", file.file_name));
    }
    queries::put_back(db, visit, &file)?;
    Ok(taken(home, format!("{} is back", file.file_name)))
}

fn taken(home: Home, message: String) -> Taken {
    Taken { address: home.page(), message }
}

/// Refuses an open file with a contact that is confidential by now.
fn refuse_too_open(db: &mut Db, visit: &Visit, file: &FileRow) -> Result<()> {
    let Some(id) = file.contact_id.filter(|_| file.visibility == Visibility::Open) else { return Ok(()) };
    match contacts::queries::find(db, &visit.viewer, id)? {
        Some(contact) if !contact.draft.is_confidential => Ok(()),
        _ => refused(format!("Cannot be undone: the contact of {} is not there as it was.", file.file_name)),
    }
}

/// What a file is kept with, which must be in the lists still.
fn home_of(db: &mut Db, file: &FileRow) -> Result<Home> {
    let home = file.home().ok_or_else(|| Error::Internal("a file that is kept with nothing".into()))?;
    if let Some(record) = home.record() {
        let held = find_held(db, record)?;
        refuse_gone(db, record, &held)?;
    }
    Ok(home)
}
