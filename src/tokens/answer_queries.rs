//! Answers that a repeated request gets again, for a day, kept in the transaction of the write itself.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use crate::db::Db;
use crate::error::Result;
use crate::ids::{TokenId, UserId};

diesel::table! {
    kept_answers (user_id, token_id, idempotency_key) {
        user_id -> BigInt,
        token_id -> BigInt,
        idempotency_key -> Text,
        request_hash -> Text,
        status -> BigInt,
        headers -> Text,
        body -> Text,
        kept_date -> Timestamp,
    }
}

/// Whose key it is: no token, a browser's session for one, gets the answers of another.
#[derive(Clone, Copy, Debug)]
pub struct Owner(pub UserId, pub Option<TokenId>);

impl Owner {
    fn token(self) -> i64 {
        self.1.map_or(0, |token| token.0)
    }
}

/// What was answered to a request with a key.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = kept_answers)]
pub struct KeptAnswer {
    /// Method, path and body of the request, and the rights of whoever sent it.
    pub request_hash: String,
    /// The status.
    pub status: i64,
    /// Names and values of the headers, as JSON.
    pub headers: String,
    /// The body.
    pub body: String,
}

/// How long an answer is kept.
const HOURS: i64 = 24;

/// What was answered under a key.
pub fn find(db: &mut Db, owner: Owner, key: &str, now: NaiveDateTime) -> Result<Option<KeptAnswer>> {
    let query = kept_answers::table
        .find((owner.0.0, owner.token(), key))
        .filter(kept_answers::kept_date.gt(now - TimeDelta::hours(HOURS)));
    Ok(query.select(KeptAnswer::as_select()).first(db).optional()?)
}

/// Keeps an answer, and drops those that are too old.
pub fn keep(db: &mut Db, owner: Owner, key: &str, now: NaiveDateTime, answer: &KeptAnswer) -> Result<()> {
    let old = kept_answers::table.filter(kept_answers::kept_date.le(now - TimeDelta::hours(HOURS)));
    diesel::delete(old).execute(db)?;
    let values = (
        answer,
        kept_answers::user_id.eq(owner.0.0),
        kept_answers::token_id.eq(owner.token()),
        kept_answers::idempotency_key.eq(key),
        kept_answers::kept_date.eq(now),
    );
    diesel::insert_into(kept_answers::table).values(values).execute(db)?;
    Ok(())
}
