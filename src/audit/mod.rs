//! What happened: one row per change and sensitivity, written in the transaction of the change itself (product.md §5).

pub mod pages;
mod queries;
mod sensitivity;

pub use queries::{Action, created, deleted, noted, overtaken_by, tracked, updated};
pub use sensitivity::Sensitivity;

use crate::access::Audience;
use crate::web::Routes;

/// The routes of this slice.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/admin/audit", Audience::Admin, pages::list)
}
