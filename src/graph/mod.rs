//! What stands beside what: the map of relationships, and the ways from one record to another.

mod choosing;
mod model;
pub mod neighbourhood;
pub mod pages;
pub mod paths;
pub mod queries;
mod search;
mod tables;

pub use model::{Edge, EdgeKind, Strength};
pub use search::{Path, Search, Step, ways};

use crate::access::Audience;
use crate::web::Routes;

/// The routes of this slice.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/graph", Audience::SignedIn, pages::show)
        .get("/graph/api", Audience::SignedIn, pages::api)
        .get("/paths", Audience::SignedIn, paths::show)
        .get("/paths/api", Audience::SignedIn, paths::api)
}
