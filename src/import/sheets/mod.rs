//! A file that anyone who may write brings, CSV or XLSX: it is looked at, its columns are matched, it is rehearsed,
//! then taken in one change, which can be taken back. Rows go by the saves of the slices, so that nobody can bring in
//! what they may not enter by hand.

mod acts;
mod cells;
mod delimited;
mod files;
mod form;
mod job;
mod kinds;
mod matching;
mod model;
mod pages;
mod queries;
mod reasons;
mod recognised;
mod report;
mod rows;
mod sent;
mod start;
mod taking;
mod taking_clients;
mod taking_others;
mod taking_records;
mod texts;
mod words;
mod workbook;

pub(super) use files::remove_copies;

use crate::access::Audience;
use crate::web::Routes;

/// The routes of this part.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/import", Audience::Writer, start::show)
        .post("/import", Audience::Writer, start::bring)
        .get("/import/{id}", Audience::Writer, pages::show)
        .get("/import/{id}/reasons", Audience::Writer, reasons::show)
        .post("/import/{id}/rehearse", Audience::Writer, acts::rehearse)
        .post("/import/{id}/run", Audience::Writer, acts::run)
        .post("/import/{id}/undo", Audience::Writer, acts::undo)
}
