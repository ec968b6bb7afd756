//! The strip below the name of a client, on its page and at a meeting: what one looks for first, each part changed
//! where it stands.

use askama::Template;
use askama::filters::HtmlSafe;

use super::assessment::Assessment;
use super::{Client, ContactType};
use crate::ids::PersonnelId;
use crate::people::queries::Names;
use crate::web::{Day, Page, Sign};

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

/// The parts that everyone sees, and those of the NED Team.
#[derive(Template)]
#[template(path = "clients/_strip.html")]
pub struct Strip {
    open: Vec<Chip>,
    of_team: Vec<Chip>,
}

impl HtmlSafe for Strip {}

impl Strip {
    /// The strip of a client, with the assessment for those who have it.
    pub fn new(page: &Page, client: &Client, names: &Names, assessment: Option<&Assessment>) -> Self {
        let may_write = page.viewer().may_write();
        let field = |form: &str, name: &str| may_write.then(|| format!("/clients/{}/{form}#{name}", client.client_id));
        let person = |id: Option<PersonnelId>| id.and_then(|id| Some((id, names.of(Some(id))?)));
        let chip = |label: &'static str, shown: Shown, field: Option<String>| Chip {
            label,
            person: None,
            shown,
            way: None,
            is_late: false,
            field,
            key: "",
        };
        let words = |words: Option<String>| words.map_or(Shown::Nothing, Shown::Words);
        let day = |day: Option<Day>| day.map_or(Shown::Nothing, Shown::Day);
        let holder = |label: &'static str, id: Option<PersonnelId>, name: &str| {
            let person = person(id);
            let shown = words(person.as_ref().map(|(_, name)| name.clone()));
            Chip { person, ..chip(label, shown, field("edit", name)) }
        };
        let (last, planned) = (&client.last_contact, &client.planned);
        let next = page.day_or_none(planned.next_planned_contact_date);
        let open = vec![
            chip("Type", words(client.draft.client_type.map(|kind| kind.to_string())), field("edit", "client_type")),
            holder("Primary", client.draft.mpr_primary_poc, "mpr_primary_poc"),
            holder("Secondary", client.draft.mpr_secondary_poc, "mpr_secondary_poc"),
            Chip {
                person: person(last.last_contact_by),
                way: last.last_contact_type,
                ..chip("Last contact", day(page.day_or_none(last.last_contact_date)), None)
            },
            Chip {
                person: person(planned.next_planned_contact_assigned_to),
                way: planned.next_planned_contact_type,
                is_late: next.is_some_and(|day| day.is_past()),
                ..chip("Next contact", day(next), field("contact", "next_planned_contact_date"))
            },
        ];
        let judged = |(label, name, sign, key): (&'static str, &'static str, Option<Sign>, &'static str)| Chip {
            key,
            ..chip(label, sign.map_or(Shown::Nothing, Shown::Sign), field("assessment", name))
        };
        let signs = assessment.into_iter().flat_map(Assessment::signs).map(judged);
        let why = assessment.and_then(Assessment::why).map(|(label, name, reason, key)| Chip {
            key,
            ..chip(label, words(reason.map(ToOwned::to_owned)), field("assessment", name))
        });
        Self { open, of_team: signs.chain(why).collect() }
    }
}
