//! The roundtable: what is said of clients, one after the other, in entries that are only added. Every function takes
//! the pass. `meetings` stands above it: what is said at one, and where an entry goes.

mod entry_items;
mod history;
pub mod meeting;
mod model;
pub mod pages;
pub mod queries;
mod since;

pub use model::{EntryDraft, RoundtableEntry, fields};
pub use since::found_since;

use crate::access::Audience;
use crate::web::Routes;

/// The routes of this slice.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/crm/roundtable/{id}", Audience::Team, history::show)
        .post("/crm/roundtable/{id}/recognised", Audience::TeamWriter, entry_items::offer)
        .get("/crm/roundtable/{id}/new", Audience::TeamWriter, pages::new)
        .get("/clients/{id}/since", Audience::Team, since::show)
        .get("/crm/entries/{id}/correction", Audience::TeamWriter, pages::correct)
        .post("/crm/entries/{id}/correction", Audience::TeamWriter, pages::create_correction)
}
