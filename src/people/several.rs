//! Several colleagues in one field of a form: offered with ticks, sent as ids with commas between.

use super::{Colleague, choice, may_hold};
use crate::ids::PersonnelId;
use crate::web::{Checked, FormData, Input, Values};

/// The colleagues of whom several may be chosen; one who left is offered where they are chosen already.
pub fn several(staff: &[Colleague], held: &Values, field: &str) -> Input {
    let held = held.get(field).map(String::as_str).unwrap_or_default();
    let is_held = |person: &Colleague| held.split(',').any(|id| id == person.personnel_id.to_string());
    Input::Several(staff.iter().filter(|person| person.is_active || is_held(person)).map(choice).collect())
}

/// Several people as one value of a form, each once, in the order of their ids.
pub fn joined(people: impl IntoIterator<Item = PersonnelId>) -> String {
    let mut people: Vec<PersonnelId> = people.into_iter().collect();
    people.sort_unstable();
    people.dedup();
    people.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// Those whom a field names, each once, in the order of their ids; whoever holds the role already may keep it although
/// they left.
pub fn named(
    checked: &mut Checked<'_>,
    form: &FormData,
    field: &str,
    staff: &[Colleague],
    held: &[PersonnelId],
) -> Vec<PersonnelId> {
    let mut people = Vec::new();
    for id in form.all(field).flat_map(|value| value.split(',')).filter(|id| !id.is_empty()) {
        match id.trim().parse().ok().map(PersonnelId) {
            Some(person) if held.contains(&person) || may_hold(staff, person, None) => people.push(person),
            _ if !checked.is_refused(field) => checked.refuse(field, "Choose active colleagues."),
            _ => {}
        }
    }
    people.sort_unstable();
    people.dedup();
    people
}
