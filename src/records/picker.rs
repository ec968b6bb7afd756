//! Choosing a record by typing its name: the input, what was typed, and the name shown for what is chosen.

use super::{RecordKind, queries};
use crate::db::Db;
use crate::db::name_forms::name_key;
use crate::error::Result;
use crate::web::{FormData, Input, Values, address, offered_in, taken_from_offer};

/// What stands for a record whose name is not known: no id, so that whoever reads the field refuses it.
const UNKNOWN: &str = "unknown";

/// The input by which a record of a kind is chosen.
pub fn input(kind: RecordKind) -> Input {
    input_making(kind, &[])
}

/// The same, where a missing record is made from the form that these parameters begin.
pub fn input_making(kind: RecordKind, begun_by: &[(&str, &str)]) -> Input {
    let create = address(&format!("/{}/new", kind.path()), begun_by);
    Input::Picker { search: format!("/{}/api/search", kind.path()), create: Some(create) }
}

/// So many records are offered where it is not clear which is meant.
const OFFERED: usize = 5;

/// Reads the picker of one field: the name that was typed decides, unless a record that was offered is taken. It stands
/// for the id beside it, or else for the one record of that name; one that is not known stays in the form, with those
/// that it may mean, and is refused where the id is read.
pub fn read(db: &mut Db, form: FormData, field: &str, kind: RecordKind) -> Result<FormData> {
    let name_field = format!("{field}_name");
    if let Some(id) = form.get(&taken_from_offer(field)).and_then(|text| text.parse().ok())
        && let Some(name) = queries::names(db, kind, &[id])?.remove(&id)
    {
        return Ok(form.replaced(field, &id.to_string()).replaced(&name_field, &name));
    }
    // A program sends the id alone.
    if !form.has(&name_field) {
        return Ok(form);
    }
    let Some(typed) = form.get(&name_field) else { return Ok(form.replaced(field, "")) };
    if let Some(id) = form.get(field).and_then(|text| text.parse().ok())
        && queries::names(db, kind, &[id])?.remove(&id).is_some_and(|name| name_key(&name) == name_key(&typed))
    {
        return Ok(form);
    }
    let named = queries::named(db, kind, &typed)?.into_iter().filter(|(_, is_archived)| !is_archived);
    let ids: Vec<i64> = named.map(|(id, _)| id).collect();
    Ok(match ids.as_slice() {
        [id] => form.replaced(field, &id.to_string()),
        _ => {
            let offered = queries::found(db, kind, &typed, OFFERED)?;
            let offered: Vec<String> = offered.iter().map(|record| format!("{}\t{}", record.id, record.name)).collect();
            form.replaced(field, UNKNOWN).replaced(&offered_in(field), &offered.join("\n"))
        }
    })
}

/// Adds the names that the pickers of a form show to its values.
pub fn with_names(db: &mut Db, mut values: Values, pickers: &[(&str, RecordKind)]) -> Result<Values> {
    for (field, kind) in pickers {
        let id = values.get(*field).and_then(|text| text.parse().ok()).unwrap_or_default();
        let name = queries::names(db, *kind, &[id])?.remove(&id).unwrap_or_default();
        values.insert(format!("{field}_name"), name);
    }
    Ok(values)
}
