//! All queries on accounts as sign-in needs them, and on sessions. Sessions are kept on the server: they end when they
//! are told to, when they are idle too long, when they are too old, or when the account ends (ASVS 5.0 7.3.1, 7.3.2).

use std::collections::{HashMap, HashSet};

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::{Account, SessionKey, SignInName, attempts, users};
use crate::access::{Viewer, Visit};
use crate::audit;
use crate::config::Config;
use crate::db::{Db, on_either};
use crate::error::Result;
use crate::firm::queries::{ROW, firm};
use crate::ids::{PersonnelId, UserId};

diesel::table! {
    sessions (session_hash) {
        session_hash -> Text,
        user_id -> BigInt,
        created_date -> Timestamp,
        expires_date -> Timestamp,
    }
}

diesel::joinable!(sessions -> users (user_id));
diesel::allow_tables_to_appear_in_same_query!(sessions, users, firm);

/// Opens a session.
pub fn open(db: &mut Db, user: UserId, config: &Config, now: NaiveDateTime) -> Result<SessionKey> {
    diesel::delete(sessions::table.filter(sessions::expires_date.le(now))).execute(db)?;
    let key = SessionKey::generate();
    let values = (
        sessions::session_hash.eq(key.hash()),
        sessions::user_id.eq(user.0),
        sessions::created_date.eq(now),
        sessions::expires_date.eq(end_of(config, now, now)),
    );
    diesel::insert_into(sessions::table).values(values).execute(db)?;
    Ok(key)
}

/// What a session tells of whoever holds its key.
pub struct Found {
    /// The person, with the rights they have now.
    pub viewer: Viewer,
    /// The renewal of the session if it has used up an eighth of its life: few writes for many reads.
    pub renewal: Option<Renewal>,
    /// Of which version the firm's settings are.
    pub firm: i64,
}

/// The person of a session and what else each page has to know, in one row; `None` when it has ended.
pub fn viewer(db: &mut Db, key: &SessionKey, config: &Config, now: NaiveDateTime) -> Result<Option<Found>> {
    let hash = key.hash();
    let query = sessions::table
        .inner_join(users::table)
        .filter(sessions::session_hash.eq(&hash))
        .filter(sessions::expires_date.gt(now))
        // Also for sessions that were opened under a longer setting.
        .filter(sessions::created_date.gt(now - longest(config)))
        .filter(users::is_active.eq(true));
    let version = firm::table.find(ROW).select(firm::version).single_value();
    let found: Option<(Account, NaiveDateTime, NaiveDateTime, Option<i64>)> = on_either!(db, |db| {
        query.select((Account::as_select(), sessions::created_date, sessions::expires_date, version)).first(db)
    })
    .optional()?;
    let due = now + idle(config) - idle(config) / 8;
    let renewal = |created, ends: NaiveDateTime| {
        let end = end_of(config, created, now);
        (ends < due && end > ends).then_some(Renewal { hash, expires: end })
    };
    Ok(found.map(|(account, created, ends, firm)| Found {
        viewer: account.into_viewer(),
        renewal: renewal(created, ends),
        firm: firm.unwrap_or_default(),
    }))
}

/// The full names of all accounts, by id.
pub fn full_names(db: &mut Db) -> Result<HashMap<i64, String>> {
    let names: Vec<(i64, String)> = users::table.select((users::user_id, users::full_name)).load(db)?;
    Ok(names.into_iter().collect())
}

/// The person behind an account with the rights they have now; `None` when it has ended.
pub fn viewer_of(db: &mut Db, user: UserId) -> Result<Option<Viewer>> {
    let query = users::table.filter(users::user_id.eq(user)).filter(users::is_active.eq(true));
    let account: Option<Account> = query.select(Account::as_select()).first(db).optional()?;
    Ok(account.map(Account::into_viewer))
}

/// A colleague with the rights they have now; `None` where no account in use is theirs.
pub fn viewer_of_person(db: &mut Db, person: PersonnelId) -> Result<Option<Viewer>> {
    let query = users::table.filter(users::personnel_id.eq(person.0)).filter(users::is_active.eq(true));
    let account: Option<Account> = query.select(Account::as_select()).first(db).optional()?;
    Ok(account.map(Account::into_viewer))
}

/// Whether a person signs in with the account, and not a program alone asks for it.
pub fn signs_in(db: &mut Db, user: UserId) -> Result<bool> {
    let query = users::table.filter(users::user_id.eq(user)).filter(users::is_service.eq(false));
    Ok(query.select(users::user_id).first::<UserId>(db).optional()?.is_some())
}

