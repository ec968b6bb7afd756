//! How the rows are to be taken, as the page of an import sends it.

use super::model::{Decision, Import, Settings};
use super::texts::Order;
use super::words;
use crate::closed_list::ClosedList;
use crate::db::name_forms::name_key;
use crate::web::{Field, FormData, Input};

/// Rows that are decided one by one, at most.
const DECIDED: usize = 10_000;

/// The settings that a form sends, or what is wrong with them; what it does not send stays.
pub fn settings_of(form: &FormData, import: &Import, fields: &[Field]) -> Result<Settings, String> {
    let mut settings = import.settings.clone();
    let is_field = |name: &String| fields.iter().any(|field| field.name == name);
    for (place, column) in settings.columns.iter_mut().enumerate() {
        if form.has(&format!("column_{place}")) {
            *column = form.get(&format!("column_{place}")).filter(is_field);
        }
    }
    for field in fields {
        let columns = settings.columns.iter().filter(|column| column.as_deref() == Some(field.name)).count();
        if columns > 1 {
            return Err(format!("{columns} columns go to “{}”. Choose the one that holds it.", field.label));
        }
        match form.get(&format!("all_{}", field.name)).filter(|_| fixes(field)) {
            Some(value) => drop(settings.fixed.insert(field.name.to_owned(), value)),
            None if form.has(&format!("all_{}", field.name)) => drop(settings.fixed.remove(field.name)),
            None => {}
        }
    }
    for (place, field) in
        settings.columns.iter().enumerate().filter_map(|(place, field)| Some((place, field.as_ref()?)))
    {
        let words = import.recognised.columns.get(place).map(|seen| seen.words.as_slice()).unwrap_or_default();
        for (number, word) in words.iter().enumerate() {
            let name = format!("{}{place}_{number}", words::MEANS);
            if !form.has(&name) {
                continue;
            }
            let meant = settings.meant.entry(field.clone()).or_default();
            match form.get(&name) {
                Some(value) if value == words::EMPTY => meant.insert(name_key(word), String::new()),
                Some(value) => meant.insert(name_key(word), value),
                None => meant.remove(&name_key(word)),
            };
        }
    }
    settings.fixed.retain(|name, _| !settings.columns.iter().any(|column| column.as_deref() == Some(name)));
    if let Some(has_head) = form.get("has_head") {
        settings.has_head = has_head == "yes";
    }
    if form.has("dates") {
        settings.dates = match form.get("dates").as_deref() {
            Some("day") => Order::DayFirst,
            Some("month") => Order::MonthFirst,
            _ => Order::Unclear,
        };
    }
    let decision = |name: &str| form.get(name).and_then(|word| Decision::parse(&word).ok());
    settings.known = decision("known").unwrap_or(settings.known);
    settings.near = decision("near").unwrap_or(settings.near);
    // A tick that is not set is not sent, by the page that asks for it.
    if form.has("brings_back") || form.has("known") {
        settings.brings_back = form.flag("brings_back");
    }
    for (name, value) in form.values() {
        let Some(row) = name.strip_prefix("row_").and_then(|row| row.parse().ok()) else { continue };
        match Decision::parse(&value) {
            Ok(decision) if settings.rows.len() < DECIDED => drop(settings.rows.insert(row, decision)),
            _ => drop(settings.rows.remove(&row)),
        }
    }
    Ok(settings)
}

/// Whether all rows may have one value of a field.
pub fn fixes(field: &Field) -> bool {
    let is_word = |choice: &crate::web::Choice| choice.value == choice.label;
    match &field.input {
        Input::Select(choices) | Input::Buttons(choices) => field.required && choices.iter().all(is_word),
        _ => false,
    }
}

/// What has to be said before the rows can be taken.
pub fn missing(import: &Import, fields: &[Field]) -> Option<String> {
    let settings = &import.settings;
    let is_told = |field: &&Field| {
        settings.column_of(field.name).is_some()
            || settings.fixed.contains_key(field.name)
            // Who brings the contacts made them, unless a column says otherwise.
            || field.name == "contacted_by"
    };
    let field = fields.iter().filter(|field| field.required).find(|field| !is_told(field))?;
    Some(match fixes(field) {
        true => format!("Say which column holds “{}”, or what it is for all rows.", field.label),
        false => format!("Say which column holds “{}”.", field.label),
    })
}
