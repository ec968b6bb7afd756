//! Where a record went that a form was begun on: archived, or merged into another.

use diesel::prelude::*;

use super::RecordRef;
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::error::{Error, Result};

diesel::table! {
    #[sql_name = "merges"]
    merged_records (merge_id) {
        merge_id -> BigInt,
        record_kind -> Text,
        merged_id -> BigInt,
        survivor_name -> Text,
        undone_date -> Nullable<Timestamp>,
    }
}

/// The sentence that refuses a save to a record, as it was read, that is out of the lists; nothing for one in them.
pub fn gone(db: &mut Db, record: RecordRef, name: &str, is_archived: bool) -> Result<Option<String>> {
    if !is_archived {
        return Ok(None);
    }
    Ok(Some(match survivor(db, record)? {
        Some(survivor) => format!("{name} was merged into {survivor}. Open {survivor} and save it there."),
        None => format!("{name} is archived. Bring it back on its page, then save again."),
    }))
}

/// Refuses to bring back a record that was merged: what it held is the survivor's (product.md §5).
pub fn refuse_merged(db: &mut Db, record: RecordRef, name: &str) -> Result<()> {
    match survivor(db, record)? {
        Some(survivor) => Err(Error::Refused(format!("{name} was merged into {survivor}. Undo the merge instead."))),
        None => Ok(()),
    }
}

/// The name of the record that another was merged into, if it was.
pub fn survivor(db: &mut Db, record: RecordRef) -> Result<Option<String>> {
    let survivor = merged_records::table
        .filter(merged_records::record_kind.eq(record.kind.as_str()))
        .filter(merged_records::merged_id.eq(record.id))
        .filter(merged_records::undone_date.is_null())
        .select(merged_records::survivor_name)
        .first(db)
        .optional()?;
    Ok(survivor)
}
