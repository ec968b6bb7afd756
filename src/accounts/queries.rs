//! All queries on accounts and failed attempts.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::{Account, AccountDraft, AccountRow};
use crate::access::{AdminPass, Visit};
use crate::audit;
use crate::db::ids::{PersonnelId, UserId};
use crate::db::{Db, Pointer, Lock, hold_lock, pointer};
use crate::error::{Error, Result};
use crate::people;

diesel::table! {
    users (user_id) {
        user_id -> BigInt,
        username -> Text,
        email -> Text,
        full_name -> Text,
        password_hash -> Text,
        personnel_id -> Nullable<BigInt>,
        has_confidential_access -> Bool,
        is_ned_team -> Bool,
        is_admin -> Bool,
        is_read_only -> Bool,
        is_active -> Bool,
        version -> BigInt,
        created_date -> Timestamp,
        modified_date -> Nullable<Timestamp>,
        last_login -> Nullable<Timestamp>,
    }
}

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

/// All accounts by name.
pub fn list(db: &mut Db, _pass: AdminPass) -> Result<Vec<AccountRow>> {
    Ok(users::table.order(users::username).select(AccountRow::as_select()).load(db)?)
}

/// One account as its form shows it.
pub fn find(db: &mut Db, _pass: AdminPass, id: UserId) -> Result<Option<AccountRow>> {
    Ok(users::table.find(id).select(AccountRow::as_select()).first(db).optional()?)
}

/// The account of that name, for signing in.
pub fn find_by_name(db: &mut Db, username: &str) -> Result<Option<Account>> {
    let username = username.trim().to_lowercase();
    Ok(users::table.filter(users::username.eq(username)).select(Account::as_select()).first(db).optional()?)
}

/// The account of that id, for checking its own password.
pub fn find_by_id(db: &mut Db, id: UserId) -> Result<Option<Account>> {
    Ok(users::table.find(id).select(Account::as_select()).first(db).optional()?)
}

/// Whether there is any account at all.
pub fn is_empty(db: &mut Db) -> Result<bool> {
    Ok(users::table.select(users::user_id).first::<i64>(db).optional()?.is_none())
}

/// Makes an account, and makes or ties the internal person of its full name.
pub fn insert(db: &mut Db, visit: &Visit, draft: &AccountDraft, password_hash: &str) -> Result<UserId> {
    let taken = users::personnel_id.nullable();
    let tied: Vec<Option<i64>> = users::table.filter(users::personnel_id.is_not_null()).select(taken).load(db)?;
    let person = people::queries::internal_person(db, visit, &draft.full_name, &draft.email, &tied)?;
    let values = (
        draft,
        users::password_hash.eq(password_hash),
        users::personnel_id.eq(person.map(|person| person.0)),
        users::created_date.eq(visit.now),
    );
    let id: UserId = diesel::insert_into(users::table).values(values).returning(users::user_id).get_result(db)?;
    audit::created(db, visit, "users", id.0, draft)?;
    Ok(id)
}

/// Waits for the turn to change accounts, and gives one as it is then.
pub fn find_held(db: &mut Db, pass: AdminPass, id: UserId) -> Result<Option<AccountRow>> {
    hold_lock(db, Lock::Accounts)?;
    find(db, pass, id)
}

/// Changes an account that is held. Sessions of an account that may no longer sign in end at once; the last
/// administrator who can act stays (product.md §2).
pub fn update(db: &mut Db, visit: &Visit, row: &AccountRow, draft: &AccountDraft) -> Result<()> {
    let can_act = |account: &AccountDraft| account.is_admin && account.is_active && !account.is_read_only;
    if can_act(&row.draft) && !can_act(draft) && count_admins(db)? < 2 {
        return Err(Error::Refused("This is the last administrator. Make someone else an administrator first.".into()));
    }
    let target = users::table.filter(users::user_id.eq(row.user_id)).filter(users::version.eq(row.version));
    let modified = users::modified_date.eq(Some(visit.now));
    if diesel::update(target).set((draft, users::version.eq(row.version + 1), modified)).execute(db)? == 0 {
        return Err(Error::overtaken());
    }
    if !draft.is_active {
        super::sessions::end_all(db, row.user_id)?;
    }
    audit::updated(db, visit, "users", row.user_id.0, &row.draft, draft)
}

fn count_admins(db: &mut Db) -> Result<i64> {
    let admins = users::table.filter(users::is_admin.eq(true)).filter(users::is_active.eq(true));
    Ok(admins.filter(users::is_read_only.eq(false)).count().get_result(db)?)
}

/// How many accounts are tied to a person, and their names, before the person is deleted.
pub fn tied_to(db: &mut Db, _pass: AdminPass, person: PersonnelId) -> Result<(i64, Vec<String>)> {
    let names: Vec<String> = users::table.filter(users::personnel_id.eq(person.0)).select(users::username).load(db)?;
    Ok((i64::try_from(names.len()).unwrap_or(i64::MAX), names))
}

/// The person of an account.
pub const OF_PERSON: Pointer = pointer!("Accounts", users.personnel_id by user_id, versioned version);

/// Sets a new password, ends every session of the account and forgets the attempts with the old one.
pub fn set_password(db: &mut Db, visit: &Visit, id: UserId, password_hash: &str) -> Result<()> {
    let target = users::table.filter(users::user_id.eq(id));
    diesel::update(target).set(users::password_hash.eq(password_hash)).execute(db)?;
    super::sessions::end_all(db, id)?;
    let name: Option<String> = target.select(users::username).first(db).optional()?;
    let attempts = sign_in_attempts::table.filter(sign_in_attempts::username.eq(name.unwrap_or_default()));
    diesel::delete(attempts).execute(db)?;
    audit::noted(db, visit, audit::Action::Password, "users", id.0)
}

/// Notes a successful sign-in; the attempts of that name no longer count.
pub fn signed_in(db: &mut Db, visit: &Visit, id: UserId) -> Result<()> {
    let attempts = sign_in_attempts::table.filter(sign_in_attempts::username.eq(&visit.viewer.username));
    diesel::delete(attempts).execute(db)?;
    let target = users::table.filter(users::user_id.eq(id));
    diesel::update(target).set(users::last_login.eq(Some(visit.now))).execute(db)?;
    audit::noted(db, visit, audit::Action::SignIn, "users", id.0)
}

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
