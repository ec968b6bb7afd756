//! What is planned, by day: months and weeks of planned contacts, follow-ups, action items and meetings, and the same
//! as a calendar that other programs read.

mod address;
mod address_queries;
mod entries;
mod feed;
mod grid;
pub mod ical;
mod invitation;
mod moves;
mod pages;
mod token;

use crate::access::Audience;
use crate::web::Routes;

/// The routes of this slice.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/calendar", Audience::SignedIn, pages::show)
        .post("/calendar/moves", Audience::Writer, moves::create)
        .get("/calendar/address", Audience::SignedIn, address::show)
        .post("/calendar/address", Audience::Writer, address::create)
        .get("/calendar/{token}", Audience::Public, feed::show)
        .get("/crm/meetings/{id}/invitation.ics", Audience::Team, invitation::show)
}
