//! The pages of every kind of record, and the JSON by which one is found while typing.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::{Entry, FieldSpec, Kind, ListFilter, Record, figures, parse, queries};
use crate::audit::{self, Sensitivity};
use crate::contacts;
use crate::db::Db;
use crate::db::ids::PersonnelId;
use crate::error::{Error, Result};
use crate::links::{self, Link, Reaching};
use crate::web::{
    Choice, Field, FieldError, FormData, FormView, Id, Input, Invalid, PAGE_ROWS, Page, Paging, Query, Reader, Shell,
    Values, Writer, address, html, json as json_answer, redirect, values_of,
};

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

/// One value of a record as a page shows it.
struct Cell {
    label: &'static str,
    text: Option<String>,
    link: Option<String>,
    is_number: bool,
    /// A text of several lines.
    is_long: bool,
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
            let number = query.page();
            let category = kind.category();
            let filter = ListFilter {
                search: query.get("search").map(ToOwned::to_owned),
                category: category.and_then(|spec| query.get(spec.name)).map(ToOwned::to_owned),
                archived: query.get("archived").is_some(),
                descending: query.get("sort") == Some("-name"),
                offset: (number - 1) * PAGE_ROWS,
                limit: PAGE_ROWS,
            };
            let found = queries::list(db, kind, &filter)?;
            let total = queries::count(db, kind, &filter)?;
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

/// The cells of each record; names of referred records come in one query per column.
fn cells(db: &mut Db, columns: &[&'static FieldSpec], records: &[Record]) -> Result<Vec<Vec<Cell>>> {
    let mut names = Vec::new();
    for spec in columns {
        names.push(match spec.entry {
            Entry::Reference(kind) => {
                let ids: Vec<i32> = records.iter().filter_map(|record| record.reference(spec.name)).collect();
                Some((kind, queries::names(db, kind, &ids)?))
            }
            _ => None,
        });
    }
    let cell = |record: &Record, index: usize| {
        let spec = columns[index];
        let mut text = record.text(spec.name);
        let mut link = None;
        if let (Some((kind, names)), Some(id)) = (&names[index], record.reference(spec.name)) {
            text = names.get(&id).cloned();
            link = Some(format!("/{}/{id}", kind.path()));
        }
        Cell { label: spec.label, text, link, is_number: spec.is_number(), is_long: matches!(spec.entry, Entry::Text) }
    };
    Ok(records.iter().map(|record| (0..columns.len()).map(|index| cell(record, index)).collect()).collect())
}

#[derive(Template)]
#[template(path = "records/show.html")]
struct ShowPage {
    shell: Shell,
    kind: Kind,
    id: i32,
    name: String,
    is_archived: bool,
    facts: Vec<Cell>,
    sources: Vec<String>,
    /// Only with confidential access.
    figures: Option<Vec<(&'static str, Option<f64>)>>,
    clients: Vec<Reaching>,
    /// Kind, heading and links to other records around the clients.
    groups: Vec<(Kind, &'static str, Vec<Link>)>,
    /// The contacts an internal person made, or at which an external one was met.
    contacts: Vec<contacts::pages::Item>,
}

/// `GET /owners/{id}` and its like: everything known, and the clients that reach it.
pub async fn show(reader: Reader, Id(id): Id<i32>, kind: Kind) -> Result<Response> {
    reader
        .page(move |db, page| {
            let record = queries::find(db, kind, id)?.ok_or(Error::NotFound)?;
            let columns: Vec<_> = kind.fields().iter().skip(1).filter(|field| field.name != "sources").collect();
            let facts = cells(db, &columns, std::slice::from_ref(&record))?.pop().unwrap_or_default();
            let project_figures = match page.viewer().confidential() {
                Some(pass) if kind == Kind::Project => Some(figures::find(db, pass, id)?.labelled().to_vec()),
                _ => None,
            };
            let clients = links::queries::clients_reaching(db, page.viewer(), kind, id)?;
            let contacts = match kind {
                Kind::Person => contacts::pages::of_person(db, page, PersonnelId(id))?,
                _ => Vec::new(),
            };
            let show = ShowPage {
                shell: page.shell(&record.name, kind.path()).crumb(kind.plural(), format!("/{}", kind.path())),
                kind,
                id,
                is_archived: record.is_archived,
                facts,
                sources: record
                    .text("sources")
                    .map(|text| text.lines().map(ToOwned::to_owned).collect())
                    .unwrap_or_default(),
                figures: project_figures,
                clients,
                groups: links::queries::of_record(db, page.viewer(), kind, id)?,
                contacts,
                name: record.name,
            };
            html(StatusCode::OK, &show)
        })
        .await
}

#[derive(Template)]
#[template(path = "records/form.html")]
struct FormPage {
    shell: Shell,
    form: FormView,
    /// Records whose name may mean the same.
    near: Vec<(i32, String)>,
}

/// The fields of a kind, with the figures for those who may see them.
fn form_fields(db: &mut Db, page: &Page, kind: Kind, values: &Values) -> Result<Vec<Field>> {
    let mut fields = Vec::new();
    for spec in kind.fields() {
        let input = match spec.entry {
            Entry::Line => Input::Line,
            Entry::Text => Input::Area(4),
            Entry::Closed(list) => Input::Select(list.iter().map(|value| Choice::new(value, *value)).collect()),
            Entry::Open(list) => Input::Suggest(list.iter().map(|value| (*value).to_owned()).collect()),
            Entry::Number(_) => Input::Number,
            Entry::Date => Input::Date,
            Entry::Tick => Input::Tick,
            Entry::Reference(kind) => picker(kind),
        };
        let mut field = Field::new(spec.name, spec.label, input);
        field.required = spec.required;
        if let (Entry::Reference(other), Some(value)) = (spec.entry, values.get(spec.name)) {
            let id = value.parse().unwrap_or_default();
            field.shown = queries::names(db, other, &[id])?.remove(&id).unwrap_or_default();
        }
        fields.push(field);
    }
    if let (Kind::Project, Some(pass)) = (kind, page.viewer().confidential()) {
        fields.extend(figures::fields(pass));
    }
    Ok(fields)
}

/// The input by which a record of a kind is chosen.
pub fn picker(kind: Kind) -> Input {
    Input::Picker { search: format!("/{}/api/search", kind.path()), create: Some(format!("/{}/new", kind.path())) }
}

fn form_view(db: &mut Db, page: &Page, kind: Kind, id: Option<i32>, values: &Values) -> Result<FormView> {
    let list = format!("/{}", kind.path());
    let (action, cancel) = match id {
        Some(id) => (format!("{list}/{id}/edit"), format!("{list}/{id}")),
        None => (format!("{list}/new"), list),
    };
    let fields = form_fields(db, page, kind, values)?;
    Ok(FormView::new(action, &format!("Save {}", kind.singular()), cancel, fields).filled(values))
}

fn form_page(
    page: &Page,
    status: StatusCode,
    kind: Kind,
    title: String,
    form: FormView,
    near: Vec<(i32, String)>,
) -> Result<Response> {
    let shell = page.shell(title, kind.path()).crumb(kind.plural(), format!("/{}", kind.path()));
    html(status, &FormPage { shell, form, near })
}

/// `GET /owners/new` and its like; `?name=` fills the name.
pub async fn new(reader: Reader, query: Query, kind: Kind) -> Result<Response> {
    reader
        .page(move |db, page| {
            let mut values = Values::from([("is_active".to_owned(), "on".to_owned())]);
            if let Some(name) = query.get("name") {
                values.insert(kind.name_column().to_owned(), name.to_owned());
            }
            let form = form_view(db, page, kind, None, &values)?;
            form_page(page, StatusCode::OK, kind, format!("New {}", kind.singular()), form, Vec::new())
        })
        .await
}

/// `POST /owners/new` and its like.
pub async fn create(writer: Writer, form: FormData, kind: Kind) -> Result<Response> {
    writer
        .write(move |db, page| {
            let typed = with_chosen(db, kind, form)?;
            let title = format!("New {}", kind.singular());
            let view = form_view(db, page, kind, None, &typed.values())?;
            let refused = |view: FormView, invalid, near| {
                form_page(page, StatusCode::UNPROCESSABLE_ENTITY, kind, title.clone(), view.refused(invalid), near)
            };
            let input = match read(db, page, kind, None, &typed)? {
                Ok(input) => input,
                Err(invalid) => return refused(view, invalid, Vec::new()),
            };
            let near = queries::near(db, kind, &typed.get(kind.name_column()).unwrap_or_default())?;
            if !near.is_empty() && !typed.flag("name_confirmed") {
                let words = "A record of nearly this name exists. Use it, or confirm below that this is another one.";
                return refused(view, Invalid::one(kind.name_column(), words), near);
            }
            let id = queries::insert(db, &page.visit, kind, input.values)?;
            if let (Some(figures), Some(pass)) = (&input.figures, page.viewer().confidential()) {
                figures::update(db, &page.visit, pass, id, figures)?;
            }
            redirect(&format!("/{}/{id}", kind.path()), "Saved.")
        })
        .await
}

struct Entered {
    values: serde_json::Map<String, Value>,
    figures: Option<figures::Figures>,
}

/// Reads the form, and looks up what only the database knows: that references exist and names are free.
fn read(db: &mut Db, page: &Page, kind: Kind, own: Option<i32>, form: &FormData) -> Result<Result<Entered, Invalid>> {
    let mut errors: Vec<FieldError> = Vec::new();
    let values = parse(kind, form).unwrap_or_else(|invalid| {
        errors.extend(invalid.0);
        serde_json::Map::new()
    });
    let wanted = page.viewer().confidential().filter(|_| kind == Kind::Project && form.has("capex"));
    let figures = match wanted.map(|pass| figures::Figures::parse(pass, form)).transpose() {
        Ok(figures) => figures,
        Err(invalid) => {
            errors.extend(invalid.0);
            None
        }
    };
    for spec in kind.fields() {
        let id = values.get(spec.name).and_then(Value::as_i64).and_then(|id| i32::try_from(id).ok());
        if let (Entry::Reference(other), Some(id)) = (spec.entry, id)
            && queries::names(db, other, &[id])?.is_empty()
        {
            errors.extend(Invalid::one(spec.name, "Choose one from the list.").0);
        }
    }
    if let Some(taken) = taken(db, kind, own, &values)? {
        errors.push(taken);
    }
    Ok(if errors.is_empty() { Ok(Entered { values, figures }) } else { Err(Invalid(errors)) })
}

/// Vendors are unique by name, technologies within their vendor (product.md §1).
fn taken(
    db: &mut Db,
    kind: Kind,
    own: Option<i32>,
    values: &serde_json::Map<String, Value>,
) -> Result<Option<FieldError>> {
    let name = values.get(kind.name_column()).and_then(Value::as_str).unwrap_or_default();
    let mut others = match kind {
        Kind::Vendor | Kind::Technology => queries::named(db, kind, name)?,
        _ => return Ok(None),
    };
    others.retain(|(id, _)| Some(*id) != own);
    if kind == Kind::Technology {
        let vendor = values.get("vendor_id").and_then(Value::as_i64);
        let mut same_vendor = false;
        for (id, _) in &others {
            let other = queries::find(db, kind, *id)?;
            same_vendor |= other.and_then(|record| record.reference("vendor_id")).map(i64::from) == vendor;
        }
        if !same_vendor {
            return Ok(None);
        }
    }
    let message = format!("A {} of this name exists already. Open it, or choose another name.", kind.singular());
    Ok((!others.is_empty()).then(|| FieldError { field: kind.name_column().to_owned(), message }))
}

/// Without scripts a picker sends a typed name: the one record of that name is taken for it.
fn with_chosen(db: &mut Db, kind: Kind, form: FormData) -> Result<FormData> {
    let mut form = form;
    for spec in kind.fields() {
        if let Entry::Reference(other) = spec.entry {
            form = chosen_by_name(db, form, spec.name, other)?;
        }
    }
    Ok(form)
}

/// Fills `field` with the id of the one record whose name was typed into `{field}_name`.
pub fn chosen_by_name(db: &mut Db, form: FormData, field: &str, kind: Kind) -> Result<FormData> {
    let typed = form.get(&format!("{field}_name"));
    match typed {
        Some(name) if form.get(field).is_none() => match queries::named(db, kind, &name)?.as_slice() {
            [(id, _)] => Ok(form.replaced(field, &id.to_string())),
            _ => Ok(form),
        },
        _ => Ok(form),
    }
}

/// `GET /owners/{id}/edit` and its like.
pub async fn edit(reader: Reader, Id(id): Id<i32>, kind: Kind) -> Result<Response> {
    reader
        .page(move |db, page| {
            let record = queries::find(db, kind, id)?.ok_or(Error::NotFound)?;
            let values = current_values(db, page, kind, &record)?;
            let form = form_view(db, page, kind, Some(id), &values)?.begun_on(record.version);
            form_page(page, StatusCode::OK, kind, format!("Edit {}", record.name), form, Vec::new())
        })
        .await
}

/// The values of a record as this person's form shows them.
fn current_values(db: &mut Db, page: &Page, kind: Kind, record: &Record) -> Result<Values> {
    let mut values = values_of(&record.values);
    if let (Kind::Project, Some(pass)) = (kind, page.viewer().confidential()) {
        values.extend(values_of(&figures::find(db, pass, record.id)?));
    }
    Ok(values)
}

/// `POST /owners/{id}/edit` and its like.
pub async fn update(writer: Writer, Id(id): Id<i32>, form: FormData, kind: Kind) -> Result<Response> {
    writer
        .write(move |db, page| {
            let record = queries::find(db, kind, id)?.ok_or(Error::NotFound)?;
            let typed = with_chosen(db, kind, form)?;
            let title = format!("Edit {}", record.name);
            let view = form_view(db, page, kind, Some(id), &typed.values())?
                .begun_on(typed.version().unwrap_or(record.version));
            let input = match read(db, page, kind, Some(id), &typed)? {
                Ok(input) => input,
                Err(invalid) => {
                    let view = view.refused(invalid);
                    return form_page(page, StatusCode::UNPROCESSABLE_ENTITY, kind, title, view, Vec::new());
                }
            };
            let overtaken = typed.version().is_some_and(|version| version != record.version);
            if overtaken || !queries::update(db, &page.visit, kind, &record, input.values)? {
                let current = current_values(db, page, kind, &record)?;
                let by = audit::overtaken_by(db, page, kind.table(), id, Sensitivity::Public)?;
                let view = view.overtaken(&current, record.version, by);
                return form_page(page, StatusCode::CONFLICT, kind, title, view, Vec::new());
            }
            if let (Some(figures), Some(pass)) = (&input.figures, page.viewer().confidential()) {
                figures::update(db, &page.visit, pass, id, figures)?;
            }
            redirect(&format!("/{}/{id}", kind.path()), "Saved.")
        })
        .await
}

/// `POST /owners/{id}/archive` and its like: `archived=on` hides it, without it it comes back.
pub async fn archive(writer: Writer, Id(id): Id<i32>, form: FormData, kind: Kind) -> Result<Response> {
    writer
        .write(move |db, page| {
            let record = queries::find(db, kind, id)?.ok_or(Error::NotFound)?;
            let archived = form.flag("archived");
            queries::set_archived(db, &page.visit, kind, &record, archived)?;
            let done = if archived { "archived" } else { "back in the lists" };
            redirect(&format!("/{}/{id}", kind.path()), &format!("{} is {done}.", record.name))
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
