//! A record as its form says it.

use serde_json::{Map, Value};

use crate::records::{Entry, RecordKind};
use crate::web::{Checked, FormData, Invalid};

/// Reads the form of a kind into its columns.
pub fn parse(kind: RecordKind, form: &FormData) -> Result<Map<String, Value>, Invalid> {
    let mut checked = Checked::new(form);
    let mut values = Map::new();
    for spec in kind.fields() {
        let value = match spec.entry {
            Entry::Line | Entry::Open(_) => checked.line(spec.name).map(Value::from),
            Entry::Text => checked.text(spec.name).map(Value::from),
            Entry::Closed(list) => checked.one_of(spec.name, list).map(Value::from),
            Entry::Number(range) => checked.number(spec.name, range).map(Value::from),
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
