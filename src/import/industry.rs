//! The industry as researched: records by slug, links between slugs. Repeatable: what someone wrote meanwhile stays,
//! only what is empty is filled in.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Report;
use super::report::Outcome;
use crate::access::Visit;
use crate::closed_list::ClosedList;
use crate::db::{Db, Lock, hold_lock};
use crate::error::{Error, Result};
use crate::links::{self, AGREEMENTS, Direction, LinkDraft, LinkEnd, LinkKind};
use crate::market::figures;
use crate::merging;
use crate::records::{self, Entry, RecordKind};

#[derive(Deserialize)]
struct File {
    entities: HashMap<String, Vec<Map<String, Value>>>,
    relationships: HashMap<String, Vec<Map<String, Value>>>,
}

/// Marks that a writing tool left in the texts; what they pointed to is lost.
static CITATION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\s*:contentReference\[oaicite:\d+\]\{index=\d+\}").expect("the pattern is fixed"));

/// Where the file's names differ from ours; `gross_capacity_mwt` holds MWe.
const RENAMED: [(&str, &str); 2] = [("organization_name", "company_name"), ("gross_capacity_mwt", "gross_capacity")];

/// Brings in a whole file; the caller's transaction keeps all of it or nothing.
pub fn run(db: &mut Db, visit: &Visit, text: &str) -> Result<Report> {
    hold_lock(db, Lock::Import)?;
    let file: File =
        serde_json::from_str(text).map_err(|cause| Error::Setup(format!("this is not an industry file: {cause}")))?;
    let mut import = Import { db, visit, ids: HashMap::new(), report: Report::default() };
    // In the order of the kinds, so that a technology finds its vendor.
    for kind in RecordKind::around_clients() {
        for entity in file.entities.get(kind.table()).into_iter().flatten() {
            import.record(kind, entity)?;
        }
    }
    for &kind in LinkKind::ALL {
        for link in file.relationships.get(kind.as_str()).into_iter().flatten() {
            import.link(kind, link)?;
        }
    }
    Ok(import.report)
}

struct Import<'a> {
    db: &'a mut Db,
    visit: &'a Visit,
    /// The kind and id behind each slug of the file.
    ids: HashMap<(RecordKind, String), i64>,
    report: Report,
}

fn text(map: &Map<String, Value>, name: &str) -> Option<String> {
    let value = match map.get(name)? {
        Value::String(text) => CITATION.replace_all(text, "").trim().to_owned(),
        Value::Array(lines) => {
            let lines: Vec<String> = lines
                .iter()
                .filter_map(Value::as_str)
                .map(|line| CITATION.replace_all(line, "").trim().to_owned())
                .collect();
            lines.join("\n")
        }
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Object(_) => return None,
    };
    (!value.is_empty()).then_some(value)
}

