//! Assistants (Model Context Protocol): what they may ask for by `/mcp` and by `roundtable mcp`, always as the owner of
//! a token. Each tool asks what pages ask and saves by their forms; no tool files an entry.

mod answer;
mod assistant;
mod attention;
mod door;
mod drafting;
mod parameters;
mod reading;
mod stdio;
mod tools;

pub use stdio::serve;

use crate::access::Audience;
use crate::web::{ASSISTANTS, Routes};

/// The routes of this slice.
pub fn routes(routes: Routes) -> Routes {
    routes.post(ASSISTANTS, Audience::SignedIn, door::answer)
}
