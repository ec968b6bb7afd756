//! The plan in a contact form: what was planned when the form was begun, and what takes its place.

use chrono::NaiveDate;

use super::model::parse_planned;
use crate::clients::{Client, PlannedContact};
use crate::people::Colleague;
use crate::web::{FormData, Invalid, Page, Values, values_of};

/// The plan as it was when the form was begun, in a form that showed it.
pub const HELD: &str = "held_plan";

/// Whether the form showed the tick set, since the day of the plan that it showed had come: without it, it was not the
/// planned contact.
pub fn was_asked(sent: &FormData, today: NaiveDate) -> bool {
    let day = sent.raw(HELD).and_then(|plan| plan.split('/').next()?.parse::<NaiveDate>().ok());
    day.is_some_and(|day| day <= today)
}

/// The plan that takes the place of the one held, if the form asks for one. Emptied fields drop a plan only where the
/// form showed it.
pub fn read(
    sent: &FormData,
    page: &Page,
    staff: &[Colleague],
    client: &Client,
) -> Result<Option<PlannedContact>, Invalid> {
    let held = &client.planned;
    let begun = sent.raw(HELD);
    // What stood there and stands there still is not asked for, whatever has become of it since.
    if begun == Some(of_values(&sent.values()).as_str()) {
        return Ok(None);
    }
    let plan = parse_planned(sent, &page.visit, staff, held)?;
    if plan == *held || (plan.next_planned_contact_date.is_none() && begun.is_none()) {
        return Ok(None);
    }
    Ok(Some(plan))
}

/// Whether someone changed the plan since the form was begun.
pub fn is_in_conflict(sent: &FormData, held: &PlannedContact) -> bool {
    sent.raw(HELD).is_some_and(|begun| begun != of_values(&values_of(held)))
}

/// What the second person is told beside the day.
pub fn conflict(held: &PlannedContact) -> Invalid {
    let now = held.next_planned_contact_date;
    let now = now.map_or_else(|| "nothing is planned".to_owned(), |date| format!("it is planned for {date}"));
    let words = format!("Someone changed the plan meanwhile: now {now}. Log the contact again to replace that.");
    Invalid::one("next_planned_contact_date", words)
}

/// Day, kind and person of a plan in one line; empty when nothing is planned.
pub fn of_values(values: &Values) -> String {
    let fields = ["next_planned_contact_date", "next_planned_contact_type", "next_planned_contact_assigned_to"];
    let parts = fields.map(|field| values.get(field).map(|value| value.trim()).unwrap_or_default());
    parts.join("/").trim_matches('/').to_owned()
}
