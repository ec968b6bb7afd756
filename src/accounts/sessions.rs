//! Sessions on the server: they end when they are told to, when they are idle too long, or when the account ends.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::Account;
use super::queries::users;
use crate::access::Viewer;
use crate::config::Config;
use crate::db::Db;
use crate::db::ids::UserId;
use crate::error::Result;
use crate::web::SessionKey;

diesel::table! {
    sessions (session_hash) {
        session_hash -> Text,
        user_id -> BigInt,
        created_date -> Timestamp,
        expires_date -> Timestamp,
    }
}

diesel::joinable!(sessions -> users (user_id));
diesel::allow_tables_to_appear_in_same_query!(sessions, users);

/// Opens a session.
pub fn open(db: &mut Db, user: UserId, config: &Config, now: NaiveDateTime) -> Result<SessionKey> {
    diesel::delete(sessions::table.filter(sessions::expires_date.le(now))).execute(db)?;
    let key = SessionKey::generate();
    let values = (
        sessions::session_hash.eq(key.hash()),
        sessions::user_id.eq(user.0),
        sessions::created_date.eq(now),
        sessions::expires_date.eq(now + life(config)),
    );
    diesel::insert_into(sessions::table).values(values).execute(db)?;
    Ok(key)
}

/// The person of a session, with the rights they have now; `None` when it has ended.
pub fn viewer(db: &mut Db, key: &SessionKey, now: NaiveDateTime) -> Result<Option<Viewer>> {
    let account = sessions::table
        .inner_join(users::table)
        .filter(sessions::session_hash.eq(key.hash()))
        .filter(sessions::expires_date.gt(now))
        .filter(users::is_active.eq(true))
        .select(Account::as_select())
        .first::<Account>(db)
        .optional()?;
    Ok(account.map(Account::into_viewer))
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

/// A session that is in use and has to be kept from ending.
pub struct Renewal {
    hash: String,
    expires: NaiveDateTime,
}

/// The renewal of a session that has used up an eighth of its life: few writes for many reads.
pub fn due_for_renewal(db: &mut Db, key: &SessionKey, config: &Config, now: NaiveDateTime) -> Result<Option<Renewal>> {
    let hash = key.hash();
    let due = now + life(config) - life(config) / 8;
    let expires: Option<NaiveDateTime> = sessions::table
        .find(&hash)
        .filter(sessions::expires_date.lt(due))
        .select(sessions::expires_date)
        .first(db)
        .optional()?;
    Ok(expires.map(|_| Renewal { hash, expires: now + life(config) }))
}

impl Renewal {
    /// Writes the new end; a session that has ended meanwhile stays ended.
    pub fn carry_out(&self, db: &mut Db) -> Result<()> {
        let target = sessions::table.filter(sessions::session_hash.eq(&self.hash));
        diesel::update(target).set(sessions::expires_date.eq(self.expires)).execute(db)?;
        Ok(())
    }
}

fn life(config: &Config) -> TimeDelta {
    TimeDelta::hours(i64::from(config.session_hours))
}
