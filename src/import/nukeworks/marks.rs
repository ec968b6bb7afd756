//! Which fields of which rows the earlier system kept confidential, taken at their strictest: a link or a contact with
//! such a field is confidential as a whole, words of a record without such a place are left out.

use std::collections::{BTreeSet, HashMap};

use super::Import;
use super::row::Row;
use super::tables::Table;
use super::tally::Fate;
use crate::db::foreign::{ForeignFile, ForeignTable};
use crate::error::Result;
use crate::market::figures;
use crate::records::RecordKind;

/// The marks of the whole file.
#[derive(Default)]
pub struct Marks {
    fields: HashMap<(String, i64), BTreeSet<String>>,
    rows: Vec<(Row, Option<Mark>)>,
}

/// One mark.
struct Mark {
    table: String,
    field: String,
}

impl Marks {
    /// A row as its marks leave it.
    pub fn apply(&self, table: Table, mut row: Row) -> Row {
        let key = row.id.map(|id| (table.name().to_owned(), id));
        let Some(fields) = key.and_then(|key| self.fields.get(&key)) else { return row };
        match table {
            Table::Records(_) => row.hidden = fields.iter().filter(|field| !has_place(table, field)).cloned().collect(),
            Table::Entries | Table::Users | Table::Marks => {}
            Table::Links(_)
            | Table::PreferredConstructors
            | Table::PeopleOfEntities
            | Table::Teams
            | Table::Contacts => row.is_marked = true,
        }
        row
    }
}

/// Whether a field that is marked is restricted here as well.
fn has_place(table: Table, field: &str) -> bool {
    match table {
        Table::Records(RecordKind::Project) => figures::LABELS.iter().any(|(name, _)| *name == field),
        Table::Records(RecordKind::Client | RecordKind::Owner) => super::assessed::COLUMNS.contains(&field),
        Table::Records(_) | Table::Teams => false,
        _ => true,
    }
}

impl Import<'_> {
    /// Reads the marks before any row that they may be on.
    pub(super) fn marks_of(&mut self, file: &mut ForeignFile, table: Option<&ForeignTable>) -> Result<Marks> {
        let mut marks = Marks::default();
        let Some(table) = table else { return Ok(marks) };
        file.each(table, |cells| {
            let mut row = Row::new(&table.columns, cells);
            let (name, record, field) = (row.line("table_name"), row.reference("record_id"), row.line("field_name"));
            let table =
                name.map(|name| Table::meant_by(&name.to_lowercase()).map_or(name, |table| table.name().to_owned()));
            let is_set = row.is_confidential();
            let field = field.map(|field| field.to_lowercase());
            if let (Some(table), Some(record), true) = (&table, record, is_set) {
                // Without a field all of a link or a contact is meant.
                marks.fields.entry((table.clone(), record)).or_default().extend(field.clone());
            }
            let mark = table.zip(record).zip(field).map(|((table, _), field)| Mark { table, field });
            let (is_plain_no, is_open_ended) = (!is_set && mark.is_some(), is_set && mark.is_none());
            if is_open_ended {
                row.remark("it does not say which field of which row it marks: look at that by hand");
            }
            marks.rows.push((row, mark.filter(|_| !is_plain_no)));
            Ok(())
        })?;
        Ok(marks)
    }

    /// Notes what became of each mark: it is part of what it marks.
    pub(super) fn account_for(&mut self, marks: &Marks, table: Option<&ForeignTable>) {
        if table.is_none() {
            return;
        }
        self.tally.begin(Table::Marks.name());
        for (row, mark) in &marks.rows {
            let fate = match mark {
                // One that marks nothing says nothing.
                None if row.remarks.is_empty() => Fate::Merged,
                None => Fate::Named("it does not say what it marks".into()),
                Some(mark) => match Table::of_name(&mark.table) {
                    Some(table) if has_place(table, &mark.field) => Fate::Merged,
                    Some(_) => Fate::Named(format!(
                        "no confidential place for {} of {} is here: its words are left out",
                        super::tally::shown(&mark.field),
                        super::tally::shown(&mark.table)
                    )),
                    None => Fate::Named("it marks a table that is not taken".into()),
                },
            };
            let id = row.shown_id();
            for words in &row.remarks {
                self.tally.remark(Table::Marks.name(), &id, words);
            }
            self.tally.note(Table::Marks.name(), &id, fate);
        }
    }
}
