//! The contact log and what is to be done: rows that may be hidden come back only for those who may see them.

use chrono::NaiveDateTime;
use serde_json::{Value, json};

use super::answer::{Rows, cut};
use super::asked::Asked;
use super::cursor::Cursor;
use crate::action_items::listing_queries::{self, ItemFilter};
use crate::action_items::{ActionItem, ItemState, queries as items};
use crate::clients::ContactType;
use crate::closed_list::ClosedList;
use crate::contacts::list_queries::{self, ContactFilter};
use crate::contacts::{Contact, queries as log};
use crate::db::Db;
use crate::error::Result;
use crate::ids::{ClientId, ContactId, ItemId, PersonnelId};
use crate::web::Page;

/// A page of the contact log, the latest first unless it is turned round.
pub fn contacts(db: &mut Db, page: &Page, asked: &Asked) -> Result<Rows> {
    let sort = asked.sort("-date");
    let words = asked.query.get("search");
    let filter = ContactFilter {
        contact_type: asked.query.get("contact_type").and_then(|text| ContactType::parse(text).ok()),
        contacted_by: asked.id("contacted_by"),
        client: asked.id("client_id").map(ClientId),
        since: asked.day("since"),
        until: asked.day("until"),
        found: words.map(|words| list_queries::ids_found(db, page.viewer(), words)).transpose()?,
    };
    let last = asked.cursor_of(&sort)?;
    let last = last.and_then(|cursor| Some((cursor.key(0)?, cursor.key::<NaiveDateTime>(1)?, ContactId(cursor.id))));
    let found = list_queries::after(db, page.viewer(), &filter, (last, sort == "-date"), asked.limit + 1)?;
    let place = |contact: &Contact| {
        let keys = json!([contact.draft.contact_date, contact.created_date]);
        Cursor::after(&sort, keys, contact.contact_id.0)
    };
    let (found, next) = cut(found, asked.limit, place);
    Ok(Rows { items: found.iter().map(contact).collect(), next })
}

/// Some contacts.
pub fn each_contact(db: &mut Db, page: &Page, ids: &[i64]) -> Result<Vec<Value>> {
    Ok(log::by_ids(db, page.viewer(), ids)?.iter().map(contact).collect())
}

pub fn contact(contact: &Contact) -> Value {
    let mut keys = json!(contact);
    keys["contact_id"] = json!(contact.contact_id);
    keys["version"] = json!(contact.version);
    keys["created_date"] = moment(contact.created_date);
    keys
}

/// A moment in UTC.
pub fn moment(at: NaiveDateTime) -> Value {
    json!(at.and_utc().to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
}

/// A page of the action items, by their dates.
pub fn items(db: &mut Db, page: &Page, asked: &Asked) -> Result<Rows> {
    const SORT: &str = "due_date";
    let filter = ItemFilter {
        client: asked.id("client_id").map(ClientId),
        person: asked.id("assigned_to").map(PersonnelId),
        state: asked.query.get("item_state").and_then(|text| ItemState::parse(text).ok()),
    };
    let last = asked.cursor_of(SORT)?.map(|cursor| (cursor.key(0), ItemId(cursor.id)));
    let found = listing_queries::after(db, page.viewer(), &filter, last, asked.limit + 1)?;
    let place = |item: &ActionItem| Cursor::after(SORT, json!([item.row.draft.due_date]), item.id().0);
    let (found, next) = cut(found, asked.limit, place);
    Ok(Rows { items: found.iter().map(item).collect(), next })
}

/// Some action items.
pub fn each_item(db: &mut Db, page: &Page, ids: &[i64]) -> Result<Vec<Value>> {
    Ok(items::by_ids(db, page.viewer(), ids)?.iter().map(item).collect())
}

fn item(item: &ActionItem) -> Value {
    let mut keys = json!(item.row);
    keys["item_id"] = json!(item.id());
    keys["assigned_to"] = json!(item.owners);
    keys["settled_date"] = item.row.settled_date.map_or(Value::Null, moment);
    keys["created_date"] = moment(item.row.created_date);
    keys["version"] = json!(item.row.version);
    keys
}
