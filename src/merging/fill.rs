//! What is empty on the record that stays is filled from the one that is merged; nothing that is there is overwritten.

use serde::Serialize;
use serde_json::{Map, Value, from_value, to_value};

use crate::access::Visit;
use crate::clients::{self, ClientDraft, ClientId, PlannedContact, assessment};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::links::{End, Node};
use crate::records::{self, Kind, figures};

/// Columns of a record that are read and written together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Open,
    /// The planned contact of a client: one thing of three columns.
    Planned,
    Assessment,
    Figures,
}

fn parts(end: End) -> &'static [Part] {
    match end {
        End::Client => &[Part::Open, Part::Planned, Part::Assessment],
        End::Record(Kind::Project) => &[Part::Open, Part::Figures],
        End::Record(_) => &[Part::Open],
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

fn read(db: &mut Db, visit: &Visit, node: Node, part: Part) -> Result<Map<String, Value>> {
    let viewer = &visit.viewer;
    match (part, node.end) {
        (Part::Open, End::Record(kind)) => {
            Ok(records::queries::find(db, kind, node.id)?.ok_or(Error::NotFound)?.values)
        }
        (Part::Open | Part::Planned, _) => {
            let client = clients::queries::find(db, ClientId(node.id))?.ok_or(Error::NotFound)?;
            if part == Part::Open { columns(&client.draft) } else { columns(&client.planned) }
        }
        (Part::Assessment, _) => {
            columns(&assessment::find(db, viewer.require_team()?, ClientId(node.id))?.unwrap_or_default())
        }
        (Part::Figures, _) => columns(&figures::find(db, viewer.confidential().ok_or(Error::Forbidden)?, node.id)?),
    }
}

fn write(db: &mut Db, visit: &Visit, node: Node, part: Part, values: Map<String, Value>) -> Result<()> {
    let viewer = &visit.viewer;
    let client_id = ClientId(node.id);
    match (part, node.end) {
        (Part::Open, End::Record(kind)) => {
            let record = records::queries::find_held(db, kind, node.id)?.ok_or(Error::NotFound)?;
            records::queries::update(db, visit, kind, &record, values)
        }
        (Part::Open, End::Client) => {
            let client = clients::queries::find_held(db, client_id)?.ok_or(Error::NotFound)?;
            clients::queries::update(db, visit, &client, &typed::<ClientDraft>(values)?.with_name_forms())
        }
        (Part::Planned, _) => clients::queries::set_planned(db, visit, client_id, &typed::<PlannedContact>(values)?),
        (Part::Assessment, _) => assessment::update(db, visit, viewer.require_team()?, client_id, &typed(values)?),
        (Part::Figures, _) => {
            figures::update(db, visit, viewer.confidential().ok_or(Error::Forbidden)?, node.id, &typed(values)?)
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
pub fn preview(db: &mut Db, visit: &Visit, survivor: Node, merged: Node) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for &part in parts(survivor.end) {
        let (ours, theirs) = (read(db, visit, survivor, part)?, read(db, visit, merged, part)?);
        names.extend(fillable(part, &ours, &theirs));
    }
    Ok(names)
}

/// Fills what is empty, and tells which columns that were.
pub fn fill(db: &mut Db, visit: &Visit, survivor: Node, merged: Node) -> Result<Vec<String>> {
    let mut filled = Vec::new();
    for &part in parts(survivor.end) {
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
pub fn empty(db: &mut Db, visit: &Visit, survivor: Node, merged: Node, names: &[String]) -> Result<()> {
    for &part in parts(survivor.end) {
        let (mut ours, theirs) = (read(db, visit, survivor, part)?, read(db, visit, merged, part)?);
        let before = ours.clone();
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
