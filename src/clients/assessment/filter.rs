//! What only the NED Team may filter and sort by: filtering by a field is reading it (product.md §2).

use super::{ClientPriority, ClientStatus};
use crate::access::TeamPass;
use crate::closed_list::ClosedList;
use crate::web::Query;

/// The columns by which the team may sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TeamSort {
    /// In rank order.
    Priority,
    /// In the order of the list of statuses; none at the end.
    Status,
}

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
    /// The order, and whether it is turned round.
    pub order: Option<(TeamSort, bool)>,
}

impl TeamFilter {
    /// Reads the parameters of an address.
    pub fn parse(pass: TeamPass, query: &Query) -> Self {
        Self {
            pass,
            priority: query.get("priority").and_then(|text| ClientPriority::parse(text).ok()),
            high: query.get("priority") == Some("high"),
            status: query.get("status").and_then(|text| ClientStatus::parse(text).ok()),
            order: match query.get("sort") {
                Some("priority") => Some((TeamSort::Priority, false)),
                Some("-priority") => Some((TeamSort::Priority, true)),
                Some("status") => Some((TeamSort::Status, false)),
                Some("-status") => Some((TeamSort::Status, true)),
                _ => None,
            },
        }
    }

    /// The pass with which it was read.
    pub fn pass(&self) -> TeamPass {
        self.pass
    }

    /// The same without an order of the team.
    pub fn unsorted(self) -> Self {
        Self { order: None, ..self }
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
