//! All queries on action items. One that is not open comes back only for a viewer of the NED Team.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::model::ItemRow;
use super::owner_queries::{action_item_owners, action_item_owners as owners, assign, set_owners};
use super::{ActionItem, ItemDraft, ItemState};
use crate::access::{AdminPass, TeamPass, Viewer, Visit};
use crate::audit;
use crate::db::Db;
use crate::db::expressions::{Counted, InQuery, Unlisted, among, unlisted};
use crate::db::schema::{action_items, action_items as items};
use crate::db::statements::{WrittenOnce, update_kept};
use crate::error::{Error, Result};
use crate::ids::{ClientId, ItemId, PersonnelId, UserId, by_chance};
use crate::index::{self, Readers};
use crate::records::{self, ReferenceColumn, reference_column};
use crate::web::{COUNTED, Count};

diesel::allow_tables_to_appear_in_same_query!(action_item_owners, items);

pub(super) type Items = items::BoxedQuery<'static, <Db as Connection>::Backend>;

/// The items that this person may see.
pub(super) fn visible(viewer: &Viewer) -> Items {
    let all = items::table.into_boxed();
    match viewer.team() {
        Some(_) => all,
        None => all.filter(items::is_open.eq(true)),
    }
}

/// Those that are still to be done, of one person if given.
fn unsettled(viewer: &Viewer, person: Option<PersonnelId>) -> Items {
    let open = visible(viewer).filter(items::item_state.eq(ItemState::Open));
    match person {
        Some(person) => {
            let query = owners::table.filter(owners::assigned_to.eq(person.0)).select(owners::item_id);
            open.filter(InQuery { column: items::item_id, query })
        }
        None => open,
    }
}

/// Those who do an item, beside it.
pub(super) fn beside() -> Unlisted<Nullable<Text>> {
    unlisted(
        "(SELECT string_agg(CAST(assigned_to AS TEXT), ',') FROM action_item_owners \
         WHERE action_item_owners.item_id = action_items.item_id)",
    )
}

pub(super) fn item((row, people): (ItemRow, Option<String>)) -> ActionItem {
    let people = people.unwrap_or_default();
    let mut owners: Vec<PersonnelId> = people.split(',').filter_map(|id| id.parse().ok()).map(PersonnelId).collect();
    owners.sort_unstable();
    owners.dedup();
    ActionItem { row, owners }
}

/// How many items a client has that this person may see, and how many of them are to be done.
#[derive(Clone, Copy, Debug, Default)]
pub struct Totals {
    pub all: i64,
    pub unsettled: i64,
}

/// A page of the items of a client: those to be done by their dates, then what was settled, the latest first.
pub fn of_client(
    db: &mut Db,
    viewer: &Viewer,
    client: ClientId,
    (offset, limit): (i64, i64),
) -> Result<(Vec<ActionItem>, Totals)> {
    let is_settled = items::item_state.ne(ItemState::Open);
    let by_date = (items::due_date.is_null(), items::due_date, items::created_date, items::item_id);
    let order = (is_settled, items::settled_date.desc(), by_date);
    let all = unlisted::<BigInt>("count(*) OVER ()");
    let open = unlisted::<BigInt>("count(CASE WHEN item_state = 'Open' THEN 1 END) OVER ()");
    let query = visible(viewer).filter(items::client_id.eq(client)).order(order).offset(offset).limit(limit);
    let rows: Vec<(ItemRow, Option<String>, i64, i64)> =
        query.select((ItemRow::as_select(), beside(), all, open)).once().load(db)?;
    let totals = rows.first().map(|(_, _, all, unsettled)| Totals { all: *all, unsettled: *unsettled });
    Ok((rows.into_iter().map(|(row, people, ..)| item((row, people))).collect(), totals.unwrap_or_default()))
}

/// The items to be done, the most overdue first, with how many there are; of one person if given.
pub fn to_do(
    db: &mut Db,
    viewer: &Viewer,
    person: Option<PersonnelId>,
    (offset, limit): (i64, i64),
) -> Result<(Vec<ActionItem>, Count)> {
    let order = (items::due_date.is_null(), items::due_date, items::created_date, items::item_id);
    let all = Counted(unsettled(viewer, person).select(items::item_id).limit(COUNTED + 1));
    let first = unsettled(viewer, person).order(order).offset(offset).limit(limit);
    let rows: Vec<(ItemRow, Option<String>, i64)> =
        first.select((ItemRow::as_select(), beside(), all)).once().load(db)?;
    Ok(Count::beside(rows.into_iter().map(|(row, people, all)| (item((row, people)), all)).collect()))
}

