//! Where one begins: the team's dashboard, the clients of one person, one's own work.

pub mod pages;
pub mod search;

use crate::access::Audience;
use crate::web::Routes;

/// The routes of this slice.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/", Audience::SignedIn, pages::home)
        .get("/crm/dashboard", Audience::Team, pages::dashboard)
        .get("/crm/poc/{id}", Audience::Team, pages::poc)
        .get("/my-work", Audience::SignedIn, pages::my_work)
        .get("/search", Audience::SignedIn, search::search)
        .get("/search/api", Audience::SignedIn, search::api)
}
