//! The contact log: the one way to record a contact; a client's last contact follows from it (product.md §3).

pub mod acts;
pub mod correcting;
mod documents;
mod fields;
mod list;
pub mod list_queries;
mod mentioning;
mod model;
pub mod month_queries;
pub mod pages;
mod plan;
pub mod queries;
pub mod recording;

pub use model::{Contact, ContactDraft, column_of, parse_planned, with_log_names};

use crate::access::Audience;
use crate::export::as_files;
use crate::files;
use crate::web::Routes;

/// The routes of this slice.
pub fn routes(routes: Routes) -> Routes {
    let routes = as_files(routes, "/contacts", Audience::SignedIn, |format| {
        move |reader, query| list::export(reader, query, format)
    });
    let routes = as_files(routes, "/clients/{id}/contacts", Audience::SignedIn, |format| {
        move |reader, id, query| list::export_of_client(reader, id, query, format)
    });
    let routes =
        files::routes_of(routes, "/contacts/{id}/files", Audience::SignedIn, Audience::Writer, documents::place);
    routes
        .get("/contacts", Audience::SignedIn, list::list)
        .get("/contacts/new", Audience::Writer, recording::new_for_any)
        .post("/contacts/new", Audience::Writer, recording::create_for_any)
        .get("/clients/{id}/contacts", Audience::SignedIn, list::of_client)
        .get("/clients/{id}/contact", Audience::Writer, recording::new)
        .post("/clients/{id}/contact", Audience::Writer, recording::create)
        .get("/contacts/{id}/edit", Audience::Writer, correcting::edit)
        .post("/contacts/{id}/edit", Audience::Writer, correcting::update)
        .post("/contacts/{id}/delete", Audience::AdminWriter, correcting::delete)
        .post("/follow-ups/{id}/completion", Audience::Writer, correcting::complete)
        .post("/follow-ups/{id}/moved", Audience::Writer, acts::moved)
        .post("/follow-ups/{id}/handed-on", Audience::Writer, acts::handed_on)
        .post("/clients/{id}/planned-contact", Audience::Writer, acts::plan)
}
