//! The queries on who does an item: as restricted as the item, which is held by whoever changes them.

use diesel::prelude::*;

use super::ActionItem;
use super::model::ItemRow;
use super::queries::{by_ids, find_held};
use crate::access::{Viewer, Visit};
use crate::audit;
use crate::db::Db;
use crate::db::expressions::among;
use crate::db::statements::update_kept;
use crate::error::{Error, Result};
use crate::ids::{ItemId, PersonnelId, by_chance};
use crate::jobs;

diesel::table! {
    action_item_owners (assignment_id) {
        assignment_id -> BigInt,
        item_id -> BigInt,
        assigned_to -> BigInt,
    }
}

use action_item_owners as owners;

/// What the audit log takes of who does an item: as restricted as the item, and part of the history of its client.
fn noted(row: &ItemRow, person: PersonnelId) -> serde_json::Value {
    let ItemRow { item_id, client_id, .. } = row;
    serde_json::json!({
        "item_id": item_id, "assigned_to": person, "client_id": client_id, "is_open": row.draft.is_open
    })
}

/// Gives an item to one more person.
pub(super) fn assign(db: &mut Db, visit: &Visit, row: &ItemRow, person: PersonnelId) -> Result<()> {
    let id = by_chance();
    put_back_owner(db, visit, row, (id, person))?;
    jobs::queries::assigned(db, visit, person)
}

/// Gives an item to a person under an id that an undo brings back.
pub fn put_back_owner(db: &mut Db, visit: &Visit, row: &ItemRow, (id, person): (i64, PersonnelId)) -> Result<()> {
    let values = (owners::assignment_id.eq(id), owners::item_id.eq(row.item_id.0), owners::assigned_to.eq(person.0));
    diesel::insert_into(owners::table).values(values).execute(db)?;
    audit::created(db, visit, "action_item_owners", id, &noted(row, person))
}

/// Takes an item from one of those who do it.
pub fn take_from(db: &mut Db, visit: &Visit, row: &ItemRow, (id, person): (i64, PersonnelId)) -> Result<()> {
    diesel::delete(owners::table.filter(owners::assignment_id.eq(id))).execute(db)?;
    audit::deleted(db, visit, "action_item_owners", id, &noted(row, person))
}

/// Hands an item on, from one of those who do it to another.
pub fn hand_on(
    db: &mut Db,
    visit: &Visit,
    row: &ItemRow,
    id: i64,
    (from, to): (PersonnelId, PersonnelId),
) -> Result<()> {
    let target = owners::table.filter(owners::assignment_id.eq(id)).filter(owners::assigned_to.eq(from.0));
    let moved = diesel::update(target).set(owners::assigned_to.eq(to.0)).returning(owners::assignment_id);
    if update_kept(db, moved)? == 0 {
        return Err(Error::changed_hands());
    }
    audit::updated(db, visit, "action_item_owners", id, &noted(row, from), &noted(row, to))?;
    jobs::queries::assigned(db, visit, to)
}

/// Who does an item, each with the id under which they were given it.
pub fn assignments(db: &mut Db, item: &ActionItem) -> Result<Vec<(i64, PersonnelId)>> {
    let query = owners::table.filter(owners::item_id.eq(item.row.item_id.0)).order(owners::assigned_to);
    Ok(query.select((owners::assignment_id, owners::assigned_to)).load(db)?)
}

/// The item of an assignment, and who has it, as far as this person may see it.
pub fn assignment(db: &mut Db, viewer: &Viewer, id: i64) -> Result<Option<(ActionItem, PersonnelId)>> {
    let query = owners::table.filter(owners::assignment_id.eq(id)).select((owners::item_id, owners::assigned_to));
    let found: Option<(ItemId, PersonnelId)> = query.first(db).optional()?;
    let Some((item, person)) = found else { return Ok(None) };
    Ok(find_held(db, viewer, item)?.map(|item| (item, person)))
}

/// Has an item that is held be done by these people: who goes gives it to who comes.
pub fn set_owners(db: &mut Db, visit: &Visit, item: &ActionItem, people: &[PersonnelId]) -> Result<()> {
    let held = assignments(db, item)?;
    let mut going = held.iter().filter(|(_, person)| !people.contains(person));
    let mut coming = people.iter().filter(|person| !item.owners.contains(person));
    loop {
        match (going.next(), coming.next()) {
            (Some((id, from)), Some(to)) => hand_on(db, visit, &item.row, *id, (*from, *to))?,
            (Some(one), None) => take_from(db, visit, &item.row, *one)?,
            (None, Some(person)) => assign(db, visit, &item.row, *person)?,
            (None, None) => return Ok(()),
        }
    }
}

/// The items among these assignments that a person still has to do, as far as they may see them.
pub fn still_theirs(db: &mut Db, viewer: &Viewer, ids: &[i64], person: PersonnelId) -> Result<Vec<ActionItem>> {
    let query = owners::table.filter(among(owners::assignment_id, ids.iter().copied()));
    let items: Vec<i64> = query.filter(owners::assigned_to.eq(person.0)).select(owners::item_id).load(db)?;
    Ok(by_ids(db, viewer, &items)?.into_iter().filter(ActionItem::is_unsettled).collect())
}
