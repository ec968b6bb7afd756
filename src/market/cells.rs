//! The values of records as lists and pages show them.

use std::collections::HashMap;

use crate::db::Db;
use crate::error::Result;
use crate::export::Value;
use crate::records::{self, Entry, FieldSpec, Record, RecordKind};
use crate::web::grouped;

/// One value of a record as a page shows it.
pub struct Cell {
    pub label: &'static str,
    /// What a number counts.
    pub unit: Option<&'static str>,
    pub text: Option<String>,
    pub link: Option<String>,
    pub is_number: bool,
    /// A text of several lines.
    pub is_long: bool,
}

/// The names of the records that a column refers to.
type NamesOf = Option<(RecordKind, HashMap<i64, String>)>;

/// The names that columns refer to, in one query for each.
fn referred(db: &mut Db, columns: &[&'static FieldSpec], records: &[Record]) -> Result<Vec<NamesOf>> {
    let mut names = Vec::new();
    for spec in columns {
        names.push(match spec.entry {
            Entry::Reference(kind) => {
                let ids: Vec<i64> = records.iter().filter_map(|record| record.reference(spec.name)).collect();
                Some((kind, records::queries::names(db, kind, &ids)?))
            }
            _ => None,
        });
    }
    Ok(names)
}

/// The name and the values of each record as a file takes them.
pub fn exported(db: &mut Db, columns: &[&'static FieldSpec], records: Vec<Record>) -> Result<Vec<Vec<Value>>> {
    let names = referred(db, columns, &records)?;
    let value = |record: &Record, spec: &FieldSpec, names: &NamesOf| match (spec.entry, names) {
        (Entry::Reference(_), Some((_, names))) => {
            Value::text(record.reference(spec.name).and_then(|id| names.get(&id)))
        }
        (Entry::Number(_), _) => {
            record.values.get(spec.name).and_then(serde_json::Value::as_f64).map_or(Value::Empty, Value::Number)
        }
        (Entry::Date, _) => Value::day(record.text(spec.name).and_then(|day| day.parse().ok())),
        _ => Value::text(record.text(spec.name)),
    };
    let row = |record: Record| {
        let values = columns.iter().zip(&names).map(|(spec, names)| value(&record, spec, names)).collect::<Vec<_>>();
        [Value::Text(record.name)].into_iter().chain(values).collect()
    };
    Ok(records.into_iter().map(row).collect())
}

/// The cells of each record.
pub fn cells(db: &mut Db, columns: &[&'static FieldSpec], records: &[Record]) -> Result<Vec<Vec<Cell>>> {
    let names = referred(db, columns, records)?;
    let cell = |record: &Record, index: usize| {
        let spec = columns[index];
        let mut text = record.text(spec.name).map(|text| if spec.is_number() { apart(text) } else { text });
        let mut link = None;
        if let (Some((kind, names)), Some(id)) = (&names[index], record.reference(spec.name)) {
            text = names.get(&id).cloned();
            link = Some(format!("/{}/{id}", kind.path()));
        }
        let scheme = match spec.name {
            "email" => Some("mailto:"),
            "phone" => Some("tel:"),
            _ => None,
        };
        link = link.or_else(|| Some(format!("{}{}", scheme?, text.as_deref()?.replace(' ', ""))));
        let (label, unit) = spec.label_and_unit();
        let (is_number, is_long) = (spec.is_number(), matches!(spec.entry, Entry::Text));
        Cell { label, unit, text, link, is_number, is_long }
    };
    Ok(records.iter().map(|record| (0..columns.len()).map(|index| cell(record, index)).collect()).collect())
}

/// A number with its thousands apart.
fn apart(text: String) -> String {
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    match whole.parse::<i64>() {
        Ok(whole) if whole >= 1_000 => format!("{}{rest}", grouped(whole)),
        _ => text,
    }
}

/// What is said of a record beside its name; its sources stand apart.
pub fn facts(db: &mut Db, kind: RecordKind, record: &Record) -> Result<Vec<Cell>> {
    let columns: Vec<_> = kind.fields().iter().skip(1).filter(|field| field.name != "sources").collect();
    Ok(cells(db, &columns, std::slice::from_ref(record))?.pop().unwrap_or_default())
}
