//! A record as its fields say it: read from a form, shown on a page, sent as JSON.

use serde_json::{Map, Value};

use super::{Entry, Kind};
use crate::web::{Checked, FormData, Invalid, plain};

/// One record of any kind, with its open columns.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its id within its kind.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Hidden from lists and pickers.
    pub is_archived: bool,
    /// Which save it is.
    pub version: i64,
    /// Its columns.
    pub values: Map<String, Value>,
}

impl Record {
    /// A column as text.
    pub fn text(&self, column: &str) -> Option<String> {
        match self.values.get(column)? {
            Value::Null => None,
            Value::Bool(yes) => Some(if *yes { "yes" } else { "no" }.into()),
            other => Some(plain(other)),
        }
    }

    /// A column that names another record.
    pub fn reference(&self, column: &str) -> Option<i64> {
        self.values.get(column)?.as_i64()?.try_into().ok()
    }
}

/// Which records of a kind a list shows.
#[derive(Clone, Debug, Default)]
pub struct ListFilter {
    /// Words in the name.
    pub search: Option<String>,
    /// Columns and the values that they have.
    pub values: Vec<(&'static str, String)>,
    /// The archived ones instead of the others.
    pub archived: bool,
    /// Columns that are filled.
    pub filled: &'static [&'static str],
    /// The column that orders them; the name for any other.
    pub sort: &'static str,
    /// The order turned round.
    pub descending: bool,
    /// Rows to skip.
    pub offset: i64,
    /// Rows at most.
    pub limit: i64,
}

/// Reads the form of a kind into its columns.
pub fn parse(kind: Kind, form: &FormData) -> Result<Map<String, Value>, Invalid> {
    let mut checked = Checked::new(form);
    let mut values = Map::new();
    for spec in kind.fields() {
        let value = match spec.entry {
            Entry::Line | Entry::Open(_) => checked.line(spec.name).map(Value::from),
            Entry::Text => checked.text(spec.name).map(Value::from),
            Entry::Closed(list) => checked.one_of(spec.name, list).map(Value::from),
            Entry::Number(range) => {
                checked.number(spec.name, &range.words(), |number| range.holds(number)).map(Value::from)
            }
            Entry::Date => checked.date(spec.name).map(|date| Value::from(date.to_string())),
            Entry::Tick => Some(Value::from(checked.flag(spec.name))),
            Entry::Reference(_) => checked.reference::<i64>(spec.name).map(Value::from),
        };
        if spec.required && value.is_none() && !checked.is_refused(spec.name) {
            checked.refuse(spec.name, format!("Fill in “{}”.", spec.label));
        }
        values.insert(spec.name.to_owned(), value.unwrap_or(Value::Null));
    }
    checked.finish(values)
}
