//! Action items, and who does them, as they were before a change.

use serde_json::{Map, Value};

use super::taking_back::{Taken, earlier, find_held, gone_since, left, object, refuse_gone, refused, typed};
use crate::access::Visit;
use crate::action_items::{ActionItem, ItemDraft, ItemState, Rules, owner_queries, queries};
use crate::audit::{Action, Fields, Row};
use crate::db::Db;
use crate::error::Result;
use crate::ids::{ItemId, PersonnelId};
use crate::people;
use crate::records::RecordRef;
use crate::sessions;

/// Takes back what a change did to an item.
pub fn item(db: &mut Db, visit: &Visit, row: &Row, fields: &Fields) -> Result<Taken> {
    let Some(item) = queries::find_held(db, &visit.viewer, ItemId(row.record_id))? else {
        return refused("Cannot be undone: the action item was taken back since.");
    };
    let (client, name) = client_of(db, &item)?;
    // Where it comes from goes with it.
    if !fields.contains_key("client_id")
        && fields.keys().all(|column| ["history_id", "meeting_id"].contains(&&**column))
    {
        return Ok(Taken::at(client, String::new()));
    }
    let columns: Map<String, Value> = object(serde_json::json!(item.row))?;
    let is_new = row.action == Action::Create;
    let is_as_left = !is_new || columns.iter().all(|(column, value)| left(fields, column) == value);
    let Some(before) = earlier(columns, fields).ok().filter(|_| is_as_left && (!is_new || item.owners.is_empty()))
    else {
        return refused(format!("Cannot be undone: this action item for {name} changed since."));
    };
    if is_new {
        queries::take_back(db, visit, &item)?;
        return Ok(Taken::at(client, format!("Action item for {name} taken back")));
    }
    let draft: ItemDraft = typed(before)?;
    refuse_hidden(db, &item, draft.is_open, &item.owners)?;
    queries::update(db, visit, &item, &draft)?;
    let state = if draft.item_state == ItemState::Open { "is to be done as before" } else { "is as it was before" };
    Ok(Taken::at(client, format!("Action item for {name} {state}")))
}

/// Takes back that an item was given to someone, taken from them or handed on.
pub fn owner(db: &mut Db, visit: &Visit, row: &Row, fields: &Fields) -> Result<Taken> {
    let (old, new) = fields.get("assigned_to").cloned().unwrap_or_default();
    if row.action == Action::Delete {
        let item = ItemId(typed(fields.get("item_id").map(|(old, _)| old.clone()).unwrap_or_default())?);
        let Some(item) = queries::find_held(db, &visit.viewer, item)? else {
            return refused("Cannot be undone: the action item was taken back since.");
        };
        let (client, name) = client_of(db, &item)?;
        let person: PersonnelId = typed(old)?;
        if let Some(words) = gone_since(db, &row.table_name, fields)? {
            return refused(format!("Cannot be undone: {words}"));
        }
        refuse_hidden(db, &item, item.row.draft.is_open, &[person])?;
        owner_queries::put_back_owner(db, visit, &item.row, (row.record_id, person))?;
        return Ok(Taken::at(client, format!("Action item for {name} is as it was before")));
    }
    let held = owner_queries::assignment(db, &visit.viewer, row.record_id)?;
    let Some((item, person)) = held.filter(|(_, person)| new.as_i64() == Some(person.0)) else {
        return refused("Cannot be undone: the action item was handed on since.");
    };
    let (client, name) = client_of(db, &item)?;
    if row.action == Action::Create {
        owner_queries::take_from(db, visit, &item.row, (row.record_id, person))?;
    } else {
        if let Some(words) = gone_since(db, &row.table_name, fields)? {
            return refused(format!("Cannot be undone: {words}"));
        }
        let before: PersonnelId = typed(old)?;
        refuse_hidden(db, &item, item.row.draft.is_open, &[before])?;
        owner_queries::hand_on(db, visit, &item.row, row.record_id, (person, before))?;
    }
    Ok(Taken::at(client, format!("Action item for {name} is as it was before")))
}

/// The client of an item, which must be in the lists still, and its name.
fn client_of(db: &mut Db, item: &ActionItem) -> Result<(RecordRef, String)> {
    let client = RecordRef::from(item.row.client_id);
    let held = find_held(db, client)?;
    refuse_gone(db, client, &held)?;
    Ok((client, held.name))
}

/// Refuses what would leave someone with an item that they cannot see.
fn refuse_hidden(db: &mut Db, item: &ActionItem, is_open: bool, people: &[PersonnelId]) -> Result<()> {
    if item.row.draft.is_open && is_open {
        return Ok(());
    }
    let (staff, outsiders) = (people::queries::staff(db)?, sessions::queries::outside_team(db)?);
    match (Rules { staff: &staff, outsiders: &outsiders }).obstacle(is_open, people) {
        Some(words) => refused(format!("Cannot be undone: {words}")),
        None => Ok(()),
    }
}
