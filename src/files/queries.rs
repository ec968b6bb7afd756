//! All queries on files. One comes back only for a viewer who may see it.

use std::collections::BTreeSet;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::{FileRow, Home, Kept, Visibility};
use crate::access::{AdminPass, Viewer, Visit};
use crate::audit;
use crate::db::Db;
use crate::db::expressions::{among, among_texts, few, unlisted};
use crate::db::schema::files;
use crate::db::statements::{WrittenOnce, update_kept};
use crate::error::{Error, Result};
use crate::ids::{ContactId, FileId, UserId, by_chance};
use crate::index::{self, Readers};
use crate::records::{self, ReferenceColumn, reference_column};

type Files = files::BoxedQuery<'static, <Db as Connection>::Backend>;

/// The files that this person may see, wherever they are kept.
fn visible(viewer: &Viewer) -> Files {
    files::table.filter(few(files::visibility, Visibility::seen_by(viewer))).into_boxed()
}

/// The visible files that are kept with a record; those of a client are those of its contacts too.
fn kept_with(viewer: &Viewer, home: Home) -> Files {
    let all = visible(viewer);
    match home {
        Home::Client(id) => all.filter(files::client_id.eq(id.0)),
        Home::Contact(id, _) => all.filter(files::contact_id.eq(id.0)),
        Home::Project(id) => all.filter(files::project_id.eq(id)),
        Home::Meeting(id) => all.filter(files::meeting_id.eq(id.0)),
    }
}

/// A file and the full name of whoever added it.
pub type Listed = (FileRow, Option<String>);

/// A page of the files that are kept with a record, the latest first, and how many there are.
pub fn list(db: &mut Db, viewer: &Viewer, home: Home, (offset, limit): (i64, i64)) -> Result<(Vec<Listed>, i64)> {
    let author = unlisted::<Nullable<Text>>("(SELECT full_name FROM users WHERE users.user_id = files.created_by)");
    let all = unlisted::<BigInt>("count(*) OVER ()");
    let query = kept_with(viewer, home).order((files::created_date.desc(), files::file_id)).offset(offset).limit(limit);
    let rows: Vec<(FileRow, Option<String>, i64)> =
        query.select((FileRow::as_select(), author, all)).once().load(db)?;
    let total = rows.first().map_or(0, |(.., all)| *all);
    Ok((rows.into_iter().map(|(row, author, _)| (row, author)).collect(), total))
}

/// One file; hidden and missing are the same.
pub fn find(db: &mut Db, viewer: &Viewer, id: FileId) -> Result<Option<FileRow>> {
    Ok(visible(viewer).filter(files::file_id.eq(id)).select(FileRow::as_select()).first(db).optional()?)
}

/// Files by id, as far as this person may see them, the latest first.
pub fn by_ids(db: &mut Db, viewer: &Viewer, ids: &[i64]) -> Result<Vec<FileRow>> {
    let query = visible(viewer).filter(among(files::file_id, ids.iter().copied()));
    Ok(query.order((files::created_date.desc(), files::file_id)).select(FileRow::as_select()).load(db)?)
}

/// What narrows the files that are listed, wherever they are kept.
#[derive(Clone, Copy, Debug, Default)]
pub struct FileFilter {
    pub client: Option<i64>,
    pub contact: Option<i64>,
    pub project: Option<i64>,
    pub meeting: Option<i64>,
}

/// The files that fit, after one of them, the latest first.
pub fn after(
    db: &mut Db,
    viewer: &Viewer,
    filter: FileFilter,
    last: Option<(NaiveDateTime, FileId)>,
    limit: i64,
) -> Result<Vec<FileRow>> {
    let mut query = visible(viewer);
    if let Some(id) = filter.client {
        query = query.filter(files::client_id.eq(id));
    }
    if let Some(id) = filter.contact {
        query = query.filter(files::contact_id.eq(id));
    }
    if let Some(id) = filter.project {
        query = query.filter(files::project_id.eq(id));
    }
    if let Some(id) = filter.meeting {
        query = query.filter(files::meeting_id.eq(id));
    }
    if let Some((at, id)) = last {
        let is_later = files::created_date.lt(at).or(files::created_date.eq(at).and(files::file_id.gt(id)));
        query = query.filter(is_later);
    }
    let query = query.order((files::created_date.desc(), files::file_id)).limit(limit);
    Ok(query.select(FileRow::as_select()).load(db)?)
}

/// One file, kept with its record from other writers for the rest of the transaction.
pub fn find_held(db: &mut Db, viewer: &Viewer, id: FileId) -> Result<Option<FileRow>> {
    let mut found = find(db, viewer, id)?;
    while let Some(before) = found {
        let record = before.home().and_then(Home::record);
        if let Some(record) = record {
            records::queries::hold(db, record)?;
        }
        found = find(db, viewer, id)?;
        // A merge may have moved it while its record was waited for.
        if found.as_ref().is_some_and(|row| row.home().and_then(Home::record) == record) {
            return Ok(found);
        }
    }
    Ok(None)
}

/// Those of some contents that a file has.
pub fn named<'s>(db: &mut Db, _pass: AdminPass, hashes: impl Iterator<Item = &'s str>) -> Result<BTreeSet<String>> {
    let query = files::table.filter(among_texts(files::sha256, hashes)).select(files::sha256);
    Ok(query.load::<String>(db)?.into_iter().collect())
}

