//! What programs ask for, under `/api/v1`: the collections of the house, read and written by the ways of the pages, and
//! their description. What differs from collection to collection is in `collection.rs` and the files beside it.

mod answer;
mod asked;
mod changes;
mod clients;
mod collection;
mod cursor;
mod docs;
mod documents;
mod links;
mod logged;
mod openapi;
mod reading;
mod records;
mod schemas;
mod team;
mod texts;
mod timeline;
mod writing;

pub use collection::Collection;
pub use schemas::made as made_of;
pub use texts::found;
pub use writing::make;

use crate::access::Audience;
use crate::files::download;
use crate::web::{Act, Described, Routes};

/// The routes of this slice.
pub fn routes(routes: Routes) -> Routes {
    let described = |collection, act| Described { collection, act };
    let routes = routes
        .api("/api/v1/openapi.json", Audience::SignedIn, openapi::show, described("openapi.json", Act::Describe))
        .get("/api/v1/docs", Audience::SignedIn, docs::show)
        .api("/api/v1/files/{id}/content", Audience::SignedIn, download::show, described("files", Act::Give));
    Collection::all().fold(routes, |routes, collection| {
        let path = collection.path();
        let (all, one) = (format!("/api/v1/{path}"), format!("/api/v1/{path}/{{id}}"));
        let (read, write, delete) = collection.audiences();
        let mut routes = match collection {
            Collection::Timeline => {
                let path = "/api/v1/clients/{id}/timeline";
                return routes.api(path, read, timeline::list, described("timeline", Act::List));
            }
            Collection::Search => return routes.api(all, read, texts::list, described("search", Act::List)),
            _ => routes
                .api(
                    &*all,
                    read,
                    move |reader, query| reading::list(reader, query, collection),
                    described(path, Act::List),
                )
                .api(
                    &*one,
                    read,
                    move |reader, id, query, headers| reading::show(reader, id, query, headers, collection),
                    described(path, Act::Show),
                ),
        };
        if let Some(write) = write {
            let create = move |writer, sent| writing::create(writer, sent, collection);
            routes = routes.api(&*all, write, create, described(path, Act::Create));
            let update = move |writer, id, headers, sent| writing::update(writer, id, headers, sent, collection);
            routes = routes.api(&*one, write, update, described(path, Act::Update));
        }
        match delete {
            Some(delete) => {
                let remove = move |writer, id, headers| writing::delete(writer, id, headers, collection);
                routes.api(one, delete, remove, described(path, Act::Delete))
            }
            None => routes,
        }
    })
}
