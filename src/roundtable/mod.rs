//! The roundtable: what is said of clients, one after the other, in entries that are only added. Every function takes
//! the pass. `meetings` stands above it: what is said at one, and where an entry goes.

mod entry_items;
pub mod meeting;
mod model;
pub mod pages;
pub mod queries;

pub use model::{EntryDraft, RoundtableEntry};

use crate::access::Audience;
use crate::web::Routes;

/// The routes of this slice.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/crm/roundtable/{id}", Audience::Team, pages::of_client)
        .post("/crm/roundtable/{id}/recognised", Audience::TeamWriter, entry_items::offer)
        .get("/crm/roundtable/{id}/new", Audience::TeamWriter, pages::new)
        .get("/crm/entries/{id}/correction", Audience::TeamWriter, pages::correct)
        .post("/crm/entries/{id}/correction", Audience::TeamWriter, pages::create_correction)
}
