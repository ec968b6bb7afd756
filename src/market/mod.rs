//! The market around the clients (owners, vendors, technologies, projects, operators, constructors, offtakers) and the
//! people: one way of listing and editing for all; what differs is data in `records`.

mod cells;
pub mod documents;
mod draft;
pub mod figures;
pub mod form;
pub mod list;
pub mod queries;
mod sites;
mod suggestions;

pub use cells::{Cell, cells, facts};
pub use form::taken;

use crate::access::Audience;
use crate::export::as_files;
use crate::files;
use crate::records::RecordKind;
use crate::web::Routes;

/// The routes of this slice: the same for each kind.
pub fn routes(routes: Routes) -> Routes {
    let routes = routes.get("/projects/map", Audience::SignedIn, sites::show);
    let routes =
        files::routes_of(routes, "/projects/{id}/files", Audience::SignedIn, Audience::Writer, documents::place);
    RecordKind::around_clients().fold(routes, |routes, kind| {
        let path = |rest: &str| format!("/{}{rest}", kind.path());
        let routes = as_files(routes, &path(""), Audience::SignedIn, |format| {
            move |reader, query| list::export(reader, query, kind, format)
        });
        routes
            .get(path(""), Audience::SignedIn, move |reader, query| list::list(reader, query, kind))
            .get(path("/new"), Audience::Writer, move |reader, query| form::new(reader, query, kind))
            .post(path("/new"), Audience::Writer, move |writer, form| form::create(writer, form, kind))
            .get(path("/{id}/edit"), Audience::Writer, move |reader, id| form::edit(reader, id, kind))
            .post(path("/{id}/edit"), Audience::Writer, move |writer, id, form| form::update(writer, id, form, kind))
            .get(path("/api/search"), Audience::SignedIn, move |reader, query| list::search(reader, query, kind))
    })
}
