//! Reading: a page of a collection, and one of it.

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::Value;

use super::asked::{self, Asked};
use super::{Collection, answer, changes, clients, documents, links, logged, records, team, texts};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::records::RecordKind;
use crate::web::{Id, Page, Query, Reader};

/// `GET /api/v1/clients` and its like.
pub async fn list(reader: Reader, query: Query, collection: Collection) -> Result<Response> {
    reader
        .page(move |db, page| {
            let asked = Asked::parse(collection, page.viewer(), query)?;
            let rows = match &asked.ids {
                Some(ids) => answer::Rows::whole(each(db, page, collection, ids)?),
                None => rows(db, page, collection, &asked)?,
            };
            answer::list(collection, &asked, rows)
        })
        .await
}

/// `GET /api/v1/clients/{id}` and its like.
pub async fn show(
    reader: Reader,
    Id(id): Id<i64>,
    query: Query,
    headers: HeaderMap,
    collection: Collection,
) -> Result<Response> {
    reader
        .page(move |db, page| {
            // Read whatever is there: what is looked for tells nothing.
            let fields = asked::fields(&query);
            answer::one(collection, &headers, &fields, StatusCode::OK, find(db, page, collection, id)?)
        })
        .await
}

/// A page of a collection.
fn rows(db: &mut Db, page: &Page, collection: Collection, asked: &Asked) -> Result<answer::Rows> {
    match collection {
        Collection::Records(RecordKind::Client) => clients::rows(db, page, asked),
        Collection::Records(kind) => records::rows(db, page, kind, asked),
        Collection::Contacts => logged::contacts(db, page, asked),
        Collection::ActionItems => logged::items(db, page, asked),
        Collection::Entries => team::entries(db, page, asked),
        Collection::Meetings => team::meetings(db, page, asked),
        Collection::Links => links::rows(db, page, asked),
        Collection::Files => documents::rows(db, page, asked),
        Collection::Changes => changes::rows(db, page, asked),
        Collection::Search => texts::rows(db, page, asked),
        Collection::Timeline => Err(Error::NotFound),
    }
}

/// Some of a collection by id, as far as whoever asks may see them, in the order of the ids.
pub fn each(db: &mut Db, page: &Page, collection: Collection, ids: &[i64]) -> Result<Vec<Value>> {
    let mut found = match collection {
        Collection::Records(RecordKind::Client) => clients::each(db, page, ids)?,
        Collection::Records(kind) => records::each(db, page, kind, ids)?,
        Collection::Contacts => logged::each_contact(db, page, ids)?,
        Collection::ActionItems => logged::each_item(db, page, ids)?,
        Collection::Entries => team::each_entry(db, page, ids)?,
        Collection::Meetings => team::each_meeting(db, page, ids)?,
        Collection::Links => links::each(db, page, ids)?,
        Collection::Files => documents::each(db, page, ids)?,
        Collection::Changes => changes::each(db, page, ids)?,
        Collection::Search | Collection::Timeline => Vec::new(),
    };
    let place = |item: &Value| ids.iter().position(|id| item[collection.id_column()].as_i64() == Some(*id));
    found.sort_by_key(place);
    Ok(found)
}

/// One of a collection; hidden and missing are the same.
pub fn find(db: &mut Db, page: &Page, collection: Collection, id: i64) -> Result<Value> {
    each(db, page, collection, &[id])?.pop().ok_or(Error::NotFound)
}
