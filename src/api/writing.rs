//! Writing: by the forms of the slices, so that the rules and messages of the pages hold. A refusal takes back whatever
//! the same request wrote before it.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use super::{Collection, answer, reading};
use crate::action_items::{self, queries as items};
use crate::clients::{self, ClientId, assessment};
use crate::closed_list::ClosedList;
use crate::contacts::{self, correcting, queries as log};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::{ContactId, HistoryId, ItemId, LinkId, MeetingId};
use crate::links::{self, LinkKind};
use crate::market;
use crate::meetings;
use crate::overview::removal;
use crate::records::{self, RecordKind, RecordRef};
use crate::roundtable;
use crate::web::{Id, Invalid, JsonObject, Page, Writer};

/// `POST /api/v1/clients` and its like: 201, and where it is.
pub async fn create(writer: Writer, sent: JsonObject, collection: Collection) -> Result<Response> {
    writer
        .write(move |db, page| {
            let (id, item) = make(db, page, collection, &sent)?;
            let none = Default::default();
            let response = answer::one(collection, &HeaderMap::new(), &none, StatusCode::CREATED, item)?;
            located(response, collection, id)
        })
        .await
}

/// `PATCH /api/v1/clients/{id}` and its like: what is not sent stays.
pub async fn update(
    writer: Writer,
    Id(id): Id<i64>,
    headers: HeaderMap,
    sent: JsonObject,
    collection: Collection,
) -> Result<Response> {
    writer
        .write(move |db, page| {
            let before = held(db, page, collection, id)?;
            answer::refuse_outdated(collection, &headers, &before)?;
            let now = change(db, page, collection, id, &sent)?;
            let item = reading::find(db, page, collection, now)?;
            let response = answer::one(collection, &HeaderMap::new(), &Default::default(), StatusCode::OK, item)?;
            if now == id { Ok(response) } else { located(response, collection, now) }
        })
        .await
}

/// `DELETE /api/v1/clients/{id}` and its like: refused while anything depends on it.
pub async fn delete(writer: Writer, Id(id): Id<i64>, headers: HeaderMap, collection: Collection) -> Result<Response> {
    writer
        .write(move |db, page| {
            let before = held(db, page, collection, id)?;
            answer::refuse_outdated(collection, &headers, &before)?;
            remove(db, page, collection, id)?;
            Ok(StatusCode::NO_CONTENT.into_response())
        })
        .await
}

fn located(mut response: Response, collection: Collection, id: i64) -> Result<Response> {
    let address = format!("/api/v1/{}/{id}", collection.path());
    let value = HeaderValue::from_str(&address).map_err(|error| Error::Internal(error.to_string()))?;
    response.headers_mut().insert(header::LOCATION, value);
    Ok(response)
}

/// One of a collection as whoever asks may see it, kept from other writers for the rest of the transaction.
fn held(db: &mut Db, page: &Page, collection: Collection, id: i64) -> Result<Value> {
    match collection {
        Collection::Records(kind) => records::queries::hold(db, RecordRef { kind, id })?,
        Collection::Contacts => drop(log::find_held(db, page.viewer(), ContactId(id))?),
        Collection::ActionItems => drop(items::find_held(db, page.viewer(), ItemId(id))?),
        Collection::Meetings => {
            drop(meetings::queries::find_held(db, page.viewer().require_team()?, MeetingId(id))?);
        }
        Collection::Links => drop(links::queries::find_any_held(db, page.viewer(), LinkId(id))?),
        // A version is never changed where it stands.
        Collection::Entries => {}
        Collection::Files | Collection::Changes | Collection::Search | Collection::Timeline => {
            return Err(Error::NotFound);
        }
    }
    reading::find(db, page, collection, id)
}

/// Makes one of a collection; its id, and what whoever asks may see of it.
pub fn make(db: &mut Db, page: &Page, collection: Collection, sent: &JsonObject) -> Result<(i64, Value)> {
    let id = insert(db, page, collection, sent)?;
    Ok((id, reading::find(db, page, collection, id)?))
}

fn insert(db: &mut Db, page: &Page, collection: Collection, sent: &JsonObject) -> Result<i64> {
    match collection {
        Collection::Records(RecordKind::Client) => {
            let (judged, open) = judged_apart(page, sent);
            let id = clients::pages::create_for_program(db, page, &open)?;
            judge(db, page, id, &judged)
        }
        Collection::Records(kind) => market::form::create_for_program(db, page, kind, sent),
        Collection::Contacts => {
            let (client, rest) = client_of(db, sent)?;
            contacts::recording::create_for_program(db, page, client, &rest)
        }
        Collection::ActionItems => {
            let (client, rest) = client_of(db, sent)?;
            action_items::form::create_for_program(db, page, client, &rest)
        }
        Collection::Entries => {
            let (client, mut rest) = client_of(db, sent)?;
            let meeting = match rest.0.remove("meeting_id") {
                None | Some(Value::Null) => None,
                Some(meeting) => Some(MeetingId(id_in("meeting_id", &meeting)?)),
            };
            meetings::entries::create_for_program(db, page, client, meeting, &rest)
        }
        Collection::Meetings => meetings::forms::create_for_program(db, page, sent),
        Collection::Links => {
            let mut rest = sent.clone();
            let kind = rest.0.remove("kind");
            let kind = kind.as_ref().and_then(Value::as_str).and_then(|kind| LinkKind::parse(kind).ok());
            let kind = kind.ok_or_else(|| Invalid::one("kind", "Send the table of a kind of link."))?;
            let column = kind.columns().0;
            let here = id_in(column, &rest.0.remove(column).unwrap_or_default())?;
            links::pages::create_for_program(db, page, kind, here, &rest)
        }
        Collection::Files | Collection::Changes | Collection::Search | Collection::Timeline => Err(Error::NotFound),
    }
}

