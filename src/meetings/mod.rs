//! Meetings of the NED Team: prepared with an agenda, held one client after the other, closed for good. Every function
//! takes the pass.

pub mod agenda;
pub mod attendee_queries;
mod attendees;
mod documents;
pub mod entries;
pub mod forms;
mod holding;
mod minutes;
mod model;
pub mod pages;
pub mod point_queries;
mod points;
mod preparing;
pub mod queries;
mod since;

pub use minutes::item_in_words;
pub use model::{Meeting, MeetingDraft, MeetingStatus, Point, PointState, Proposed};

use crate::access::Audience;
use crate::export::as_files;
use crate::files;
use crate::web::Routes;

/// The routes of this slice.
pub fn routes(routes: Routes) -> Routes {
    let routes =
        files::routes_of(routes, "/crm/meetings/{id}/files", Audience::Team, Audience::TeamWriter, documents::place);
    let routes =
        as_files(routes, "/crm/meetings", Audience::Team, |format| move |reader| pages::export(reader, format));
    routes
        .get("/crm/roundtable", Audience::Team, pages::now)
        .post("/crm/roundtable/{id}", Audience::TeamWriter, entries::create)
        .get("/crm/meetings", Audience::Team, pages::list)
        .get("/crm/meetings/new", Audience::TeamWriter, forms::new)
        .post("/crm/meetings/new", Audience::TeamWriter, forms::create)
        .get("/crm/meetings/{id}", Audience::Team, pages::show)
        .get("/crm/meetings/{id}/agenda", Audience::Team, pages::agenda)
        .get("/crm/since", Audience::Team, since::show_now)
        .get("/crm/meetings/{id}/since", Audience::Team, since::show)
        .get("/crm/meetings/{id}/minutes", Audience::Team, minutes::pages::show)
        .get("/crm/meetings/{id}/minutes.md", Audience::Team, minutes::pages::as_markdown)
        .get("/crm/meetings/{id}/minutes.pdf", Audience::Team, minutes::pages::as_pdf)
        .get("/crm/meetings/{id}/edit", Audience::TeamWriter, forms::edit)
        .post("/crm/meetings/{id}/edit", Audience::TeamWriter, forms::update)
        .post("/crm/meetings/{id}/delete", Audience::TeamWriter, pages::delete)
        .post("/crm/meetings/{id}/start", Audience::TeamWriter, pages::start)
        .post("/crm/meetings/{id}/close", Audience::TeamWriter, pages::close)
        .post("/crm/meetings/{id}/attendees", Audience::TeamWriter, attendees::update)
        .post("/crm/meetings/{id}/points", Audience::TeamWriter, points::create)
        .post("/crm/points/{id}/position", Audience::TeamWriter, points::put)
        .post("/crm/points/{id}/state", Audience::TeamWriter, points::update)
        .post("/crm/points/{id}/delete", Audience::TeamWriter, points::delete)
}
