//! The forms of names by which records are compared, computed anew for what a database holds already.

use diesel::prelude::*;

use super::Db;
use super::name_key::{name_core, name_initials};
use super::schema::*;
use crate::error::Result;

/// Computes core and initials of every name of a table.
macro_rules! refresh {
    ($db:ident, $($table:ident.$name:ident by $key:ident),* $(,)?) => {
        $(
            let names: Vec<(i32, String)> = $table::table.select(($table::$key, $table::$name)).load($db)?;
            for (id, name) in names {
                let forms = (
                    $table::name_core.eq(name_core(&name)),
                    $table::name_initials.eq(name_initials(&name)),
                );
                diesel::update($table::table.filter($table::$key.eq(id))).set(forms).execute($db)?;
            }
        )*
    };
}

/// Brings all names to the forms that this program computes.
pub fn refresh_names(db: &mut Db) -> Result<()> {
    refresh!(
        db,
        clients.client_name by client_id,
        owners_developers.company_name by owner_id,
        technology_vendors.vendor_name by vendor_id,
        products.product_name by product_id,
        projects.project_name by project_id,
        operators.company_name by operator_id,
        constructors.company_name by constructor_id,
        offtakers.company_name by offtaker_id,
        personnel.full_name by personnel_id,
    );
    Ok(())
}
