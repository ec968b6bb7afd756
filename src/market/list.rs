//! The list of every kind of record, and the JSON by which one is found while typing.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::cells::exported;
use super::{Cell, cells};
use crate::db::Db;
use crate::db::name_forms::name_key;
use crate::error::Result;
use crate::export::{self, EXPORTED, Format, Sheet};
use crate::records::totals::KindTotals;
use crate::records::{self, Entry, FieldSpec, ListFilter, RecordKind};
use crate::web::{
    Chip, Choice, Heading, ListAddress, PAGE_ROWS, Paging, Query, Reader, Select, Shell, fold, html,
    json as json_answer,
};

/// How many records a picker offers.
const OFFERED: usize = 10;

/// How many values of a column its select offers.
const CHOICES: usize = 200;

#[derive(Template)]
#[template(path = "market/list.html")]
struct ListPage {
    shell: Shell,
    kind: RecordKind,
    rows: Vec<Line>,
    headings: Vec<Heading>,
    paging: Paging,
    path: String,
    search: String,
    selects: Vec<Select>,
    chips: Vec<Chip>,
    sort: String,
    archived: bool,
}

struct Line {
    id: i64,
    name: String,
    cells: Vec<Cell>,
}

impl Line {
    /// What stands below the name where there is no room for columns.
    fn about(&self) -> String {
        let texts = self.cells.iter().filter(|cell| !cell.is_number).filter_map(|cell| cell.text.as_deref());
        texts.collect::<Vec<_>>().join(" · ")
    }
}

/// What the list of a kind shows beside the name.
fn columns(kind: RecordKind) -> Vec<&'static FieldSpec> {
    kind.fields().iter().filter(|field| field.listed).collect()
}

