//! Calendar addresses: one an account at most, by the hash of its secret.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;

use super::token::Token;
use crate::access::Visit;
use crate::audit;
use crate::db::Db;
use crate::error::Result;
use crate::ids::UserId;

diesel::table! {
    calendar_addresses (user_id) {
        user_id -> BigInt,
        token_hash -> Text,
        created_date -> Timestamp,
    }
}

/// Since when an account has an address.
pub fn since(db: &mut Db, user: UserId) -> Result<Option<NaiveDateTime>> {
    let query = calendar_addresses::table.filter(calendar_addresses::user_id.eq(user.0));
    Ok(query.select(calendar_addresses::created_date).first(db).optional()?)
}

/// Whose address ends with the secret.
pub fn holder(db: &mut Db, token: &Token) -> Result<Option<UserId>> {
    let query = calendar_addresses::table.filter(calendar_addresses::token_hash.eq(token.hash()));
    Ok(query.select(calendar_addresses::user_id).first(db).optional()?)
}

/// Gives an account an address; an earlier one ends.
pub fn set(db: &mut Db, visit: &Visit, user: UserId, token: &Token) -> Result<()> {
    revoke(db, visit, user)?;
    let values = (
        calendar_addresses::user_id.eq(user.0),
        calendar_addresses::token_hash.eq(token.hash()),
        calendar_addresses::created_date.eq(visit.now),
    );
    diesel::insert_into(calendar_addresses::table).values(values).execute(db)?;
    audit::created(db, visit, "calendar_addresses", user.0, &json!({ "user_id": user }))
}

/// Ends the address of an account; tells whether there was one.
pub fn revoke(db: &mut Db, visit: &Visit, user: UserId) -> Result<bool> {
    let target = calendar_addresses::table.filter(calendar_addresses::user_id.eq(user.0));
    if diesel::delete(target).execute(db)? == 0 {
        return Ok(false);
    }
    audit::deleted(db, visit, "calendar_addresses", user.0, &json!({ "user_id": user }))?;
    Ok(true)
}
