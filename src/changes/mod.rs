//! What was changed: taking a change back, the history of a record and the audit log in words.

mod audit;
mod history;
mod labels;
mod pages;
mod sentences;
mod taking_back;
mod taking_back_files;
mod taking_back_items;
mod taking_back_links;
mod taking_back_meetings;
mod taking_back_new;
mod told;
mod undo;
mod words;

pub use history::subject;
pub use told::about;
pub use undo::take_back_import;

use crate::access::Audience;
use crate::closed_list::ClosedList;
use crate::export::as_files;
use crate::records::RecordKind;
use crate::web::Routes;

/// The routes of this slice.
pub fn routes(routes: Routes) -> Routes {
    let routes = routes.get("/admin/audit", Audience::Admin, audit::list).post(
        "/changes/{id}/undo",
        Audience::Writer,
        pages::undo,
    );
    let routes = as_files(routes, "/admin/audit", Audience::Admin, |format| {
        move |reader, query| audit::export(reader, query, format)
    });
    RecordKind::ALL.iter().copied().fold(routes, |routes, kind| {
        let path = format!("/{}/{{id}}/history", kind.path());
        routes.get(path, Audience::SignedIn, move |reader, id, query| history::show(reader, id, query, kind))
    })
}
