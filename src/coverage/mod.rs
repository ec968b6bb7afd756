//! How well clients are covered: what some of them lack, who carries how much, in which rhythm contacts are expected.
//! All of it is the NED Team's.

pub mod gaps;
mod load;
pub mod pages;
mod rhythm;

use crate::access::Audience;
use crate::closed_list::ClosedList;
use crate::web::Routes;
use gaps::Lack;

/// The routes of this slice.
pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/crm/coverage", Audience::Team, pages::show)
        .get("/crm/rhythm", Audience::TeamWriter, rhythm::edit)
        .post("/crm/rhythm", Audience::TeamWriter, rhythm::update);
    Lack::ALL.iter().fold(routes, |routes, &lack| {
        routes.get(lack.path(), Audience::Team, move |reader, query| pages::rows(reader, query, lack))
    })
}