/// How many items each person has to do, as far as the viewer may see them.
pub fn to_do_by_each(db: &mut Db, viewer: &Viewer) -> Result<HashMap<PersonnelId, i64>> {
    let query = unsettled(viewer, None).select(items::item_id);
    let held = owners::table.filter(InQuery { column: owners::item_id, query }).group_by(owners::assigned_to);
    let rows: Vec<(PersonnelId, i64)> = held.select((owners::assigned_to, diesel::dsl::count_star())).load(db)?;
    Ok(rows.into_iter().collect())
}

/// The items to be done that are due on one of these days, the first first; of one person if given.
pub fn due_between(
    db: &mut Db,
    viewer: &Viewer,
    person: Option<PersonnelId>,
    (from, to): (NaiveDate, NaiveDate),
    limit: i64,
) -> Result<Vec<ActionItem>> {
    let due = unsettled(viewer, person).filter(items::due_date.between(from, to));
    let query = due.order((items::due_date, items::created_date, items::item_id)).limit(limit);
    Ok(query.select((ItemRow::as_select(), beside())).once().load(db)?.into_iter().map(item).collect())
}

/// The clients with items that are late, and how many each has.
pub fn late(db: &mut Db, _pass: TeamPass, today: NaiveDate, limit: i64) -> Result<Vec<(ClientId, i64)>> {
    let late = items::table.filter(items::item_state.eq(ItemState::Open)).filter(items::due_date.lt(today));
    let counted = late.group_by(items::client_id).select((items::client_id, diesel::dsl::count_star()));
    Ok(counted.order(items::client_id).limit(limit).once().load(db)?)
}

/// The items of a client that should have been done before a day, the most overdue first.
pub fn late_of_client(
    db: &mut Db,
    viewer: &Viewer,
    client: ClientId,
    today: NaiveDate,
    limit: i64,
) -> Result<Vec<ActionItem>> {
    let late = unsettled(viewer, None).filter(items::client_id.eq(client)).filter(items::due_date.lt(today));
    let query = late.order((items::due_date, items::created_date, items::item_id)).limit(limit);
    Ok(query.select((ItemRow::as_select(), beside())).once().load(db)?.into_iter().map(item).collect())
}

/// One item; hidden and missing are the same.
pub fn find(db: &mut Db, viewer: &Viewer, id: ItemId) -> Result<Option<ActionItem>> {
    let query = visible(viewer).filter(items::item_id.eq(id));
    Ok(query.select((ItemRow::as_select(), beside())).first(db).optional()?.map(item))
}

/// Items by id, as far as this person may see them, in the order of their dates.
pub fn by_ids(db: &mut Db, viewer: &Viewer, ids: &[i64]) -> Result<Vec<ActionItem>> {
    let query = visible(viewer).filter(among(items::item_id, ids.iter().copied()));
    let query = query.order((items::due_date.is_null(), items::due_date, items::item_id));
    Ok(query.select((ItemRow::as_select(), beside())).load(db)?.into_iter().map(item).collect())
}

/// One item, kept with its client from other writers for the rest of the transaction.
pub fn find_held(db: &mut Db, viewer: &Viewer, id: ItemId) -> Result<Option<ActionItem>> {
    let mut found = find(db, viewer, id)?;
    while let Some(before) = found {
        records::queries::hold(db, before.row.client_id.into())?;
        found = find(db, viewer, id)?;
        // A merge may have moved it to another client while this one was waited for.
        if found.as_ref().is_some_and(|item| item.row.client_id == before.row.client_id) {
            return Ok(found);
        }
    }
    Ok(None)
}

/// Adds an item to a client.
pub fn insert(
    db: &mut Db,
    visit: &Visit,
    client: ClientId,
    draft: &ItemDraft,
    people: &[PersonnelId],
) -> Result<ItemId> {
    let id = ItemId(by_chance());
    let values = (
        draft,
        items::item_id.eq(id),
        items::client_id.eq(client),
        items::created_by.eq(visit.viewer.user_id.map(|UserId(id)| id)),
        items::created_date.eq(visit.now),
    );
    diesel::insert_into(items::table).values(values).execute(db)?;
    let row = ItemRow {
        item_id: id,
        client_id: client,
        draft: draft.clone(),
        settled_date: None,
        version: 1,
        created_date: visit.now,
    };
    audit::created(db, visit, "action_items", id.0, &row)?;
    index::add_item(db, id.0, readers(draft), &draft.text)?;
    for person in people {
        assign(db, visit, &row, *person)?;
    }
    Ok(id)
}