/// What the address asks for, in the order it asks for.
fn asked(
    db: &mut Db,
    query: &Query,
    selects: &[Select],
    (kind, columns): (RecordKind, &[&'static FieldSpec]),
) -> Result<ListFilter> {
    let asked = query.get("sort").unwrap_or_default();
    let (descending, asked) = asked.strip_prefix('-').map_or((false, asked), |column| (true, column));
    let sorted = columns.iter().filter(|spec| spec.is_sorted()).map(|spec| spec.name);
    let sort = sorted.chain(["name"]).find(|name| *name == asked).unwrap_or("");
    Ok(ListFilter { sort, descending: descending && !sort.is_empty(), ..filter(db, query, selects, kind)? })
}

/// `GET /owners.csv` and its like: the list of the page, all its rows.
pub async fn export(reader: Reader, query: Query, kind: RecordKind, format: Format) -> Result<Response> {
    reader
        .page(move |db, page| {
            let totals = records::totals::of_kind(db, kind)?;
            let selects = selects(&totals, &query, kind);
            let columns = columns(kind);
            let filter = ListFilter { limit: EXPORTED, ..asked(db, &query, &selects, (kind, &columns))? };
            let found = records::queries::list(db, kind, &filter)?;
            let rows = exported(db, &columns, found)?;
            let heads = [("Name", None)].into_iter().chain(columns.iter().map(|spec| spec.label_and_unit()));
            let head = |(label, unit): (&str, Option<&str>)| match unit {
                Some(unit) => format!("{label} ({unit})"),
                None => label.to_owned(),
            };
            let sheet = Sheet { title: kind.plural().into(), heads: heads.map(head).collect(), rows };
            export::answer(&sheet, format, page.visit.today)
        })
        .await
}

/// `GET /owners` and its like.
pub async fn list(reader: Reader, query: Query, kind: RecordKind) -> Result<Response> {
    reader
        .page(move |db, page| {
            let totals = records::totals::of_kind(db, kind)?;
            let selects = selects(&totals, &query, kind);
            let columns = columns(kind);
            let mut filter = asked(db, &query, &selects, (kind, &columns))?;
            let (sort, descending) = (filter.sort, filter.descending);
            let total = records::queries::count(db, kind, &filter, &totals)?;
            let number = query.page(total.rows);
            filter.offset = (number - 1) * PAGE_ROWS;
            let found = records::queries::list(db, kind, &filter)?;
            let cells = cells(db, &columns, &found)?;
            let rows: Vec<Line> =
                found.into_iter().zip(cells).map(|(r, cells)| Line { id: r.id, name: r.name, cells }).collect();
            let path = format!("/{}", kind.path());
            let sort = match (sort, descending) {
                ("name", false) => String::new(),
                (column, true) => format!("-{column}"),
                (column, false) => column.to_owned(),
            };
            let list = ListAddress {
                path: &path,
                search: query.get("search"),
                archived: filter.archived,
                sort: &sort,
                usual: "name",
            };
            let mut headings = vec![list.heading(&selects, "Name", "name", false)];
            headings.extend(columns.iter().map(|spec| match spec.is_sorted() {
                true => list.heading(&selects, spec.head(), spec.name, spec.is_number()),
                false => Heading::plain(spec.head()),
            }));
            fold(&mut headings, 1);
            let link = |number: i64| list.with(&selects, &[("page", &number.to_string())]);
            let paging = Paging::new(number, rows.len(), total, link).with_files(&list.with(&selects, &[]));
            let listing = ListPage {
                shell: page.shell(kind.plural(), kind.path()),
                kind,
                chips: list.chips(&selects),
                rows,
                headings,
                paging,
                search: query.get("search").unwrap_or_default().to_owned(),
                selects,
                archived: filter.archived,
                sort,
                path,
            };
            html(StatusCode::OK, &listing)
        })
        .await
}

/// What the address and its selects narrow a list to, in the order of the names.
pub fn filter(db: &mut Db, query: &Query, selects: &[Select], kind: RecordKind) -> Result<ListFilter> {
    let chosen = selects.iter().filter(|select| !select.value.is_empty());
    let archived = query.get("archived").is_some();
    let words = query.get("search");
    Ok(ListFilter {
        found: words.map(|words| records::queries::ids_found(db, kind, archived, words)).transpose()?,
        values: chosen.map(|select| (select.name, select.value.clone())).collect(),
        archived,
        limit: PAGE_ROWS,
        ..ListFilter::default()
    })
}

/// The selects of a kind: closed lists in their order, open ones with the values in use.
pub fn selects(totals: &KindTotals, query: &Query, kind: RecordKind) -> Vec<Select> {
    let select = |spec: &'static FieldSpec| {
        let asked = query.get(spec.name).unwrap_or_default();
        let mut values: Vec<String> = match spec.entry {
            Entry::Closed(list) => list.iter().map(|value| (*value).to_owned()).collect(),
            _ => {
                let mut values: Vec<String> = totals.in_use(spec.name).take(CHOICES).map(ToOwned::to_owned).collect();
                values.sort_by_key(|value| name_key(value));
                values
            }
        };
        // A value that archived records alone have narrows their list, and says so.
        let is_new = !asked.is_empty() && !values.iter().any(|known| known == asked);
        if is_new && matches!(spec.entry, Entry::Open(_)) {
            values.push(asked.to_owned());
        }
        let value = if values.iter().any(|known| known == asked) { asked.to_owned() } else { String::new() };
        let choices = values.into_iter().map(|value| Choice::new(value.clone(), value)).collect();
        Select { name: spec.name, label: spec.label, any: "Any", value, choices }
    };
    kind.filters().map(select).collect()
}

/// `GET /owners/api/search?q=` and its like: up to ten records for a picker.
pub async fn search(reader: Reader, query: Query, kind: RecordKind) -> Result<Response> {
    reader
        .page(move |db, _| {
            let Some(words) = query.get("q") else { return json_answer(&json!([])) };
            let found = records::queries::found(db, kind, words, OFFERED)?;
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
