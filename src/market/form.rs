//! The form of every kind of record: made, changed, and what only the database knows of it looked up.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

use super::draft::parse;
use super::{figures, sites};
use crate::audit::Sensitivity;
use crate::db::Db;
use crate::db::name_forms::name_core;
use crate::error::{Error, Result};
use crate::records::{self, Entry, Record, RecordKind, picker};
use crate::web::saving::saved_by;
use crate::web::{
    Choice, Field, FieldError, FormData, FormView, Id, Input, Invalid, Page, Query, Reader, Shell, Values, Writer,
    html, redirect, values_of,
};

#[derive(Template)]
#[template(path = "market/form.html")]
struct FormPage {
    shell: Shell,
    kind: RecordKind,
    form: FormView,
    /// Records whose name may mean the same.
    near: Near,
}

impl FormPage {
    /// The address of the list of the kind.
    fn list(&self) -> String {
        format!("/{}", self.kind.path())
    }

    /// Where the project of the form is, on the map below it.
    fn place(&self) -> Option<(String, String)> {
        let value =
            |name: &str| self.form.fields.iter().find(|field| field.name == name).map(|field| field.value.as_str());
        sites::mark(value("latitude")?, value("longitude")?)
    }
}

/// The fields of a kind, with the figures for those who may see them.
fn form_fields(page: &Page, kind: RecordKind) -> Vec<Field> {
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
            Entry::Reference(kind) => picker::input(kind),
        };
        let mut field = Field::new(spec.name, spec.label, input);
        field.required = spec.required;
        fields.push(field);
    }
    if let (RecordKind::Project, Some(pass)) = (kind, page.viewer().confidential()) {
        fields.extend(figures::fields(pass));
    }
    fields
}

fn form_view(page: &Page, kind: RecordKind, id: Option<i64>, values: &Values) -> FormView {
    let list = format!("/{}", kind.path());
    let (action, cancel) = match id {
        Some(id) => (format!("{list}/{id}/edit"), format!("{list}/{id}")),
        None => (format!("{list}/new"), list),
    };
    FormView::new(action, &format!("Save {}", kind.singular()), cancel, form_fields(page, kind)).filled(values)
}

fn form_page(
    page: &Page,
    status: StatusCode,
    kind: RecordKind,
    title: String,
    form: FormView,
    near: Near,
) -> Result<Response> {
    let shell = page.shell(title, kind.path()).crumb(kind.plural(), format!("/{}", kind.path()));
    html(status, &FormPage { shell, kind, form, near })
}

/// `GET /owners/new` and its like; `?name=` fills the name.
pub async fn new(reader: Reader, query: Query, kind: RecordKind) -> Result<Response> {
    reader
        .page(move |db, page| {
            let mut values = Values::from([("is_active".to_owned(), "on".to_owned())]);
            if let (RecordKind::Technology, Some(vendor)) = (kind, query.get("vendor")) {
                values.insert("vendor_id".into(), vendor.to_owned());
                values = picker::with_names(db, values, &[("vendor_id", RecordKind::Vendor)])?;
            }
            if let Some(name) = query.get("name") {
                values.insert(kind.name_column().to_owned(), name.to_owned());
            }
            let form = form_view(page, kind, None, &values);
            form_page(page, StatusCode::OK, kind, format!("New {}", kind.singular()), form, Vec::new())
        })
        .await
}

/// `POST /owners/new` and its like.
pub async fn create(writer: Writer, form: FormData, kind: RecordKind) -> Result<Response> {
    writer
        .write(move |db, page| {
            let typed = with_chosen(db, kind, form.clone())?;
            let title = format!("New {}", kind.singular());
            let view = form_view(page, kind, None, &typed.values());
            let refused = |view: FormView, invalid, near| {
                form_page(page, StatusCode::UNPROCESSABLE_ENTITY, kind, title.clone(), view.refused(invalid), near)
            };
            let input = match read(db, page, kind, None, &typed)? {
                Ok(input) => input,
                Err(invalid) => return refused(view, invalid, Vec::new()),
            };
            if let Some((invalid, near)) = nearly_named(db, kind, None, &typed)? {
                return refused(view, invalid, near);
            }
            let id = records::queries::insert(db, &page.visit, kind, input.values)?;
            if let (Some(figures), Some(pass)) = (&input.figures, page.viewer().confidential()) {
                figures::update(db, &page.visit, pass, id, figures)?;
            }
            redirect(&format!("/{}/{id}", kind.path()), "Saved.")
        })
        .await
}

