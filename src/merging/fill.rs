//! What is empty on the record that stays is filled from the one that is merged; nothing that is there is overwritten.

use serde_json::{Map, Value};

use super::parts::{Part, parts, read, write};
use crate::access::Visit;
use crate::clients::assessment;
use crate::db::Db;
use crate::error::Result;
use crate::records::RecordRef;

/// The columns of a part that the other record fills.
fn fillable(part: Part, ours: &Map<String, Value>, theirs: &Map<String, Value>) -> Vec<String> {
    if part.is_whole() && ours.values().any(|value| !value.is_null()) {
        return Vec::new();
    }
    // Two points of contact are two people (product.md §1).
    let is_held = |name: &str, value: &Value| {
        name.ends_with("_poc") && ours.iter().any(|(other, held)| other.ends_with("_poc") && held == value)
    };
    let is_judged = ours.values().any(|value| !value.is_null());
    let is_of_theirs = |name: &String| name == assessment::REASON && is_judged;
    let is_empty = |name: &String| ours.get(name).is_none_or(Value::is_null);
    let fills = theirs
        .iter()
        .filter(|(name, value)| !value.is_null() && is_empty(name) && !is_held(name, value) && !is_of_theirs(name));
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
        if part.is_whole() && ours != theirs {
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
