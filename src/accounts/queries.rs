//! All queries on accounts as administrators see them; what sign-in needs of them stands in `sessions`.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;

use super::{AccountDraft, AccountRow, invitation_queries};
use crate::access::{AdminPass, TeamPass, Viewer, Visit};
use crate::audit;
use crate::db::{Db, Lock, hold_lock};
use crate::error::{Error, Result};
use crate::ids::{PersonnelId, UserId};
use crate::people;
use crate::records::{ReferenceColumn, reference_column};
use crate::sessions::{self, users};
use crate::tokens;

/// All accounts by name.
pub fn list(db: &mut Db, _pass: AdminPass) -> Result<Vec<AccountRow>> {
    Ok(users::table.order(users::username).select(AccountRow::as_select()).load(db)?)
}

/// The accounts of programs that are in use, by name.
pub fn services(db: &mut Db, _pass: AdminPass) -> Result<Vec<AccountRow>> {
    let services = users::table.filter(users::is_service.eq(true)).filter(users::is_active.eq(true));
    Ok(services.order(users::username).select(AccountRow::as_select()).load(db)?)
}

/// One's own account.
pub fn own(db: &mut Db, viewer: &Viewer) -> Result<AccountDraft> {
    let own = users::table.filter(users::username.eq(&viewer.username));
    Ok(own.select(AccountDraft::as_select()).first(db)?)
}

/// One account as its form shows it.
pub fn find(db: &mut Db, _pass: AdminPass, id: UserId) -> Result<Option<AccountRow>> {
    Ok(users::table.find(id).select(AccountRow::as_select()).first(db).optional()?)
}

/// Whether there is any account at all.
pub fn is_empty(db: &mut Db) -> Result<bool> {
    Ok(users::table.select(users::user_id).first::<i64>(db).optional()?.is_none())
}

/// Makes an account, and makes or ties the internal person of its full name.
pub fn insert(db: &mut Db, visit: &Visit, draft: &AccountDraft, password_hash: &str) -> Result<UserId> {
    let person = match people::queries::colleague_named(db, &draft.full_name)? {
        Some(person) => free(db, person)?,
        None => Some(people::queries::insert_colleague(db, visit, &draft.full_name, &draft.email)?),
    };
    insert_tied(db, visit, draft, password_hash, person)
}

/// Makes an account that ties the internal person of its full name if there is one, and makes none: what nobody gave as
/// the name of a person does not become a colleague.
pub fn insert_without_person(db: &mut Db, visit: &Visit, draft: &AccountDraft, password_hash: &str) -> Result<UserId> {
    let person = match people::queries::colleague_named(db, &draft.full_name)? {
        Some(person) => free(db, person)?,
        None => None,
    };
    insert_tied(db, visit, draft, password_hash, person)
}

/// Makes the account of a program: nobody signs in with it, and it is no person.
pub fn insert_service(db: &mut Db, visit: &Visit, draft: &AccountDraft) -> Result<UserId> {
    insert_tied(db, visit, draft, "", None)
}

/// The person, unless another account is tied to it: the second of two accounts of one name is tied to nobody.
fn free(db: &mut Db, person: PersonnelId) -> Result<Option<PersonnelId>> {
    let holder: Option<UserId> =
        users::table.filter(users::personnel_id.eq(person.0)).select(users::user_id).first(db).optional()?;
    Ok(holder.is_none().then_some(person))
}

fn insert_tied(
    db: &mut Db,
    visit: &Visit,
    draft: &AccountDraft,
    password_hash: &str,
    person: Option<PersonnelId>,
) -> Result<UserId> {
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

/// Notes when the person of an account that came from elsewhere signed in there last.
pub fn set_last_login(db: &mut Db, visit: &Visit, _pass: AdminPass, id: UserId, at: NaiveDateTime) -> Result<()> {
    let target = users::table.filter(users::user_id.eq(id));
    diesel::update(target).set(users::last_login.eq(Some(at))).execute(db)?;
    audit::updated(db, visit, "users", id.0, &json!({ "last_login": null }), &json!({ "last_login": at }))
}

/// Waits for the turn to change accounts, and gives one as it is then.
pub fn find_held(db: &mut Db, pass: AdminPass, id: UserId) -> Result<Option<AccountRow>> {
    hold_lock(db, Lock::Accounts)?;
    find(db, pass, id)
}

/// Changes an account that is held. Sessions and tokens of an account that has ended end at once; the last
/// administrator who can act stays (product.md §2).
pub fn update(db: &mut Db, visit: &Visit, row: &AccountRow, draft: &AccountDraft) -> Result<()> {
    let can_act =
        |account: &AccountDraft| account.is_admin && account.is_active && !account.is_read_only && !account.is_service;
    if can_act(&row.draft) && !can_act(draft) && count_admins(db)? < 2 {
        return Err(Error::Refused("This is the last administrator. Make someone else an administrator first.".into()));
    }
    let target = users::table.filter(users::user_id.eq(row.user_id)).filter(users::version.eq(row.version));
    let modified = users::modified_date.eq(Some(visit.now));
    if diesel::update(target).set((draft, users::version.eq(row.version + 1), modified)).execute(db)? == 0 {
        return Err(Error::conflict());
    }
    if !draft.is_active || draft.is_service {
        sessions::queries::end_all(db, row.user_id)?;
    }
    if !draft.is_active || draft.is_service || draft.email != row.draft.email {
        // A link went to whoever the account was of.
        invitation_queries::end(db, visit, row.user_id)?;
    }
    if !draft.is_active {
        // Whoever comes back begins with new ones.
        tokens::queries::revoke_all(db, visit, row.user_id)?;
    }
    audit::updated(db, visit, "users", row.user_id.0, &row.draft, draft)
}

fn count_admins(db: &mut Db) -> Result<i64> {
    let admins = users::table.filter(users::is_admin.eq(true)).filter(users::is_active.eq(true));
    let admins = admins.filter(users::is_service.eq(false));
    Ok(admins.filter(users::is_read_only.eq(false)).count().get_result(db)?)
}

/// How many accounts are tied to a person, and their names, before the person is deleted.
pub fn tied_to(db: &mut Db, _pass: AdminPass, person: PersonnelId) -> Result<(i64, Vec<String>)> {
    let names: Vec<String> = users::table.filter(users::personnel_id.eq(person.0)).select(users::username).load(db)?;
    Ok((i64::try_from(names.len()).unwrap_or(i64::MAX), names))
}

/// The person of an account.
pub const OF_PERSON: ReferenceColumn = reference_column!("Accounts", users.personnel_id by user_id, versioned version);

/// The people behind the active accounts of the NED Team.
pub fn team_members(db: &mut Db, _pass: TeamPass) -> Result<Vec<PersonnelId>> {
    let members = users::table.filter(users::is_active.eq(true)).filter(users::is_ned_team.eq(true));
    let people: Vec<Option<PersonnelId>> = members.order(users::full_name).select(users::personnel_id).load(db)?;
    Ok(people.into_iter().flatten().collect())
}
