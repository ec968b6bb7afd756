//! One search for everything that has a name, as a page and for a picker.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::db::name_forms::name_key;
use crate::error::Result;
use crate::records::{self, ListFilter, NamedRecord, Record, RecordKind, RecordRef};
use crate::web::{Query, Reader, Shell, html, json as json_answer};

/// How many records of a kind the page shows, and how many a picker, of which it offers the best.
const SHOWN: i64 = 10;
const PICKED: i64 = 5;
const OFFERED: usize = 12;

struct Group {
    heading: &'static str,
    hits: Vec<NamedRecord>,
}

#[derive(Template)]
#[template(path = "search/search.html")]
struct SearchPage {
    shell: Shell,
    words: String,
    groups: Vec<Group>,
}

/// The records of a kind whose name holds the words, by name.
fn of_kind(db: &mut Db, kind: RecordKind, words: &str, limit: i64) -> Result<Vec<NamedRecord>> {
    let filter = ListFilter { search: Some(words.to_owned()), limit, ..ListFilter::default() };
    let found = records::queries::list(db, kind, &filter)?.into_iter();
    let named =
        |record: Record| NamedRecord { name: record.name, record: RecordRef { kind, id: record.id }, is_past: false };
    Ok(found.map(named).collect())
}

/// The records of any kind whose name holds the words, so many of each kind.
pub fn hits(db: &mut Db, words: &str, limit: i64) -> Result<Vec<NamedRecord>> {
    let mut hits = Vec::new();
    for &kind in RecordKind::ALL {
        hits.extend(of_kind(db, kind, words, limit)?);
    }
    Ok(hits)
}

/// `GET /search?q=`
pub async fn search(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let words = query.get("q").unwrap_or_default().to_owned();
            let mut groups = Vec::new();
            if !words.is_empty() {
                for &kind in RecordKind::ALL {
                    groups.push(Group { heading: kind.plural(), hits: of_kind(db, kind, &words, SHOWN)? });
                }
                groups.retain(|group| !group.hits.is_empty());
            }
            html(StatusCode::OK, &SearchPage { shell: page.shell("Search", ""), words, groups })
        })
        .await
}

/// `GET /search/api?q=`: records of any kind for a picker, those that begin with the words first.
pub async fn api(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, _| {
            let Some(words) = query.get("q") else { return json_answer(&json!([])) };
            let mut hits = hits(db, words, PICKED)?;
            let key = name_key(words);
            hits.sort_by_cached_key(|named| {
                let name = name_key(&named.name);
                (!name.starts_with(&key), name, named.record)
            });
            hits.truncate(OFFERED);
            let answer = |named: &NamedRecord| {
                let detail = named.record.kind.singular();
                json!({ "id": named.record, "name": named.name, "detail": detail })
            };
            json_answer(&hits.iter().map(answer).collect::<Vec<Value>>())
        })
        .await
}
