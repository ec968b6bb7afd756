//! Requests that may come twice and are carried out once: `Idempotency-Key` on POST under `/api/v1`, as in
//! draft-ietf-httpapi-idempotency-key-header-07, which has expired. The answer is kept by `Writer::write`, in the
//! transaction of the write itself, so that a handler has nothing to do for it.

use std::collections::BTreeMap;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::forms::{LIMIT, bytes_of};
use super::{App, cookies};
use crate::access::Visit;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::TokenId;
use crate::tokens::Token;
use crate::tokens::answer_queries::{self, KeptAnswer, Owner};

/// The key of a request, and what tells it from another with the same key.
#[derive(Clone)]
pub struct Repeatable {
    key: String,
    request: String,
}

/// Reads the key of a request; one with a key that is under way here already is refused (409).
pub async fn keep(State(app): State<App>, request: Request, next: Next) -> Response {
    let is_meant = *request.method() == Method::POST && request.uri().path().starts_with("/api/v1/");
    let is_known = request.extensions().get::<Token>().is_some()
        || cookies::session_key(request.headers(), &app.config()).is_some();
    // Who is signed out is refused later, before a body is read.
    if !is_meant || !is_known || !request.headers().contains_key("idempotency-key") {
        return next.run(request).await;
    }
    match read(&app, request).await {
        Ok((request, holder)) => {
            let Some(in_flight) = app.bounds.begin(holder) else {
                let words = "A request with this Idempotency-Key is under way. Ask again when it has ended.";
                return Error::Refused(words.into()).into_response();
            };
            let response = next.run(request).await;
            drop(in_flight);
            response
        }
        Err(error) => error.into_response(),
    }
}

/// The request with its key read, and under what it is known while it is under way.
async fn read(app: &App, request: Request) -> Result<(Request, String)> {
    let (mut parts, body) = request.into_parts();
    let key = key_of(parts.headers.get("idempotency-key"))?;
    let body = bytes_of(body, LIMIT).await?;
    let mut hash = Sha256::new();
    hash.update(format!("{} {}\n", parts.method, parts.uri));
    hash.update(&body);
    let session = cookies::session_key(&parts.headers, &app.config()).map(|key| key.hash());
    let holder = parts.extensions.get::<Token>().map(Token::hash).or(session).unwrap_or_default();
    let holder = format!("{holder} {key}");
    parts.extensions.insert(Repeatable { key, request: hex::encode(hash.finalize()) });
    Ok((Request::from_parts(parts, Body::from(body)), holder))
}

fn key_of(value: Option<&HeaderValue>) -> Result<String> {
    let text = value.and_then(|value| value.to_str().ok()).unwrap_or_default().trim();
    let key = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    if key.is_empty() || key.len() > 200 {
        return Err(Error::Malformed("An Idempotency-Key has between 1 and 200 characters.".into()));
    }
    Ok(key.to_owned())
}

impl Repeatable {
    /// What tells the request from another. Who has other rights than then is given nothing that they let one see.
    fn hash(&self, visit: &Visit) -> String {
        hex::encode(Sha256::digest(format!("{} {}", self.request, visit.viewer.rights_key())))
    }

    /// The answer that was given to the same request before.
    pub fn answered(&self, db: &mut Db, visit: &Visit, token: Option<TokenId>) -> Result<Option<Response>> {
        let owner = Owner(visit.viewer.user_id.ok_or(Error::SignedOut)?, token);
        let Some(kept) = answer_queries::find(db, owner, &self.key, visit.now)? else { return Ok(None) };
        if kept.request_hash != self.hash(visit) {
            return Err(Error::KeyTaken);
        }
        let internal = |error: String| Error::Internal(format!("a kept answer: {error}"));
        let headers: BTreeMap<String, String> =
            serde_json::from_str(&kept.headers).map_err(|error| internal(error.to_string()))?;
        let mut response = Response::new(Body::from(kept.body));
        let status = u16::try_from(kept.status).ok().and_then(|status| StatusCode::from_u16(status).ok());
        *response.status_mut() = status.ok_or_else(|| internal("its status".into()))?;
        for (name, value) in headers {
            let pair = (HeaderName::try_from(name), HeaderValue::try_from(value));
            if let (Ok(name), Ok(value)) = pair {
                response.headers_mut().insert(name, value);
            }
        }
        Ok(Some(response))
    }

    /// Keeps an answer with what was written.
    pub fn keep(&self, db: &mut Db, visit: &Visit, token: Option<TokenId>, response: Response) -> Result<Response> {
        let owner = Owner(visit.viewer.user_id.ok_or(Error::SignedOut)?, token);
        let (parts, body) = response.into_parts();
        let bytes = at_once(body)?;
        let told = parts.headers.iter().filter(|(name, _)| **name != header::SET_COOKIE);
        let headers: BTreeMap<&str, &str> =
            told.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect();
        let internal = |error: String| Error::Internal(format!("an answer to be kept: {error}"));
        let answer = KeptAnswer {
            request_hash: self.hash(visit),
            status: i64::from(parts.status.as_u16()),
            headers: serde_json::to_string(&headers).map_err(|error| internal(error.to_string()))?,
            body: String::from_utf8(bytes.clone()).map_err(|error| internal(error.to_string()))?,
        };
        answer_queries::keep(db, owner, &self.key, visit.now, &answer)?;
        Ok(Response::from_parts(parts, Body::from(bytes)))
    }
}

/// The bytes of an answer that is whole already, as each is that a transaction made.
fn at_once(body: Body) -> Result<Vec<u8>> {
    let mut reading = pin!(to_bytes(body, usize::MAX));
    match reading.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(bytes)) => Ok(bytes.into()),
        Poll::Ready(Err(_)) | Poll::Pending => Err(Error::Internal("an answer to be kept is not whole".into())),
    }
}
