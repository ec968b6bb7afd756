//! The page on which a file is brought: what can be imported, and what one brought before.

use askama::Template;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;

use super::files::{Files, make_place};
use super::form::{Sent, receive};
use super::kinds::{Kind, fields};
use super::matching::matched;
use super::model::{Decision, Settings};
use super::queries::{self, Brought, Listed};
use super::recognised::Recognised;
use super::rows::unreadable;
use super::texts::Order;
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::ChangeId;
use crate::links::LinkKind;
use crate::records::RecordKind;
use crate::web::{Choice, Page, Query, Reader, Shell, Writer, html, redirect};

/// Imports that the page lists.
const LISTED: i64 = 20;

/// One that was brought before.
struct Earlier {
    listed: Listed,
    kind: String,
    ago: String,
    moment: String,
}

#[derive(Template)]
#[template(path = "import/sheets/start.html")]
struct StartPage {
    shell: Shell,
    error: Option<String>,
    chosen: String,
    groups: [(&'static str, Vec<Choice>); 2],
    takes: Vec<(String, String)>,
    earlier: Vec<Earlier>,
}

fn start(db: &mut Db, page: &Page, chosen: &str, error: Option<String>) -> Result<Response> {
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let earlier = |listed: Listed| Earlier {
        kind: Kind::parse(&listed.kind).map(Kind::label).unwrap_or_default(),
        ago: page.ago(listed.created_date),
        moment: page.moment(listed.created_date),
        listed,
    };
    let earlier = queries::list(db, page.viewer(), LISTED)?.into_iter().map(earlier).collect();
    let shell = page.shell("Import", "import");
    let (chosen, groups) = (chosen.to_owned(), Kind::offered());
    html(status, &StartPage { shell, error, chosen, groups, takes: takes(), earlier })
}

/// What the columns of each kind of record may be, in words.
fn takes() -> Vec<(String, String)> {
    let label = |kind: RecordKind| {
        let plan = if kind == RecordKind::Client { &["Next contact on"][..] } else { &[] };
        let labels = kind.fields().iter().map(|field| field.label).chain(plan.iter().copied());
        labels.collect::<Vec<_>>().join(", ")
    };
    let records = RecordKind::ALL.iter().map(|kind| (kind.plural().to_owned(), label(*kind)));
    let others = [
        ("Contacts", "Client, Type, Date, Summary, Made by, Person met, Follow-up needed, Follow up on"),
        ("Links", "The two records by name, and what the link says: role, agreement, notes"),
    ];
    records.chain(others.map(|(kind, fields)| (kind.to_owned(), fields.to_owned()))).collect()
}

/// `GET /import`; `?kind=` chooses, `?change=` leads to the import that made a change.
pub async fn show(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let Some(change) = query.get("change") else {
                return start(db, page, query.get("kind").unwrap_or("clients"), None);
            };
            let change = change.parse().ok().map(ChangeId).ok_or(Error::NotFound)?;
            // Of a database that was taken over whole, and of a mailbox, there is none.
            let none = "No page of an import belongs to this change: it cannot be undone whole.";
            let import = queries::of_change(db, page.viewer(), change)?.ok_or(Error::Refused(none.into()))?;
            redirect(&format!("/import/{import}"), "")
        })
        .await
}

/// `POST /import`: looks at the file and keeps its rows; what is no table is refused.
pub async fn bring(writer: Writer, request: Request) -> Result<Response> {
    let config = writer.app().config();
    let (name, path) = make_place(&config)?;
    let refused = |error: Error| match error {
        Error::Setup(words) | Error::Malformed(words) => Ok(words),
        Error::TooLarge => Ok("The file is larger than 50 MB. Split it, and import one part at a time.".into()),
        other => Err(other),
    };
    let sent = match receive(request, &path).await {
        Ok(sent) => sent,
        Err(error) => {
            let words = refused(error)?;
            return writer.write(move |db, page| start(db, page, "", Some(words.clone()))).await;
        }
    };
    let files = Files::named(&config, &name);
    let Some(sent) = sent else {
        let words = String::from("Choose the file to import.");
        return writer.write(move |db, page| start(db, page, "", Some(words.clone()))).await;
    };
    let read = read(&sent, &files).await;
    let _ = std::fs::remove_file(&sent.file);
    match read {
        Ok(recognised) => {
            let made = writer.write(move |db, page| keep(db, page, &sent, &name, &recognised)).await;
            let is_kept = made.as_ref().is_ok_and(|response| response.status() == StatusCode::SEE_OTHER);
            if !is_kept {
                files.remove();
            }
            made
        }
        Err(error) => {
            files.remove();
            let words = refused(error)?;
            writer.write(move |db, page| start(db, page, &sent.kind, Some(words.clone()))).await
        }
    }
}

/// Reads the file on a thread of its own; one on which the reader stumbles is no file for us.
async fn read(sent: &Sent, files: &Files) -> Result<Recognised> {
    let (file, rows) = (sent.file.clone(), files.rows.clone());
    match tokio::task::spawn_blocking(move || Recognised::read(&file, &rows)).await {
        Ok(read) => read,
        Err(_) => Err(unreadable("The file cannot be read. Save it again as XLSX or CSV.")),
    }
}

fn keep(db: &mut Db, page: &Page, sent: &Sent, name: &str, recognised: &Recognised) -> Result<Response> {
    let Some(kind) = kind_of(db, page, &sent.kind, recognised)? else {
        return start(db, page, "", Some("Say what the rows of the file are.".into()));
    };
    let heads = recognised.heads(recognised.has_head);
    let settings = match queries::remembered(db, page.viewer(), kind.name(), &heads)? {
        Some(settings) => Settings { rows: Default::default(), ..settings },
        None => first_settings(db, page, kind, recognised)?,
    };
    let brought =
        Brought { kind: kind.name(), file_name: &sent.file_name, stored_name: name, recognised, settings: &settings };
    let id = queries::insert(db, &page.visit, &brought)?;
    for old in queries::make_room(db, &page.visit)? {
        Files::named(&page.config, &old).remove();
    }
    redirect(&format!("/import/{id}"), "")
}

/// The kind that was chosen; of links, the one whose columns the file has most of.
fn kind_of(db: &mut Db, page: &Page, name: &str, recognised: &Recognised) -> Result<Option<Kind>> {
    if name != "links" {
        return Ok(Kind::parse(name));
    }
    let mut best = (0, None);
    for kind in LinkKind::ALL.iter().copied().map(Kind::Links) {
        let fields = fields(db, page, kind)?;
        let matched = matched(kind, recognised, recognised.has_head, &fields);
        let ends =
            fields.iter().take(2).filter(|field| matched.iter().flatten().any(|name| name == field.name)).count();
        let score = ends * 100 + matched.iter().flatten().count();
        if score > best.0 {
            best = (score, Some(kind));
        }
    }
    Ok(best.1)
}

fn first_settings(db: &mut Db, page: &Page, kind: Kind, recognised: &Recognised) -> Result<Settings> {
    let columns = matched(kind, recognised, recognised.has_head, &fields(db, page, kind)?);
    let is_told = columns.iter().flatten().any(|name| name == "personnel_type");
    let is_person = kind == Kind::Records(RecordKind::Person);
    let external = || ("personnel_type".to_owned(), "External".to_owned());
    Ok(Settings {
        columns,
        has_head: recognised.has_head,
        dates: Order::Unclear,
        known: kind.decisions()[0],
        near: Decision::Skip,
        brings_back: false,
        fixed: (is_person && !is_told).then(external).into_iter().collect(),
        meant: Default::default(),
        rows: Default::default(),
    })
}
