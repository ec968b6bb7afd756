//! Which columns of the client list each person has chosen.

use diesel::prelude::*;

use crate::access::Viewer;
use crate::db::{Db, on_either};
use crate::error::{Error, Result};

diesel::table! {
    chosen_columns (user_id) {
        user_id -> BigInt,
        column_names -> Text,
    }
}

/// What a person has chosen, if anything.
pub fn find(db: &mut Db, viewer: &Viewer) -> Result<Option<String>> {
    let id = viewer.user_id.map_or(0, |id| id.0);
    Ok(on_either!(db, |db| chosen_columns::table.find(id).select(chosen_columns::column_names).first(db)).optional()?)
}

/// Keeps what a person chooses in the place of what they chose before.
pub fn replace(db: &mut Db, viewer: &Viewer, chosen: Option<String>) -> Result<()> {
    let id = viewer.user_id.ok_or(Error::Forbidden)?.0;
    diesel::delete(chosen_columns::table.find(id)).execute(db)?;
    if let Some(names) = chosen {
        let row = (chosen_columns::user_id.eq(id), chosen_columns::column_names.eq(names));
        diesel::insert_into(chosen_columns::table).values(row).execute(db)?;
    }
    Ok(())
}
