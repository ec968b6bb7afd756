//! Which column goes to which field: by its name first, then by what stands in it. Nothing is taken twice.

use super::kinds::Kind;
use super::recognised::Recognised;
use super::rows::Cell;
use super::taking_clients;
use super::texts::order_of;
use crate::db::name_forms::name_key;
use crate::records::RecordKind;
use crate::web::{Field, Input};

/// Names that people give to columns, beside the names and labels of the fields.
const CALLED: &[(&str, &[&str])] = &[
    ("client_name", &["client", "name", "company", "organisation", "organization", "account", "customer", "kunde"]),
    ("client_type", &["type", "kind", "category", "sector"]),
    ("mpr_primary_poc", &["point of contact", "poc", "primary poc", "primary", "account manager", "owner"]),
    ("mpr_secondary_poc", &["secondary", "secondary poc", "deputy", "stand in"]),
    ("company_name", &["company", "name", "organisation", "organization", "owner", "operator", "firm"]),
    ("company_type", &["type", "kind", "category"]),
    ("engagement_level", &["engagement", "level"]),
    ("vendor_name", &["vendor", "name", "company", "supplier"]),
    ("vendor_id", &["vendor", "vendor name", "company", "designer"]),
    ("product_name", &["technology", "name", "design", "reactor", "product"]),
    ("project_name", &["project", "name", "plant", "site"]),
    ("project_status", &["status", "stage", "phase"]),
    ("target_cod", &["target operation", "target date", "planned operation"]),
    ("cod", &["commercial operation date", "in operation since"]),
    ("latitude", &["lat"]),
    ("longitude", &["lon", "lng", "long"]),
    ("thermal_capacity", &["mwt", "thermal power"]),
    ("gross_capacity", &["mwe", "electrical power", "capacity"]),
    ("full_name", &["name", "person", "contact", "contact name", "employee"]),
    ("personnel_type", &["type", "internal external", "kind"]),
    ("employer", &["company", "organisation", "organization", "firm", "works at"]),
    ("email", &["e mail", "mail", "email address", "e mail address"]),
    ("phone", &["telephone", "tel", "phone number", "mobile", "telefon"]),
    ("role", &["title", "job title", "position", "function"]),
    ("is_active", &["active", "is active"]),
    ("sources", &["source", "links", "web", "website", "url"]),
    ("notes", &["note", "comments", "comment", "remarks", "description", "notizen"]),
    ("client_id", &["client name", "company", "organisation", "organization", "account", "customer"]),
    ("contact_date", &["contact date", "day", "when", "datum"]),
    ("contact_type", &["contact type", "kind", "channel", "how"]),
    ("contacted_by", &["by", "contacted by", "colleague", "who"]),
    ("contact_person_id", &["met", "person", "contact person", "spoke with"]),
    ("contact_person_freetext", &["others"]),
    ("summary", &["notes", "subject", "what", "comments"]),
    ("follow_up_needed", &["follow up"]),
    ("follow_up_date", &["follow up date", "due"]),
    ("follow_up_assigned_to", &["assigned to", "assignee"]),
    ("is_confidential", &["confidential"]),
    ("owner_id", &["owner name", "company"]),
    ("project_id", &["project name"]),
    ("operator_id", &["operator name", "company"]),
    ("constructor_id", &["constructor name"]),
    ("offtaker_id", &["offtaker name"]),
    ("personnel_id", &["person name", "full name", "name", "contact"]),
    ("supplier_id", &["supplier name"]),
    ("product_id", &["technology name", "design"]),
    ("relationship_type", &["type", "kind"]),
    ("next_planned_contact_date", &["next contact", "next contact date", "next planned contact"]),
    ("next_planned_contact_type", &["next contact type"]),
    ("next_planned_contact_assigned_to", &["next contact by", "next contact assigned to"]),
    ("role_at_client", &["title", "position"]),
    ("is_primary_contact", &["primary", "primary contact"]),
];

const CLIENTS: Kind = Kind::Records(RecordKind::Client);

