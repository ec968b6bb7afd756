//! What connects clients, owners, projects, vendors and people. A confidential link is invisible to others in full.

mod chain;
mod model;
pub mod pages;
pub mod queries;
mod store;

pub use chain::{Chain, Step, chain};
pub use model::{Agreement, ClientLink, Link, LinkDraft, MarketLink, Reaching, Side};

use crate::access::Audience;
use crate::db::ClosedList;
use crate::web::Routes;

/// The routes of this slice.
pub fn routes(mut routes: Routes) -> Routes {
    for &kind in ClientLink::ALL {
        let path = |rest: &str| format!("/clients/{{id}}/links/{kind}{rest}");
        routes = routes
            .get(path(""), Audience::Writer, move |reader, id| pages::new(reader, id, kind))
            .post(path(""), Audience::Writer, move |writer, id, form| pages::create(writer, id, form, kind))
            .post(path("/{link_id}/delete"), Audience::Writer, move |writer, ids| pages::delete(writer, ids, kind));
    }
    routes
}
