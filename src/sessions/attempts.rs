//! Attempts to sign in, counted before they are made: whoever guesses has to wait (ASVS 5.0 6.3.1).

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::Account;
use super::queries::find_by_name;
use crate::db::{Db, Lock, hold_lock};
use crate::error::{Error, Result};

diesel::table! {
    sign_in_attempts (attempt_id) {
        attempt_id -> BigInt,
        username -> Text,
        remote_address -> Text,
        attempted_date -> Timestamp,
    }
}

/// Failed attempts after which a name at one address, a name at all addresses, or an address has to wait: whoever
/// guesses from elsewhere does not lock the person out soon.
const PAIR_LIMIT: i64 = 10;
const NAME_LIMIT: i64 = 100;
const ADDRESS_LIMIT: i64 = 60;
const WAIT_MINUTES: i64 = 15;

/// Notes an attempt to sign in, which stays when it fails, and gives the account of that name; refused when the name or
/// the address has failed too often lately (ASVS 2.2.1).
pub fn begin_attempt(db: &mut Db, username: &str, remote_address: &str, now: NaiveDateTime) -> Result<Option<Account>> {
    use sign_in_attempts as attempts;
    hold_lock(db, Lock::Attempt)?;
    let since = now - TimeDelta::minutes(WAIT_MINUTES);
    diesel::delete(attempts::table.filter(attempts::attempted_date.le(since))).execute(db)?;
    let of_name = attempts::table.filter(attempts::username.eq(username));
    let by_name: i64 = of_name.count().get_result(db)?;
    let by_pair: i64 = of_name.filter(attempts::remote_address.eq(remote_address)).count().get_result(db)?;
    let by_address: i64 = attempts::table.filter(attempts::remote_address.eq(remote_address)).count().get_result(db)?;
    if by_pair >= PAIR_LIMIT || by_name >= NAME_LIMIT || by_address >= ADDRESS_LIMIT {
        return Err(Error::TooManyAttempts);
    }
    let values = (
        attempts::username.eq(username),
        attempts::remote_address.eq(remote_address),
        attempts::attempted_date.eq(now),
    );
    diesel::insert_into(attempts::table).values(values).execute(db)?;
    find_by_name(db, username)
}

/// Forgets the attempts under a name: its person has signed in, or has a new password.
pub fn forget(db: &mut Db, username: &str) -> Result<()> {
    let of_name = sign_in_attempts::table.filter(sign_in_attempts::username.eq(username));
    diesel::delete(of_name).execute(db)?;
    Ok(())
}
