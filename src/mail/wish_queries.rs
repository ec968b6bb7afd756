//! All queries on what people want to be told, and on the links by which they say no.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::model::{LinkToken, Rate, Topic, Wishes};
use crate::db::Db;
use crate::error::Result;
use crate::ids::UserId;
use crate::sessions::users;

diesel::table! {
    mail_wishes (user_id) {
        user_id -> BigInt,
        digest -> Text,
        wants_assignments -> Bool,
        wants_invitations -> Bool,
    }
}

diesel::table! {
    mail_links (token_hash) {
        token_hash -> Text,
        user_id -> BigInt,
        kind -> Text,
        created_date -> Timestamp,
    }
}

diesel::joinable!(mail_wishes -> users (user_id));
diesel::allow_tables_to_appear_in_same_query!(mail_wishes, users);

/// For so long the link of a mail works.
const LINKS_KEPT: TimeDelta = TimeDelta::days(180);

/// What a person wants.
pub fn find(db: &mut Db, user: UserId) -> Result<Wishes> {
    let query = mail_wishes::table.filter(mail_wishes::user_id.eq(user.0)).select(Wishes::as_select());
    Ok(query.first(db).optional()?.unwrap_or_default())
}

/// Notes what a person wants.
pub fn set(db: &mut Db, user: UserId, wishes: &Wishes) -> Result<()> {
    diesel::delete(mail_wishes::table.filter(mail_wishes::user_id.eq(user.0))).execute(db)?;
    diesel::insert_into(mail_wishes::table).values((mail_wishes::user_id.eq(user.0), wishes)).execute(db)?;
    Ok(())
}

/// The accounts of people that are in use, with how often each wants a digest.
pub fn rates(db: &mut Db) -> Result<Vec<(UserId, Rate)>> {
    let people = users::table
        .left_join(mail_wishes::table)
        .filter(users::is_active.eq(true))
        .filter(users::is_service.eq(false))
        .filter(users::personnel_id.is_not_null());
    let columns = (users::user_id, mail_wishes::digest.nullable());
    let rows: Vec<(UserId, Option<Rate>)> = people.order(users::user_id).select(columns).load(db)?;
    let usual = Wishes::default().digest;
    Ok(rows.into_iter().map(|(user, rate)| (user, rate.unwrap_or(usual))).collect())
}

/// Makes the link of one mail.
pub fn make_link(db: &mut Db, user: UserId, topic: Topic, now: NaiveDateTime) -> Result<LinkToken> {
    diesel::delete(mail_links::table.filter(mail_links::created_date.lt(now - LINKS_KEPT))).execute(db)?;
    let token = LinkToken::generate();
    let row = (
        mail_links::token_hash.eq(token.hash()),
        mail_links::user_id.eq(user.0),
        mail_links::kind.eq(topic),
        mail_links::created_date.eq(now),
    );
    diesel::insert_into(mail_links::table).values(row).execute(db)?;
    Ok(token)
}

/// Whose link it is, and about what.
pub fn link(db: &mut Db, token: &LinkToken, now: NaiveDateTime) -> Result<Option<(UserId, Topic)>> {
    let query = mail_links::table
        .filter(mail_links::token_hash.eq(token.hash()))
        .filter(mail_links::created_date.ge(now - LINKS_KEPT));
    Ok(query.select((mail_links::user_id, mail_links::kind)).first(db).optional()?)
}
