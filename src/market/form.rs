//! The form of every kind of record around the clients: made, changed, and what only the database knows of it looked
//! up.

use std::rc::Rc;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

use super::draft::parse;
use super::suggestions::{Suggestions, suggestions};
use super::{figures, sites};
use crate::audit::Sensitivity;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::people::Lookups;
use crate::records::{self, Entry, Record, RecordKind, RecordRef, picker, whereabouts};
use crate::web::saving::{BegunOn, Saved, Saving, begin, save, saved_by};
use crate::web::{
    Choice, Field, FieldError, FormData, FormView, Id, Input, Invalid, JsonObject, Near, Page, Query, Reader, Shell,
    Values, Writer, html, programs, values_of,
};

#[derive(Template)]
#[template(path = "market/form.html")]
struct FormPage {
    shell: Shell,
    kind: RecordKind,
    form: FormView,
}

impl FormPage {
    /// Where the project of the form is, on the map below it.
    fn place(&self) -> Option<(String, String)> {
        let value =
            |name: &str| self.form.fields.iter().find(|field| field.name == name).map(|field| field.value.as_str());
        sites::mark(value("latitude")?, value("longitude")?)
    }
}

/// The form of a record of a kind, or of one that is to be made.
struct RecordForm {
    kind: RecordKind,
    held: Option<Record>,
    lookups: Rc<Lookups>,
}

impl RecordForm {
    fn of(kind: RecordKind, held: Option<Record>) -> Self {
        Self { kind, held, lookups: Rc::default() }
    }

    fn id(&self) -> Option<i64> {
        self.held.as_ref().map(|record| record.id)
    }
}

impl Saving for RecordForm {
    type Draft = Entered;

    fn chosen(&self, db: &mut Db, sent: FormData) -> Result<FormData> {
        with_chosen(db, self.kind, sent)
    }

    fn gone(&self, db: &mut Db) -> Result<Option<String>> {
        let Some(record) = &self.held else { return Ok(None) };
        whereabouts::gone(db, RecordRef { kind: self.kind, id: record.id }, &record.name, record.is_archived)
    }

    fn read(&self, db: &mut Db, page: &Page, sent: &FormData) -> Result<Result<Entered, Invalid>> {
        read(db, page, self.kind, self.id(), sent)
    }

    /// The figures have a version of their own, so that the open one tells nothing.
    fn begun_on(&self, db: &mut Db, page: &Page) -> Result<BegunOn> {
        let Some(record) = &self.held else { return Ok(BegunOn::new()) };
        let mut begun_on = vec![("version", record.version.to_string())];
        if let (RecordKind::Project, Some(pass)) = (self.kind, page.viewer().confidential()) {
            begun_on.push(("figures_version", figures::version(db, pass, record.id)?.to_string()));
        }
        Ok(begun_on)
    }

    fn saved(&self, db: &mut Db, page: &Page, sent: &FormData) -> Result<(Values, String)> {
        let record = self.held.as_ref().ok_or(Error::NotFound)?;
        let is_open = sent.get("version").is_some_and(|version| version != record.version.to_string());
        let class = match page.viewer().confidential() {
            Some(_) if !is_open => Sensitivity::Confidential,
            _ => Sensitivity::Public,
        };
        let by = saved_by(db, page, self.kind.table(), record.id, class)?;
        Ok((current_values(db, page, self.kind, record)?, by))
    }

    fn near(&self, db: &mut Db, draft: &Entered) -> Result<Option<(Invalid, Near)>> {
        let name = draft.values.get(self.kind.name_column()).and_then(Value::as_str).unwrap_or_default();
        let own = self.held.as_ref().map(|record| (record.id, record.name.as_str()));
        self.lookups.ask_near(db, self.kind, name, own)
    }

    fn write(&self, db: &mut Db, page: &Page, draft: Entered) -> Result<Saved> {
        let name = draft.values.get(self.kind.name_column()).and_then(Value::as_str).unwrap_or_default().to_owned();
        let id = match &self.held {
            Some(record) => {
                records::queries::update(db, &page.visit, self.kind, record, draft.values)?;
                record.id
            }
            None => records::queries::insert(db, &page.visit, self.kind, draft.values)?,
        };
        if let (Some(figures), Some(pass)) = (&draft.figures, page.viewer().confidential()) {
            figures::update(db, &page.visit, pass, id, figures)?;
        }
        let address = RecordRef { kind: self.kind, id }.address();
        Ok(Saved { address, message: format!("{name} saved"), id: Some(id) })
    }

    fn form(&self, db: &mut Db, page: &Page, values: &Values) -> Result<FormView> {
        let list = format!("/{}", self.kind.path());
        let (action, cancel) = match self.id() {
            Some(id) => (format!("{list}/{id}/edit"), format!("{list}/{id}")),
            None => (format!("{list}/new"), list),
        };
        let save = format!("Save {}", self.kind.singular());
        Ok(FormView::new(action, &save, cancel, form_fields(page, self.kind, &suggestions(db, page, self.kind)?))
            .filled(values))
    }

    fn show(&self, _db: &mut Db, page: &Page, status: StatusCode, form: FormView) -> Result<Response> {
        let kind = self.kind;
        let title = match &self.held {
            Some(record) => format!("Edit {}", record.name),
            None => format!("New {}", kind.singular()),
        };
        let shell = page.shell(title, kind.path());
        let shell = match &self.held {
            Some(record) => shell.crumb(&record.name, RecordRef { kind, id: record.id }.address()),
            None => shell.crumb(kind.plural(), format!("/{}", kind.path())),
        };
        html(status, &FormPage { shell, kind, form })
    }
}

