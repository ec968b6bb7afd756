//! One search for everything: records by name, texts by who may read them, and what one may want to do.

mod commands;
mod exported;
mod names;
pub mod pages;
mod texts;

pub use names::hits;
pub use texts::all as text_hits;

use crate::access::Audience;
use crate::export::as_files;
use crate::web::Routes;

/// The routes of this slice.
pub fn routes(routes: Routes) -> Routes {
    let routes = as_files(routes, "/search", Audience::SignedIn, |format| {
        move |reader, query| exported::export(reader, query, format)
    });
    routes.get("/search", Audience::SignedIn, pages::search).get("/search/api", Audience::SignedIn, pages::api)
}
