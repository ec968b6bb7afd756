//! All queries on the firm's own settings.

use diesel::prelude::*;

use super::Firm;
use crate::access::{AdminPass, Visit};
use crate::audit;
use crate::db::Db;
use crate::error::{Error, Result};

diesel::table! {
    firm (firm_id) {
        firm_id -> BigInt,
        organisation -> Nullable<Text>,
        time_zone -> Nullable<Text>,
        warning_after_days -> Nullable<BigInt>,
        urgent_after_days -> Nullable<BigInt>,
        session_hours -> Nullable<BigInt>,
        session_days -> Nullable<BigInt>,
        company_type -> Nullable<Text>,
        reactor_type -> Nullable<Text>,
        licensing_approach -> Nullable<Text>,
        design_status -> Nullable<Text>,
        sector -> Nullable<Text>,
        mails_restricted -> Bool,
        version -> BigInt,
        modified_date -> Nullable<Timestamp>,
    }
}

/// The one row that there is.
pub const ROW: i64 = 1;

/// The settings and their version.
pub fn find(db: &mut Db) -> Result<(Firm, i64)> {
    Ok(firm::table.find(ROW).select((Firm::as_select(), firm::version)).first(db)?)
}

/// The same, held until the transaction ends.
pub fn find_held(db: &mut Db, _pass: AdminPass) -> Result<(Firm, i64)> {
    if let Db::Postgres(connection) = db {
        firm::table.find(ROW).select(firm::version).for_no_key_update().first::<i64>(connection)?;
    }
    find(db)
}

/// Changes the settings, which are held.
pub fn update(db: &mut Db, visit: &Visit, _pass: AdminPass, before: &Firm, after: &Firm) -> Result<()> {
    if before == after {
        return Ok(());
    }
    let stamp = (firm::version.eq(firm::version + 1), firm::modified_date.eq(Some(visit.now)));
    if diesel::update(firm::table.find(ROW)).set((after, stamp)).execute(db)? == 0 {
        return Err(Error::conflict());
    }
    audit::updated(db, visit, "firm", ROW, before, after)
}
