//! Clients: whom we work for, who looks after them, how long ago we spoke. The internal assessment is the NED Team's.

pub mod api;
pub mod asked;
pub mod assessment;
pub mod attention;
mod column_queries;
pub mod columns;
mod confidential_links;
pub mod documents;
mod exported;
mod filter;
pub mod list;
mod list_heads;
mod model;
pub mod pages;
pub mod plan_queries;
pub mod poc_queries;
pub mod queries;
mod saving_views;
mod strip;
mod view_queries;
mod views;

pub use crate::ids::ClientId;
pub use attention::{Attention, AttentionRule, Explained};
pub use filter::{ClientFilter, ClientSort, CountedValue};
pub use model::{Client, ClientDraft, ClientRow, ClientType, ContactType, Given, LastContact, PlannedContact, PocRole};
pub use strip::Strip;

use crate::access::Audience;
use crate::export::as_files;
use crate::files;
use crate::web::Routes;

/// The routes of this slice.
pub fn routes(routes: Routes) -> Routes {
    let routes = as_files(routes, "/clients", Audience::SignedIn, |format| {
        move |reader, query| exported::export(reader, query, format)
    });
    let routes =
        files::routes_of(routes, "/clients/{id}/files", Audience::SignedIn, Audience::Writer, documents::place);
    routes
        .get("/clients", Audience::SignedIn, list::list)
        .get("/clients/new", Audience::Writer, pages::new)
        .post("/clients/new", Audience::Writer, pages::create)
        .get("/clients/{id}/edit", Audience::Writer, pages::edit)
        .post("/clients/{id}/edit", Audience::Writer, pages::update)
        .get("/clients/{id}/assessment", Audience::TeamWriter, assessment::pages::edit)
        .post("/clients/{id}/assessment", Audience::TeamWriter, assessment::pages::update)
        .post("/clients/columns", Audience::Writer, columns::choose)
        .get("/clients/{id}/pause", Audience::TeamWriter, assessment::pause::edit)
        .post("/clients/{id}/pause", Audience::TeamWriter, assessment::pause::update)
        .post("/clients/{id}/pause/end", Audience::TeamWriter, assessment::pause::end)
        .get("/clients/views/new", Audience::Writer, saving_views::new)
        .post("/clients/views/new", Audience::Writer, saving_views::create)
        .post("/clients/views/{id}/delete", Audience::Writer, saving_views::delete)
        .get("/clients/api/search", Audience::SignedIn, api::search)
        .get("/clients/api/{id}", Audience::SignedIn, api::show)
}
