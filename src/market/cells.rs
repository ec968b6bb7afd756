//! The values of records as lists and pages show them.

use crate::db::Db;
use crate::error::Result;
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

/// The cells of each record; names of referred records come in one query per column.
pub fn cells(db: &mut Db, columns: &[&'static FieldSpec], records: &[Record]) -> Result<Vec<Vec<Cell>>> {
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
    match whole.parse() {
        Ok(whole) if whole >= 1_000 => format!("{}{rest}", grouped(whole)),
        _ => text,
    }
}

/// What is said of a record beside its name; its sources stand apart.
pub fn facts(db: &mut Db, kind: RecordKind, record: &Record) -> Result<Vec<Cell>> {
    let columns: Vec<_> = kind.fields().iter().skip(1).filter(|field| field.name != "sources").collect();
    Ok(cells(db, &columns, std::slice::from_ref(record))?.pop().unwrap_or_default())
}