/// Changes one that is held; its id, or that of the version that takes its place.
fn change(db: &mut Db, page: &Page, collection: Collection, id: i64, sent: &JsonObject) -> Result<i64> {
    match collection {
        Collection::Records(kind) => change_record(db, page, RecordRef { kind, id }, sent),
        Collection::Contacts => correcting::update_for_program(db, page, ContactId(id), sent),
        Collection::ActionItems => action_items::form::update_for_program(db, page, ItemId(id), sent),
        Collection::Entries => {
            let pass = page.viewer().require_team()?;
            roundtable::pages::correct_for_program(db, page, pass, HistoryId(id), sent)
        }
        Collection::Meetings => meetings::forms::update_for_program(db, page, MeetingId(id), sent),
        Collection::Links => links::editing::update_for_program(db, page, LinkId(id), sent),
        Collection::Files | Collection::Changes | Collection::Search | Collection::Timeline => Err(Error::NotFound),
    }
}

/// Changes a record, archives it last and brings it back first.
fn change_record(db: &mut Db, page: &Page, record: RecordRef, sent: &JsonObject) -> Result<i64> {
    let RecordRef { kind, id } = record;
    let mut rest = sent.clone();
    let archived = match rest.0.remove("is_archived") {
        None => None,
        Some(Value::Bool(archived)) => Some(archived),
        Some(_) => return Err(Invalid::one("is_archived", "Send true or false.").into()),
    };
    if archived == Some(false) {
        archive(db, page, record, false)?;
    }
    match kind {
        _ if rest.0.is_empty() => {}
        RecordKind::Client => {
            let (judged, open) = judged_apart(page, &rest);
            if !open.0.is_empty() {
                clients::pages::update_for_program(db, page, ClientId(id), &open)?;
            }
            judge(db, page, id, &judged)?;
        }
        kind => drop(market::form::update_for_program(db, page, kind, id, &rest)?),
    }
    if archived == Some(true) {
        archive(db, page, record, true)?;
    }
    Ok(id)
}

fn archive(db: &mut Db, page: &Page, RecordRef { kind, id }: RecordRef, archived: bool) -> Result<()> {
    let record = records::queries::find(db, kind, id)?.ok_or(Error::NotFound)?;
    if !archived {
        records::whereabouts::refuse_merged(db, RecordRef { kind, id }, &record.name)?;
    }
    records::queries::set_archived(db, &page.visit, kind, &record, archived)
}

/// What is sent of a client: what the team judges, for those who may, and all else.
fn judged_apart(page: &Page, sent: &JsonObject) -> (JsonObject, JsonObject) {
    let fields = page.viewer().team().map(assessment::pages::fields).unwrap_or_default();
    let is_judged = |name: &String| fields.iter().any(|field| field.name == name);
    let (judged, open): (Map<_, _>, Map<_, _>) = sent.0.clone().into_iter().partition(|(name, _)| is_judged(name));
    (JsonObject(judged), JsonObject(open))
}

fn judge(db: &mut Db, page: &Page, id: i64, judged: &JsonObject) -> Result<i64> {
    match page.viewer().team().filter(|_| !judged.0.is_empty()) {
        Some(pass) => assessment::pages::update_for_program(db, page, pass, ClientId(id), judged),
        None => Ok(id),
    }
}

/// The client that is named, which is held, and all else.
fn client_of(db: &mut Db, sent: &JsonObject) -> Result<(clients::Client, JsonObject)> {
    let mut rest = sent.clone();
    let id = id_in("client_id", &rest.0.remove("client_id").unwrap_or_default())?;
    let missing = || Invalid::one("client_id", "There is no such client.");
    Ok((clients::queries::find_held(db, ClientId(id))?.ok_or_else(missing)?, rest))
}

fn id_in(field: &str, value: &Value) -> Result<i64, Invalid> {
    value.as_i64().ok_or_else(|| Invalid::one(field, "Send the id of a record."))
}

fn remove(db: &mut Db, page: &Page, collection: Collection, id: i64) -> Result<()> {
    match collection {
        Collection::Records(kind) => removal::delete_for_program(db, page, kind, id),
        Collection::Contacts => {
            let contact = log::find_held(db, page.viewer(), ContactId(id))?.ok_or(Error::NotFound)?;
            log::delete(db, &page.visit, page.viewer().require_admin()?, &contact)
        }
        Collection::Links => {
            let (kind, row) = links::queries::find(db, page.viewer(), LinkId(id))?.ok_or(Error::NotFound)?;
            links::queries::delete(db, &page.visit, kind, &row)
        }
        _ => Err(Error::NotFound),
    }
}
