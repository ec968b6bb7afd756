//! Action items: what is to be done for a client, by whom and by when. An item is the NED Team's unless it is open.

mod acts;
pub mod form;
mod list;
pub mod listing_queries;
mod model;
pub mod origin_queries;
pub mod owner_queries;
pub mod pages;
pub mod queries;
mod recognised;

pub use acts::Acts;
pub use model::{ActionItem, ItemDraft, ItemState, Rules};
pub use recognised::{Recognised, fresh, recognised};

use crate::access::Audience;
use crate::export::as_files;
use crate::web::Routes;

/// The routes of this slice.
pub fn routes(routes: Routes) -> Routes {
    let routes = as_files(routes, "/clients/{id}/action-items", Audience::SignedIn, |format| {
        move |reader, id| list::export(reader, id, format)
    });
    routes
        .get("/clients/{id}/action-items", Audience::SignedIn, list::of_client)
        .post("/clients/{id}/action-items", Audience::Writer, form::create)
        .get("/clients/{id}/action-items/new", Audience::Writer, form::new)
        .get("/action-items/{id}/edit", Audience::Writer, form::edit)
        .post("/action-items/{id}/edit", Audience::Writer, form::update)
        .post("/action-items/{id}/done", Audience::Writer, acts::done)
        .post("/action-items/{id}/dropped", Audience::Writer, acts::drop_item)
        .post("/action-items/{id}/moved", Audience::Writer, acts::move_item)
        .post("/action-items/{id}/handed-on", Audience::Writer, acts::hand_on)
}