/// A name of a column without what only decorates it.
fn plain(name: &str) -> String {
    let key = name_key(name);
    let letters: String = key.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    letters.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The field of each column, as far as it can be told.
pub fn matched(kind: Kind, recognised: &Recognised, has_head: bool, fields: &[Field]) -> Vec<Option<String>> {
    let heads: Vec<String> = recognised.heads(has_head).iter().map(|head| plain(head)).collect();
    let mut columns: Vec<Option<String>> = vec![None; heads.len()];
    let mut free: Vec<&Field> = fields.iter().collect();
    let own = |field: &Field, head: &str| {
        let label = field.label.split(" (").next().unwrap_or(field.label);
        [field.name, field.label, label].iter().any(|name| plain(name) == head)
    };
    let called = |field: &Field, head: &str| {
        let is_name = |(name, names): &&(&str, &[&str])| *name == field.name && names.contains(&head);
        CALLED.iter().any(|one| is_name(&one))
    };
    let ends = |field: &Field, head: &str| end_of(kind, field).is_some_and(|end| end.contains(&head));
    type Fits<'f> = &'f dyn Fn(&Field, &str) -> bool;
    // What is sure comes first, so that nothing less sure takes its place.
    let ways: [Fits; 3] = [&own, &ends, &called];
    for fits in ways.iter().filter(|_| has_head) {
        for (column, head) in columns.iter_mut().zip(&heads).filter(|(column, _)| column.is_none()) {
            if let Some(place) = free.iter().position(|field| fits(field, head)) {
                *column = Some(free.remove(place).name.to_owned());
            }
        }
    }
    for (place, column) in columns.iter_mut().enumerate().filter(|(_, column)| column.is_none()) {
        let values: Vec<&Cell> = recognised.first(has_head).map(|row| row.cell(place)).collect();
        let values: Vec<&Cell> = values.into_iter().filter(|cell| !cell.is_empty()).collect();
        if values.is_empty() {
            continue;
        }
        let is_guessed = |field: &Field| kind != CLIENTS || !taking_clients::is_beside(field.name);
        let fits = |place: &usize| is_guessed(free[*place]) && is_like(free[*place], &values);
        let fitting: Vec<usize> = (0..free.len()).filter(fits).collect();
        if let [place] = fitting[..] {
            *column = Some(free.remove(place).name.to_owned());
        }
    }
    columns
}

/// What the list of a kind calls the record itself, in a file of links of it.
fn end_of(kind: Kind, field: &Field) -> Option<[&'static str; 2]> {
    let Kind::Links(_) = kind else { return None };
    Some(match super::kinds::named_by(field)? {
        RecordKind::Client => ["client", "client name"],
        RecordKind::Owner => ["owner", "developer"],
        RecordKind::Vendor => ["vendor", "vendor name"],
        RecordKind::Technology => ["technology", "reactor"],
        RecordKind::Project => ["project", "plant"],
        RecordKind::Operator => ["operator", "operated by"],
        RecordKind::Constructor => ["constructor", "builder"],
        RecordKind::Offtaker => ["offtaker", "buyer"],
        RecordKind::Person => ["person", "employee"],
    })
}

/// Whether all of some values are what a field takes and hardly another.
fn is_like(field: &Field, values: &[&Cell]) -> bool {
    let texts = || values.iter().map(|cell| name_key(&cell.text()));
    match &field.input {
        Input::Select(choices) | Input::Buttons(choices) => {
            texts().all(|text| choices.iter().any(|choice| name_key(&choice.label) == text))
        }
        Input::Date => values.iter().all(|cell| match cell {
            Cell::Day { .. } => true,
            Cell::Text(text) => order_of(text).is_some(),
            _ => false,
        }),
        Input::Line if field.name == "email" => values.iter().all(|cell| is_address(&cell.text())),
        _ => false,
    }
}

fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains(' '))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::sheets::recognised::{Seen, Written};
    use crate::import::sheets::rows::Row;
    use crate::web::Choice;

    #[test]
    fn columns_are_matched_by_name_and_by_example() {
        let fields = [
            Field::new("client_name", "Client name", Input::Line),
            Field::new("client_type", "Type", Input::Select(vec![Choice::new("IPP", "IPP")])),
            Field::new("email", "Email", Input::Line),
            Field::new("thermal_capacity", "Thermal capacity (MWt)", Input::Number),
            Field::new("notes", "Notes", Input::Area(2)),
        ];
        let row = |number, words: &[&str]| Row(number, words.iter().map(|w| Cell::Text((*w).into())).collect());
        let samples = vec![
            row(1, &["Klasse", "COMPANY", "x", "thermal capacity", "Extra", "notes"]),
            row(2, &["ipp", "Granite", "a@b.org", "3", "?", ""]),
        ];
        let written = Written::Csv { encoding: "UTF-8".into(), separator: ',' };
        let columns = vec![Seen::default(); 6];
        let recognised = Recognised { written, samples, head: 0, has_head: true, rows: 2, columns };
        let people = Kind::Records(RecordKind::Person);
        let found = matched(people, &recognised, true, &fields);
        let found: Vec<_> = found.iter().map(|one| one.as_deref().unwrap_or("-")).collect();
        assert_eq!(found, ["client_type", "client_name", "email", "thermal_capacity", "-", "notes"]);
    }
}
