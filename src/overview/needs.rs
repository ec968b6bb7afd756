//! Who needs attention, one kind at a time: the panel of the dashboard with its tabs.

use crate::clients::asked::{Asked, Counters};
use crate::clients::assessment::{ByRhythm, TeamFilter};
use crate::clients::list::{Line, lines};
use crate::clients::{self, Attention, AttentionRule, ClientFilter, attention::DUE_ICON};
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::error::Result;
use crate::people::{self, Colleague};
use crate::web::{Count, Page, Query, address};

/// The panel: its tabs and what stands under the current one.
pub struct Needs {
    /// One for each kind that the filter admits.
    pub tabs: Vec<Tab>,
    /// The clients of the current tab, the longest silence first, or who has been due for longest.
    pub lines: Vec<Line>,
    /// All clients of the current tab, where there are more than are shown.
    pub all: Option<(Count, String)>,
}

/// One tab, a link that works without scripts.
pub struct Tab {
    /// Which clients stand under it.
    pub kind: Kind,
    /// How many those are.
    pub count: Count,
    /// Where it leads.
    pub link: String,
    /// Whether it is the current one.
    pub is_current: bool,
}

/// Rows of the panel: with the entries below it, as many as stand beside the lists at its side.
const SHOWN: i64 = 7;

/// Which clients stand under a tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Those of this attention.
    Of(Attention),
    /// Those due by their rhythm, neither covered by a plan nor paused.
    Due,
}

/// The kinds that have a tab, in the order of need.
const KINDS: [Kind; 4] =
    [Kind::Of(Attention::Urgent), Kind::Of(Attention::Warning), Kind::Of(Attention::Never), Kind::Due];

/// Puts the panel together, narrowed by the filter of the page; without a wish it begins with the first kind that
/// there is.
pub fn needs(
    db: &mut Db,
    page: &Page,
    query: &Query,
    rule: &AttentionRule,
    (asked, team): (&ClientFilter, TeamFilter),
    staff: &[Colleague],
    counters: &mut Counters,
) -> Result<Needs> {
    let team = team.unsorted();
    let mut totals = Vec::new();
    for kind in KINDS.into_iter().filter(|kind| kind.fits(asked, &team)) {
        let (open, team) = kind.narrowed(asked, team);
        totals.push((kind, Asked { open: &open, team: Some(&team), rule }.total_as_told(db, counters)?));
    }
    let wished = query.get("panel");
    let of_wish = totals.iter().find(|(kind, _)| wished == Some(kind.word()));
    let first = || totals.iter().find(|(_, total)| total.rows > 0).or(totals.first());
    let current = of_wish.or_else(first).copied();
    let lines = match current {
        Some((kind, total)) => {
            let (open, team) = kind.narrowed(asked, team);
            let cut = Asked { open: &open, team: Some(&team), rule }.cut(db, counters, total, (0, SHOWN))?;
            let found = clients::queries::list_judged(db, Some(team.pass()), cut)?;
            let names = people::queries::names_beside(db, staff, found.iter().map(|(row, _)| row.mpr_primary_poc))?;
            lines(page, rule, &names, found)
        }
        None => Vec::new(),
    };
    let tab = |(kind, total): (Kind, Count)| Tab {
        kind,
        count: total,
        link: link(query, &[("panel", kind.word())]),
        is_current: current.is_some_and(|(current, _)| current == kind),
    };
    let tabs = totals.iter().copied().map(tab).collect();
    let all = current.filter(|(_, total)| total.rows > SHOWN).map(|(kind, total)| {
        let kept = match kind {
            Kind::Of(attention) => [("attention", attention.as_str()), ("sort", "last_contact")],
            Kind::Due => [("rhythm", ByRhythm::Due.as_str()), ("sort", "due")],
        };
        (total, format!("{}#clients", link(query, &kept)))
    });
    Ok(Needs { tabs, lines, all })
}

impl Kind {
    /// How the tab is asked for.
    pub fn word(self) -> &'static str {
        match self {
            Self::Of(attention) => attention.as_str(),
            Self::Due => ByRhythm::Due.as_str(),
        }
    }

    /// What the tab is called.
    pub fn words(self) -> &'static str {
        match self {
            Self::Of(attention) => attention.words(),
            Self::Due => "Due",
        }
    }

    /// The icon beside it.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Of(attention) => attention.icon(),
            Self::Due => DUE_ICON,
        }
    }

    /// Whether the filter of the page admits it.
    fn fits(self, asked: &ClientFilter, team: &TeamFilter) -> bool {
        match self {
            Self::Of(attention) => asked.attention.is_none_or(|asked| asked == attention),
            Self::Due => team.rhythm != Some(ByRhythm::Paused),
        }
    }

    /// The filter of the page for this kind alone: the longest silence first, or what has been due for longest.
    fn narrowed(self, asked: &ClientFilter, team: TeamFilter) -> (ClientFilter, TeamFilter) {
        let open = ClientFilter { sort: clients::ClientSort::LastContact, descending: false, ..asked.clone() };
        match self {
            Self::Of(attention) => (ClientFilter { attention: Some(attention), ..open }, team),
            Self::Due => (open, team.due()),
        }
    }
}

/// The address of the page with its filter, and with these parameters set.
fn link(query: &Query, set: &[(&str, &str)]) -> String {
    let kept = ["search", "client_type", "poc", "priority", "status", "attention", "rhythm", "sort"];
    let kept = kept.map(|name| (name, query.get(name).unwrap_or_default()));
    let others = kept.into_iter().filter(|(name, _)| set.iter().all(|(other, _)| other != name));
    let all: Vec<(&str, &str)> = others.chain(set.iter().copied()).collect();
    address("/crm/dashboard", &all)
}
