//! Bringing in records from files: tables that anyone who may write brings, the industry as JSON, clients as CSV, the
//! database of the earlier system. Each import is one transaction with a report.

pub mod clients;
pub mod industry;
mod keeping;
pub mod nukeworks;
mod report;
mod sheets;
mod upload;

pub use report::Report;
pub use upload::sweep;

use crate::access::Audience;
use crate::web::Routes;

/// The routes of this slice.
pub fn routes(routes: Routes) -> Routes {
    sheets::routes(routes)
        .get("/import/nukeworks", Audience::AdminWriter, nukeworks::pages::new)
        .post("/import/nukeworks", Audience::AdminWriter, nukeworks::pages::rehearse_upload)
        .post("/import/nukeworks/{name}/run", Audience::AdminWriter, nukeworks::pages::run_upload)
        .post("/import/nukeworks/{name}/discard", Audience::AdminWriter, nukeworks::pages::discard_upload)
}
