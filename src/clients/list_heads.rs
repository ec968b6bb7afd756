//! What stands above the list of clients: the filter, the heads of its columns, what several can be given at once.

use super::assessment::{AssessmentWish, ByRhythm, ClientPriority, ClientStatus, Gap, TeamFilter};
use super::columns::Column;
use super::{Attention, ClientFilter, ClientType};
use crate::closed_list::ClosedList;
use crate::people::Colleague;
use crate::web::{Choice, Heading, ListAddress, Page, Select, fold};

/// What several clients can be given at once.
pub fn many(page: &Page, staff: &[Colleague]) -> Vec<Select> {
    let active = || staff.iter().filter(|person| person.is_active);
    let pocs = || active().map(|person| Choice::new(person.personnel_id, person.full_name.clone())).collect();
    let select = |name, label| Select { name, label, any: "–", value: String::new(), choices: pocs() };
    let mut selects = vec![select("mpr_primary_poc", "Point of contact"), select("mpr_secondary_poc", "Secondary")];
    selects.extend(page.viewer().team().into_iter().flat_map(AssessmentWish::selects));
    selects
}

/// The selects of the filter.
pub fn selects(filter: &ClientFilter, team: Option<&TeamFilter>, staff: &[Colleague]) -> Vec<Select> {
    let poc = filter.poc.map(|id| id.to_string()).unwrap_or_default();
    let mut pocs: Vec<Choice> =
        staff.iter().map(|person| Choice::new(person.personnel_id, person.full_name.clone())).collect();
    pocs.retain(|choice| {
        choice.value == poc || staff.iter().any(|p| p.is_active && p.personnel_id.to_string() == choice.value)
    });
    let attention = Attention::ALL.iter().map(|value| Choice::new(value.as_str(), value.words())).collect();
    let mut selects = vec![
        Select {
            name: "client_type",
            label: "Type",
            any: "Any type",
            value: filter.client_type.map(|value| value.to_string()).unwrap_or_default(),
            choices: Choice::all::<ClientType>(),
        },
        Select { name: "poc", label: "Point of contact", any: "Anyone", value: poc, choices: pocs },
        Select {
            name: "attention",
            label: "Attention",
            any: "Any attention",
            value: filter.attention.map(|value| value.to_string()).unwrap_or_default(),
            choices: attention,
        },
    ];
    if let Some(team) = team {
        let mut priorities = Choice::all::<ClientPriority>();
        priorities.insert(0, Choice::new("high", "Strategic and High"));
        selects.push(Select {
            name: "priority",
            label: "Priority",
            any: "Any priority",
            value: team.priority_value().into(),
            choices: priorities,
        });
        selects.push(Select {
            name: "status",
            label: "Status",
            any: "Any status",
            value: team.status.map(|value| value.to_string()).unwrap_or_default(),
            choices: Choice::all::<ClientStatus>(),
        });
        selects.push(Select {
            name: "rhythm",
            label: "Rhythm",
            any: "Any rhythm",
            value: team.rhythm.map(|value| value.to_string()).unwrap_or_default(),
            choices: ByRhythm::ALL.iter().map(|value| Choice::new(value.as_str(), value.words())).collect(),
        });
    }
    selects
}

/// The heads of the columns.
pub fn headings(
    list: &ListAddress<'_>,
    selects: &[Select],
    (columns, gap): (&[Column], Option<Gap>),
    may_change: bool,
    may_tick: bool,
) -> Vec<Heading> {
    let heading = |label, column| list.heading(selects, label, column, false);
    let mut headings = vec![heading("Client", "name"), heading("Attention", "attention")];
    headings.extend(columns.iter().map(|column| {
        let heading = match column.sorts() {
            true => list.heading(selects, column.label(), column.name(), *column == Column::Links),
            false => Heading::plain(column.label()),
        };
        Heading { changed: column.changed().filter(|_| may_change), ..heading }
    }));
    headings.extend(match gap {
        Some(Gap::Undiscussed(_)) => Some(heading("Discussed", "discussed")),
        Some(Gap::Unjudged(_)) => Some(heading("Judged", "judged")),
        _ => None,
    });
    fold(&mut headings, 2);
    if may_tick {
        headings.insert(0, Heading::plain(""));
    }
    headings
}
