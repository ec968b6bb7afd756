//! What was changed, field by field, as far as whoever asks may read of it.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::answer::{Rows, cut};
use super::asked::Asked;
use super::cursor::Cursor;
use super::logged::moment;
use crate::audit::Row;
use crate::audit::reading_queries::{self, Listed};
use crate::changes::{about, subject};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::{ChangeId, UserId};
use crate::records::{self, RecordRef};
use crate::sessions::queries as sessions;
use crate::web::Page;

/// A page of the changes of a record, or for an administrator of all, the latest first.
pub fn rows(db: &mut Db, page: &Page, asked: &Asked) -> Result<Rows> {
    const SORT: &str = "-occurred_date";
    let of = asked.record("record");
    if let Some(RecordRef { kind, id }) = of
        && records::queries::names(db, kind, &[id])?.is_empty()
    {
        return Err(Error::NotFound);
    }
    let wanted = reading_queries::Asked {
        subject: of.map(subject),
        after: asked.cursor_of(SORT)?.and_then(|cursor| Some((cursor.key(0)?, ChangeId(cursor.id)))),
        ..reading_queries::Asked::default()
    };
    let found = reading_queries::in_order(db, page.viewer(), &wanted, asked.limit + 1)?;
    let place = |one: &Listed| Cursor::after(SORT, json!([one.filed.occurred_date]), one.filed.change_id.0);
    let (found, next) = cut(found, asked.limit, place);
    Ok(Rows { items: told(db, page, of, found)?, next })
}

/// Some changes, for administrators.
pub fn each(db: &mut Db, page: &Page, ids: &[i64]) -> Result<Vec<Value>> {
    let ids = Some(ids.iter().copied().map(ChangeId).collect());
    let wanted = reading_queries::Asked { ids, ..reading_queries::Asked::default() };
    let found = reading_queries::in_order(db, page.viewer(), &wanted, i64::MAX)?;
    told(db, page, None, found)
}

fn told(db: &mut Db, page: &Page, of: Option<RecordRef>, mut found: Vec<Listed>) -> Result<Vec<Value>> {
    about(db, of, &mut found)?;
    let names = sessions::full_names(db)?;
    found.iter().map(|one| change(page, &names, one)).collect()
}

/// A change as its history tells it; by which account it was made, only administrators learn.
fn change(page: &Page, names: &HashMap<i64, String>, listed: &Listed) -> Result<Value> {
    let Listed { filed, is_undone, is_cut, rows, .. } = listed;
    let mut keys = json!({
        "change_id": filed.change_id,
        "occurred_date": moment(filed.occurred_date),
        "full_name": filed.user_id.and_then(|UserId(id)| names.get(&id)),
        "way": filed.way,
        "way_name": filed.way_name,
        "undoes": filed.undoes,
        "is_undone": is_undone,
        "is_cut": is_cut,
        "rows": rows.iter().map(row).collect::<Result<Vec<Value>>>()?,
    });
    if page.viewer().admin().is_some() {
        keys["user_id"] = json!(filed.user_id);
        keys["username"] = json!(filed.username);
        keys["remote_address"] = json!(filed.remote_address);
    }
    Ok(keys)
}

/// What was done to one row: its columns, each with the old and the new value.
fn row(row: &Row) -> Result<Value> {
    let fields: Map<String, Value> =
        row.fields()?.into_iter().map(|(name, (old, new))| (name, json!([old, new]))).collect();
    Ok(json!({
        "action": row.action.to_string(),
        "table_name": row.table_name,
        "record_id": row.record_id,
        "fields": fields,
    }))
}
