//! People as the other slices need them: colleagues to choose from, names by id. Their pages are those of the market.

pub mod queries;

use crate::ids::PersonnelId;
use crate::web::{Choice, Values};

/// A colleague, to be chosen as point of contact, as maker of a contact, as the one to follow up.
#[derive(Clone, Debug)]
pub struct Colleague {
    /// The person.
    pub personnel_id: PersonnelId,
    /// Their full name.
    pub full_name: String,
    /// Whether they may be given new work.
    pub is_active: bool,
}

/// The colleagues to choose from; one who left is offered only where they hold the role already (product.md §1).
pub fn choices(staff: &[Colleague], held: &Values, field: &str) -> Vec<Choice> {
    let holder = held.get(field).map(String::as_str).unwrap_or_default();
    staff
        .iter()
        .filter(|person| person.is_active || person.personnel_id.to_string() == holder)
        .map(|person| {
            let inactive = if person.is_active { "" } else { " (inactive)" };
            Choice::new(person.personnel_id, format!("{}{inactive}", person.full_name))
        })
        .collect()
}

/// Whether the person may be given the role: an active colleague, or whoever holds it already.
pub fn may_hold(staff: &[Colleague], chosen: PersonnelId, holder: Option<PersonnelId>) -> bool {
    Some(chosen) == holder || staff.iter().any(|person| person.personnel_id == chosen && person.is_active)
}
