//! Documents kept with records: what they are called, with what they are kept; what they hold, `files` gives out.

use chrono::NaiveDateTime;
use serde_json::{Value, json};

use super::answer::{Rows, cut};
use super::asked::Asked;
use super::cursor::Cursor;
use super::logged::moment;
use crate::db::Db;
use crate::error::Result;
use crate::files::{FileFilter, FileRow, queries};
use crate::ids::FileId;
use crate::web::Page;

/// A page of the files, the latest first.
pub fn rows(db: &mut Db, page: &Page, asked: &Asked) -> Result<Rows> {
    const SORT: &str = "-created_date";
    let filter = FileFilter {
        client: asked.id("client_id"),
        contact: asked.id("contact_id"),
        project: asked.id("project_id"),
        meeting: asked.id("meeting_id").filter(|_| page.viewer().team().is_some()),
    };
    let last = asked.cursor_of(SORT)?;
    let last = last.and_then(|cursor| Some((cursor.key::<NaiveDateTime>(0)?, FileId(cursor.id))));
    let found = queries::after(db, page.viewer(), filter, last, asked.limit + 1)?;
    let place = |file: &FileRow| Cursor::after(SORT, json!([file.created_date]), file.file_id.0);
    let (found, next) = cut(found, asked.limit, place);
    Ok(Rows { items: found.iter().map(shown).collect(), next })
}

/// Some files.
pub fn each(db: &mut Db, page: &Page, ids: &[i64]) -> Result<Vec<Value>> {
    Ok(queries::by_ids(db, page.viewer(), ids)?.iter().map(shown).collect())
}

fn shown(file: &FileRow) -> Value {
    let mut keys = json!(file);
    keys["file_id"] = json!(file.file_id);
    keys["version"] = json!(file.version);
    keys["created_date"] = moment(file.created_date);
    keys
}
