//! Who needs attention, one kind at a time: the panel of the dashboard with its tabs.

use crate::access::TeamPass;
use crate::clients::asked::{Asked, Counters};
use crate::clients::assessment::TeamFilter;
use crate::clients::list::{Line, lines};
use crate::clients::{self, Attention, AttentionRule, ClientFilter};
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::error::Result;
use crate::people::{self, Colleague};
use crate::web::{Count, Page, Query, address};

/// The panel: its tabs and what stands under the current one.
pub struct Needs {
    /// One for each kind of attention that the filter admits.
    pub tabs: Vec<Tab>,
    /// The clients of the current tab, the longest silence first.
    pub lines: Vec<Line>,
    /// All clients of the current tab, where there are more than are shown.
    pub all: Option<(Count, String)>,
}

/// One tab, a link that works without scripts.
pub struct Tab {
    /// Of which attention the clients under it are.
    pub attention: Attention,
    /// How many those are.
    pub count: Count,
    /// Where it leads.
    pub link: String,
    /// Whether it is the current one.
    pub is_current: bool,
}

/// Rows of the panel: with the entries below it, as many as stand beside the lists at its side.
const SHOWN: i64 = 7;

/// The kinds that have a tab, in the order of need.
const KINDS: [Attention; 3] = [Attention::Urgent, Attention::Warning, Attention::Never];

/// Puts the panel together, narrowed by the filter of the page; without a wish it begins with the first kind that
/// there is.
pub fn needs(
    db: &mut Db,
    page: &Page,
    pass: TeamPass,
    query: &Query,
    asked: &ClientFilter,
    staff: &[Colleague],
    counters: &mut Counters,
) -> Result<Needs> {
    let rule = AttentionRule::new(&page.config, page.visit.today);
    let team = TeamFilter::parse(pass, query).unsorted();
    let mut totals = Vec::new();
    for attention in KINDS.into_iter().filter(|kind| asked.attention.is_none_or(|asked| asked == *kind)) {
        let filter = of_kind(asked, attention);
        let total = Asked { open: &filter, team: Some(&team), rule: &rule }.total(db, counters)?;
        totals.push((attention, total));
    }
    let wished = query.get("panel").and_then(|word| Attention::parse(word).ok());
    let of_wish = totals.iter().find(|(attention, _)| wished == Some(*attention));
    let first = || totals.iter().find(|(_, total)| total.rows > 0).or(totals.first());
    let current = of_wish.or_else(first).copied();
    let lines = match current {
        Some((attention, total)) => {
            let filter = of_kind(asked, attention);
            let cut = Asked { open: &filter, team: Some(&team), rule: &rule }.cut(db, counters, total, (0, SHOWN))?;
            let found = clients::queries::list_open(db, cut)?;
            let names = people::queries::names_beside(db, staff, found.iter().map(|row| row.mpr_primary_poc))?;
            lines(page, &rule, &names, found)
        }
        None => Vec::new(),
    };
    let tab = |(attention, total): (Attention, Count)| Tab {
        attention,
        count: total,
        link: link(query, &[("panel", attention.as_str())]),
        is_current: current.is_some_and(|(current, _)| current == attention),
    };
    let tabs = totals.iter().copied().map(tab).collect();
    let all = current.filter(|(_, total)| total.rows > SHOWN).map(|(attention, total)| {
        let kept = [("attention", attention.as_str()), ("sort", "last_contact")];
        (total, format!("{}#clients", link(query, &kept)))
    });
    Ok(Needs { tabs, lines, all })
}

/// The filter of the page for one kind of attention, the longest silence first.
fn of_kind(asked: &ClientFilter, attention: Attention) -> ClientFilter {
    ClientFilter {
        attention: Some(attention),
        sort: clients::ClientSort::LastContact,
        descending: false,
        ..asked.clone()
    }
}

/// The address of the page with its filter, and with these parameters set.
fn link(query: &Query, set: &[(&str, &str)]) -> String {
    let kept = ["search", "client_type", "poc", "priority", "status", "attention", "sort"];
    let kept = kept.map(|name| (name, query.get(name).unwrap_or_default()));
    let others = kept.into_iter().filter(|(name, _)| set.iter().all(|(other, _)| other != name));
    let all: Vec<(&str, &str)> = others.chain(set.iter().copied()).collect();
    address("/crm/dashboard", &all)
}
