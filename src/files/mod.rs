//! Documents kept with a record: with a client, with one of its contacts, with a project, with a meeting. A slice that
//! has such records tells who may see one ([`Place`]) and registers its routes by [`routes_of`]; the file itself says
//! the rest.

pub mod backing_up;
mod changing;
pub mod download;
mod kinds;
mod model;
mod names;
pub mod pages;
mod pictures;
pub mod queries;
mod receiving;
mod section;
pub mod store;

pub use model::{FileRow, Home, Kept, Place, Visibility};
pub use names::cleaned;
pub use queries::FileFilter;
pub use section::Section;

use crate::access::Audience;
use crate::db::Db;
use crate::error::Result;
use crate::web::{Page, Routes};

/// Finds the record that files are kept with, as far as the person may see it; held from other writers if asked.
pub type Finder = fn(&mut Db, &Page, i64, bool) -> Result<Place>;

/// The routes of files, wherever they are kept.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/files/{id}", Audience::SignedIn, download::show)
        .get("/files/{id}/edit", Audience::Writer, changing::edit)
        .post("/files/{id}/edit", Audience::Writer, changing::update)
        .post("/files/{id}/delete", Audience::Writer, changing::delete)
}

/// The routes under which the files of one kind of record are listed and added, e.g. `/clients/{id}/files`.
pub fn routes_of(routes: Routes, path: &str, readers: Audience, writers: Audience, find: Finder) -> Routes {
    routes.get(path, readers, move |reader, id, query| pages::list(reader, id, query, find)).post(
        path,
        writers,
        move |writer, reader, id, request| receiving::create(writer, reader, id, request, find),
    )
}
