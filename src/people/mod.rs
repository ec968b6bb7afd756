//! People as the other slices need them: colleagues to choose from, names by id. Their pages are those of the market.

mod lookups;
pub mod mentions;
pub mod queries;
mod several;

pub use lookups::Lookups;
pub use several::{joined, named, several};

use crate::db::name_forms::name_key;
use crate::ids::PersonnelId;
use crate::web::{Choice, FormData, Values};

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
    staff.iter().filter(|person| person.is_active || person.personnel_id.to_string() == holder).map(choice).collect()
}

fn choice(person: &Colleague) -> Choice {
    let inactive = if person.is_active { "" } else { " (inactive)" };
    Choice::new(person.personnel_id, format!("{}{inactive}", person.full_name))
}

/// Whether the person may be given the role: an active colleague, or whoever holds it already.
pub fn may_hold(staff: &[Colleague], chosen: PersonnelId, holder: Option<PersonnelId>) -> bool {
    Some(chosen) == holder || staff.iter().any(|person| person.personnel_id == chosen && person.is_active)
}

/// The one active colleague of that name: in full, by one of its parts, or by initials.
pub fn called(name: &str, staff: &[Colleague]) -> Option<PersonnelId> {
    let key = name_key(name);
    if key.is_empty() {
        return None;
    }
    let active = || staff.iter().filter(|person| person.is_active);
    let one = |fits: &dyn Fn(&str) -> bool| {
        let mut fitting = active().filter(|person| fits(&person.full_name));
        fitting.next().filter(|_| fitting.next().is_none()).map(|person| person.personnel_id)
    };
    let is_part = |full: &str| full.split_whitespace().any(|part| name_key(part) == key);
    let initials = |full: &str| {
        let letters: String = full.split_whitespace().filter_map(|part| part.chars().next()).collect();
        // In capitals alone, so that “to: …” and the like are no one's.
        letters.chars().count() > 1 && letters == name
    };
    one(&|full| name_key(full) == key).or_else(|| one(&is_part)).or_else(|| one(&initials))
}

/// The colleague whom a field names, by id or by name, and who may be given work.
pub fn chosen(form: &FormData, field: &str, staff: &[Colleague]) -> Option<PersonnelId> {
    let typed = form.get(field)?;
    let by_id = typed.parse().ok().map(PersonnelId).filter(|person| may_hold(staff, *person, None));
    by_id.or_else(|| called(&typed, staff))
}
