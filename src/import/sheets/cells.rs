//! A cell of a file as the form of its field takes it, or what is wrong with it.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::kinds::named_by;
use super::model::Settings;
use super::recognised::{Recognised, Seen, Written};
use super::rows::{Cell, Row};
use super::texts::{Order, day_of, number_of};
use super::workbook::day_of_number;
use crate::db::name_forms::name_key;
use crate::records::RecordKind;
use crate::web::{Choice, Field, Input};

/// A field with the column that goes to it.
pub struct Mapped {
    /// The field.
    pub field: Field,
    /// The place of the column.
    pub column: usize,
    /// The head of the column.
    pub head: String,
    /// The kind of record that it names.
    pub names: Option<RecordKind>,
    /// What words that are on no list mean.
    meant: BTreeMap<String, String>,
    order: Order,
    has_decimal_comma: bool,
    is_1904: bool,
    today: NaiveDate,
}

/// The fields that columns go to, in the order of the fields.
pub fn mapped(fields: Vec<Field>, recognised: &Recognised, settings: &Settings, today: NaiveDate) -> Vec<Mapped> {
    let heads = recognised.heads(settings.has_head);
    let is_1904 = matches!(recognised.written, Written::Xlsx { is_1904: true, .. });
    let of = |field: Field| {
        let column = settings.column_of(field.name)?;
        let seen = recognised.columns.get(column)?;
        let order = if seen.order() == Order::Unclear { settings.dates } else { seen.order() };
        Some(Mapped {
            names: named_by(&field),
            meant: settings.meant.get(field.name).cloned().unwrap_or_default(),
            column,
            head: heads.get(column)?.clone(),
            order,
            has_decimal_comma: seen.has_decimal_comma,
            is_1904,
            today,
            field,
        })
    };
    fields.into_iter().filter_map(of).collect()
}

impl Mapped {
    /// What a row says, as the form takes it; a record is told by its name still. Nothing for an empty cell.
    pub fn read(&self, row: &Row) -> Option<Result<String, String>> {
        let cell = row.cell(self.column);
        let is_empty = cell.is_empty() || self.meaning(&cell.text()).is_some_and(String::is_empty);
        (!is_empty).then(|| self.text(cell))
    }

    /// What a word is said to mean; of most fields nothing is said, and no word is looked up.
    fn meaning(&self, word: &str) -> Option<&String> {
        if self.meant.is_empty() { None } else { self.meant.get(&name_key(word)) }
    }

    /// What may be chosen for a field of a closed list, and for one of colleagues.
    pub fn choices(&self) -> Option<&[Choice]> {
        match &self.field.input {
            Input::Select(choices) | Input::Buttons(choices) => Some(choices),
            _ => None,
        }
    }

    /// The words of the column that are on no list, each with its place among all that were seen in it.
    pub fn unknown<'s>(&self, seen: &'s Seen) -> Vec<(usize, &'s str)> {
        let Some(choices) = self.choices() else { return Vec::new() };
        let words = seen.words.iter().map(String::as_str).enumerate();
        words.filter(|(_, word)| *word != self.head && chosen(choices, word).is_err()).collect()
    }

    fn text(&self, cell: &Cell) -> Result<String, String> {
        const ERRORS: [&str; 7] = ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"];
        let text = cell.text();
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err("This cell holds characters that no one can see. Type it anew.".into());
        }
        if ERRORS.contains(&text.trim()) {
            return Err("This cell holds an error of the spreadsheet. Mend it there.".into());
        }
        let line = || text.split_whitespace().collect::<Vec<_>>().join(" ");
        match &self.field.input {
            Input::Line | Input::Suggest(_) | Input::Picker { .. } => Ok(line()),
            Input::Area(_) => Ok(text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()),
            Input::Date => self.day(cell, &text),
            Input::Number => match cell {
                Cell::Day { .. } => Err("This is a date, and a number is wanted.".into()),
                Cell::Number(number) => Ok(number.to_string()),
                _ => Ok(number_of(&text, self.has_decimal_comma)),
            },
            Input::Tick => tick(&line()).map(|yes| if yes { "on" } else { "" }.to_owned()),
            Input::Select(choices) | Input::Buttons(choices) => match self.meaning(&text) {
                Some(value) if choices.iter().any(|choice| choice.value == *value) => Ok(value.clone()),
                _ => chosen(choices, &text),
            },
            Input::Password | Input::Several(_) => Err("This cannot be imported.".into()),
        }
    }

    fn day(&self, cell: &Cell, text: &str) -> Result<String, String> {
        match cell {
            Cell::Day { day } => Ok(day.to_string()),
            // A day that was not formatted as one; smaller numbers are more likely a mistake.
            Cell::Number(number) if (10_000.0..80_000.0).contains(number) => {
                day_of_number(*number, self.is_1904).map(|day| day.to_string()).ok_or_else(|| "This is no date.".into())
            }
            _ => day_of(text, self.order, self.today).map(|day| day.to_string()).map_err(ToOwned::to_owned),
        }
    }
}

/// The value of the choice that a text names.
fn chosen(choices: &[Choice], text: &str) -> Result<String, String> {
    let (wanted, line) = (name_key(text), || text.split_whitespace().collect::<Vec<_>>().join(" "));
    let is_meant = |label: &str| {
        let label = name_key(label.trim_end_matches(" (inactive)"));
        label == wanted || wanted.split_once(", ").is_some_and(|(last, first)| label == format!("{first} {last}"))
    };
    let mut meant = choices.iter().filter(|choice| is_meant(&choice.label));
    match (meant.next(), meant.next()) {
        (Some(choice), None) => Ok(choice.value.clone()),
        (Some(_), Some(_)) => Err(format!("Several are called “{}”.", line())),
        (None, _) if choices.iter().all(|choice| choice.value == choice.label) => {
            let words: Vec<_> = choices.iter().map(|choice| choice.label.as_str()).collect();
            Err(format!("Write one of: {}.", words.join(", ")))
        }
        (None, _) => Err(format!("No colleague is called “{}”.", line())),
    }
}

/// Yes or no, as people write them.
fn tick(text: &str) -> Result<bool, String> {
    match name_key(text).as_str() {
        "yes" | "y" | "true" | "1" | "x" | "on" | "ja" | "oui" | "si" | "active" | "open" | "done" | "wahr" => Ok(true),
        "no" | "n" | "false" | "0" | "-" | "off" | "nein" | "non" | "inactive" | "falsch" => Ok(false),
        _ => Err("Write yes or no.".into()),
    }
}
