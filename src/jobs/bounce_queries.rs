//! Addresses to which mail could not be brought: none is sent there until someone says that it may be.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::db::Db;
use crate::error::Result;

diesel::table! {
    mail_bounces (email) {
        email -> Text,
        reason -> Text,
        bounced_date -> Timestamp,
    }
}

/// Mail that came back.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = mail_bounces)]
pub struct Bounce {
    /// The address, in lower case.
    pub email: String,
    /// What the server of the address said.
    pub reason: String,
    /// When, in UTC.
    pub bounced_date: NaiveDateTime,
}

/// Whether mail to an address came back.
pub fn find(db: &mut Db, email: &str) -> Result<Option<Bounce>> {
    let query = mail_bounces::table.filter(mail_bounces::email.eq(email.to_lowercase()));
    Ok(query.select(Bounce::as_select()).first(db).optional()?)
}

/// All addresses to which mail came back.
pub fn list(db: &mut Db) -> Result<Vec<Bounce>> {
    Ok(mail_bounces::table.order(mail_bounces::email).select(Bounce::as_select()).load(db)?)
}

/// Notes that mail to an address came back.
pub fn set(db: &mut Db, email: &str, reason: &str, now: NaiveDateTime) -> Result<()> {
    clear(db, email)?;
    let row = (
        mail_bounces::email.eq(email.to_lowercase()),
        mail_bounces::reason.eq(reason),
        mail_bounces::bounced_date.eq(now),
    );
    diesel::insert_into(mail_bounces::table).values(row).execute(db)?;
    Ok(())
}

/// Has mail be sent to an address again.
pub fn clear(db: &mut Db, email: &str) -> Result<()> {
    let target = mail_bounces::table.filter(mail_bounces::email.eq(email.to_lowercase()));
    diesel::delete(target).execute(db)?;
    Ok(())
}
