//! Pages about Roundtable itself: what the firm has set, and what runs here.

mod about;
mod firm;

use crate::access::Audience;
use crate::web::Routes;

/// The routes of this slice.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/admin/settings", Audience::AdminWriter, firm::show)
        .post("/admin/settings", Audience::AdminWriter, firm::update)
        .get("/about", Audience::SignedIn, about::show)
}
