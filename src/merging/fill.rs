//! What is empty on the record that stays is filled from the one that is merged; nothing that is there is overwritten.

use serde::Serialize;
use serde_json::{Map, Value, from_value, to_value};

use crate::access::Visit;
use crate::clients::{self, ClientId, PlannedContact, assessment};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::market::figures;
use crate::records::{self, RecordKind, RecordRef};

/// Columns of a record that are read and written together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Open,
    /// The planned contact of a client: one thing of three columns.
    Planned,
    Assessment,
    Figures,
}

fn parts(kind: RecordKind) -> &'static [Part] {
    match kind {
        RecordKind::Client => &[Part::Open, Part::Planned, Part::Assessment],
        RecordKind::Project => &[Part::Open, Part::Figures],
        _ => &[Part::Open],
    }
}

fn columns(part: &impl Serialize) -> Result<Map<String, Value>> {
    match to_value(part) {
        Ok(Value::Object(map)) => Ok(map),
        other => Err(Error::Internal(format!("the columns of a part: {other:?}"))),
    }
}

fn typed<T: serde::de::DeserializeOwned>(columns: Map<String, Value>) -> Result<T> {
    from_value(Value::Object(columns)).map_err(|error| Error::Internal(format!("the columns of a part: {error}")))
}

fn read(db: &mut Db, visit: &Visit, record: RecordRef, part: Part) -> Result<Map<String, Value>> {
    let (viewer, client) = (&visit.viewer, ClientId(record.id));
    match part {
        Part::Open => Ok(records::queries::find(db, record.kind, record.id)?.ok_or(Error::NotFound)?.values),
        Part::Planned => columns(&clients::queries::find(db, client)?.ok_or(Error::NotFound)?.planned),
        Part::Assessment => columns(&assessment::find(db, viewer.require_team()?, client)?.unwrap_or_default()),
        Part::Figures => columns(&figures::find(db, viewer.confidential().ok_or(Error::Forbidden)?, record.id)?),
    }
}

fn write(db: &mut Db, visit: &Visit, record: RecordRef, part: Part, values: Map<String, Value>) -> Result<()> {
    let (viewer, client) = (&visit.viewer, ClientId(record.id));
    match part {
        Part::Open => {
            let before = records::queries::find_held(db, record.kind, record.id)?.ok_or(Error::NotFound)?;
            records::queries::update(db, visit, record.kind, &before, values)
        }
        Part::Planned => clients::queries::set_planned(db, visit, client, &typed::<PlannedContact>(values)?),
        Part::Assessment => assessment::update(db, visit, viewer.require_team()?, client, &typed(values)?),
        Part::Figures => {
            figures::update(db, visit, viewer.confidential().ok_or(Error::Forbidden)?, record.id, &typed(values)?)
        }
    }
}

/// The columns of a part that the other record fills.
fn fillable(part: Part, ours: &Map<String, Value>, theirs: &Map<String, Value>) -> Vec<String> {
    if part == Part::Planned && ours.values().any(|value| !value.is_null()) {
        return Vec::new();
    }
    // Two points of contact are two people (product.md §1).
    let is_held = |name: &str, value: &Value| {
        name.ends_with("_poc") && ours.iter().any(|(other, held)| other.ends_with("_poc") && held == value)
    };
    let is_empty = |name: &String| ours.get(name).is_none_or(Value::is_null);
    let fills = theirs.iter().filter(|(name, value)| !value.is_null() && is_empty(name) && !is_held(name, value));
    fills.map(|(name, _)| name.clone()).collect()
}

/// The columns that a merge would fill.
pub fn preview(db: &mut Db, visit: &Visit, survivor: RecordRef, merged: RecordRef) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for &part in parts(survivor.kind) {
        let (ours, theirs) = (read(db, visit, survivor, part)?, read(db, visit, merged, part)?);
        names.extend(fillable(part, &ours, &theirs));
    }
    Ok(names)
}

/// Fills what is empty, and tells which columns that were.
pub fn fill(db: &mut Db, visit: &Visit, survivor: RecordRef, merged: RecordRef) -> Result<Vec<String>> {
    let mut filled = Vec::new();
    for &part in parts(survivor.kind) {
        let (mut ours, theirs) = (read(db, visit, survivor, part)?, read(db, visit, merged, part)?);
        let names = fillable(part, &ours, &theirs);
        if !names.is_empty() {
            ours.extend(theirs.into_iter().filter(|(name, _)| names.contains(name)));
            write(db, visit, survivor, part, ours)?;
            filled.extend(names);
        }
    }
    Ok(filled)
}

/// Empties the columns that a merge filled, where they still hold what it filled in.
pub fn empty(db: &mut Db, visit: &Visit, survivor: RecordRef, merged: RecordRef, names: &[String]) -> Result<()> {
    for &part in parts(survivor.kind) {
        let (mut ours, theirs) = (read(db, visit, survivor, part)?, read(db, visit, merged, part)?);
        let before = ours.clone();
        // A plan that someone changed since is another plan, not half of this one.
        if part == Part::Planned && ours != theirs {
            continue;
        }
        let is_as_filled = |name: &&String| theirs.contains_key(*name) && theirs.get(*name) == before.get(*name);
        for name in names.iter().filter(is_as_filled) {
            ours.insert(name.clone(), Value::Null);
        }
        if ours != before {
            write(db, visit, survivor, part, ours)?;
        }
    }
    Ok(())
}
