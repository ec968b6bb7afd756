//! Writing and reading the audit log. Rows are only ever added.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::sensitivity::{self, Sensitivity};
use super::subjects_queries as subjects;
use crate::access::{Reversal, Visit};
use crate::db::{Db, on_either};
use crate::error::{Error, Result};
use crate::ids::{ChangeId, UserId};

diesel::table! {
    audit_log (audit_id) {
        audit_id -> BigInt,
        change_id -> BigInt,
        action -> Text,
        table_name -> Text,
        record_id -> BigInt,
        sensitivity -> Text,
        changes -> Text,
    }
}

diesel::table! {
    changes (change_id) {
        change_id -> BigInt,
        occurred_date -> Timestamp,
        user_id -> Nullable<BigInt>,
        username -> Nullable<Text>,
        remote_address -> Nullable<Text>,
        way -> Text,
        way_name -> Nullable<Text>,
        undoes -> Nullable<BigInt>,
    }
}

diesel::joinable!(audit_log -> changes (change_id));
diesel::allow_tables_to_appear_in_same_query!(audit_log, changes);

crate::closed_list::closed_list! {
    /// What was done to a record.
    Action {
        Create = "create",
        Update = "update",
        Track = "track",
        Delete = "delete",
        SignIn = "sign in",
        SignInRefused = "sign in refused",
        Password = "password",
        PasswordRefused = "password refused",
    }
}

/// Notes that a record was made, with all its values.
pub fn created(db: &mut Db, visit: &Visit, table: &'static str, id: i64, after: &impl Serialize) -> Result<()> {
    record(db, visit, Action::Create, table, id, &Map::new(), &fields(after)?)
}

/// Notes which fields of a record changed; nothing when none did.
pub fn updated(
    db: &mut Db,
    visit: &Visit,
    table: &'static str,
    id: i64,
    before: &impl Serialize,
    after: &impl Serialize,
) -> Result<()> {
    record(db, visit, Action::Update, table, id, &fields(before)?, &fields(after)?)
}

/// Notes how the contact tracking of a client changed, which is no save of its form.
pub fn tracked(
    db: &mut Db,
    visit: &Visit,
    table: &'static str,
    id: i64,
    before: &impl Serialize,
    after: &impl Serialize,
) -> Result<()> {
    record(db, visit, Action::Track, table, id, &fields(before)?, &fields(after)?)
}

/// Notes that a record was removed, with all the values it had.
pub fn deleted(db: &mut Db, visit: &Visit, table: &'static str, id: i64, before: &impl Serialize) -> Result<()> {
    record(db, visit, Action::Delete, table, id, &fields(before)?, &Map::new())
}

/// Notes an event that changes no field.
pub fn noted(db: &mut Db, visit: &Visit, action: Action, table: &'static str, id: i64) -> Result<()> {
    write(db, visit, action, table, id, Sensitivity::Public, &BTreeMap::new())
}

fn fields(record: &impl Serialize) -> Result<Map<String, Value>> {
    match serde_json::to_value(record) {
        Ok(Value::Object(map)) => Ok(map),
        other => Err(Error::Internal(format!("an audited record must be an object: {other:?}"))),
    }
}

