//! What was: the figures of each day, which are kept, and the contacts of each month; how they look as drawings.

mod chart;
mod keeping;
mod model;
mod pages;
mod queries;
mod trend;

pub use keeping::{begin, due, keep, of_demonstration};
pub use model::DayFigures;
pub use queries::{now, since};
pub use trend::{Change, Trend};

use crate::access::Audience;
use crate::web::Routes;

/// The routes of this slice.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/crm/trends", Audience::Team, pages::trends)
}