/// Who may find an item by its words.
fn readers(draft: &ItemDraft) -> Readers {
    if draft.is_open { Readers::Everyone } else { Readers::Team }
}

/// Changes what an item that is held says.
pub fn update(db: &mut Db, visit: &Visit, before: &ActionItem, draft: &ItemDraft) -> Result<()> {
    let held = &before.row;
    if held.draft == *draft {
        return Ok(());
    }
    let target = items::table.filter(items::item_id.eq(held.item_id)).filter(items::version.eq(held.version));
    let settled = match draft.item_state {
        ItemState::Open => None,
        state if state == held.draft.item_state => held.settled_date,
        ItemState::Done | ItemState::Dropped => Some(visit.now),
    };
    let values = (
        items::text.eq(&draft.text),
        items::due_date.eq(draft.due_date),
        items::is_open.eq(draft.is_open),
        items::item_state.eq(draft.item_state),
        items::reason.eq(&draft.reason),
        items::settled_date.eq(settled),
        items::version.eq(held.version + 1),
        items::modified_date.eq(Some(visit.now)),
    );
    if update_kept(db, diesel::update(target).set(values).returning(items::item_id))? == 0 {
        return Err(Error::conflict());
    }
    if (&held.draft.text, held.draft.is_open) != (&draft.text, draft.is_open) {
        index::remove_item(db, held.item_id.0)?;
        index::add_item(db, held.item_id.0, readers(draft), &draft.text)?;
    }
    let row = ItemRow { draft: draft.clone(), ..held.clone() };
    audit::updated(db, visit, "action_items", held.item_id.0, held, &row)
}

/// Gives open items of a person to another, all of them or, where one is theirs no more, none.
pub fn hand_over(db: &mut Db, visit: &Visit, from: PersonnelId, to: PersonnelId, ids: &[ItemId]) -> Result<()> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let mut found = by_ids(db, &visit.viewer, &ids)?;
    if found.len() < ids.len() {
        return Err(Error::changed_hands());
    }
    // In one order, so that two who hold many do not wait for each other.
    found.sort_by_key(|item| (item.row.client_id, item.row.item_id));
    for item in found {
        let item = find_held(db, &visit.viewer, item.id())?.ok_or_else(Error::changed_hands)?;
        if !item.is_unsettled() || !item.owners.contains(&from) {
            return Err(Error::changed_hands());
        }
        let others = item.owners.iter().copied().filter(|person| *person != from && *person != to);
        set_owners(db, visit, &item, &others.chain([to]).collect::<Vec<_>>())?;
    }
    Ok(())
}

/// Removes an item that is held and was not to be: whoever made it takes it back.
pub fn take_back(db: &mut Db, visit: &Visit, item: &ActionItem) -> Result<()> {
    diesel::delete(items::table.filter(items::item_id.eq(item.row.item_id))).execute(db)?;
    index::remove_item(db, item.row.item_id.0)?;
    audit::deleted(db, visit, "action_items", item.row.item_id.0, &item.row)
}

/// How many items a client has, and the first of them, before it is deleted.
pub fn dependency(db: &mut Db, _pass: AdminPass, client: ClientId) -> Result<(i64, Vec<String>)> {
    let of_client = items::table.filter(items::client_id.eq(client));
    let texts = of_client.order((items::created_date.desc(), items::item_id)).limit(5).select(items::text);
    Ok((of_client.count().get_result(db)?, texts.load(db)?))
}

/// How many items a person does or did, and the last of them, before the person is deleted.
pub fn naming(db: &mut Db, _pass: AdminPass, person: PersonnelId) -> Result<(i64, Vec<String>)> {
    let query = owners::table.filter(owners::assigned_to.eq(person.0)).select(owners::item_id);
    let naming = items::table.filter(InQuery { column: items::item_id, query }).into_boxed();
    let texts = naming.order(items::created_date.desc()).limit(5).select(items::text).load(db)?;
    let count = owners::table.filter(owners::assigned_to.eq(person.0)).count().get_result(db)?;
    Ok((count, texts))
}

/// The client of an item.
pub const OF_CLIENT: ReferenceColumn =
    reference_column!("Action items", action_items.client_id by item_id, versioned version).of_team();

/// Those who do an item.
pub const OF_PERSON: ReferenceColumn =
    reference_column!("Action items", action_item_owners.assigned_to by assignment_id).of_team();
