//! How many contacts each month had, from counters that triggers keep.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::access::Viewer;
use crate::db::Db;
use crate::error::Result;

diesel::table! {
    contact_months (month, is_confidential, shard) {
        month -> Date,
        is_confidential -> Bool,
        shard -> BigInt,
        contacts -> BigInt,
    }
}

/// The contacts of each month since one, by its first day, as far as this person may see them.
pub fn per_month(db: &mut Db, viewer: &Viewer, since: NaiveDate) -> Result<BTreeMap<NaiveDate, i64>> {
    let kept = contact_months::table.filter(contact_months::month.ge(since)).into_boxed();
    let kept = match viewer.confidential() {
        Some(_) => kept,
        None => kept.filter(contact_months::is_confidential.eq(false)),
    };
    let rows: Vec<(NaiveDate, i64)> = kept.select((contact_months::month, contact_months::contacts)).load(db)?;
    let mut months = BTreeMap::new();
    for (month, contacts) in rows {
        *months.entry(month).or_default() += contacts;
    }
    Ok(months)
}
