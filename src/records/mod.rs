//! The records around the clients (owners, vendors, technologies, projects, operators, constructors, offtakers,
//! people): one way of listing, showing, editing and guarding for all; what differs is data in `kinds`.

pub mod api;
pub mod figures;
pub mod form;
mod kinds;
pub mod list;
mod model;
pub mod queries;
pub mod removal;
pub mod show;
mod sites;
mod store;

pub use kinds::{Entry, FieldSpec, Kind, PROJECT_STATUS};
pub use model::{ListFilter, Record, parse};

use crate::access::Audience;
use crate::db::ClosedList;
use crate::web::Routes;

/// The routes of this slice: the same for each kind.
pub fn routes(mut routes: Routes) -> Routes {
    routes = routes.get("/projects/map", Audience::SignedIn, sites::show);
    for &kind in Kind::ALL {
        let path = |rest: &str| format!("/{}{rest}", kind.path());
        routes = routes
            .get(path(""), Audience::SignedIn, move |reader, query| list::list(reader, query, kind))
            .get(path("/new"), Audience::Writer, move |reader, query| form::new(reader, query, kind))
            .post(path("/new"), Audience::Writer, move |writer, form| form::create(writer, form, kind))
            .get(path("/{id}"), Audience::SignedIn, move |reader, id| show::show(reader, id, kind))
            .get(path("/{id}/edit"), Audience::Writer, move |reader, id| form::edit(reader, id, kind))
            .post(path("/{id}/edit"), Audience::Writer, move |writer, id, form| form::update(writer, id, form, kind))
            .post(path("/{id}/archive"), Audience::Writer, move |writer, id, form| {
                show::archive(writer, id, form, kind)
            })
            .get(path("/{id}/delete"), Audience::AdminWriter, move |reader, id| removal::confirm(reader, id, kind))
            .post(path("/{id}/delete"), Audience::AdminWriter, move |writer, id, form| {
                removal::delete(writer, id, form, kind)
            })
            .get(path("/api/{id}"), Audience::SignedIn, move |reader, id| api::show(reader, id, kind))
            .get(path("/api/search"), Audience::SignedIn, move |reader, query| list::search(reader, query, kind));
    }
    routes
}
