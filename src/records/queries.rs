//! All queries on the records around the clients. Their columns are open; project figures stand in `figures`.

use std::collections::HashMap;

use diesel::prelude::*;
use serde_json::{Map, Value};

use super::store::*;
use super::{Kind, ListFilter, Record};
use crate::access::{AdminPass, Visit};
use crate::db::schema::{personnel as people, products};
use crate::db::{Db, Pointer, pointer};
use crate::error::Result;

/// The records of a kind that fit, in the order of their names.
pub fn list(db: &mut Db, kind: Kind, filter: &ListFilter) -> Result<Vec<Record>> {
    on_table!(kind, list(db, filter))
}

/// How many records of a kind fit.
pub fn count(db: &mut Db, kind: Kind, filter: &ListFilter) -> Result<i64> {
    on_table!(kind, count(db, filter))
}

/// The values that are in use in a column by which the list of a kind can be narrowed.
pub fn in_use(db: &mut Db, kind: Kind, column: &str) -> Result<Vec<String>> {
    on_table!(kind, in_use(db, column))
}

/// One record, kept from other writers for the rest of the transaction.
pub fn find_held(db: &mut Db, kind: Kind, id: i64) -> Result<Option<Record>> {
    on_table!(kind, hold(db, id))?;
    find(db, kind, id)
}

/// One record.
pub fn find(db: &mut Db, kind: Kind, id: i64) -> Result<Option<Record>> {
    on_table!(kind, find(db, id))
}

/// The names of records, by id.
pub fn names(db: &mut Db, kind: Kind, ids: &[i64]) -> Result<HashMap<i64, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(on_table!(kind, names(db, ids))?.into_iter().collect())
}

/// Those of the records that are archived.
pub fn archived_among(db: &mut Db, kind: Kind, ids: &[i64]) -> Result<Vec<i64>> {
    on_table!(kind, archived_among(db, ids))
}

/// Those of the people who left.
pub fn inactive_among(db: &mut Db, ids: &[i64]) -> Result<Vec<i64>> {
    let query = people::table.filter(people::personnel_id.eq_any(ids)).filter(people::is_active.eq(false));
    Ok(query.select(people::personnel_id).load(db)?)
}

/// The records of exactly that name, case and accents aside, and whether each is archived.
pub fn named(db: &mut Db, kind: Kind, name: &str) -> Result<Vec<(i64, bool)>> {
    on_table!(kind, named(db, name))
}

/// Records other than the own whose name may mean the same, an acronym or what it stands for included.
pub fn near(db: &mut Db, kind: Kind, name: &str, own: Option<i64>) -> Result<Vec<(i64, String)>> {
    on_table!(kind, near(db, name, own))
}

/// The record that an import knows under that slug.
pub fn by_slug(db: &mut Db, kind: Kind, slug: &str) -> Result<Option<i64>> {
    on_table!(kind, by_slug(db, slug))
}

/// Notes under which slug an import knows a record.
pub fn set_slug(db: &mut Db, visit: &Visit, kind: Kind, id: i64, slug: &str) -> Result<()> {
    on_table!(kind, set_slug(db, visit, id, slug))
}

/// Adds a record.
pub fn insert(db: &mut Db, visit: &Visit, kind: Kind, values: Map<String, Value>) -> Result<i64> {
    on_table!(kind, insert(db, visit, values))
}

/// Changes a record that is held as it was read.
pub fn update(db: &mut Db, visit: &Visit, kind: Kind, before: &Record, values: Map<String, Value>) -> Result<()> {
    on_table!(kind, update(db, visit, before, values))
}

/// How many technologies a vendor has, and the first of their names.
pub fn of_vendor(db: &mut Db, vendor: i64) -> Result<(i64, Vec<String>)> {
    let all = technologies_of(db, vendor)?;
    let names = all.iter().take(5).map(|(_, name)| name.clone()).collect();
    Ok((i64::try_from(all.len()).unwrap_or(i64::MAX), names))
}

/// The vendor of a technology.
pub const OF_VENDOR: Pointer = pointer!("Technologies", products.vendor_id by product_id, versioned version);

/// The technologies of a vendor by name.
pub fn technologies_of(db: &mut Db, vendor: i64) -> Result<Vec<(i64, String)>> {
    let query = products::table.filter(products::vendor_id.eq(vendor)).order(products::name_key);
    Ok(query.select((products::product_id, products::product_name)).load(db)?)
}

/// Removes a record on which nothing depends any more; the database refuses any other.
pub fn delete(db: &mut Db, visit: &Visit, _pass: AdminPass, kind: Kind, record: &Record) -> Result<()> {
    on_table!(kind, delete(db, visit, record))
}

/// Archives a record, or brings it back.
pub fn set_archived(db: &mut Db, visit: &Visit, kind: Kind, before: &Record, archived: bool) -> Result<()> {
    on_table!(kind, set_archived(db, visit, before, archived))
}
