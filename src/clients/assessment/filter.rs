//! What only the NED Team may filter and sort by: filtering by a field is reading it (product.md §2).

use super::{ClientPriority, ClientStatus};
use crate::access::TeamPass;
use crate::closed_list::ClosedList;
use crate::web::Query;

/// The team's part of a filter; it exists only with the pass.
#[derive(Clone, Copy, Debug)]
pub struct TeamFilter {
    pass: TeamPass,
    /// Clients of this priority.
    pub priority: Option<ClientPriority>,
    /// Strategic and high priority together.
    pub high: bool,
    /// Clients of this status.
    pub status: Option<ClientStatus>,
    /// In rank order; `Some(true)` turned round.
    pub by_rank: Option<bool>,
}

impl TeamFilter {
    /// Reads the parameters of an address.
    pub fn parse(pass: TeamPass, query: &Query) -> Self {
        Self {
            pass,
            priority: query.get("priority").and_then(|text| ClientPriority::parse(text).ok()),
            high: query.get("priority") == Some("high"),
            status: query.get("status").and_then(|text| ClientStatus::parse(text).ok()),
            by_rank: match query.get("sort") {
                Some("priority") => Some(false),
                Some("-priority") => Some(true),
                _ => None,
            },
        }
    }

    /// The pass with which it was read.
    pub fn pass(&self) -> TeamPass {
        self.pass
    }

    /// The same without the rank order.
    pub fn unsorted(self) -> Self {
        Self { by_rank: None, ..self }
    }

    /// Whether every client fits.
    pub fn is_open(&self) -> bool {
        self.priority.is_none() && self.status.is_none() && !self.high
    }

    /// The value of the filter's `priority` parameter.
    pub fn priority_value(&self) -> &'static str {
        if self.high { "high" } else { self.priority.map_or("", ClosedList::as_str) }
    }
}
