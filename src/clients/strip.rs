//! The strip below the name of a client, on its page and at a meeting: what one looks for first, each part changed
//! where it stands.

use askama::Template;
use askama::filters::HtmlSafe;

use super::assessment::{Assessment, TeamColumn};
use super::columns::Column;
use super::{Client, ContactType};
use crate::ids::PersonnelId;
use crate::people::queries::Names;
use crate::web::{Changed, Day, Page, Sign};

/// What is known of a part.
enum Shown {
    Nothing,
    Words(String),
    Day(Day),
    Sign(Sign),
}

/// One part.
struct Chip {
    label: &'static str,
    /// Who looks after it.
    person: Option<(PersonnelId, String)>,
    shown: Shown,
    /// How the contact was, or will be.
    way: Option<ContactType>,
    is_late: bool,
    /// The field of a form that changes it, for those who may.
    field: Option<String>,
    /// The key that opens it.
    key: &'static str,
}

/// The part that tells why a client is judged as it is.
const REASON: &str = "Reason";

/// The parts that everyone sees, and those of the NED Team.
#[derive(Template)]
#[template(path = "clients/_strip.html")]
pub struct Strip {
    open: Vec<Chip>,
    of_team: Vec<Chip>,
    /// Those of the team that take a line of their own.
    below: Vec<Chip>,
}

impl HtmlSafe for Strip {}

impl Strip {
    /// The strip of a client, with the assessment for those who have it.
    pub fn new(page: &Page, client: &Client, names: &Names, assessment: Option<&Assessment>) -> Self {
        let may_write = page.viewer().may_write();
        let field = |to: Changed| may_write.then(|| format!("/clients/{}/{}#{}", client.client_id, to.form, to.field));
        let person = |id: Option<PersonnelId>| id.and_then(|id| Some((id, names.of(Some(id))?)));
        let chip = |label: &'static str, shown: Shown, column: Option<Column>| {
            let changed = column.and_then(Column::changed);
            let (field, key) = (changed.and_then(field), changed.map_or("", |changed| changed.key));
            Chip { label, person: None, shown, way: None, is_late: false, field, key }
        };
        let words = |words: Option<String>| words.map_or(Shown::Nothing, Shown::Words);
        let day = |day: Option<Day>| day.map_or(Shown::Nothing, Shown::Day);
        let holder = |label: &'static str, id: Option<PersonnelId>, column: Column| {
            let person = person(id);
            let shown = words(person.as_ref().map(|(_, name)| name.clone()));
            Chip { person, ..chip(label, shown, Some(column)) }
        };
        let (last, planned) = (&client.last_contact, &client.planned);
        let next = page.day_or_none(planned.next_planned_contact_date);
        let open = vec![
            chip("Type", words(client.draft.client_type.map(|kind| kind.to_string())), Some(Column::Type)),
            holder("Primary", client.draft.mpr_primary_poc, Column::Poc),
            holder("Secondary", client.draft.mpr_secondary_poc, Column::Secondary),
            Chip {
                person: person(last.last_contact_by),
                way: last.last_contact_type,
                ..chip("Last contact", day(page.day_or_none(last.last_contact_date)), None)
            },
            Chip {
                person: person(planned.next_planned_contact_assigned_to),
                way: planned.next_planned_contact_type,
                is_late: next.is_some_and(|day| day.is_past()),
                ..chip("Next contact", day(next), Some(Column::NextContact))
            },
        ];
        let judged = |(column, sign): (TeamColumn, Option<Sign>)| {
            chip(column.label(), sign.map_or(Shown::Nothing, Shown::Sign), Some(Column::OfTeam(column)))
        };
        let signs = assessment.into_iter().flat_map(Assessment::signs).map(judged);
        let why = assessment.and_then(Assessment::why).map(|(reason, changed)| Chip {
            key: changed.key,
            field: field(changed),
            ..chip(REASON, words(reason.map(ToOwned::to_owned)), None)
        });
        Self { open, of_team: signs.chain(why).collect(), below: Vec::new() }
    }

    /// The same in one line, the reason below it: that is as long as it is.
    pub fn in_one_line(mut self) -> Self {
        let (below, of_team) = self.of_team.into_iter().partition(|chip| chip.label == REASON);
        (self.below, self.of_team) = (below, of_team);
        self
    }
}
