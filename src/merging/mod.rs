//! Two records that are one: everything moves to the one that stays, clashes are decided, and all of it can be undone.

mod carry;
mod fill;
mod model;
pub mod pages;
mod plan;
pub mod queries;
mod undo;

pub use model::{Clash, Merge, Plan, Step, StepKind};

use crate::access::Audience;
use crate::links::End;
use crate::web::Routes;

/// The routes of this slice: the same for each kind of record.
pub fn routes(routes: Routes) -> Routes {
    let routes = routes.get("/admin/merges", Audience::Admin, pages::list).post(
        "/admin/merges/{id}/undo",
        Audience::AdminWriter,
        pages::undo,
    );
    End::all().fold(routes, |routes, end| {
        let path = format!("/{}/{{id}}/merge", end.path());
        routes
            .get(path.clone(), Audience::AdminWriter, move |reader, id, query| pages::show(reader, id, query, end))
            .post(path, Audience::AdminWriter, move |writer, id, form| pages::create(writer, id, form, end))
    })
}
