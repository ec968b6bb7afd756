//! How often a token is used, counted in its row, so that several processes keep one bound.

use chrono::{NaiveDateTime, SubsecRound, Timelike};
use diesel::prelude::*;

use crate::db::Db;
use crate::error::Result;
use crate::ids::TokenId;

diesel::table! {
    token_uses (token_id) {
        token_id -> BigInt,
        last_used_date -> Nullable<Timestamp>,
        last_used_address -> Nullable<Text>,
        minute_date -> Timestamp,
        requests -> BigInt,
    }
}

/// The minute in which a moment lies.
pub fn minute_of(now: NaiveDateTime) -> NaiveDateTime {
    now.trunc_subsecs(0).with_second(0).unwrap_or(now)
}

/// Begins to count.
pub(super) fn begin(db: &mut Db, id: TokenId, now: NaiveDateTime) -> Result<()> {
    let values =
        (token_uses::token_id.eq(id.0), token_uses::minute_date.eq(minute_of(now)), token_uses::requests.eq(0));
    diesel::insert_into(token_uses::table).values(values).execute(db)?;
    Ok(())
}

/// Takes `wanted` requests of the minute for a token, as far as the bound allows: how many are taken, and how many are
/// left for others. Its last use is noted with the first of a minute.
pub fn take(
    db: &mut Db,
    id: TokenId,
    remote_address: &str,
    now: NaiveDateTime,
    (wanted, bound): (i64, i64),
) -> Result<(i64, i64)> {
    let row = token_uses::table.find(id.0);
    let minute = minute_of(now);
    let first = row.filter(token_uses::minute_date.ne(minute).or(token_uses::last_used_date.is_null()));
    let begun = (
        token_uses::minute_date.eq(minute),
        token_uses::requests.eq(0),
        token_uses::last_used_date.eq(Some(now)),
        token_uses::last_used_address.eq(Some(remote_address)),
    );
    diesel::update(first).set(begun).execute(db)?;
    // What is added is added by the database: another process may do so at the same time.
    diesel::update(row).set(token_uses::requests.eq(token_uses::requests + wanted)).execute(db)?;
    let counted: i64 = row.select(token_uses::requests).first(db)?;
    let taken = (bound - (counted - wanted)).clamp(0, wanted);
    Ok((taken, (bound - counted).max(0)))
}