/// The people whose account is in use and not of the NED Team.
pub fn outside_team(db: &mut Db) -> Result<HashSet<PersonnelId>> {
    let outside = users::is_ned_team.eq(false).and(users::is_admin.eq(false));
    let query = users::table.filter(users::is_active.eq(true)).filter(outside);
    let people: Vec<Option<PersonnelId>> = query.select(users::personnel_id).load(db)?;
    Ok(people.into_iter().flatten().collect())
}

/// Ends one session.
pub fn end(db: &mut Db, key: &SessionKey) -> Result<()> {
    diesel::delete(sessions::table.filter(sessions::session_hash.eq(key.hash()))).execute(db)?;
    Ok(())
}

/// Ends every session of an account.
pub fn end_all(db: &mut Db, user: UserId) -> Result<()> {
    diesel::delete(sessions::table.filter(sessions::user_id.eq(user.0))).execute(db)?;
    Ok(())
}

/// A session that has not ended.
#[derive(Queryable)]
pub struct Open {
    hash: String,
    /// When it began, in UTC.
    pub created_date: NaiveDateTime,
    /// When it ends if it is not used until then, in UTC.
    pub expires_date: NaiveDateTime,
}

impl Open {
    /// Whether it is the one of that key.
    pub fn is_of(&self, key: &SessionKey) -> bool {
        self.hash == key.hash()
    }
}

/// The sessions of an account, the latest first.
pub fn of_account(db: &mut Db, user: UserId, now: NaiveDateTime) -> Result<Vec<Open>> {
    let open = sessions::table.filter(sessions::user_id.eq(user.0)).filter(sessions::expires_date.gt(now));
    let columns = (sessions::session_hash, sessions::created_date, sessions::expires_date);
    Ok(open.order(sessions::created_date.desc()).select(columns).load(db)?)
}

/// Ends every session of an account but that of the key; tells how many.
pub fn end_others(db: &mut Db, user: UserId, key: &SessionKey) -> Result<usize> {
    let others = sessions::table.filter(sessions::user_id.eq(user.0)).filter(sessions::session_hash.ne(key.hash()));
    Ok(diesel::delete(others).execute(db)?)
}

/// A session that is in use and has to be kept from ending.
pub struct Renewal {
    hash: String,
    expires: NaiveDateTime,
}

impl Renewal {
    /// Writes the new end; a session that has ended meanwhile stays ended.
    pub fn carry_out(&self, db: &mut Db) -> Result<()> {
        let target = sessions::table.filter(sessions::session_hash.eq(&self.hash));
        diesel::update(target).set(sessions::expires_date.eq(self.expires)).execute(db)?;
        Ok(())
    }
}

/// When a session that is used now ends: after the idle time, and never later than its absolute end.
fn end_of(config: &Config, created: NaiveDateTime, now: NaiveDateTime) -> NaiveDateTime {
    (now + idle(config)).min(created + longest(config))
}

fn idle(config: &Config) -> TimeDelta {
    TimeDelta::hours(i64::from(config.session_hours))
}

fn longest(config: &Config) -> TimeDelta {
    TimeDelta::days(i64::from(config.session_days))
}

/// The account of that name, for signing in.
pub fn find_by_name(db: &mut Db, name: &SignInName) -> Result<Option<Account>> {
    Ok(users::table.filter(users::username.eq(name.as_str())).select(Account::as_select()).first(db).optional()?)
}

/// Whose account that is, as colleagues know them; the name itself when there is no such account any more.
pub fn full_name(db: &mut Db, username: String) -> Result<String> {
    let known = users::table.filter(users::username.eq(&username)).select(users::full_name).first(db).optional()?;
    Ok(known.unwrap_or(username))
}

/// Sets a new password, ends every session of the account and forgets the attempts with the old one.
pub fn set_password(db: &mut Db, visit: &Visit, id: UserId, password_hash: &str) -> Result<()> {
    let target = users::table.filter(users::user_id.eq(id));
    diesel::update(target).set(users::password_hash.eq(password_hash)).execute(db)?;
    end_all(db, id)?;
    let name: Option<String> = target.select(users::username).first(db).optional()?;
    attempts::forget(db, &SignInName::of(&name.unwrap_or_default()))?;
    audit::noted(db, visit, audit::Action::Password, "users", id.0)
}

/// Notes a successful sign-in; the attempts of that name from the same address no longer count.
pub fn signed_in(db: &mut Db, visit: &Visit, id: UserId) -> Result<()> {
    attempts::forgive(db, &SignInName::of(&visit.viewer.username), &visit.remote_address)?;
    let target = users::table.filter(users::user_id.eq(id));
    diesel::update(target).set(users::last_login.eq(Some(visit.now))).execute(db)?;
    audit::noted(db, visit, audit::Action::SignIn, "users", id.0)
}