/// The contents of all files, each once, with their sizes.
pub fn contents(db: &mut Db, _pass: AdminPass) -> Result<Vec<(String, i64)>> {
    Ok(files::table.select((files::sha256, files::size_bytes)).distinct().order(files::sha256).load(db)?)
}

/// Adds a file whose content is kept.
pub fn insert(db: &mut Db, visit: &Visit, home: Home, kept: &Kept, visibility: Visibility) -> Result<FileId> {
    let mut row = FileRow {
        file_id: FileId(by_chance()),
        client_id: None,
        contact_id: None,
        project_id: None,
        meeting_id: None,
        file_name: kept.file_name.clone(),
        media_type: kept.media_type.to_owned(),
        size_bytes: kept.size_bytes,
        sha256: kept.sha256.clone(),
        visibility,
        version: 1,
        created_by: visit.viewer.user_id.map(|UserId(id)| id),
        created_date: visit.now,
    };
    match home {
        Home::Client(id) => row.client_id = Some(id),
        Home::Contact(contact, client) => (row.contact_id, row.client_id) = (Some(contact), Some(client)),
        Home::Project(id) => row.project_id = Some(id),
        Home::Meeting(id) => row.meeting_id = Some(id),
    }
    put_back(db, visit, &row)?;
    Ok(row.file_id)
}

/// Adds a file as it was.
pub fn put_back(db: &mut Db, visit: &Visit, row: &FileRow) -> Result<()> {
    diesel::insert_into(files::table).values(row).execute(db)?;
    audit::created(db, visit, "files", row.file_id.0, row)?;
    index::add_file(db, row.file_id.0, readers(row.visibility), &row.file_name)
}

/// Changes what a file that is held is called and who may see it.
pub fn update(db: &mut Db, visit: &Visit, before: &FileRow, (name, visibility): (&str, Visibility)) -> Result<()> {
    let row = FileRow { file_name: name.to_owned(), visibility, ..before.clone() };
    if row == *before {
        return Ok(());
    }
    let target = files::table.filter(files::file_id.eq(before.file_id)).filter(files::version.eq(before.version));
    let values = (
        files::file_name.eq(name),
        files::visibility.eq(visibility),
        files::version.eq(before.version + 1),
        files::modified_date.eq(Some(visit.now)),
    );
    if update_kept(db, diesel::update(target).set(values).returning(files::file_id))? == 0 {
        return Err(Error::conflict());
    }
    audit::updated(db, visit, "files", before.file_id.0, before, &row)?;
    index::remove_file(db, before.file_id.0)?;
    index::add_file(db, before.file_id.0, readers(visibility), name)
}

/// Removes a file that is held; its content stays for a while.
pub fn remove(db: &mut Db, visit: &Visit, row: &FileRow) -> Result<()> {
    diesel::delete(files::table.filter(files::file_id.eq(row.file_id))).execute(db)?;
    audit::deleted(db, visit, "files", row.file_id.0, row)?;
    index::remove_file(db, row.file_id.0)
}

/// All files with a contact, whoever may see them: they follow it.
fn with_contact(db: &mut Db, contact: ContactId) -> Result<Vec<FileRow>> {
    let query = files::table.filter(files::contact_id.eq(contact.0)).order(files::file_id);
    Ok(query.select(FileRow::as_select()).load(db)?)
}

/// Makes the files with a contact, which is held, confidential as it is.
pub fn make_confidential(db: &mut Db, visit: &Visit, contact: ContactId) -> Result<()> {
    for row in with_contact(db, contact)? {
        update(db, visit, &row, (&row.file_name, Visibility::Confidential))?;
    }
    Ok(())
}

/// Leaves the files with a contact, which is held and goes, to its client.
pub fn leave_to_client(db: &mut Db, visit: &Visit, contact: ContactId) -> Result<()> {
    for row in with_contact(db, contact)? {
        let target = files::table.filter(files::file_id.eq(row.file_id));
        let values = (files::contact_id.eq(None::<i64>), files::version.eq(row.version + 1));
        update_kept(db, diesel::update(target).set(values).returning(files::file_id))?;
        audit::updated(db, visit, "files", row.file_id.0, &row, &FileRow { contact_id: None, ..row.clone() })?;
    }
    Ok(())
}

/// How many files are kept with a record, and the names of the first, before it is deleted.
pub fn dependency(db: &mut Db, _pass: AdminPass, home: Home, viewer: &Viewer) -> Result<(i64, Vec<String>)> {
    let (rows, total) = list(db, viewer, home, (0, 5))?;
    Ok((total, rows.into_iter().map(|(row, _)| row.file_name).collect()))
}

fn readers(visibility: Visibility) -> Readers {
    match visibility {
        Visibility::Open => Readers::Everyone,
        Visibility::Confidential => Readers::Confidential,
        Visibility::Team => Readers::Team,
    }
}

/// The client of a file.
pub const OF_CLIENT: ReferenceColumn =
    reference_column!("Files", files.client_id by file_id, versioned version).of_some();

/// The project of a file.
pub const OF_PROJECT: ReferenceColumn =
    reference_column!("Files", files.project_id by file_id, versioned version).of_some();
