//! Projects as records that files are kept with.

use crate::db::Db;
use crate::error::{Error, Result};
use crate::files::{Home, Place};
use crate::records::{Record, RecordKind, RecordRef, queries, whereabouts};
use crate::web::Page;

/// The project of that id.
pub fn place(db: &mut Db, _page: &Page, id: i64, is_held: bool) -> Result<Place> {
    let kind = RecordKind::Project;
    let project = if is_held { queries::find_held(db, kind, id)? } else { queries::find(db, kind, id)? };
    place_of(db, &project.ok_or(Error::NotFound)?)
}

/// A project that was read.
pub fn place_of(db: &mut Db, project: &Record) -> Result<Place> {
    let record = RecordRef { kind: RecordKind::Project, id: project.id };
    let gone = whereabouts::gone(db, record, &project.name, project.is_archived)?;
    Ok(Place { home: Home::Project(project.id), name: project.name.clone(), is_confidential: false, gone })
}
