//! All queries on imports. Each asks by the account of the visit: no other way leads to an import, unless it is to be
//! undone by an administrator.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::model::{Import, Kept, Settings, State, written};
use super::recognised::Recognised;
use super::report::Report;
use crate::access::{Viewer, Visit};
use crate::audit::reading_queries;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::{ChangeId, ImportId, UserId, by_chance};

diesel::table! {
    imports (import_id) {
        import_id -> BigInt,
        user_id -> BigInt,
        kind -> Text,
        file_name -> Text,
        stored_name -> Text,
        heads -> Text,
        recognised -> Text,
        settings -> Text,
        state -> Text,
        report -> Nullable<Text>,
        change_id -> Nullable<BigInt>,
        created_date -> Timestamp,
    }
}

/// So many imports an account has at most; the oldest make room.
const MOST: i64 = 100;

/// So many of them have their rows at hand still.
const WITH_ROWS: i64 = 10;

/// One that was brought before, in a list.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = imports)]
pub struct Listed {
    pub import_id: ImportId,
    pub kind: String,
    pub file_name: String,
    pub state: State,
    change_id: Option<ChangeId>,
    pub created_date: NaiveDateTime,
}

fn user_of(viewer: &Viewer) -> Result<i64> {
    viewer.user_id.map(|UserId(id)| id).ok_or(Error::Forbidden)
}

/// The latest imports of whoever asks.
pub fn list(db: &mut Db, viewer: &Viewer, limit: i64) -> Result<Vec<Listed>> {
    let own = imports::table.filter(imports::user_id.eq(user_of(viewer)?));
    let order = (imports::created_date.desc(), imports::import_id.desc());
    let mut listed: Vec<Listed> = own.order(order).limit(limit).select(Listed::as_select()).load(db)?;
    let undone = reading_queries::undone(db, listed.iter().filter_map(|one| one.change_id))?;
    for one in listed.iter_mut().filter(|one| one.state.is_taken()) {
        if one.change_id.is_some_and(|change| undone.contains(&change)) {
            one.state = State::Undone;
        }
    }
    Ok(listed)
}

/// One import of whoever asks; another's and a missing one are the same.
pub fn find(db: &mut Db, viewer: &Viewer, id: ImportId) -> Result<Option<Import>> {
    let own = imports::table.filter(imports::import_id.eq(id)).filter(imports::user_id.eq(user_of(viewer)?));
    let kept: Option<Kept> = own.select(Kept::as_select()).first(db).optional()?;
    kept.map(|kept| read(db, kept, true)).transpose()
}

/// The same; and one of someone else that was carried out, for an administrator, who may undo it as any change.
pub fn find_taken(db: &mut Db, viewer: &Viewer, id: ImportId) -> Result<Option<Import>> {
    let own = find(db, viewer, id)?;
    if own.is_some() || viewer.admin().is_none() {
        return Ok(own);
    }
    let taken = imports::table.filter(imports::import_id.eq(id)).filter(imports::change_id.is_not_null());
    let kept: Option<Kept> = taken.select(Kept::as_select()).first(db).optional()?;
    kept.map(|kept| read(db, kept, false)).transpose()
}

/// The import that made a change, if it may be seen.
pub fn of_change(db: &mut Db, viewer: &Viewer, change: ChangeId) -> Result<Option<ImportId>> {
    let made = imports::table.filter(imports::change_id.eq(change)).select(imports::import_id);
    let Some(id) = made.first::<ImportId>(db).optional()? else { return Ok(None) };
    Ok(find_taken(db, viewer, id)?.map(|import| import.id))
}

/// One that was undone in the audit log is undone.
fn read(db: &mut Db, kept: Kept, is_own: bool) -> Result<Import> {
    let mut import = Import { is_own, ..Import::try_from(kept)? };
    if let (true, Some(change)) = (import.state.is_taken(), import.change_id)
        && reading_queries::is_undone(db, change)?
    {
        import.state = State::Undone;
        import.report = import.report.map(|report| Report { failure: None, ..report });
    }
    Ok(import)
}

