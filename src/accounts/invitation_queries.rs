//! Invitations: one an account at most, by the hash of its secret.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::access::{AdminPass, Visit};
use crate::audit;
use crate::db::Db;
use crate::error::Result;
use crate::ids::UserId;
use crate::sessions::users;

diesel::table! {
    account_invitations (user_id) {
        user_id -> BigInt,
        token_hash -> Text,
        created_date -> Timestamp,
        expires_date -> Timestamp,
    }
}

diesel::joinable!(account_invitations -> users (user_id));
diesel::allow_tables_to_appear_in_same_query!(account_invitations, users);

/// How long a link works, in days.
pub const DAYS: i64 = 7;

/// The secret of a link: random, known to whoever was sent it, stored as its hash, never logged.
#[derive(Clone)]
pub struct InvitationToken(String);

impl InvitationToken {
    /// A new one of 160 random bits.
    fn generate() -> Self {
        Self(hex::encode(rand::random::<[u8; 20]>()))
    }

    /// The one that an address ends with.
    pub fn of(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The path of the link, and for nothing else.
    pub fn path(&self) -> String {
        format!("/invitation/{}", self.0)
    }

    fn hash(&self) -> String {
        hex::encode(Sha256::digest(self.0.as_bytes()))
    }
}

/// Who is invited.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct Invited {
    pub user_id: UserId,
    pub username: String,
    pub full_name: String,
    pub email: String,
}

/// Whoever a link invites, unless it is used up, ran out, or the account has ended.
pub fn holder(db: &mut Db, token: &InvitationToken, now: NaiveDateTime) -> Result<Option<Invited>> {
    let query = account_invitations::table
        .inner_join(users::table)
        .filter(account_invitations::token_hash.eq(token.hash()))
        .filter(account_invitations::expires_date.gt(now))
        .filter(users::is_active.eq(true))
        .filter(users::is_service.eq(false));
    Ok(query.select(Invited::as_select()).first(db).optional()?)
}

/// Whoever an account is of, if a person signs in with it.
pub fn invited(db: &mut Db, _pass: AdminPass, user: UserId) -> Result<Option<Invited>> {
    let query = users::table.find(user).filter(users::is_active.eq(true)).filter(users::is_service.eq(false));
    Ok(query.select(Invited::as_select()).first(db).optional()?)
}

/// Until when a link of an account works, if there is one.
pub fn until(db: &mut Db, _pass: AdminPass, user: UserId, now: NaiveDateTime) -> Result<Option<NaiveDateTime>> {
    let query = account_invitations::table.find(user.0).filter(account_invitations::expires_date.gt(now));
    Ok(query.select(account_invitations::expires_date).first(db).optional()?)
}

/// Makes a link for an account; an earlier one ends.
pub fn invite(db: &mut Db, visit: &Visit, _pass: AdminPass, user: UserId) -> Result<InvitationToken> {
    end(db, visit, user)?;
    let token = InvitationToken::generate();
    let values = (
        account_invitations::user_id.eq(user.0),
        account_invitations::token_hash.eq(token.hash()),
        account_invitations::created_date.eq(visit.now),
        account_invitations::expires_date.eq(visit.now + TimeDelta::days(DAYS)),
    );
    diesel::insert_into(account_invitations::table).values(values).execute(db)?;
    audit::created(db, visit, "account_invitations", user.0, &json!({ "user_id": user }))?;
    Ok(token)
}

/// Ends the link of an account, if there is one.
pub fn end(db: &mut Db, visit: &Visit, user: UserId) -> Result<()> {
    if diesel::delete(account_invitations::table.find(user.0)).execute(db)? == 0 {
        return Ok(());
    }
    audit::deleted(db, visit, "account_invitations", user.0, &json!({ "user_id": user }))
}
