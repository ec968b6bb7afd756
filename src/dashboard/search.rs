//! One search for everything that has a name, as a page and for a picker.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use crate::clients::{self, AttentionRule, ClientFilter};
use crate::db::Db;
use crate::db::name_key::name_key;
use crate::error::Result;
use crate::links::{End, Face, Node};
use crate::records::{self, ListFilter};
use crate::web::{Page, Query, Reader, Shell, html, json as json_answer};

/// How many records of a kind the page shows, and how many a picker, of which it offers the best.
const SHOWN: i64 = 10;
const PICKED: i64 = 5;
const OFFERED: usize = 12;

struct Group {
    heading: &'static str,
    hits: Vec<Face>,
}

#[derive(Template)]
#[template(path = "dashboard/search.html")]
struct SearchPage {
    shell: Shell,
    words: String,
    groups: Vec<Group>,
}

/// The records of a kind whose name holds the words, by name.
fn of_kind(db: &mut Db, page: &Page, end: End, words: &str, limit: i64) -> Result<Vec<Face>> {
    let face = |id, name| Face { name, node: Node { end, id }, is_past: false };
    Ok(match end {
        End::Client => {
            let rule = AttentionRule::new(&page.config, page.visit.today);
            let filter = ClientFilter { search: Some(words.to_owned()), ..ClientFilter::default() };
            let rows = clients::queries::list(db, filter.ordered(filter.selection(&rule)), 0, limit)?;
            rows.into_iter().map(|row| face(row.client_id.0, row.client_name)).collect()
        }
        End::Record(kind) => {
            let filter = ListFilter { search: Some(words.to_owned()), limit, ..ListFilter::default() };
            let rows = records::queries::list(db, kind, &filter)?;
            rows.into_iter().map(|record| face(record.id, record.name)).collect()
        }
    })
}

/// The records of any kind whose name holds the words, so many of each kind.
pub fn hits(db: &mut Db, page: &Page, words: &str, limit: i64) -> Result<Vec<Face>> {
    let mut hits = Vec::new();
    for end in End::all() {
        hits.extend(of_kind(db, page, end, words, limit)?);
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
                for end in End::all() {
                    groups.push(Group { heading: end.plural(), hits: of_kind(db, page, end, &words, SHOWN)? });
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
        .page(move |db, page| {
            let Some(words) = query.get("q") else { return json_answer(&json!([])) };
            let mut hits = hits(db, page, words, PICKED)?;
            let key = name_key(words);
            hits.sort_by_cached_key(|face| (!name_key(&face.name).starts_with(&key), name_key(&face.name), face.node));
            hits.truncate(OFFERED);
            let answer =
                |face: &Face| json!({ "id": face.node, "name": face.name, "detail": face.node.end.singular() });
            json_answer(&hits.iter().map(answer).collect::<Vec<Value>>())
        })
        .await
}
