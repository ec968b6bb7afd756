//! Attempts to sign in, counted before they are made: whoever guesses has to wait (ASVS 5.0 6.3.1).

use std::net::IpAddr;

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::queries::find_by_name;
use super::{Account, SignInName, network};
use crate::access::Visit;
use crate::audit;
use crate::db::{Db, Lock, hold_lock};
use crate::error::{Error, Result};
use crate::ids::UserId;

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
/// the address has failed too often lately (ASVS 5.0 6.3.1).
pub fn begin(db: &mut Db, name: &SignInName, remote_address: &str, now: NaiveDateTime) -> Result<Option<Account>> {
    use sign_in_attempts as attempts;
    hold_lock(db, Lock::Attempt)?;
    let since = now - TimeDelta::minutes(WAIT_MINUTES);
    diesel::delete(attempts::table.filter(attempts::attempted_date.le(since))).execute(db)?;
    let network = network_of(remote_address);
    let of_name = attempts::table.filter(attempts::username.eq(name.as_str()));
    let by_name: i64 = of_name.count().get_result(db)?;
    let by_pair: i64 = of_name.filter(attempts::remote_address.eq(&network)).count().get_result(db)?;
    let by_address = attempts::table.filter(attempts::remote_address.eq(&network));
    let by_address: i64 = by_address.count().get_result(db)?;
    if by_pair >= PAIR_LIMIT || by_name >= NAME_LIMIT || by_address >= ADDRESS_LIMIT {
        // What was typed as a name may be a password: the log holds names of accounts only.
        let user = find_by_name(db, name)?.map(|account| account.username);
        tracing::warn!(user, from = remote_address, "refused, too many attempts");
        return Err(Error::TooManyAttempts);
    }
    let values =
        (attempts::username.eq(name.as_str()), attempts::remote_address.eq(&network), attempts::attempted_date.eq(now));
    diesel::insert_into(attempts::table).values(values).execute(db)?;
    find_by_name(db, name)
}

/// Notes in the audit log that a counted attempt failed, under the name that was tried (ASVS 5.0 16.3.1). One that was
/// not counted makes no row, so that nobody can flood the audit log.
pub fn refused(db: &mut Db, visit: &Visit, action: audit::Action, account: Option<UserId>) -> Result<()> {
    audit::noted(db, visit, action, "users", account.map_or(0, |id| id.0))
}

/// Forgets the attempts under a name at one address: its person has proved there who they are. What others tried
/// elsewhere still counts.
pub fn forgive(db: &mut Db, name: &SignInName, remote_address: &str) -> Result<()> {
    let of_name = sign_in_attempts::table.filter(sign_in_attempts::username.eq(name.as_str()));
    diesel::delete(of_name.filter(sign_in_attempts::remote_address.eq(network_of(remote_address)))).execute(db)?;
    Ok(())
}

/// Forgets all attempts under a name: it has a new password.
pub fn forget(db: &mut Db, name: &SignInName) -> Result<()> {
    let of_name = sign_in_attempts::table.filter(sign_in_attempts::username.eq(name.as_str()));
    diesel::delete(of_name).execute(db)?;
    Ok(())
}

/// What an address is counted under; an IPv6 network is written with its length.
pub fn network_of(address: &str) -> String {
    match address.parse().map(network) {
        Ok(IpAddr::V6(network)) => format!("{network}/64"),
        Ok(IpAddr::V4(address)) => address.to_string(),
        Err(_) => address.to_owned(),
    }
}
