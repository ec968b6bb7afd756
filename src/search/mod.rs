//! One search for everything: records by name, texts by who may read them, and what one may want to do.

mod commands;
mod exported;
mod names;
pub mod pages;
mod texts;

pub use names::hits;
pub use texts::all as text_hits;

use crate::access::Audience;
use crate::closed_list::ClosedList;
use crate::export::Format;
use crate::web::Routes;

/// The routes of this slice.
pub fn routes(routes: Routes) -> Routes {
    let routes = Format::ALL.iter().fold(routes, |routes, &format| {
        routes.get(format!("/search.{format}"), Audience::SignedIn, move |reader, query| {
            exported::export(reader, query, format)
        })
    });
    routes.get("/search", Audience::SignedIn, pages::search).get("/search/api", Audience::SignedIn, pages::api)
}