fn record(
    db: &mut Db,
    visit: &Visit,
    action: Action,
    table: &'static str,
    id: i64,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> Result<()> {
    // Every word of a row that is marked confidential is confidential, before and after the mark changes; one of an
    // action item that is not open is the team's; a file says itself whose it is.
    let has = |mark: &str, value: Value| [before, after].iter().any(|row| row.get(mark) == Some(&value));
    let is_of_team = has("is_open", json!(false)) || has("visibility", json!("team"));
    let is_confidential = has("is_confidential", json!(true)) || has("visibility", json!("confidential"));
    let least = match (is_of_team, is_confidential) {
        (true, _) => Sensitivity::Team,
        (false, true) => Sensitivity::Confidential,
        (false, false) => Sensitivity::Public,
    };
    let mut rows: BTreeMap<Sensitivity, BTreeMap<&str, Value>> = BTreeMap::new();
    for name in before.keys().chain(after.keys().filter(|name| !before.contains_key(*name))) {
        let (old, new) = (before.get(name).unwrap_or(&Value::Null), after.get(name).unwrap_or(&Value::Null));
        if old == new {
            continue;
        }
        let Some(class) = sensitivity::of_column(table, name) else { continue };
        rows.entry(class.max(least)).or_default().insert(name, json!([old, new]));
    }
    for (class, changes) in rows {
        write(db, visit, action, table, id, class, &changes)?;
    }
    subjects::note(db, table, id, after)
}

fn write(
    db: &mut Db,
    visit: &Visit,
    action: Action,
    table: &'static str,
    id: i64,
    class: Sensitivity,
    changes: &BTreeMap<&str, Value>,
) -> Result<()> {
    let words = serde_json::to_string(changes).map_err(|error| Error::Internal(error.to_string()))?;
    open_change(db, visit, super::reversal_of(action, table, |column| changes.contains_key(column)))?;
    let row = (
        audit_log::change_id.eq(visit.change.id),
        audit_log::action.eq(action),
        audit_log::table_name.eq(table),
        audit_log::record_id.eq(id),
        audit_log::sensitivity.eq(class),
        audit_log::changes.eq(words),
    );
    on_either!(db, |db| diesel::insert_into(audit_log::table).values(row).execute(db))?;
    Ok(())
}

/// Files a change before its first row, for one whose rows are of earlier moments; it can be taken back row by row.
pub fn begin(db: &mut Db, visit: &Visit) -> Result<()> {
    if visit.change.is_empty() { open_change(db, visit, Reversal::ByRows) } else { Ok(()) }
}

/// Files the change itself, with the first of its rows.
fn open_change(db: &mut Db, visit: &Visit, reversal: Reversal) -> Result<()> {
    if visit.change.take_in(reversal) {
        let row = (
            changes::change_id.eq(visit.change.id),
            changes::occurred_date.eq(visit.now),
            changes::user_id.eq(visit.viewer.user_id.map(|UserId(id)| id)),
            changes::username.eq(Some(&visit.viewer.username).filter(|name| !name.is_empty())),
            changes::remote_address.eq(&visit.remote_address),
            changes::way.eq(visit.way),
            changes::way_name.eq(&visit.way_name),
            changes::undoes.eq(visit.change.undoes),
        );
        diesel::insert_into(changes::table).values(row).execute(db)?;
    }
    Ok(())
}

/// Who saved a record last, and when (UTC), for the person who comes second.
pub fn last_save(db: &mut Db, table: &str, id: i64, of: Sensitivity) -> Result<Option<(String, NaiveDateTime)>> {
    let last: Option<(Option<String>, NaiveDateTime)> = audit_log::table
        .inner_join(changes::table)
        .filter(audit_log::table_name.eq(table))
        .filter(audit_log::record_id.eq(id))
        .filter(audit_log::sensitivity.eq(of))
        .filter(audit_log::action.eq(Action::Create).or(audit_log::action.eq(Action::Update)))
        .order(audit_log::audit_id.desc())
        .select((changes::username, changes::occurred_date))
        .first(db)
        .optional()?;
    Ok(last.and_then(|(name, at)| Some((name?, at))))
}

/// Whether that was ever done to a record, as everyone may know.
pub fn has_happened(db: &mut Db, action: Action, table: &str, id: i64) -> Result<bool> {
    let query = audit_log::table
        .filter(audit_log::table_name.eq(table))
        .filter(audit_log::record_id.eq(id))
        .filter(audit_log::action.eq(action))
        .select(audit_log::audit_id);
    Ok(query.first::<i64>(db).optional()?.is_some())
}

/// The rows of a table that a change made or altered, in the order of that.
pub fn rows_of(db: &mut Db, change: ChangeId, table: &str) -> Result<Vec<i64>> {
    let query = audit_log::table
        .filter(audit_log::change_id.eq(change))
        .filter(audit_log::table_name.eq(table))
        .filter(audit_log::action.ne(Action::Delete));
    Ok(query.order(audit_log::audit_id).select(audit_log::record_id).load(db)?)
}
