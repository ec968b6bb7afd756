//! “How do we reach them?”: the ways between two records on a page and as JSON, each step explained.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use serde_json::{Value, json};

use super::choosing::{Chosen, chosen};
use super::{Path, Search, Step, ways};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::records::references::find_named;
use crate::records::{NamedRecord, RecordKind, RecordRef};
use crate::web::{Page, Query, Reader, Shell, html, json as json_answer};

#[derive(Template)]
#[template(path = "graph/paths.html")]
struct PathsPage {
    shell: Shell,
    from: Chosen,
    to: Chosen,
    /// What was found, once both are chosen.
    search: Option<Search>,
    /// Whether both are the same record.
    is_same: bool,
    today: NaiveDate,
}

impl PathsPage {
    /// Both pickers with their field and label.
    fn pickers(&self) -> [(&'static str, &'static str, &Chosen); 2] {
        [("from", "From", &self.from), ("to", "To", &self.to)]
    }

    /// Those that name no single record.
    fn unclear(&self) -> Vec<(&'static str, &'static str, &Chosen)> {
        let is_unclear = |chosen: &Chosen| chosen.named.is_none() && !chosen.shown.is_empty();
        self.pickers().into_iter().filter(|(_, _, chosen)| is_unclear(chosen)).collect()
    }

    /// What was found, with both ends.
    fn found(&self) -> Option<(&Search, &NamedRecord, &NamedRecord)> {
        Some((self.search.as_ref()?, self.from.named.as_ref()?, self.to.named.as_ref()?))
    }

    /// The address with a candidate chosen for a field, the other as it is.
    fn with(&self, field: &str, record: &RecordRef) -> String {
        let record = record.to_string();
        let value = |name: &str, chosen: &Chosen| if name == field { record.clone() } else { chosen.value() };
        crate::web::address("/paths", &[("from", &value("from", &self.from)), ("to", &value("to", &self.to))])
    }
}

/// `GET /paths?from=people/3&to=technologies/5`; from the person who asks, if nothing else is said.
pub async fn show(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let mut from = chosen(db, &query, "from")?;
            if from.shown.is_empty()
                && let Some(me) = page.viewer().personnel_id
            {
                let me = find_named(db, RecordRef { kind: RecordKind::Person, id: me.0 })?;
                from = Chosen {
                    shown: me.as_ref().map(|named| named.name.clone()).unwrap_or_default(),
                    named: me,
                    ..from
                };
            }
            let to = chosen(db, &query, "to")?;
            let ends = from.named.as_ref().zip(to.named.as_ref()).map(|(from, to)| (from.record, to.record));
            let search = ends.filter(|(from, to)| from != to).map(|ends| found(db, page, ends)).transpose()?;
            let is_same = ends.is_some_and(|(from, to)| from == to);
            let shell = page.shell("How do we reach them?", "graph").crumb("Map of relationships", "/graph");
            html(StatusCode::OK, &PathsPage { shell, from, to, search, is_same, today: page.visit.today })
        })
        .await
}

fn found(db: &mut Db, page: &Page, (from, to): (RecordRef, RecordRef)) -> Result<Search> {
    ways(db, page.viewer(), page.visit.today, from, to)
}

/// `GET /paths/api?from=people/3&to=technologies/5`: 404 where either is missing.
pub async fn api(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let mut record = |name: &str| {
                let record = query.get(name).and_then(RecordRef::parse).ok_or(Error::NotFound)?;
                find_named(db, record)?.map(|named| named.record).ok_or(Error::NotFound)
            };
            let (from, to) = (record("from")?, record("to")?);
            json_answer(&told(db, page, (from, to))?)
        })
        .await
}

/// The ways between two records, the shortest first, as programs are told.
pub fn told(db: &mut Db, page: &Page, (from, to): (RecordRef, RecordRef)) -> Result<Value> {
    let nothing = Search { ways: Vec::new(), is_whole: true };
    let search = if from == to { nothing } else { found(db, page, (from, to))? };
    let step = |step: &Step| {
        let words: Vec<String> = step.edges.iter().map(super::Edge::words).collect();
        json!({ "to": step.to.record, "name": step.to.name, "words": words, "strength": step.strength.word() })
    };
    let path = |path: &Path| {
        let steps: Vec<Value> = path.steps.iter().map(step).collect();
        json!({ "cost": path.cost, "steps": steps })
    };
    let ways: Vec<Value> = search.ways.iter().map(path).collect();
    Ok(json!({ "ways": ways, "is_whole": search.is_whole }))
}
