//! One search for everything that has a name.

pub mod pages;

use crate::access::Audience;
use crate::web::Routes;

/// The routes of this slice.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/search", Audience::SignedIn, pages::search).get("/search/api", Audience::SignedIn, pages::api)
}
