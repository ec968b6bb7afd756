//! The map of relationships: a drawing where there are scripts, a table of the same everywhere, and both as JSON.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::Edge;
use super::choosing::{Chosen, chosen};
use super::neighbourhood::{Asked, Neighbourhood, neighbourhood};
use crate::closed_list::ClosedList;
use crate::error::Result;
use crate::records::{NamedRecord, RecordKind, RecordRef, totals};
use crate::web::{Count, PAGE_ROWS, Page, Paging, Query, Reader, Shell, address, html, json as json_answer};

/// One line of the table.
struct Line {
    here: NamedRecord,
    words: String,
    there: NamedRecord,
    is_confidential: bool,
}

#[derive(Template)]
#[template(path = "graph/show.html")]
struct GraphPage {
    shell: Shell,
    /// The records whose neighbourhood is shown.
    of: Vec<NamedRecord>,
    /// The same as the parameter of the address.
    of_parameter: String,
    kinds: Vec<(RecordKind, bool)>,
    find: Chosen,
    /// Where the drawing gets its data.
    source: String,
    record_count: i64,
    is_whole: bool,
    lines: Vec<Line>,
    paging: Paging,
}

/// What the address asks for: `of=clients/1,owners/2`, `kind=owners` as often as there are kinds.
fn asked(query: &Query) -> Asked {
    Asked {
        of: query.get("of").unwrap_or_default().split(',').filter_map(RecordRef::parse).take(50).collect(),
        kinds: query.all("kind").filter_map(RecordKind::of_path).collect(),
    }
}

fn parameter(of: &BTreeSet<RecordRef>) -> String {
    of.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// So many records a map shows at once without being asked for: beyond, it begins with a question.
const SEEN: i64 = 300;

#[derive(Template)]
#[template(path = "graph/begin.html")]
struct BeginPage {
    shell: Shell,
    record_count: i64,
    /// The person who asks, to begin with their own surroundings.
    me: Option<RecordRef>,
}

/// `GET /graph`; `all=on` shows as much of everything as a map holds.
pub async fn show(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let mut asked = asked(&query);
            let find = chosen(db, &query, "find")?;
            let is_open = asked.of.is_empty() && asked.kinds.is_empty() && find.shown.is_empty();
            if is_open && find.named.is_none() && query.get("all").is_none() {
                let record_count = totals::of_all(db)?;
                if record_count > SEEN {
                    let me = page.viewer().personnel_id.map(RecordRef::from);
                    return html(StatusCode::OK, &BeginPage { shell: shell(page, &[]), record_count, me });
                }
            }
            asked.of.extend(find.named.as_ref().map(|named| named.record));
            let shown = neighbourhood(db, page.viewer(), &asked)?;
            let total = i64::try_from(shown.edges.len()).unwrap_or(i64::MAX);
            let number = query.page(total);
            let of_parameter = parameter(&asked.of);
            let link = |path: &str, more: &[(&str, &str)]| {
                let kinds = asked.kinds.iter().map(|end| ("kind", end.path()));
                let all: Vec<(&str, &str)> =
                    std::iter::once(("of", of_parameter.as_str())).chain(kinds).chain(more.iter().copied()).collect();
                address(path, &all)
            };
            let lines = lines(&shown, number);
            let of: Vec<NamedRecord> =
                shown.named_records.iter().filter(|named| asked.of.contains(&named.record)).cloned().collect();
            let graph = GraphPage {
                shell: shell(page, &of),
                of,
                kinds: RecordKind::ALL.iter().map(|kind| (*kind, asked.kinds.contains(kind))).collect(),
                find,
                source: link("/graph/api", &[]),
                record_count: i64::try_from(shown.named_records.len()).unwrap_or(i64::MAX),
                is_whole: shown.is_whole,
                paging: Paging::new(number, lines.len(), Count::exactly(total), |page| {
                    link("/graph", &[("page", &page.to_string())])
                }),
                lines,
                of_parameter: of_parameter.clone(),
            };
            html(StatusCode::OK, &graph)
        })
        .await
}

fn shell(page: &Page, of: &[NamedRecord]) -> Shell {
    match of {
        [named] => {
            page.shell(format!("Around {}", named.name), "graph").crumb(&named.name, format!("/{}", named.record))
        }
        _ => page.shell("Map of relationships", "graph"),
    }
}

/// The lines of one page of the table.
fn lines(shown: &Neighbourhood, number: i64) -> Vec<Line> {
    let named_records: BTreeMap<RecordRef, &NamedRecord> =
        shown.named_records.iter().map(|named| (named.record, named)).collect();
    let line = |edge: &Edge| {
        Some(Line {
            here: (*named_records.get(&edge.here)?).clone(),
            words: edge.words(),
            there: (*named_records.get(&edge.there)?).clone(),
            is_confidential: edge.is_confidential,
        })
    };
    let mut all: Vec<Line> = shown.edges.iter().filter_map(line).collect();
    all.sort_by(|one, other| (&one.here, &one.there, &one.words).cmp(&(&other.here, &other.there, &other.words)));
    let skipped = usize::try_from((number - 1) * PAGE_ROWS).unwrap_or_default();
    all.into_iter().skip(skipped).take(usize::try_from(PAGE_ROWS).unwrap_or_default()).collect()
}

/// `GET /graph/api`: the records and lines of the same map.
pub async fn api(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let asked = asked(&query);
            let shown = neighbourhood(db, page.viewer(), &asked)?;
            let record = |named: &NamedRecord| {
                let end = named.record.kind;
                let mut keys = json!({ "id": named.record, "kind": end.singular(), "name": named.name });
                if named.is_past {
                    keys["is_past"] = true.into();
                }
                if asked.of.contains(&named.record) {
                    keys["is_centre"] = true.into();
                }
                keys
            };
            let line = |edge: &Edge| {
                let mut keys = json!({ "from": edge.here, "to": edge.there, "words": edge.words() });
                if edge.is_confidential {
                    keys["is_confidential"] = true.into();
                }
                keys
            };
            json_answer(&json!({
                "nodes": shown.named_records.iter().map(record).collect::<Vec<Value>>(),
                "edges": shown.edges.iter().map(line).collect::<Vec<Value>>(),
                "is_whole": shown.is_whole,
            }))
        })
        .await
}
