//! The records of the earlier system: by the fields of their kind here, what has no field into the notes.

use serde_json::{Map, Value, json};

use super::row::{Row, plain};
use super::tally::{Fate, shown};
use super::{Import, with_words};
use crate::error::{Error, Result};
use crate::market::figures;
use crate::records::{self, Entry, FieldSpec, RecordKind};

pub use crate::records::queries::named;

/// Columns of the earlier system that have no field here.
const HOMELESS: [(&str, &str); 4] = [
    ("fuel_enrichment", "Fuel enrichment"),
    ("mpr_project_ids", "Project files"),
    ("mpr_project_id", "Project file"),
    ("last_project_interaction_date", "Last interaction"),
];

/// A figure this large was hardly kept in the unit that it has here.
const LARGE: f64 = 1_000_000.0;

/// The same where they name a colleague.
const COLLEAGUES: [(&str, &str); 2] =
    [("primary_firm_contact", "Our contact"), ("last_project_interaction_by", "Last interaction by")];

/// The name of a record, under whichever name its column has.
pub fn name_of(kind: RecordKind, row: &mut Row) -> Option<String> {
    let column = [kind.name_column(), "company_name", "organization_name", "name"];
    column.iter().find(|column| row.has(column)).and_then(|column| row.line(column))
}

