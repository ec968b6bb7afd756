//! Several people in one meeting: the stream of what happens, who is there, who presents, who writes on which client.
//! Every function takes the team's pass.

mod pages;
mod state;
mod stream;

use crate::access::Audience;
use crate::web::Routes;

/// The routes of this slice.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/crm/events", Audience::Team, stream::show)
        .post("/crm/meetings/{id}/presenting", Audience::TeamWriter, pages::present)
        .post("/crm/meetings/{id}/writing", Audience::TeamWriter, pages::write)
}
