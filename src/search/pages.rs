//! One box for everything: records by name, texts, and what one may want to do, as a page and for a picker.

use std::collections::BTreeMap;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::commands::{self, Command};
use super::names::{self, Hits};
use super::texts::{self, TextHit};
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::error::Result;
use crate::ids::PersonnelId;
use crate::index::marks::{Piece, marked};
use crate::people;
use crate::records::{self, NamedRecord, Record, RecordKind, RecordRef};
use crate::web::{Page, Query, Reader, Shell, address, files_of, html, json as json_answer};

/// How many records the page shows, and how many a picker offers.
pub(super) const SHOWN: usize = 50;
const OFFERED: usize = 12;

/// A record that was found, its words marked, with what tells it from others.
pub(super) struct Line {
    pub name: Vec<Piece>,
    pub link: String,
    pub about: String,
}

pub(super) struct Group {
    pub heading: &'static str,
    pub lines: Vec<Line>,
}

pub(super) struct TextGroup {
    pub heading: &'static str,
    pub hits: Vec<TextHit>,
}

#[derive(Template)]
#[template(path = "search/search.html")]
struct SearchPage {
    shell: Shell,
    words: String,
    groups: Vec<Group>,
    texts: Vec<TextGroup>,
    commands: Vec<Command>,
    /// The same as files.
    files: Vec<(&'static str, String)>,
}

impl SearchPage {
    /// Where a client of that name is made.
    fn new_client(&self) -> String {
        address("/clients/new", &[("name", &self.words)])
    }

    /// Whether something was found, whatever may be done with the words.
    fn has_hits(&self) -> bool {
        !self.groups.is_empty() || !self.texts.is_empty()
    }
}

/// `GET /search?q=`
pub async fn search(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let typed = query.get("q").unwrap_or_default();
            let (intent, words) = commands::read(typed);
            let found = names::hits(db, words, SHOWN)?;
            let files = files_of(&address("/search", &[("q", typed)]));
            let view = SearchPage {
                files,
                shell: page.shell(title(typed), ""),
                words: typed.to_owned(),
                groups: groups(db, &found)?,
                texts: text_groups(db, page, &found.words)?,
                commands: commands::commands(page.viewer(), intent, words, &found.named),
            };
            html(StatusCode::OK, &view)
        })
        .await
}

/// What the page is called: it says what was searched for.
fn title(typed: &str) -> String {
    if typed.is_empty() { "Search".into() } else { format!("Search for “{typed}”") }
}

/// The records by their kind, the best first in each.
pub(super) fn groups(db: &mut Db, found: &Hits) -> Result<Vec<Group>> {
    let mut groups = Vec::new();
    for &kind in RecordKind::ALL {
        let ids: Vec<i64> =
            found.named.iter().filter(|named| named.record.kind == kind).map(|named| named.record.id).collect();
        let records = records::queries::by_ids(db, kind, &ids)?;
        let colleagues = points_of_contact(db, &records)?;
        let line = |record: &Record| Line {
            name: marked(&record.name, &found.words),
            link: format!("/{}", RecordRef { kind, id: record.id }),
            about: about(kind, record, &colleagues),
        };
        if !records.is_empty() {
            groups.push(Group { heading: kind.plural(), lines: records.iter().map(line).collect() });
        }
    }
    Ok(groups)
}

/// The names of the primary points of contact, by record.
fn points_of_contact(db: &mut Db, records: &[Record]) -> Result<BTreeMap<i64, String>> {
    let poc = |record: &Record| record.reference("mpr_primary_poc").map(PersonnelId);
    if records.iter().all(|record| poc(record).is_none()) {
        return Ok(BTreeMap::new());
    }
    let names = people::queries::names(db, records.iter().map(poc))?;
    Ok(records.iter().filter_map(|record| Some((record.id, names.of(poc(record))?))).collect())
}

/// What tells a record from others of its kind: its type, and who looks after it.
fn about(kind: RecordKind, record: &Record, colleagues: &BTreeMap<i64, String>) -> String {
    let category = kind.category().and_then(|field| record.text(field.name));
    let colleague = colleagues.get(&record.id).cloned();
    [category, colleague].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The texts that this person may read, by what they are.
pub(super) fn text_groups(db: &mut Db, page: &Page, words: &[Vec<String>]) -> Result<Vec<TextGroup>> {
    let heading = |kind| match kind {
        "contacts" => "Contacts made",
        "action-items" => "Action items",
        "files" => "Files",
        "meetings" => "Meetings",
        "entries" => "Roundtable entries",
        "assessments" => "Assessments",
        _ => "Notes",
    };
    let groups = texts::all(db, page, words)?.into_iter().filter(|(_, hits)| !hits.is_empty());
    Ok(groups.map(|(kind, hits)| TextGroup { heading: heading(kind), hits }).collect())
}

/// `GET /search/api?q=`: records of any kind for a picker, the best first.
pub async fn api(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, _| {
            let Some(words) = query.get("q") else { return json_answer(&json!([])) };
            let answer = |named: &NamedRecord| {
                json!({ "id": named.record, "name": named.name, "detail": named.record.kind.singular() })
            };
            let found = names::hits(db, words, OFFERED)?.named;
            json_answer(&found.iter().map(answer).collect::<Vec<Value>>())
        })
        .await
}
