//! The list of every kind of record, and the JSON by which one is found while typing.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::show::{Cell, cells};
use super::{Entry, FieldSpec, Kind, ListFilter, queries};
use crate::error::Result;
use crate::web::{PAGE_ROWS, Paging, Query, Reader, Shell, address, html, json as json_answer};

#[derive(Template)]
#[template(path = "records/list.html")]
struct ListPage {
    shell: Shell,
    kind: Kind,
    columns: Vec<&'static FieldSpec>,
    rows: Vec<Line>,
    paging: Paging,
    search: String,
    category: Option<CategoryFilter>,
    archived: bool,
    descending: bool,
    /// Whether the list is narrowed at all.
    narrowed: bool,
    sort_link: String,
}

struct Line {
    id: i32,
    name: String,
    cells: Vec<Cell>,
}

struct CategoryFilter {
    name: &'static str,
    label: &'static str,
    value: String,
    values: Vec<&'static str>,
}

/// `GET /owners` and its like.
pub async fn list(reader: Reader, query: Query, kind: Kind) -> Result<Response> {
    reader
        .page(move |db, page| {
            let category = kind.category();
            let mut filter = ListFilter {
                search: query.get("search").map(ToOwned::to_owned),
                category: category.and_then(|spec| query.get(spec.name)).map(ToOwned::to_owned),
                archived: query.get("archived").is_some(),
                descending: query.get("sort") == Some("-name"),
                offset: 0,
                limit: PAGE_ROWS,
            };
            let total = queries::count(db, kind, &filter)?;
            let number = query.page(total);
            filter.offset = (number - 1) * PAGE_ROWS;
            let found = queries::list(db, kind, &filter)?;
            let columns: Vec<_> = kind.fields().iter().filter(|field| field.listed).collect();
            let cells = cells(db, &columns, &found)?;
            let rows: Vec<Line> =
                found.into_iter().zip(cells).map(|(r, cells)| Line { id: r.id, name: r.name, cells }).collect();
            let path = format!("/{}", kind.path());
            let sort = if filter.descending { "-name" } else { "" };
            let archived = if filter.archived { "on" } else { "" };
            let search = filter.search.clone().unwrap_or_default();
            let chosen = filter.category.clone().unwrap_or_default();
            let category_name = category.map_or("category", |spec| spec.name);
            let link = |sort: &str, number: &str| {
                let parameters = [
                    ("search", &*search),
                    (category_name, &*chosen),
                    ("archived", archived),
                    ("sort", sort),
                    ("page", number),
                ];
                address(&path, &parameters)
            };
            let listing = ListPage {
                shell: page.shell(kind.plural(), kind.path()),
                kind,
                columns,
                paging: Paging::new(number, rows.len(), total, |number| link(sort, &number.to_string())),
                rows,
                category: category.map(|spec| CategoryFilter {
                    name: spec.name,
                    label: spec.label,
                    value: chosen.clone(),
                    values: match spec.entry {
                        Entry::Closed(values) | Entry::Open(values) => values.to_vec(),
                        _ => Vec::new(),
                    },
                }),
                archived: filter.archived,
                descending: filter.descending,
                narrowed: filter.search.is_some() || filter.category.is_some() || filter.archived,
                sort_link: link(if filter.descending { "" } else { "-name" }, ""),
                search,
            };
            html(StatusCode::OK, &listing)
        })
        .await
}

/// `GET /owners/api/search?q=` and its like: up to ten records for a picker.
pub async fn search(reader: Reader, query: Query, kind: Kind) -> Result<Response> {
    reader
        .page(move |db, _| {
            let Some(words) = query.get("q") else { return json_answer(&json!([])) };
            let filter = ListFilter { search: Some(words.to_owned()), limit: 10, ..ListFilter::default() };
            let found = queries::list(db, kind, &filter)?;
            let answers: Vec<Value> = found
                .iter()
                .map(|record| {
                    let detail = kind.category().and_then(|spec| record.text(spec.name));
                    json!({ "id": record.id, "name": record.name, "detail": detail })
                })
                .collect();
            json_answer(&answers)
        })
        .await
}
