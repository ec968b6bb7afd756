//! What connects clients, owners, projects, vendors and people: every link is added and removed from both its ends, and
//! what it says can be changed. A confidential link is invisible to others in full.

mod all;
mod chain;
pub mod editing;
mod gathered_queries;
pub mod listing_queries;
mod model;
pub mod pages;
pub mod queries;
mod tables;

pub use chain::{Chain, Chains, Step, reached};
pub use model::{AGREEMENTS, Direction, Link, LinkDraft, LinkEnd, LinkKind, Reaching, Role};
pub use pages::Group;
pub use tables::Row as LinkRow;

use crate::access::Audience;
use crate::closed_list::ClosedList;
use crate::records::RecordKind;
use crate::web::Routes;

/// The routes of this slice: the same for each kind of link, at both of its ends.
pub fn routes(routes: Routes) -> Routes {
    let routes = routes.get("/links/{id}/edit", Audience::Writer, editing::edit).post(
        "/links/{id}/edit",
        Audience::Writer,
        editing::update,
    );
    RecordKind::ALL.iter().copied().flat_map(LinkEnd::of).fold(routes, |routes, place| {
        let path = |rest: &str| format!("/{}/{{id}}/links/{}{rest}", place.here().path(), place.segment());
        routes
            .get(path("/all"), Audience::SignedIn, move |reader, id, query| all::list(reader, id, query, place))
            .get(path(""), Audience::Writer, move |reader, id| pages::new(reader, id, place))
            .post(path(""), Audience::Writer, move |writer, id, form| pages::create(writer, id, form, place))
            .post(path("/{link_id}/delete"), Audience::Writer, move |writer, ids, sent| {
                pages::delete(writer, ids, sent, place)
            })
    })
}