/// Records whose name may mean the same, with their ids.
type Near = Vec<(i64, String)>;

/// The records of nearly the name that was typed, unless it is confirmed or the record has it already.
fn nearly_named(
    db: &mut Db,
    kind: RecordKind,
    own: Option<&Record>,
    typed: &FormData,
) -> Result<Option<(Invalid, Near)>> {
    let name = typed.get(kind.name_column()).unwrap_or_default();
    if typed.flag("name_confirmed") || own.is_some_and(|own| name_core(&own.name) == name_core(&name)) {
        return Ok(None);
    }
    let near = records::queries::near(db, kind, &name, own.map(|own| own.id))?;
    let words = "A record of nearly this name exists. Use it, or confirm below that this is another one.";
    Ok((!near.is_empty()).then(|| (Invalid::one(kind.name_column(), words), near)))
}

struct Entered {
    values: serde_json::Map<String, Value>,
    figures: Option<figures::Figures>,
}

/// Reads the form, and looks up what only the database knows: that references exist and names are free.
fn read(
    db: &mut Db,
    page: &Page,
    kind: RecordKind,
    own: Option<i64>,
    form: &FormData,
) -> Result<Result<Entered, Invalid>> {
    let mut errors: Vec<FieldError> = Vec::new();
    let values = parse(kind, form).unwrap_or_else(|invalid| {
        errors.extend(invalid.0);
        serde_json::Map::new()
    });
    let wanted = page.viewer().confidential().filter(|_| kind == RecordKind::Project);
    let before = match (wanted, own) {
        (Some(pass), Some(id)) => figures::find(db, pass, id)?,
        _ => figures::Figures::default(),
    };
    let figures = match wanted.map(|pass| figures::Figures::parse(pass, form, &before)).transpose() {
        Ok(figures) => figures,
        Err(invalid) => {
            errors.extend(invalid.0);
            None
        }
    };
    for spec in kind.fields() {
        let id = values.get(spec.name).and_then(Value::as_i64);
        if let (Entry::Reference(other), Some(id)) = (spec.entry, id)
            && records::queries::names(db, other, &[id])?.is_empty()
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
    kind: RecordKind,
    own: Option<i64>,
    values: &serde_json::Map<String, Value>,
) -> Result<Option<FieldError>> {
    let name = values.get(kind.name_column()).and_then(Value::as_str).unwrap_or_default();
    let mut others = match kind {
        RecordKind::Vendor | RecordKind::Technology => records::queries::named(db, kind, name)?,
        _ => return Ok(None),
    };
    others.retain(|(id, _)| Some(*id) != own);
    if kind == RecordKind::Technology {
        let vendor = values.get("vendor_id").and_then(Value::as_i64);
        let same: Vec<bool> = others
            .iter()
            .map(|(id, _)| Ok(records::queries::find(db, kind, *id)?.and_then(|record| record.reference("vendor_id"))))
            .map(|found: Result<Option<i64>>| Ok(found? == vendor))
            .collect::<Result<_>>()?;
        others = others.into_iter().zip(same).filter(|(_, same)| *same).map(|(other, _)| other).collect();
    }
    Ok(others.first().map(|(_, archived)| {
        let one = kind.singular();
        let message = if *archived {
            format!("An archived {one} of this name exists. Bring it back, or choose another name.")
        } else {
            format!("A {one} of this name exists already. Open it, or choose another name.")
        };
        FieldError { field: kind.name_column().to_owned(), message }
    }))
}

/// The form with the ids of the records whose names were typed.
fn with_chosen(db: &mut Db, kind: RecordKind, form: FormData) -> Result<FormData> {
    let mut form = form;
    for spec in kind.fields() {
        if let Entry::Reference(other) = spec.entry {
            form = picker::read(db, form, spec.name, other)?;
        }
    }
    Ok(form)
}

/// `GET /owners/{id}/edit` and its like.
pub async fn edit(reader: Reader, Id(id): Id<i64>, kind: RecordKind) -> Result<Response> {
    reader
        .page(move |db, page| {
            let record = records::queries::find(db, kind, id)?.ok_or(Error::NotFound)?;
            let values = current_values(db, page, kind, &record)?;
            let form = begun_on(db, page, form_view(page, kind, Some(id), &values), kind, &record)?;
            form_page(page, StatusCode::OK, kind, format!("Edit {}", record.name), form, Vec::new())
        })
        .await
}

/// The values of a record as this person's form shows them.
fn current_values(db: &mut Db, page: &Page, kind: RecordKind, record: &Record) -> Result<Values> {
    let references = kind.fields().iter().filter_map(|spec| match spec.entry {
        Entry::Reference(other) => Some((spec.name, other)),
        _ => None,
    });
    let mut values = picker::with_names(db, values_of(&record.values), &references.collect::<Vec<_>>())?;
    if let (RecordKind::Project, Some(pass)) = (kind, page.viewer().confidential()) {
        values.extend(values_of(&figures::find(db, pass, record.id)?));
    }
    Ok(values)
}

/// The form begun on what is saved now; the figures have a version of their own, so that the open one tells nothing.
fn begun_on(db: &mut Db, page: &Page, form: FormView, kind: RecordKind, record: &Record) -> Result<FormView> {
    let form = form.begun_on(record.version);
    Ok(match page.viewer().confidential() {
        Some(pass) if kind == RecordKind::Project => {
            form.carrying("figures_version", figures::version(db, pass, record.id)?.to_string())
        }
        _ => form,
    })
}

/// `POST /owners/{id}/edit` and its like.
pub async fn update(writer: Writer, Id(id): Id<i64>, form: FormData, kind: RecordKind) -> Result<Response> {
    writer
        .write(move |db, page| {
            let record = records::queries::find_held(db, kind, id)?.ok_or(Error::NotFound)?;
            let typed = with_chosen(db, kind, form.clone())?;
            let title = format!("Edit {}", record.name);
            let newest = begun_on(db, page, form_view(page, kind, Some(id), &typed.values()), kind, &record)?;
            let input = match read(db, page, kind, Some(id), &typed)? {
                Ok(input) => input,
                Err(invalid) => {
                    let view = newest.as_sent(&typed).refused(invalid);
                    return form_page(page, StatusCode::UNPROCESSABLE_ENTITY, kind, title, view, Vec::new());
                }
            };
            if newest.is_in_conflict(&typed) {
                let current = current_values(db, page, kind, &record)?;
                let open = typed.version().is_some_and(|version| version != record.version);
                let class = if open { Sensitivity::Public } else { Sensitivity::Confidential };
                let by = saved_by(db, page, kind.table(), id, class)?;
                let view = newest.in_conflict(&current, by);
                return form_page(page, StatusCode::CONFLICT, kind, title, view, Vec::new());
            }
            if let Some((invalid, near)) = nearly_named(db, kind, Some(&record), &typed)? {
                let view = newest.as_sent(&typed).refused(invalid);
                return form_page(page, StatusCode::UNPROCESSABLE_ENTITY, kind, title, view, near);
            }
            records::queries::update(db, &page.visit, kind, &record, input.values)?;
            if let (Some(figures), Some(pass)) = (&input.figures, page.viewer().confidential()) {
                figures::update(db, &page.visit, pass, id, figures)?;
            }
            redirect(&format!("/{}/{id}", kind.path()), "Saved.")
        })
        .await
}
