//! An entry of the contact log, and the contact form: a contact that was made, the next one, or both.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::access::Visit;
use crate::clients::{ContactType, LastContact, PlannedContact};
use crate::db::schema::contact_log;
use crate::ids::{ClientId, ContactId, PersonnelId};
use crate::people::{Colleague, may_hold};
use crate::web::{Checked, FormData, Invalid};

/// What a contact form says about a contact that was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = contact_log, treat_none_as_null = true)]
pub struct ContactDraft {
    pub contact_date: NaiveDate,
    pub contact_type: ContactType,
    pub contacted_by: PersonnelId,
    pub contact_person_id: Option<PersonnelId>,
    pub contact_person_freetext: Option<String>,
    pub summary: Option<String>,
    pub is_confidential: bool,
    pub follow_up_needed: bool,
    pub follow_up_date: Option<NaiveDate>,
    pub follow_up_assigned_to: Option<PersonnelId>,
    pub follow_up_done: bool,
}

/// An entry as it is kept; the audit log takes what it says and whose it is.
#[derive(Clone, Debug, Serialize, Queryable, Selectable)]
#[diesel(table_name = contact_log)]
pub struct Contact {
    #[serde(skip)]
    pub contact_id: ContactId,
    pub client_id: ClientId,
    #[diesel(embed)]
    #[serde(flatten)]
    pub draft: ContactDraft,
    #[serde(skip)]
    pub version: i64,
    /// When it was logged, in UTC.
    #[serde(skip)]
    pub created_date: NaiveDateTime,
}

/// The names under which the columns of `clients` reach the log (the seed's contact form).
const ALIASES: [(&str, &str); 4] = [
    ("contact_date", "last_contact_date"),
    ("contact_type", "last_contact_type"),
    ("contacted_by", "last_contact_by"),
    ("summary", "last_contact_notes"),
];

/// The column of `clients` from which a field of the log may come; any other field is its own.
pub fn column_of(field: &str) -> &str {
    ALIASES.iter().find(|(name, _)| *name == field).map_or(field, |(_, alias)| alias)
}

/// The form with the log's names for its fields.
pub fn with_log_names(form: FormData) -> FormData {
    ALIASES.into_iter().fold(form, |form, (name, alias)| form.with_alias(name, alias))
}

/// Whether the form says anything about a contact that was made; who made it and today's date stand there beforehand.
pub fn says_contact(form: &FormData, today: NaiveDate) -> bool {
    let told = [
        "contact_type",
        "contact_person_id",
        "contact_person_freetext",
        "summary",
        "is_confidential",
        "follow_up_needed",
        "follow_up_date",
        "follow_up_assigned_to",
    ];
    told.iter().any(|field| form.get(field).is_some())
        || form.get("contact_date").is_some_and(|date| date != today.to_string())
}

impl ContactDraft {
    /// The texts by which it is found.
    pub fn texts(&self) -> Vec<&str> {
        [&self.summary, &self.contact_person_freetext].into_iter().filter_map(|text| text.as_deref()).collect()
    }