/// The fields of a kind, as far as this person may see them.
pub fn fields(db: &mut Db, page: &Page, kind: RecordKind) -> Result<Vec<Field>> {
    Ok(RecordForm::of(kind, None).form(db, page, &begun())?.fields)
}

/// What a form that makes a record begins with: a new person is active.
fn begun() -> Values {
    Values::from([("is_active".to_owned(), "on".to_owned())])
}

/// Makes a record for a program.
pub fn create_for_program(db: &mut Db, page: &Page, kind: RecordKind, sent: &JsonObject) -> Result<i64> {
    programs::create(db, page, &RecordForm::of(kind, None), begun(), sent)
}

/// Changes a record for a program.
pub fn update_for_program(db: &mut Db, page: &Page, kind: RecordKind, id: i64, sent: &JsonObject) -> Result<i64> {
    let held = Some(records::queries::find_held(db, kind, id)?.ok_or(Error::NotFound)?);
    programs::update(db, page, &RecordForm::of(kind, held), sent)
}

/// Makes a record of values as the form sends them, one of many.
pub fn make(db: &mut Db, page: &Page, lookups: &Rc<Lookups>, kind: RecordKind, given: &Values) -> Result<i64> {
    let form = RecordForm { kind, held: None, lookups: lookups.clone() };
    programs::make(db, page, &form, begun(), given)
}

/// Gives a record, one of many, other values, or those that are empty; whether any was another.
pub fn amend(
    db: &mut Db,
    page: &Page,
    lookups: &Rc<Lookups>,
    record: RecordRef,
    (given, only_empty): (&Values, bool),
) -> Result<bool> {
    let RecordRef { kind, id } = record;
    let held = Some(records::queries::find_held(db, kind, id)?.ok_or(Error::NotFound)?);
    let form = RecordForm { kind, held, lookups: lookups.clone() };
    programs::amend(db, page, &form, given, only_empty)
}

/// `GET /owners/new` and its like; `?name=` fills the name, `?vendor=` whose technology it is, `?client=` whose person.
pub async fn new(reader: Reader, query: Query, kind: RecordKind) -> Result<Response> {
    reader
        .page(move |db, page| {
            let mut values = begun();
            if let (RecordKind::Technology, Some(vendor)) = (kind, query.get("vendor")) {
                values.insert("vendor_id".into(), vendor.to_owned());
                values = picker::with_names(db, values, &[("vendor_id", RecordKind::Vendor)])?;
            }
            if let (RecordKind::Person, Some(client)) = (kind, query.get("client")) {
                let id = client.parse().unwrap_or_default();
                values.insert("personnel_type".into(), "External".into());
                let employer = records::queries::names(db, RecordKind::Client, &[id])?.remove(&id);
                values.insert("employer".into(), employer.unwrap_or_default());
            }
            if let Some(name) = query.get("name") {
                values.insert(kind.name_column().to_owned(), name.to_owned());
            }
            begin(db, page, &RecordForm::of(kind, None), &values)
        })
        .await
}

/// `POST /owners/new` and its like.
pub async fn create(writer: Writer, sent: FormData, kind: RecordKind) -> Result<Response> {
    writer.write(move |db, page| save(db, page, &RecordForm::of(kind, None), &sent)).await
}

/// `GET /owners/{id}/edit` and its like.
pub async fn edit(reader: Reader, Id(id): Id<i64>, kind: RecordKind) -> Result<Response> {
    reader
        .page(move |db, page| {
            let record = records::queries::find(db, kind, id)?.ok_or(Error::NotFound)?;
            let values = current_values(db, page, kind, &record)?;
            begin(db, page, &RecordForm::of(kind, Some(record)), &values)
        })
        .await
}

/// `POST /owners/{id}/edit` and its like.
pub async fn update(writer: Writer, Id(id): Id<i64>, sent: FormData, kind: RecordKind) -> Result<Response> {
    writer
        .write(move |db, page| {
            let held = Some(records::queries::find_held(db, kind, id)?.ok_or(Error::NotFound)?);
            save(db, page, &RecordForm::of(kind, held), &sent)
        })
        .await
}

/// The fields of a kind, with the figures for those who may see them.
fn form_fields(page: &Page, kind: RecordKind, suggested: &Suggestions) -> Vec<Field> {
    let mut fields = Vec::new();
    for spec in kind.fields() {
        let input = match spec.entry {
            Entry::Line => Input::Line,
            Entry::Text => Input::Area(4),
            Entry::Closed(list) => Input::Select(list.iter().map(|value| Choice::new(value, *value)).collect()),
            Entry::Open(_) => Input::Suggest(suggested.get(spec.name).cloned().unwrap_or_default()),
            Entry::Number(_) => Input::Number,
            Entry::Date => Input::Date,
            Entry::Tick => Input::Tick,
            Entry::Reference(kind) => picker::input(kind),
        };
        let mut field = Field::new(spec.name, spec.label, input);
        field.required = spec.required;
        if let Entry::Number(range) = spec.entry {
            field.range = Some(range);
        }
        fields.push(field);
    }
    if let (RecordKind::Project, Some(pass)) = (kind, page.viewer().confidential()) {
        fields.extend(figures::fields(pass));
    }
    fields
}

/// What the form of a record says.
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
pub fn taken(
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
