//! Answers: a page of a list, one of a collection with the mark by which it is known again, and what a program knows.

use std::collections::BTreeSet;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Collection;
use super::asked::Asked;
use super::cursor::Cursor;
use crate::error::{Error, Result};
use crate::web::json as answer;

/// A page of a list: the rows that are there, and where it goes on.
pub struct Rows {
    /// As whoever asks may see them.
    pub items: Vec<Value>,
    /// The place after the last, if there are more.
    pub next: Option<Cursor>,
}

impl Rows {
    /// All that there are.
    pub fn whole(items: Vec<Value>) -> Self {
        Self { items, next: None }
    }
}

/// Of one row more than were asked for: those, and the place after the last if there are more.
pub fn cut<T, C: Into<Option<Cursor>>>(
    mut rows: Vec<T>,
    limit: i64,
    after: impl Fn(&T) -> C,
) -> (Vec<T>, Option<Cursor>) {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let is_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| is_more).and_then(|last| after(last).into());
    (rows, next)
}

/// A list as it is answered.
pub fn list(collection: Collection, asked: &Asked, rows: Rows) -> Result<Response> {
    let items: Vec<Value> = rows.items.into_iter().map(|item| wanted(collection, &asked.fields, item)).collect();
    answer(&json!({ "items": items, "next": rows.next.map(|next| next.encoded()) }))
}

/// The keys that are wanted, and the id.
fn wanted(collection: Collection, fields: &BTreeSet<String>, item: Value) -> Value {
    match item {
        Value::Object(keys) if !fields.is_empty() => {
            let is_wanted = |name: &String| fields.contains(name) || name == collection.id_column();
            keys.into_iter().filter(|(name, _)| is_wanted(name)).collect()
        }
        whole => whole,
    }
}

/// One of a collection: 304 for whoever knows it as it is.
pub fn one(
    collection: Collection,
    headers: &HeaderMap,
    fields: &BTreeSet<String>,
    status: StatusCode,
    item: Value,
) -> Result<Response> {
    let tag = tag(collection, &item);
    let is_known = status == StatusCode::OK && names(headers, header::IF_NONE_MATCH, &tag)? == Some(true);
    let mut response = match is_known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => answer(&wanted(collection, fields, item))?,
    };
    if !is_known {
        *response.status_mut() = status;
    }
    let value = HeaderValue::from_str(&tag).map_err(|error| Error::Internal(error.to_string()))?;
    response.headers_mut().insert(header::ETAG, value);
    Ok(response)
}

/// Refuses a change of what is no longer as the program knows it (RFC 9110, 13.1.1). A weak tag is taken for a strong
/// one, since a proxy that compresses weakens those that it passes on.
pub fn refuse_outdated(collection: Collection, headers: &HeaderMap, item: &Value) -> Result<()> {
    let knows = names(headers, header::IF_MATCH, &tag(collection, item))?;
    if knows == Some(false) { Err(Error::Outdated) } else { Ok(()) }
}

/// The mark of one as whoever asks may see it: what is hidden from them does not move it. Its own id, which stands in
/// the address, is left out, since some are drawn by chance.
fn tag(collection: Collection, item: &Value) -> String {
    let mut item = item.clone();
    if let Value::Object(keys) = &mut item {
        keys.remove(collection.id_column());
        // They follow the days that pass, not what is saved.
        keys.remove("attention");
        keys.remove("attention_reason");
    }
    let digest = Sha256::digest(item.to_string());
    format!("\"{}\"", hex::encode(&digest[..12]))
}

/// Whether a header names the mark, or any; nothing where it was not sent. One that names none is refused.
fn names(headers: &HeaderMap, header: HeaderName, tag: &str) -> Result<Option<bool>> {
    let is_quoted = |tag: &str| tag.len() > 1 && tag.starts_with('"') && tag.ends_with('"');
    let is_tag = |tag: &str| tag == "*" || is_quoted(tag.strip_prefix("W/").unwrap_or(tag));
    let mut is_named = None;
    for value in headers.get_all(&header) {
        let words = value.to_str().unwrap_or_default();
        let tags: Vec<&str> = words.split(',').map(str::trim).filter(|one| !one.is_empty()).collect();
        if tags.is_empty() || !tags.iter().all(|one| is_tag(one)) {
            let words = format!("{header} takes the ETag that was read, in quotation marks, or *.");
            return Err(Error::Malformed(words));
        }
        let is_here = tags.iter().any(|one| *one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag);
        is_named = Some(is_named == Some(true) || is_here);
    }
    Ok(is_named)
}
