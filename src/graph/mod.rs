//! What stands beside what: the map of relationships, and the ways from one record to another.

mod choosing;
mod model;
pub mod pages;
mod picture;
pub mod queries;
pub mod reach;
mod search;
mod store;

pub use model::{Bond, Edge, Strength};
pub use search::{Leg, Search, Way, ways};

use crate::access::Audience;
use crate::web::Routes;

/// The routes of this slice.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/graph", Audience::SignedIn, pages::show)
        .get("/graph/api", Audience::SignedIn, pages::api)
        .get("/paths", Audience::SignedIn, reach::show)
        .get("/paths/api", Audience::SignedIn, reach::api)
}
