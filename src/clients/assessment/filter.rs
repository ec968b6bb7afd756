//! What only the NED Team may filter and sort by: filtering by a field is reading it (product.md §2).

use chrono::{NaiveDate, NaiveDateTime};

use super::{ClientPriority, ClientStatus};
use crate::access::{ConfidentialPass, TeamPass};
use crate::closed_list::{ClosedList, closed_list};
use crate::web::Query;

/// The columns by which the team may sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TeamSort {
    /// In rank order.
    Priority,
    /// In the order of the list of statuses; none at the end.
    Status,
    /// Whose contact has been due for longest first.
    Due,
    /// Who was not discussed for longest first.
    Discussed,
    /// Who was not judged for longest first.
    Judged,
}

impl TeamSort {
    /// Whether it is the parameter of one of them, which others do not know.
    pub fn is_named(parameter: &str) -> bool {
        SORTS.iter().any(|(name, _)| *name == parameter)
    }
}

/// The orders by their parameter.
const SORTS: [(&str, TeamSort); 5] = [
    ("priority", TeamSort::Priority),
    ("status", TeamSort::Status),
    ("due", TeamSort::Due),
    ("discussed", TeamSort::Discussed),
    ("judged", TeamSort::Judged),
];

closed_list! {
    /// What the rhythm of a client says.
    ByRhythm { Due = "due", Paused = "paused" }
}

impl ByRhythm {
    /// The words of the choice.
    pub fn words(self) -> &'static str {
        match self {
            Self::Due => "Contact due",
            Self::Paused => "Paused",
        }
    }
}

/// What a client lacks, by which the coverage is told.
#[derive(Clone, Copy, Debug)]
pub enum Gap {
    /// Neither a primary nor a secondary point of contact.
    Unheld,
    /// No planned contact.
    Unplanned,
    /// One contact person only, of those whom the viewer may see.
    OnePerson(Option<ConfidentialPass>),
    /// No entry since that meeting.
    Undiscussed(NaiveDate),
    /// No judgement since that moment.
    Unjudged(NaiveDateTime),
}

/// What the team may narrow a list by: the parameter, what it is for, and its values.
pub fn offered(_pass: TeamPass) -> [(&'static str, &'static str, Vec<String>); 3] {
    fn words<T: ClosedList>() -> Vec<String> {
        T::texts().map(ToOwned::to_owned).collect()
    }
    let priorities = words::<ClientPriority>().into_iter().chain(["high".to_owned()]).collect();
    [
        ("priority", "Of this priority; `high` for the two highest", priorities),
        ("status", "Of this status", words::<ClientStatus>()),
        ("rhythm", "What the rhythm says", words::<ByRhythm>()),
    ]
}

/// The team's part of a filter; it exists only with the pass.
#[derive(Clone, Copy, Debug)]
pub struct TeamFilter {
    pub(super) pass: TeamPass,
    pub(super) today: NaiveDate,
    /// Clients of this priority.
    pub priority: Option<ClientPriority>,
    /// Strategic and high priority together.
    pub high: bool,
    /// Clients of this status.
    pub status: Option<ClientStatus>,
    /// Clients of which the rhythm says this.
    pub rhythm: Option<ByRhythm>,
    /// Clients that lack this.
    pub gap: Option<Gap>,
    /// The order, and whether it is turned round.
    pub order: Option<(TeamSort, bool)>,
}

impl TeamFilter {
    /// One that every client fits.
    pub fn of_all(pass: TeamPass, today: NaiveDate) -> Self {
        Self { pass, today, priority: None, high: false, status: None, rhythm: None, gap: None, order: None }
    }

    /// Reads the parameters of an address.
    pub fn parse(pass: TeamPass, query: &Query, today: NaiveDate) -> Self {
        let sort = query.get("sort").unwrap_or_default();
        let (descending, sort) = sort.strip_prefix('-').map_or((false, sort), |column| (true, column));
        Self {
            priority: query.get("priority").and_then(|text| ClientPriority::parse(text).ok()),
            high: query.get("priority") == Some("high"),
            status: query.get("status").and_then(|text| ClientStatus::parse(text).ok()),
            rhythm: query.get("rhythm").and_then(|text| ByRhythm::parse(text).ok()),
            order: SORTS.iter().find(|(name, _)| *name == sort).map(|(_, sort)| (*sort, descending)),
            ..Self::of_all(pass, today)
        }
    }

    /// The orders that the team may ask for.
    pub fn sorts(_pass: TeamPass) -> impl Iterator<Item = String> {
        SORTS.iter().map(|(name, _)| (*name).to_owned())
    }

    /// The pass with which it was read.
    pub fn pass(&self) -> TeamPass {
        self.pass
    }

    /// The day on which it is asked.
    pub fn today(&self) -> NaiveDate {
        self.today
    }

    /// The same of clients that are due alone, who has been due for longest first.
    pub fn due(self) -> Self {
        Self { rhythm: Some(ByRhythm::Due), order: Some((TeamSort::Due, false)), ..self }
    }

    /// The same without an order of the team.
    pub fn unsorted(self) -> Self {
        Self { order: None, ..self }
    }

    /// Whether every client fits.
    pub fn is_open(&self) -> bool {
        !self.is_by_standing() && self.rhythm.is_none() && self.gap.is_none()
    }

    /// Whether it asks for a priority or a status.
    pub fn is_by_standing(&self) -> bool {
        self.priority.is_some() || self.status.is_some() || self.high
    }

    /// Whether it asks for a priority or a status and nothing else: the counters know how many have it.
    pub fn is_counted(&self) -> bool {
        self.rhythm.is_none() && self.gap.is_none()
    }

    /// Whether it asks for who is due and nothing else.
    pub fn is_due_alone(&self) -> bool {
        self.rhythm == Some(ByRhythm::Due) && self.gap.is_none() && !self.is_by_standing()
    }

    /// The order, if it is the team's.
    pub fn sort(&self) -> Option<TeamSort> {
        self.order.map(|(sort, _)| sort)
    }

    /// The value of the filter's `priority` parameter.
    pub fn priority_value(&self) -> &'static str {
        if self.high { "high" } else { self.priority.map_or("", ClosedList::as_str) }
    }

    /// The value of the `sort` parameter, if the order is the team's.
    pub fn sort_value(&self) -> Option<String> {
        let (sort, descending) = self.order?;
        let (name, _) = SORTS.iter().find(|(_, one)| *one == sort)?;
        Some(if descending { format!("-{name}") } else { (*name).to_owned() })
    }
}