    /// Reads a contact; `held` is the entry as it is now, whose old values may be saved again unchanged.
    pub fn parse(form: &FormData, visit: &Visit, staff: &[Colleague], held: Option<&Self>) -> Result<Self, Invalid> {
        let mut checked = Checked::new(form);
        let today = visit.today;
        let contact_date = checked.date("contact_date").unwrap_or_else(|| {
            if !checked.is_refused("contact_date") {
                checked.refuse("contact_date", "Enter the day of the contact.");
            }
            today
        });
        if contact_date > today && held.is_none_or(|held| held.contact_date != contact_date) {
            checked
                .refuse("contact_date", "A contact lies in the past or today. Plan a future one as the next contact.");
        }
        let contact_type = checked.choice("contact_type").unwrap_or_else(|| {
            if !checked.is_refused("contact_type") {
                checked.refuse("contact_type", "Choose how you were in contact.");
            }
            ContactType::Phone
        });
        let own = visit.viewer.personnel_id;
        let contacted_by = checked.reference("contacted_by").or(own.filter(|_| !checked.is_refused("contacted_by")));
        let contacted_by = match contacted_by {
            Some(person) if may_make(staff, person, held) => person,
            _ => {
                checked.refuse("contacted_by", "Choose the colleague who made the contact.");
                PersonnelId(0)
            }
        };
        let follow_up_date = checked.date("follow_up_date");
        if follow_up_date.is_some_and(|date| date < today)
            && held.and_then(|held| held.follow_up_date) != follow_up_date
        {
            checked.refuse("follow_up_date", "A follow-up lies today or later.");
        }
        let follow_up_assigned_to: Option<PersonnelId> = checked.reference("follow_up_assigned_to");
        let holder = held.and_then(|held| held.follow_up_assigned_to);
        if follow_up_assigned_to.is_some_and(|person| !may_hold(staff, person, holder)) {
            checked.refuse("follow_up_assigned_to", "Choose an active colleague.");
        }
        // A date or a name that was added asks for a follow-up too; one that stood there goes when the tick goes.
        let asked = (follow_up_date, follow_up_assigned_to);
        let stood = held.map(|held| (held.follow_up_date, held.follow_up_assigned_to)).unwrap_or_default();
        let needed = checked.flag("follow_up_needed") || (asked != (None, None) && asked != stood);
        let is_confidential = checked.confidential_mark(visit.viewer.sees_confidential());
        let draft = Self {
            contact_date,
            contact_type,
            contacted_by,
            contact_person_id: checked.reference("contact_person_id"),
            contact_person_freetext: checked.line("contact_person_freetext"),
            summary: checked.text("summary"),
            is_confidential,
            follow_up_needed: needed,
            follow_up_date: follow_up_date.filter(|_| needed),
            follow_up_assigned_to: follow_up_assigned_to.or(own.filter(|_| held.is_none())).filter(|_| needed),
            follow_up_done: needed && checked.flag("follow_up_done"),
        };
        checked.finish(draft)
    }

    /// What the client shows of it, if it is the latest; the words of a confidential one stay here (product.md §3).
    pub fn as_last_contact(&self) -> LastContact {
        LastContact {
            last_contact_date: Some(self.contact_date),
            last_contact_type: Some(self.contact_type),
            last_contact_by: Some(self.contacted_by),
            last_contact_notes: self.summary.clone().filter(|_| !self.is_confidential),
        }
    }
}

/// A contact may be logged for any colleague, also one who has left since.
fn may_make(staff: &[Colleague], person: PersonnelId, held: Option<&ContactDraft>) -> bool {
    held.is_some_and(|held| held.contacted_by == person) || staff.iter().any(|other| other.personnel_id == person)
}

/// Reads the next planned contact; `held` is the one planned now, which may be saved again although its day passed.
pub fn parse_planned(
    form: &FormData,
    visit: &Visit,
    staff: &[Colleague],
    held: &PlannedContact,
) -> Result<PlannedContact, Invalid> {
    let mut checked = Checked::new(form);
    let date = checked.date("next_planned_contact_date");
    if date.is_some_and(|date| date < visit.today) && date != held.next_planned_contact_date {
        checked.refuse("next_planned_contact_date", "A planned contact lies today or later.");
    }
    let assigned: Option<PersonnelId> = checked.reference("next_planned_contact_assigned_to");
    if assigned.is_some_and(|person| !may_hold(staff, person, held.next_planned_contact_assigned_to)) {
        checked.refuse("next_planned_contact_assigned_to", "Choose an active colleague.");
    }
    let kind = checked.choice("next_planned_contact_type");
    if date.is_none() && !checked.is_refused("next_planned_contact_date") && (kind.is_some() || assigned.is_some()) {
        checked.refuse("next_planned_contact_date", "Enter the day of the next contact, or leave all three empty.");
    }
    // A new plan is one's own unless it says otherwise; one that stood there stays as it is.
    let own = visit.viewer.personnel_id.filter(|_| date.is_some() && date != held.next_planned_contact_date);
    checked.finish(PlannedContact {
        next_planned_contact_date: date,
        next_planned_contact_type: kind,
        next_planned_contact_assigned_to: assigned.or(own),
    })
}
