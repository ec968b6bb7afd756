//! The page of every kind of record: everything known, and the clients that reach it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::timeline::{Moment, Month, of_contacts};
use super::work::{Work, work_of};
use crate::contacts;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::files;
use crate::ids::PersonnelId;
use crate::links::{self, Reaching};
use crate::market::{self, Cell, figures};
use crate::merging::{self, Merge};
use crate::records::{self, RecordKind, RecordRef};
use crate::web::{Id, Page, Reader, Shell, html};

#[derive(Template)]
#[template(path = "overview/record.html")]
struct ShowPage {
    shell: Shell,
    kind: RecordKind,
    id: i64,
    name: String,
    /// What it is: “Vendor”, “Person · External”.
    label: String,
    reference: RecordRef,
    is_archived: bool,
    /// Where it went, if it was merged into another.
    merged: Option<Merge>,
    facts: Vec<Cell>,
    sources: Vec<String>,
    /// Only with confidential access.
    figures: Option<Vec<(&'static str, &'static str, Option<f64>)>>,
    /// How many clients reach it, and the first of them.
    client_total: usize,
    clients: Vec<Reaching>,
    groups: Vec<links::Group>,
    /// The files of a project.
    files: Option<files::Section>,
    /// The technologies of a vendor, or the projects that chose a technology.
    related: Option<Related>,
    /// What is open for a colleague.
    work: Option<Work>,
    /// The contacts an internal person made, or at which an external one was met.
    months: Vec<Month>,
}

/// Records that stand to this one otherwise than by a link of their own.
struct Related {
    heading: &'static str,
    kind: RecordKind,
    records: Vec<(i64, String)>,
}

fn related(db: &mut Db, page: &Page, kind: RecordKind, id: i64) -> Result<Option<Related>> {
    Ok(match kind {
        RecordKind::Vendor => {
            let records = market::queries::technologies_of(db, id)?;
            Some(Related { heading: "Technologies", kind: RecordKind::Technology, records })
        }
        RecordKind::Technology => {
            let ids = links::queries::projects_with(db, page.viewer(), id)?;
            let mut records: Vec<(i64, String)> =
                records::queries::names(db, RecordKind::Project, &ids)?.into_iter().collect();
            records.sort_by(|one, other| one.1.cmp(&other.1));
            Some(Related { heading: "Projects", kind: RecordKind::Project, records })
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
pub async fn show(reader: Reader, Id(id): Id<i64>, kind: RecordKind) -> Result<Response> {
    reader.page(move |db, page| show_page(db, page, kind, id)).await
}

fn show_page(db: &mut Db, page: &Page, kind: RecordKind, id: i64) -> Result<Response> {
    let record = records::queries::find(db, kind, id)?.ok_or(Error::NotFound)?;
    let is_colleague = kind == RecordKind::Person && record.text("personnel_type").as_deref() == Some("Internal");
    let work = is_colleague.then(|| work_of(db, page, PersonnelId(id), id.to_string())).transpose()?;
    let facts = market::facts(db, kind, &record)?;
    let project_figures = match page.viewer().confidential() {
        Some(pass) if kind == RecordKind::Project => Some(figures::find(db, pass, id)?.labelled().to_vec()),
        _ => None,
    };
    let files = match kind {
        RecordKind::Project => {
            let place = market::documents::place_of(db, &record)?;
            Some(files::Section::of(db, page, &place, "files")?)
        }
        _ => None,
    };
    let (client_total, clients) = links::queries::clients_reaching(db, page.viewer(), kind, id)?;
    let contacts = match kind {
        RecordKind::Person => contacts::pages::of_person(db, page, PersonnelId(id))?,
        _ => Vec::new(),
    };
    let reference = RecordRef { kind, id };
    let side = record.text("personnel_type");
    let label = side.map_or_else(|| kind.label().to_owned(), |side| format!("{} · {side}", kind.label()));
    let merged = if record.is_archived { merging::queries::of_merged(db, reference)? } else { None };
    let show = ShowPage {
        shell: page.shell(&record.name, kind.path()).crumb(kind.plural(), format!("/{}", kind.path())),
        kind,
        id,
        label,
        reference,
        merged,
        is_archived: record.is_archived,
        facts,
        sources: record.text("sources").map(|text| text.lines().map(ToOwned::to_owned).collect()).unwrap_or_default(),
        figures: project_figures,
        files,
        client_total,
        clients,
        groups: links::pages::groups(db, page, kind, id)?,
        related: related(db, page, kind, id)?,
        work,
        months: of_contacts(contacts),
        name: record.name,
    };
    html(StatusCode::OK, &show)
}
