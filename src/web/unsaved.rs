//! What was typed in a form that could not be saved since the database cannot be used: shown, and ready to be sent
//! again.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use askama::Template;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};

use super::errors::speaks_json;
use super::forms::LIMIT;
use super::guard::is_way_out;
use super::{Problem, request::html};

/// For the rest of a form that nobody had read when the database failed.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Template)]
#[template(path = "web/unsaved.html")]
struct UnsavedPage<'a> {
    problem: &'a Problem,
    address: &'a str,
    fields: &'a [(String, String)],
}

impl UnsavedPage<'_> {
    /// What is worth reading again: not what a form carries unseen, nor what was left empty.
    fn typed(&self) -> Vec<(String, &str)> {
        const UNSEEN: [&str; 10] = [
            "version",
            "figures_version",
            "begun_values",
            "held_plan",
            "corrects",
            "back",
            "draft",
            "entry",
            "amends",
            "meeting_id",
        ];
        let is_typed = |(name, value): &&(String, String)| !UNSEEN.contains(&name.as_str()) && !value.trim().is_empty();
        self.fields.iter().filter(is_typed).map(|(name, value)| (name.replace('_', " "), value.as_str())).collect()
    }
}

/// Gives the typed words back with the answer when a form met a database that cannot be used.
pub async fn keep(request: Request, next: Next) -> Response {
    let is_form = request.method() == Method::POST && is_form(request.headers()) && !speaks_json(request.uri().path());
    // What any site may send is not what the person typed.
    if !is_form || is_way_out(request.uri().path()) {
        return next.run(request).await;
    }
    let address = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    let (parts, body) = request.into_parts();
    let form = Recorded::new(body);
    let response = next.run(Request::from_parts(parts, Body::new(form.clone()))).await;
    if response.status() != StatusCode::SERVICE_UNAVAILABLE {
        return response;
    }
    let Some(problem) = response.extensions().get::<Problem>().cloned() else { return response };
    let Some(fields) = form.fields().await else { return response };
    html(response.status(), &UnsavedPage { problem: &problem, address: &address, fields: &fields }).unwrap_or(response)
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.starts_with("application/x-www-form-urlencoded")
}

/// The body of a request, whose parts are kept as they are read.
#[derive(Clone)]
struct Recorded(Arc<Mutex<Arrived>>);

struct Arrived {
    body: Body,
    parts: Vec<Bytes>,
    size: usize,
}

impl Recorded {
    fn new(body: Body) -> Self {
        Self(Arc::new(Mutex::new(Arrived { body, parts: Vec::new(), size: 0 })))
    }

    /// The fields, once the rest has come in; `None` when it does not, is too large, or holds a password.
    async fn fields(self) -> Option<Vec<(String, String)>> {
        let mut rest = self.clone();
        tokio::time::timeout(PATIENCE, async { while let Some(Ok(_)) = rest.frame().await {} }).await.ok()?;
        let arrived = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if arrived.size == 0 || arrived.size > LIMIT {
            return None;
        }
        let fields: Vec<_> = form_urlencoded::parse(&arrived.parts.concat()).into_owned().collect();
        let holds_password = fields.iter().any(|(name, _)| name.contains("password"));
        (!holds_password).then_some(fields)
    }
}

impl HttpBody for Recorded {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let mut arrived = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if arrived.size > LIMIT {
            // More is read by nobody and kept by nobody.
            return Poll::Ready(Some(Err(axum::Error::new(crate::error::Error::TooLarge))));
        }
        let polled = Pin::new(&mut arrived.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(part) = frame.data_ref()
        {
            arrived.size += part.len();
            arrived.parts.push(part.clone());
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).body.size_hint()
    }
}
