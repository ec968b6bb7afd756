//! How often a token may ask: a process takes a share of each minute at a time from the row in the database, so that a
//! request seldom writes; and which requests with a key are under way here.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::{HeaderMap, HeaderValue};
use chrono::{NaiveDateTime, Timelike};

use super::Token;
use super::guesses::Guesses;
use super::queries::{self, Standing};
use super::use_queries::{minute_of, take};
use crate::db::Database;
use crate::error::{Error, Result};

/// Into how many shares a minute's requests are cut.
const SHARES: i64 = 20;

/// What is known here of the tokens that ask.
#[derive(Clone)]
pub struct Bounds {
    bound: i64,
    shares: Arc<Mutex<HashMap<String, Share>>>,
    under_way: Arc<Mutex<HashSet<String>>>,
    guesses: Guesses,
}

/// What is left of a minute for one token.
#[derive(Clone, Copy)]
struct Share {
    minute: NaiveDateTime,
    left: i64,
    elsewhere: i64,
}

/// What a token may still ask for.
pub struct Allowance {
    bound: i64,
    left: i64,
    seconds: u32,
}

/// A request with a key that is under way, until this is dropped.
pub struct InFlight {
    under_way: Arc<Mutex<HashSet<String>>>,
    key: String,
}

impl Bounds {
    /// So many requests a minute for each token.
    pub fn new(bound: u32) -> Self {
        let bound = i64::from(bound.max(1));
        Self { bound, shares: Arc::default(), under_way: Arc::default(), guesses: Guesses::default() }
    }

    /// Counts a request with a token: 401 when it is no valid one, 429 when too many were tried or it asked too often.
    pub async fn admit(
        &self,
        database: &Database,
        token: &Token,
        remote_address: &str,
        now: NaiveDateTime,
    ) -> Result<Allowance> {
        let hash = token.hash();
        if let Some(allowance) = self.of_share(&hash, now) {
            return Ok(allowance);
        }
        let asked = token.clone();
        // Only a token that is valid comes to whoever writes.
        let standing = database.read(move |db| queries::standing(db, &asked, now)).await?;
        let token_id = match standing {
            Standing::Valid(token_id) => token_id,
            Standing::Ended => {
                tracing::warn!(from = remote_address, "refused, the token is no longer valid");
                return Err(Error::SignedOut);
            }
            Standing::Never => return Err(self.guesses.refuse(remote_address, now).await),
        };
        let (address, wanted) = (remote_address.to_owned(), (self.bound / SHARES).max(1));
        let asked = (wanted, self.bound);
        let (taken, elsewhere) = database.write(move |db| take(db, token_id, &address, now, asked)).await?;
        if taken == 0 {
            return Err(Error::TooManyRequests(seconds_left(now)));
        }
        let mut shares = held(&self.shares);
        shares.retain(|_, share| share.minute == minute_of(now));
        let before = shares.get(&hash).map_or(0, |share| share.left);
        // One of them is this request.
        let share = Share { minute: minute_of(now), left: before + taken - 1, elsewhere };
        shares.insert(hash, share);
        Ok(self.allowance(share, now))
    }

    fn of_share(&self, hash: &str, now: NaiveDateTime) -> Option<Allowance> {
        let mut shares = held(&self.shares);
        let share = shares.get_mut(hash).filter(|share| share.minute == minute_of(now) && share.left > 0)?;
        share.left -= 1;
        Some(self.allowance(*share, now))
    }

    fn allowance(&self, share: Share, now: NaiveDateTime) -> Allowance {
        Allowance { bound: self.bound, left: share.left + share.elsewhere, seconds: seconds_left(now) }
    }

    /// What is left for a token that asked as often as it may, until that many seconds have passed.
    pub fn used_up(&self, seconds: u32) -> Allowance {
        Allowance { bound: self.bound, left: 0, seconds }
    }

    /// Notes that a request with a key is under way; `None` when one already is.
    pub fn begin(&self, key: String) -> Option<InFlight> {
        let is_first = held(&self.under_way).insert(key.clone());
        is_first.then(|| InFlight { under_way: self.under_way.clone(), key })
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        held(&self.under_way).remove(&self.key);
    }
}

impl Allowance {
    /// Tells a program what it may still ask for (draft-ietf-httpapi-ratelimit-headers-10).
    pub fn tell(&self, headers: &mut HeaderMap) {
        let policy = format!("\"token\";q={};w=60", self.bound);
        let standing = format!("\"token\";r={};t={}", self.left, self.seconds);
        for (name, value) in [("ratelimit-policy", policy), ("ratelimit", standing)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
    }
}

fn seconds_left(now: NaiveDateTime) -> u32 {
    60 - now.second().min(59)
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
