//! Queries on technologies beside their vendor.

use diesel::prelude::*;

use crate::db::Db;
use crate::db::schema::products;
use crate::error::Result;
use crate::records::{ReferenceColumn, reference_column};

/// How many technologies a vendor has, and the first of their names.
pub fn of_vendor(db: &mut Db, vendor: i64) -> Result<(i64, Vec<String>)> {
    let all = technologies_of(db, vendor)?;
    let names = all.iter().take(5).map(|(_, name)| name.clone()).collect();
    Ok((i64::try_from(all.len()).unwrap_or(i64::MAX), names))
}

/// The vendor of a technology.
pub const OF_VENDOR: ReferenceColumn =
    reference_column!("Technologies", products.vendor_id by product_id, versioned version);

/// The technologies of a vendor by name.
pub fn technologies_of(db: &mut Db, vendor: i64) -> Result<Vec<(i64, String)>> {
    let query = products::table.filter(products::vendor_id.eq(vendor)).order(products::name_key);
    Ok(query.select((products::product_id, products::product_name)).load(db)?)
}