impl Import<'_> {
    /// A record around the clients.
    pub(super) fn record(&mut self, kind: RecordKind, row: &mut Row) -> Result<Fate> {
        let Some(name) = name_of(kind, row) else {
            return Ok(Fate::Named("it has no name, or one that may not be shown".into()));
        };
        let mut homeless = Vec::new();
        let mut values = Map::new();
        for spec in kind.fields() {
            let value = match spec.entry {
                Entry::Reference(other) => {
                    let Some(id) = row.reference(spec.name) else {
                        return Ok(Fate::Named(format!("it names no {}", other.singular())));
                    };
                    let Some(id) = self.ids.get(&(other, id)) else {
                        return Ok(Fate::Named(format!("its {} is not there", other.singular())));
                    };
                    json!(id)
                }
                _ if spec.name == kind.name_column() => json!(name),
                _ => value_of(spec, row, &mut homeless),
            };
            values.insert(spec.name.to_owned(), value);
        }
        if kind == RecordKind::Person {
            self.of_person(row, &mut values, &mut homeless);
        }
        for (column, label) in HOMELESS {
            homeless.extend(row.line(column).map(|word| format!("{label}: {word}")));
        }
        for (column, label) in COLLEAGUES {
            let id = self.person(row, column).and(row.reference(column));
            let person = id.and_then(|id| self.names.get(&(RecordKind::Person, id)));
            homeless.extend(person.map(|name| format!("{label}: {name}")));
        }
        if !homeless.is_empty() {
            let words = format!("In the earlier system: {}", homeless.join("; "));
            let notes = with_words(values.get("notes").and_then(Value::as_str), &words);
            values.insert("notes".into(), json!(notes));
        }
        let found = self.known(kind, &name, &values)?;
        let (id, fate) = match found {
            Some(id) => (self.fill(kind, id, values, row)?, Fate::Merged),
            None => {
                self.made(row)?;
                (records::queries::insert(self.db, &self.visit, kind, values)?, Fate::Taken)
            }
        };
        self.claim(kind, row, id);
        if kind == RecordKind::Project {
            self.figures(row, id)?;
        }
        if kind == RecordKind::Owner {
            self.owner_as_client(row)?;
        }
        Ok(fate)
    }

    /// Notes that a row of the file is that record.
    pub(super) fn claim(&mut self, kind: RecordKind, row: &Row, id: i64) {
        self.claimed.insert((kind, id));
        if let Some(old) = row.id {
            self.ids.insert((kind, old), id);
        }
    }

    /// The record that a row means: of its name, and not one that another row of the file means already, unless names
    /// of that kind are unique.
    fn known(&mut self, kind: RecordKind, name: &str, values: &Map<String, Value>) -> Result<Option<i64>> {
        for (id, _) in named(self.db, kind, name)? {
            let id = self.survivor(kind, id)?;
            let is_same = match kind {
                RecordKind::Vendor => true,
                RecordKind::Technology => self.has(kind, id, "vendor_id", values)?,
                RecordKind::Person => !self.is_claimed(kind, id) && self.may_be(id, values)?,
                _ => !self.is_claimed(kind, id),
            };
            if is_same {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    pub(super) fn is_claimed(&self, kind: RecordKind, id: i64) -> bool {
        self.claimed.contains(&(kind, id))
    }

    fn has(&mut self, kind: RecordKind, id: i64, column: &str, values: &Map<String, Value>) -> Result<bool> {
        let record = records::queries::find(self.db, kind, id)?;
        Ok(record.is_some_and(|record| record.values.get(column) == values.get(column)))
    }

    /// Whether a person of the same name may be the same: no two addresses say otherwise.
    fn may_be(&mut self, id: i64, values: &Map<String, Value>) -> Result<bool> {
        let record = records::queries::find(self.db, RecordKind::Person, id)?;
        let theirs = record.and_then(|record| record.text("email")).map(|email| email.to_lowercase());
        let ours = values.get("email").and_then(Value::as_str).map(str::to_lowercase);
        Ok(theirs.is_none() || ours.is_none() || theirs == ours)
    }

    /// Fills in what a known record lacks; what it says otherwise stays, and is named.
    fn fill(&mut self, kind: RecordKind, id: i64, found: Map<String, Value>, row: &mut Row) -> Result<i64> {
        let record = records::queries::find_held(self.db, kind, id)?.ok_or(Error::NotFound)?;
        let mut merged = record.values.clone();
        for (name, value) in found {
            let held = merged.get(&name).cloned().unwrap_or_default();
            match (&held, &value) {
                (_, Value::Null) => {}
                (Value::Null, _) => {
                    merged.insert(name, value);
                }
                (Value::String(text), Value::String(words)) if name == "notes" => {
                    merged.insert(name, json!(with_words(Some(text), words)));
                }
                (held, value) if held != value && plain(&held.to_string()) != plain(&value.to_string()) => {
                    row.remark(format!("{name} stays as it is here, not {}", shown(&crate::web::plain(value))));
                }
                _ => {}
            }
        }
        if merged != record.values {
            self.begin()?;
            records::queries::update(self.db, &self.visit, kind, &record, merged)?;
        }
        Ok(id)
    }

    /// Adds words to the notes of a record, unless it has them.
    pub(super) fn add_words(&mut self, kind: RecordKind, id: i64, words: &str) -> Result<()> {
        let record = records::queries::find_held(self.db, kind, id)?.ok_or(Error::NotFound)?;
        let notes = with_words(record.text("notes").as_deref(), words);
        if record.text("notes").as_deref() != Some(notes.as_str()) {
            let mut values = record.values.clone();
            values.insert("notes".into(), json!(notes));
            self.begin()?;
            records::queries::update(self.db, &self.visit, kind, &record, values)?;
        }
        Ok(())
    }

    /// Fills in the confidential figures of a project.
    fn figures(&mut self, row: &mut Row, id: i64) -> Result<()> {
        let before = figures::find(self.db, self.confidential, id)?;
        let after = before.filled(self.confidential, |name| {
            let number = row.number(name)?;
            if number < 0.0 {
                row.remark(format!("{name} is left out: a figure is a number from 0"));
            } else if number >= LARGE {
                row.remark(format!("{name} is kept as it stood: check its unit, which is on the page of the project"));
            }
            Some(number).filter(|number| *number >= 0.0)
        });
        if after != before {
            self.begin()?;
            figures::update(self.db, &self.visit, self.confidential, id, &after)?;
        }
        Ok(())
    }
}

/// What a field takes of a row; what it refuses is homeless.
fn value_of(spec: &FieldSpec, row: &mut Row, homeless: &mut Vec<String>) -> Value {
    match spec.entry {
        Entry::Line | Entry::Open(_) => json!(row.line(spec.name)),
        Entry::Text => json!(row.text(spec.name)),
        Entry::Closed(list) => {
            let Some(word) = row.line(spec.name) else { return Value::Null };
            let known = list.iter().find(|value| plain(value) == plain(&word));
            if known.is_none() && spec.name != "personnel_type" {
                homeless.push(format!("{}: {word}", spec.label));
            }
            json!(known)
        }
        Entry::Number(range) => {
            // The column of the electrical capacity had the unit of the thermal one in its name.
            let column =
                if spec.name == "gross_capacity" && !row.has(spec.name) { "gross_capacity_mwt" } else { spec.name };
            let Some(mut number) = row.number(column) else { return Value::Null };
            if spec.name == "burnup" && number >= 1000.0 {
                row.remark(format!("burnup {number} is MWd/t: kept as {} GWd/t", number / 1000.0));
                number /= 1000.0;
            }
            if !range.holds(number) {
                homeless.push(format!("{}: {number}", spec.label));
                return Value::Null;
            }
            json!(number)
        }
        Entry::Date => json!(row.date(spec.name)),
        Entry::Tick => json!(!row.has(spec.name) || row.flag(spec.name) != Some(false)),
        Entry::Reference(_) => Value::Null,
    }
}