/// Keeps an import from others for the rest of the transaction.
pub fn hold(db: &mut Db, id: ImportId) -> Result<()> {
    if let Db::Postgres(db) = db {
        imports::table.find(id).select(imports::import_id).for_update().first::<i64>(db).optional()?;
    }
    Ok(())
}

/// How the columns of the latest file with the same heads were taken.
pub fn remembered(db: &mut Db, viewer: &Viewer, kind: &str, heads: &[String]) -> Result<Option<Settings>> {
    let own = imports::table.filter(imports::user_id.eq(user_of(viewer)?)).filter(imports::kind.eq(kind));
    let alike = own.filter(imports::heads.eq(written(&heads)?)).filter(imports::state.ne(State::Brought));
    let order = (imports::created_date.desc(), imports::import_id.desc());
    let kept: Option<String> = alike.order(order).select(imports::settings).first(db).optional()?;
    Ok(kept.and_then(|settings| serde_json::from_str(&settings).ok()))
}

/// A file as it was brought.
pub struct Brought<'b> {
    pub kind: &'b str,
    pub file_name: &'b str,
    pub stored_name: &'b str,
    pub recognised: &'b Recognised,
    pub settings: &'b Settings,
}

/// Adds an import.
pub fn insert(db: &mut Db, visit: &Visit, brought: &Brought) -> Result<ImportId> {
    let id = ImportId(by_chance());
    let heads = brought.recognised.heads(brought.recognised.has_head);
    let row = (
        imports::import_id.eq(id),
        imports::user_id.eq(user_of(&visit.viewer)?),
        imports::kind.eq(brought.kind),
        imports::file_name.eq(brought.file_name),
        imports::stored_name.eq(brought.stored_name),
        imports::heads.eq(written(&heads)?),
        imports::recognised.eq(written(brought.recognised)?),
        imports::settings.eq(written(brought.settings)?),
        imports::state.eq(State::Brought),
        imports::created_date.eq(visit.now),
    );
    diesel::insert_into(imports::table).values(row).execute(db)?;
    Ok(id)
}

/// Drops what is too much, and names the files whose rows nobody will ask for.
pub fn make_room(db: &mut Db, visit: &Visit) -> Result<Vec<String>> {
    let own = imports::table.filter(imports::user_id.eq(user_of(&visit.viewer)?));
    let order = (imports::created_date.desc(), imports::import_id.desc());
    let old = own.order(order).offset(WITH_ROWS).select((imports::import_id, imports::stored_name));
    let old: Vec<(i64, String)> = old.limit(MOST * 2).load(db)?;
    for (id, _) in old.iter().skip(usize::try_from(MOST - WITH_ROWS).unwrap_or(usize::MAX)) {
        diesel::delete(imports::table.find(*id)).execute(db)?;
    }
    Ok(old.into_iter().map(|(_, name)| name).collect())
}

/// How far an import is.
pub fn state(db: &mut Db, id: ImportId) -> Result<Option<State>> {
    Ok(imports::table.find(id).select(imports::state).first(db).optional()?)
}

/// Notes how far an import is.
pub fn set_state(db: &mut Db, id: ImportId, state: State) -> Result<()> {
    diesel::update(imports::table.find(id)).set(imports::state.eq(state)).execute(db)?;
    Ok(())
}

/// Notes how the rows are to be taken.
pub fn set_settings(db: &mut Db, id: ImportId, settings: &Settings) -> Result<()> {
    diesel::update(imports::table.find(id)).set(imports::settings.eq(written(settings)?)).execute(db)?;
    Ok(())
}

/// Notes what came of an import, or would, and the change that it was.
pub fn set_report(db: &mut Db, id: ImportId, state: State, report: &Report, change: Option<ChangeId>) -> Result<()> {
    let outcome = (imports::state.eq(state), imports::report.eq(written(report)?), imports::change_id.eq(change));
    diesel::update(imports::table.find(id)).set(outcome).execute(db)?;
    Ok(())
}

/// Notes that an import was taken back, or could not be.
pub fn set_undone(db: &mut Db, id: ImportId, state: State, report: &Report) -> Result<()> {
    let outcome = (imports::state.eq(state), imports::report.eq(written(report)?));
    diesel::update(imports::table.find(id)).set(outcome).execute(db)?;
    Ok(())
}