impl Import<'_> {
    fn record(&mut self, kind: RecordKind, entity: &Map<String, Value>) -> Result<()> {
        let mut entity = entity.clone();
        for (theirs, ours) in RENAMED {
            if let Some(value) = entity.remove(theirs) {
                entity.insert(ours.to_owned(), value);
            }
        }
        let (Some(slug), Some(name)) = (text(&entity, "slug"), text(&entity, kind.name_column())) else {
            self.report.refuse(kind.table(), format!("a record without slug or name: {entity:?}"));
            return Ok(());
        };
        let Some((values, homeless)) = self.values(kind, &slug, &entity) else { return Ok(()) };
        let known = match records::queries::by_slug(self.db, kind, &slug)? {
            Some(id) => Some(id),
            // An archived record of that name is the same company: it is filled in where it rests.
            None => match records::queries::named(self.db, kind, &name)?.as_slice() {
                [(id, _)] => Some(*id),
                _ => None,
            },
        };
        // What was merged since is known under the record that stayed.
        let survivor = |id| merging::queries::survivor_of(self.db, kind, id);
        let (id, outcome) = match known.map(survivor).transpose()? {
            Some(id) => (id, self.fill(kind, id, &slug, values, &homeless)?),
            None => {
                let values = self.with_homeless(kind, &slug, values, &homeless);
                let id = records::queries::insert(self.db, self.visit, kind, values)?;
                records::queries::set_slug(self.db, self.visit, kind, id, &slug)?;
                (id, Outcome::Added)
            }
        };
        let filled = self.figures(kind, id, &entity)?;
        let outcome = if filled && outcome == Outcome::Unchanged { Outcome::Filled } else { outcome };
        self.report.note(kind.table(), outcome);
        self.ids.insert((kind, slug), id);
        Ok(())
    }

    /// The columns of a record, and the values that their columns refuse.
    fn values(
        &mut self,
        kind: RecordKind,
        slug: &str,
        entity: &Map<String, Value>,
    ) -> Option<(Map<String, Value>, Vec<String>)> {
        let mut values = Map::new();
        let mut homeless = Vec::new();
        for spec in kind.fields() {
            let given = text(entity, spec.name);
            let value = match spec.entry {
                Entry::Line | Entry::Text | Entry::Open(_) => given.map(Value::from),
                Entry::Closed(list) => match given {
                    Some(word) if !list.contains(&word.as_str()) => {
                        homeless.push(format!("{}: {word}", spec.label));
                        None
                    }
                    other => other.map(Value::from),
                },
                Entry::Number(range) => match given {
                    Some(number) => match number.parse::<f64>().ok().filter(|number| range.holds(*number)) {
                        Some(number) => Some(json!(number)),
                        None => {
                            homeless.push(format!("{}: {number}", spec.label));
                            None
                        }
                    },
                    None => None,
                },
                Entry::Date => match given {
                    Some(day) if day.parse::<chrono::NaiveDate>().is_err() => {
                        homeless.push(format!("{}: {day}", spec.label));
                        None
                    }
                    other => other.map(Value::from),
                },
                Entry::Tick => Some(json!(entity.get(spec.name).and_then(Value::as_bool).unwrap_or(true))),
                Entry::Reference(other) => {
                    let named = text(entity, "vendor_slug").unwrap_or_default();
                    let Some(id) = self.ids.get(&(other, named.clone())) else {
                        let why = format!("{slug}: {named} is not one of {}", other.table());
                        self.report.refuse(kind.table(), why);
                        return None;
                    };
                    Some(json!(id))
                }
            };
            values.insert(spec.name.to_owned(), value.unwrap_or(Value::Null));
        }
        Some((values, homeless))
    }

    /// Puts the values that no column takes into the notes and the report, unless the notes have them.
    fn with_homeless(
        &mut self,
        kind: RecordKind,
        slug: &str,
        mut values: Map<String, Value>,
        homeless: &[String],
    ) -> Map<String, Value> {
        let words = format!("As researched: {}", homeless.join("; "));
        let notes = values.get("notes").and_then(Value::as_str).unwrap_or_default();
        if !homeless.is_empty() && !notes.contains(&words) {
            let notes = format!("{notes}\n\n{words}");
            values.insert("notes".into(), json!(notes.trim()));
            self.report.moved.extend(homeless.iter().map(|value| format!("{} {slug}: {value}", kind.table())));
        }
        values
    }

    /// Fills in what a known record lacks.
    fn fill(
        &mut self,
        kind: RecordKind,
        id: i64,
        slug: &str,
        found: Map<String, Value>,
        homeless: &[String],
    ) -> Result<Outcome> {
        let record = records::queries::find_held(self.db, kind, id)?.ok_or(Error::NotFound)?;
        if records::queries::by_slug(self.db, kind, slug)?.is_none() {
            records::queries::set_slug(self.db, self.visit, kind, id, slug)?;
        }
        let mut merged = record.values.clone();
        for (name, value) in found {
            if merged.get(&name).is_none_or(Value::is_null) {
                merged.insert(name, value);
            }
        }
        let merged = self.with_homeless(kind, slug, merged, homeless);
        if merged == record.values {
            return Ok(Outcome::Unchanged);
        }
        records::queries::update(self.db, self.visit, kind, &record, merged)?;
        Ok(Outcome::Filled)
    }

    /// Fills in the confidential figures of a project; one that is no number is named without its value.
    fn figures(&mut self, kind: RecordKind, id: i64, entity: &Map<String, Value>) -> Result<bool> {
        let (RecordKind::Project, Some(pass)) = (kind, self.visit.viewer.confidential()) else { return Ok(false) };
        let before = figures::find(self.db, pass, id)?;
        let mut after = before.clone();
        let columns = [&mut after.capex, &mut after.opex, &mut after.fuel_cost, &mut after.lcoe];
        for ((name, _), figure) in figures::LABELS.into_iter().zip(columns) {
            let Some(given) = text(entity, name) else { continue };
            match given.parse::<f64>().ok().filter(|number| *number >= 0.0) {
                Some(number) => *figure = figure.or(Some(number)),
                None => self.report.refused.push(format!(
                    "{}: {name} of {} is no number",
                    kind.table(),
                    text(entity, "slug").unwrap_or_default()
                )),
            }
        }
        if after == before {
            return Ok(false);
        }
        figures::update(self.db, self.visit, pass, id, &after)?;
        Ok(true)
    }

    fn link(&mut self, kind: LinkKind, link: &Map<String, Value>) -> Result<()> {
        let (from, to) = kind.ends();
        // What is meant to be hidden must not be open because it says so in other words.
        let is_confidential = match link.get("is_confidential") {
            None => false,
            Some(Value::Bool(mark)) => *mark,
            Some(other) => {
                let key = text(link, "relationship_key").unwrap_or_default();
                self.report.refuse(kind.as_str(), format!("{key}: is_confidential is {other}, not true or false"));
                return Ok(());
            }
        };
        let ends = [(from, from.singular()), (to, LinkEnd { kind, direction: Direction::From }.segment())];
        let mut ids = Vec::new();
        for (end, field) in ends {
            let slug = text(link, &format!("{field}_slug")).unwrap_or_default();
            match self.ids.get(&(end, slug.clone())) {
                Some(id) => ids.push(*id),
                None => {
                    let elsewhere = self.ids.keys().find(|(_, known)| *known == slug).map(|(other, _)| other.table());
                    let why = match elsewhere {
                        Some(other) => format!("{slug} is one of {other}, not of {}", end.table()),
                        None => format!("{slug} is not there"),
                    };
                    let key = text(link, "relationship_key").unwrap_or_default();
                    self.report.refuse(kind.as_str(), format!("{key}: {why}"));
                    return Ok(());
                }
            }
        }
        if links::queries::is_linked(self.db, &self.visit.viewer, kind, ids[0], ids[1])? {
            self.report.note(kind.as_str(), Outcome::Unchanged);
            return Ok(());
        }
        let draft = LinkDraft { is_confidential, ..self.link_draft(kind, link) };
        links::queries::insert(self.db, self.visit, kind, (ids[0], ids[1]), &draft)?;
        self.report.note(kind.as_str(), Outcome::Added);
        Ok(())
    }

    fn link_draft(&mut self, kind: LinkKind, link: &Map<String, Value>) -> LinkDraft {
        let mut notes = text(link, "notes");
        let named = ["relationship_type", "agreement_type", "component_type"].iter().find_map(|name| text(link, name));
        let role = match (kind, named) {
            (LinkKind::OwnerVendor, Some(word)) => {
                let word = word.replace('_', " ");
                if !AGREEMENTS.contains(&word.as_str()) {
                    let key = text(link, "relationship_key").unwrap_or_default();
                    notes = Some(format!("{}\n\nAs researched: {word}", notes.unwrap_or_default()).trim().to_owned());
                    self.report.moved.push(format!("{kind} {key}: {word}"));
                    Some("Other".to_owned())
                } else {
                    Some(word)
                }
            }
            (_, named) => named,
        };
        LinkDraft {
            role,
            contracted_volume: text(link, "contracted_volume"),
            notes,
            sources: text(link, "sources"),
            ..LinkDraft::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn citation_marks_are_noise_and_the_rest_stays() {
        let notes = "First unit:contentReference[oaicite:7]{index=7}. Second :contentReference[oaicite:8]{index=8}";
        let map = json!({ "notes": notes });
        assert_eq!(text(map.as_object().unwrap(), "notes").as_deref(), Some("First unit. Second"));
    }
}
