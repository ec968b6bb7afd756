//! The page of every kind of record: everything known, and the clients that reach it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::{Entry, FieldSpec, Kind, Record, figures, queries};
use crate::contacts;
use crate::db::Db;
use crate::db::ids::PersonnelId;
use crate::error::{Error, Result};
use crate::links::{self, End, Node, Reaching};
use crate::merging::{self, Merge};
use crate::people::{self, work, work::Work};
use crate::web::{FormData, FormView, Id, Page, Reader, Shell, Writer, html, redirect};

/// One value of a record as a page shows it.
pub struct Cell {
    pub label: &'static str,
    pub text: Option<String>,
    pub link: Option<String>,
    pub is_number: bool,
    /// A text of several lines.
    pub is_long: bool,
}

/// The cells of each record; names of referred records come in one query per column.
pub fn cells(db: &mut Db, columns: &[&'static FieldSpec], records: &[Record]) -> Result<Vec<Vec<Cell>>> {
    let mut names = Vec::new();
    for spec in columns {
        names.push(match spec.entry {
            Entry::Reference(kind) => {
                let ids: Vec<i64> = records.iter().filter_map(|record| record.reference(spec.name)).collect();
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
    id: i64,
    name: String,
    node: Node,
    is_archived: bool,
    /// Where it went, if it was merged into another.
    merged: Option<Merge>,
    facts: Vec<Cell>,
    sources: Vec<String>,
    /// Only with confidential access.
    figures: Option<Vec<(&'static str, Option<f64>)>>,
    /// How many clients reach it, and the first of them.
    client_total: usize,
    clients: Vec<Reaching>,
    groups: Vec<links::Group>,
    /// The technologies of a vendor, or the projects that chose a technology.
    related: Option<Related>,
    /// What is open for a colleague, with the form that hands it over.
    work: Option<(Work, FormView)>,
    /// The contacts an internal person made, or at which an external one was met.
    contacts: Vec<contacts::pages::Item>,
}

/// Records that stand to this one otherwise than by a link of their own.
struct Related {
    heading: &'static str,
    kind: Kind,
    records: Vec<(i64, String)>,
}

fn related(db: &mut Db, page: &Page, kind: Kind, id: i64) -> Result<Option<Related>> {
    Ok(match kind {
        Kind::Vendor => {
            let records = queries::technologies_of(db, id)?;
            Some(Related { heading: "Technologies", kind: Kind::Technology, records })
        }
        Kind::Technology => {
            let ids = links::queries::projects_with(db, page.viewer(), id)?;
            let mut records: Vec<(i64, String)> = queries::names(db, Kind::Project, &ids)?.into_iter().collect();
            records.sort_by(|one, other| one.1.cmp(&other.1));
            Some(Related { heading: "Projects", kind: Kind::Project, records })
        }
        _ => None,
    })
}

impl ShowPage {
    /// Whether more clients reach it than the page shows.
    fn has_more_clients(&self) -> bool {
        self.client_total > self.clients.len()
    }

    /// Whether there is anything for the card of facts.
    fn has_short_facts(&self) -> bool {
        self.facts.iter().any(|fact| !fact.is_long)
    }
}

/// `GET /owners/{id}` and its like: everything known, and the clients that reach it.
pub async fn show(reader: Reader, Id(id): Id<i64>, kind: Kind) -> Result<Response> {
    reader.page(move |db, page| show_page(db, page, kind, id, None)).await
}

/// The page of a colleague whose handover was refused.
pub fn person_page(db: &mut Db, page: &Page, id: PersonnelId, handover: FormView) -> Result<Response> {
    show_page(db, page, Kind::Person, id.0, Some(handover))
}

fn open_work(db: &mut Db, page: &Page, id: PersonnelId, refused: Option<FormView>) -> Result<(Work, FormView)> {
    let work = work::of(db, page, id)?;
    let handover = match refused {
        Some(form) => form,
        None => work::handover_form(&people::queries::staff(db)?, id),
    };
    Ok((work, handover))
}

fn show_page(db: &mut Db, page: &Page, kind: Kind, id: i64, refused: Option<FormView>) -> Result<Response> {
    let record = queries::find(db, kind, id)?.ok_or(Error::NotFound)?;
    let is_colleague = kind == Kind::Person && record.text("personnel_type").as_deref() == Some("Internal");
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let work = is_colleague.then(|| open_work(db, page, PersonnelId(id), refused)).transpose()?;
    let columns: Vec<_> = kind.fields().iter().skip(1).filter(|field| field.name != "sources").collect();
    let facts = cells(db, &columns, std::slice::from_ref(&record))?.pop().unwrap_or_default();
    let project_figures = match page.viewer().confidential() {
        Some(pass) if kind == Kind::Project => Some(figures::find(db, pass, id)?.labelled().to_vec()),
        _ => None,
    };
    let (client_total, clients) = links::queries::clients_reaching(db, page.viewer(), kind, id)?;
    let contacts = match kind {
        Kind::Person => contacts::pages::of_person(db, page, PersonnelId(id))?,
        _ => Vec::new(),
    };
    let node = Node { end: End::Record(kind), id };
    let merged = if record.is_archived { merging::queries::of_merged(db, node)? } else { None };
    let show = ShowPage {
        shell: page.shell(&record.name, kind.path()).crumb(kind.plural(), format!("/{}", kind.path())),
        kind,
        id,
        node,
        merged,
        is_archived: record.is_archived,
        facts,
        sources: record.text("sources").map(|text| text.lines().map(ToOwned::to_owned).collect()).unwrap_or_default(),
        figures: project_figures,
        client_total,
        clients,
        groups: links::pages::groups(db, page, End::Record(kind), id)?,
        related: related(db, page, kind, id)?,
        work,
        contacts,
        name: record.name,
    };
    html(status, &show)
}

/// `POST /owners/{id}/archive` and its like: `archived=on` hides it, without it it comes back.
pub async fn archive(writer: Writer, Id(id): Id<i64>, form: FormData, kind: Kind) -> Result<Response> {
    writer
        .write(move |db, page| {
            let record = queries::find_held(db, kind, id)?.ok_or(Error::NotFound)?;
            let archived = form.flag("archived");
            queries::set_archived(db, &page.visit, kind, &record, archived)?;
            let done = if archived { "archived" } else { "back in the lists" };
            redirect(&format!("/{}/{id}", kind.path()), &format!("{} is {done}.", record.name))
        })
        .await
}
