//! The fields of the contact form.

use crate::clients::ContactType;
use crate::people::{Colleague, choices};
use crate::records::{RecordKind, picker};
use crate::web::{Choice, Field, Input, Page, Values};

/// The fields of a contact that was made; what is seldom wanted is folded away.
pub fn contact_fields(page: &Page, staff: &[Colleague], values: &Values) -> Vec<Field> {
    let made_by = staff.iter().map(|person| Choice::new(person.personnel_id, person.full_name.clone())).collect();
    let mut fields = vec![
        Field::new("contact_type", "Type", Input::Buttons(Choice::all::<ContactType>())).required(),
        Field::new("contact_date", "Date", Input::Date).required().offering(&["today", "yesterday"]),
        Field::new("summary", "Summary", Input::Area(2)),
        Field::new("contacted_by", "Made by", Input::Select(made_by)).required().folded(),
        Field::new("contact_person_id", "Person met", picker::input(RecordKind::Person)).folded(),
        Field::new("contact_person_freetext", "Others met", Input::Line)
            .hint("For people who are not on file.")
            .folded(),
        Field::new("follow_up_needed", "Follow-up needed", Input::Tick).folded(),
        Field::new("follow_up_date", "Follow up on", Input::Date)
            .offering(&["in 1 week", "in 2 weeks", "in 1 month"])
            .folded(),
        Field::new(
            "follow_up_assigned_to",
            "Follow up: assigned to",
            Input::Select(choices(staff, values, "follow_up_assigned_to")),
        )
        .folded(),
    ];
    if page.viewer().sees_confidential() {
        let mark = Field::new("is_confidential", "Confidential", Input::Tick)
            .hint("Only people with confidential access see it; the date still counts for everyone.");
        fields.push(mark.folded());
    }
    fields
}

/// The fields of the contact that is planned next.
pub fn planned_fields(staff: &[Colleague], values: &Values) -> Vec<Field> {
    vec![
        Field::new("next_planned_contact_date", "Next contact on", Input::Date).offering(&[
            "in 2 weeks",
            "in 1 month",
            "in 3 months",
        ]),
        Field::new("next_planned_contact_type", "Next contact: type", Input::Select(Choice::all::<ContactType>()))
            .folded(),
        Field::new(
            "next_planned_contact_assigned_to",
            "Next contact: assigned to",
            Input::Select(choices(staff, values, "next_planned_contact_assigned_to")),
        )
        .folded(),
    ]
}
