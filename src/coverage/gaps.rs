//! What clients lack, one kind after the other, and how many lack it.

use chrono::{Days, NaiveDate};

use crate::clients::assessment::{Gap, TeamSort};
use crate::closed_list::{ClosedList, closed_list};
use crate::web::{Count, Page};

closed_list! {
    /// What a client may lack.
    Lack {
        PointOfContact = "unheld",
        Plan = "unplanned",
        People = "one-person",
        Discussion = "undiscussed",
        Judgement = "unjudged",
    }
}

/// Before there were two meetings nobody was missed at both, but who was never discussed.
const NEVER: NaiveDate = match NaiveDate::from_ymd_opt(1, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// A judgement that is older is an old one: half a year.
const JUDGED_WITHIN: Days = Days::new(182);

/// What is counted as one figure, a link to the rows behind it.
pub struct Figure {
    /// What is lacking.
    pub lack: Lack,
    /// How many clients lack it.
    pub count: Count,
}

impl Lack {
    /// Where its rows are.
    pub fn path(self) -> &'static str {
        match self {
            Self::PointOfContact => "/crm/coverage/unheld",
            Self::Plan => "/crm/coverage/unplanned",
            Self::People => "/crm/coverage/one-person",
            Self::Discussion => "/crm/coverage/undiscussed",
            Self::Judgement => "/crm/coverage/unjudged",
        }
    }

    /// The title of its page.
    pub fn title(self) -> &'static str {
        match self {
            Self::PointOfContact => "Clients without a point of contact",
            Self::Plan => "Clients without a planned contact",
            Self::People => "Clients with one contact person only",
            Self::Discussion => "Clients not discussed at the last two meetings",
            Self::Judgement => "Clients judged longest ago",
        }
    }

    /// The words beside its number.
    pub fn words(self) -> &'static str {
        match self {
            Self::PointOfContact => "no point of contact",
            Self::Plan => "nothing planned",
            Self::People => "one contact person only",
            Self::Discussion => "not discussed twice",
            Self::Judgement => "judged long ago",
        }
    }

    /// Why it matters.
    pub fn hint(self) -> &'static str {
        match self {
            Self::PointOfContact => "Neither a primary nor a secondary colleague looks after them.",
            Self::Plan => "No next contact is on file.",
            Self::People => "If that person leaves, nobody there knows us.",
            Self::Discussion => "Neither discussed at the last two meetings nor written about since the first of them.",
            Self::Judgement => "Priority, status and relationship were last looked at half a year ago or earlier.",
        }
    }

    /// What its rows are asked for by.
    pub fn gap(self, page: &Page, last_but_one: Option<NaiveDate>) -> Gap {
        match self {
            Self::PointOfContact => Gap::Unheld,
            Self::Plan => Gap::Unplanned,
            Self::People => Gap::OnePerson(page.viewer().confidential()),
            Self::Discussion => Gap::Undiscussed(last_but_one.unwrap_or(NEVER)),
            Self::Judgement => Gap::Unjudged(page.end_of(page.visit.today - JUDGED_WITHIN)),
        }
    }

    /// The order in which its rows begin, where that is the team's.
    pub fn order(self) -> Option<(TeamSort, bool)> {
        match self {
            Self::Discussion => Some((TeamSort::Discussed, false)),
            Self::Judgement => Some((TeamSort::Judged, false)),
            Self::PointOfContact | Self::Plan | Self::People => None,
        }
    }

    /// The same as a list is asked for it.
    pub fn usual(self) -> &'static str {
        match self {
            Self::Discussion => "discussed",
            Self::Judgement => "judged",
            Self::PointOfContact | Self::Plan | Self::People => "name",
        }
    }
}

/// What is asked for to count each.
pub fn asked(page: &Page, last_but_one: Option<NaiveDate>) -> [Gap; 5] {
    std::array::from_fn(|place| Lack::ALL[place].gap(page, last_but_one))
}

/// The figures of counts in the order of what was asked.
pub fn figures(counts: [Count; 5]) -> Vec<Figure> {
    Lack::ALL.iter().zip(counts).map(|(&lack, count)| Figure { lack, count }).collect()
}
