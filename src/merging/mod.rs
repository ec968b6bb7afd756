//! Two records that are one: everything moves to the one that stays, clashes are decided, and all of it can be undone.

mod apply;
mod fill;
mod model;
pub mod pages;
pub mod parts;
mod plan;
pub mod queries;
mod undo;

pub use model::{Clash, Merge, Plan, Step, StepKind};
pub use undo::undo as take_apart;

use crate::access::Audience;
use crate::closed_list::ClosedList;
use crate::records::RecordKind;
use crate::web::Routes;

/// The routes of this slice: the same for each kind of record.
pub fn routes(routes: Routes) -> Routes {
    let routes = routes.get("/admin/merges", Audience::Admin, pages::list).post(
        "/admin/merges/{id}/undo",
        Audience::AdminWriter,
        pages::undo,
    );
    RecordKind::ALL.iter().copied().fold(routes, |routes, kind| {
        let path = format!("/{}/{{id}}/merge", kind.path());
        routes
            .get(path.clone(), Audience::AdminWriter, move |reader, id, query| pages::show(reader, id, query, kind))
            .post(path, Audience::AdminWriter, move |writer, id, form| pages::create(writer, id, form, kind))
    })
}
