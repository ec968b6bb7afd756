//! All queries on tokens: making and revoking them, and for whom one asks now.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;

use super::use_queries::{self, token_uses};
use super::{Token, TokenDraft, TokenRow};
use crate::access::{AdminPass, Viewer, Visit};
use crate::audit;
use crate::db::{Db, on_either};
use crate::error::Result;
use crate::firm::queries::{ROW, firm};
use crate::ids::{TokenId, UserId};
use crate::sessions::{Account, users};

diesel::table! {
    tokens (token_id) {
        token_id -> BigInt,
        user_id -> BigInt,
        token_name -> Text,
        token_hash -> Text,
        scope -> Text,
        reaches_confidential -> Bool,
        reaches_team -> Bool,
        reaches_admin -> Bool,
        created_date -> Timestamp,
        expires_date -> Timestamp,
        revoked_date -> Nullable<Timestamp>,
    }
}

diesel::joinable!(tokens -> users (user_id));
diesel::joinable!(token_uses -> tokens (token_id));
diesel::allow_tables_to_appear_in_same_query!(tokens, users);
diesel::allow_tables_to_appear_in_same_query!(tokens, firm);
diesel::allow_tables_to_appear_in_same_query!(tokens, token_uses);
diesel::allow_tables_to_appear_in_same_query!(users, token_uses);

/// What a token tells of whoever asks with it.
pub struct Found {
    /// Which one it is.
    pub token_id: TokenId,
    /// What it is called.
    pub name: String,
    /// Its owner, with what it reaches of the rights they have now.
    pub viewer: Viewer,
    /// Of which version the firm's settings are.
    pub firm: i64,
}

/// The owner of a token and what else each answer has to know, in one row; `None` when it is revoked or has ended, or
/// its owner's account has.
pub fn viewer(db: &mut Db, token: &Token, now: NaiveDateTime) -> Result<Option<Found>> {
    let hash = token.hash();
    let query = tokens::table
        .inner_join(users::table)
        .filter(tokens::token_hash.eq(&hash))
        .filter(tokens::expires_date.gt(now))
        .filter(tokens::revoked_date.is_null())
        .filter(users::is_active.eq(true));
    let version = firm::table.find(ROW).select(firm::version).single_value();
    let found: Option<(Account, TokenRow, Option<i64>)> =
        on_either!(db, |db| query.select((Account::as_select(), TokenRow::as_select(), version)).first(db))
            .optional()?;
    Ok(found.map(|(account, token, firm)| Found {
        token_id: token.token_id,
        viewer: account.into_viewer().within(token.draft.reach()),
        name: token.draft.token_name,
        firm: firm.unwrap_or_default(),
    }))
}

/// What stands behind a token.
pub enum Standing {
    /// It lets in.
    Valid(TokenId),
    /// It did once, or would if its owner's account were in use.
    Ended,
    /// It never was one.
    Never,
}

/// What stands behind a token now.
pub fn standing(db: &mut Db, token: &Token, now: NaiveDateTime) -> Result<Standing> {
    if let Some(found) = viewer(db, token, now)? {
        return Ok(Standing::Valid(found.token_id));
    }
    let query = tokens::table.filter(tokens::token_hash.eq(token.hash())).select(tokens::token_id);
    Ok(if query.first::<i64>(db).optional()?.is_some() { Standing::Ended } else { Standing::Never })
}

/// Makes a token; what is given back is seen once.
pub fn insert(db: &mut Db, visit: &Visit, draft: &TokenDraft) -> Result<Token> {
    let token = Token::generate();
    let values = (draft, tokens::token_hash.eq(token.hash()), tokens::created_date.eq(visit.now));
    let id: TokenId = diesel::insert_into(tokens::table).values(values).returning(tokens::token_id).get_result(db)?;
    use_queries::begin(db, id, visit.now)?;
    audit::created(db, visit, "tokens", id.0, draft)?;
    Ok(token)
}

/// A token with its owner's name, and when and from where it was used last.
pub type Listed = (TokenRow, String, Option<NaiveDateTime>, Option<String>);

/// One's own tokens, the latest first.
pub fn own(db: &mut Db, user: UserId) -> Result<Vec<Listed>> {
    listed(db, Some(user))
}

/// All tokens, the latest first.
pub fn list(db: &mut Db, _pass: AdminPass) -> Result<Vec<Listed>> {
    listed(db, None)
}

fn listed(db: &mut Db, user: Option<UserId>) -> Result<Vec<Listed>> {
    let columns = (TokenRow::as_select(), users::full_name, token_uses::last_used_date, token_uses::last_used_address);
    let query = token_uses::table.inner_join(tokens::table.inner_join(users::table)).select(columns);
    let query = query.order(tokens::token_id.desc()).into_boxed();
    let query = match user {
        Some(user) => query.filter(tokens::user_id.eq(user.0)),
        None => query,
    };
    Ok(query.load(db)?)
}

/// A token of an account.
pub fn find_own(db: &mut Db, user: UserId, id: TokenId) -> Result<Option<TokenRow>> {
    let query = tokens::table.find(id.0).filter(tokens::user_id.eq(user.0));
    Ok(query.select(TokenRow::as_select()).first(db).optional()?)
}

/// A token of anyone.
pub fn find(db: &mut Db, _pass: AdminPass, id: TokenId) -> Result<Option<TokenRow>> {
    Ok(tokens::table.find(id.0).select(TokenRow::as_select()).first(db).optional()?)
}

/// Revokes all tokens of an account that let someone in; how many those were.
pub fn revoke_all(db: &mut Db, visit: &Visit, user: UserId) -> Result<usize> {
    let valid = tokens::table
        .filter(tokens::user_id.eq(user.0))
        .filter(tokens::revoked_date.is_null())
        .filter(tokens::expires_date.gt(visit.now));
    let rows: Vec<TokenRow> = valid.order(tokens::token_id).select(TokenRow::as_select()).load(db)?;
    rows.iter().try_for_each(|row| revoke(db, visit, row))?;
    Ok(rows.len())
}

/// Revokes a token at once, unless it is already.
pub fn revoke(db: &mut Db, visit: &Visit, row: &TokenRow) -> Result<()> {
    let target = tokens::table.find(row.token_id.0).filter(tokens::revoked_date.is_null());
    if diesel::update(target).set(tokens::revoked_date.eq(Some(visit.now))).execute(db)? == 0 {
        return Ok(());
    }
    let (before, after) = (json!({ "revoked_date": null }), json!({ "revoked_date": visit.now }));
    audit::updated(db, visit, "tokens", row.token_id.0, &before, &after)
}
