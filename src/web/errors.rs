//! Errors as people and programs see them: a page in our words, or a problem document (RFC 9457).

use askama::Template;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::bearer;
use super::cookies::{self, Ended, WayBack};
use super::{App, FieldError, Shell, redirect, request};
use crate::error::Error;
use crate::sessions::SessionKey;

/// What went wrong, in words, waiting for the form the client understands.
#[derive(Clone, Debug, Serialize)]
pub struct Problem {
    /// A short sentence.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What to do about it.
    pub detail: String,
    /// What is wrong, by field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Records that may be the same.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub near: Vec<NearRecord>,
}

/// A record whose name is nearly the one that was sent.
#[derive(Clone, Debug, Serialize)]
pub struct NearRecord {
    /// Its address.
    pub address: String,
    /// Its name.
    pub name: String,
}

impl Problem {
    fn new(status: StatusCode, title: &'static str, detail: impl Into<String>) -> Self {
        Self { title, status: status.as_u16(), detail: detail.into(), errors: Vec::new(), near: Vec::new() }
    }

    /// The same with what is wrong, by field.
    fn with_errors(self, errors: &[(String, String)]) -> Self {
        let error = |(field, message): &(String, String)| FieldError { field: field.clone(), message: message.clone() };
        Self { errors: errors.iter().map(error).collect(), ..self }
    }

    /// What is told of an error; the log has the cause of what is our fault.
    pub fn of(error: &Error) -> Self {
        match error {
            Error::SignedOut => Self::new(StatusCode::UNAUTHORIZED, "Please sign in", "Sign in to go on."),
            Error::Forbidden => Self::new(
                StatusCode::FORBIDDEN,
                "Not allowed",
                "Your account does not have the right to do this. An administrator can change that.",
            ),
            Error::CrossSite => Self::new(
                StatusCode::FORBIDDEN,
                "Request refused",
                "The request did not come from this site. Open the page here and try again.",
            ),
            Error::NotFound => Self::new(
                StatusCode::NOT_FOUND,
                "Not found",
                "There is no such page or record, or it is not yours to see.",
            ),
            Error::WrongMethod => Self::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "Not possible here",
                "This address does not take such a request. Open the page and use what it offers.",
            ),
            Error::Refused(words) => Self::new(StatusCode::CONFLICT, "Not possible as things stand", words),
            Error::Malformed(words) => Self::new(StatusCode::BAD_REQUEST, "Not readable", words),
            Error::KeyTaken => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "The key is taken",
                "This Idempotency-Key came with another request. Use a new key for each request.",
            ),
            Error::TooManyRequests(seconds) => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "Too many requests",
                format!("This token has asked as often as it may in a minute. Go on in {seconds} seconds."),
            ),
            Error::Invalid(errors) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "Not usable as it is",
                "Nothing was saved. Correct what is said of each field, then send it again.",
            )
            .with_errors(errors),
            Error::Near(errors, near) => {
                let near =
                    near.iter().map(|(address, name)| NearRecord { address: address.clone(), name: name.clone() });
                let words = "Nothing was saved. Use the record that there is, or send name_confirmed: true as well.";
                let problem = Self::new(StatusCode::CONFLICT, "It may exist already", words).with_errors(errors);
                Self { near: near.collect(), ..problem }
            }
            Error::Outdated => Self::new(
                StatusCode::PRECONDITION_FAILED,
                "Changed meanwhile",
                "It is no longer as you know it. Read it again, and repeat your change.",
            ),
            Error::NotJson => Self::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Not JSON",
                "Send a JSON object as application/json, a change also as application/merge-patch+json.",
            ),
            Error::TooLarge => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "Too much text",
                "This is more than can be sent at once. Go back, and send less.",
            ),
            Error::TooSlow => Self::new(
                StatusCode::REQUEST_TIMEOUT,
                "Too slow",
                "The form did not arrive in time. Go back and send it again.",
            ),
            Error::TooManyAttempts => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "Too many attempts",
                "Wait fifteen minutes, then try again. A new password from an administrator works at once.",
            ),
            Error::TooManyStreams => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "Too many open pages",
                "This browser follows meetings in too many places. Close some of them, or wait a moment.",
            ),
            Error::Locked => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "Database busy",
                "Another program holds the database. Nothing was lost; try again in a moment.",
            ),
            Error::Importing => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "An import is at work",
                "An import is being saved or undone, and nothing else can be saved until it is. Nothing was lost; \
                 send it again in a moment.",
            ),
            Error::Unavailable(fault, cause) => {
                tracing::error!(%fault, cause, "the database cannot be used");
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "The database cannot be used", fault.sentences())
            }
            Error::Stopping => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "Stopping",
                "The server is being restarted. Try again in a moment.",
            ),
            error if error.is_duplicate() => Self::new(
                StatusCode::CONFLICT,
                "It exists already",
                "Someone else has just saved the same thing. Open the list to see it.",
            ),
            error if error.is_reference() => Self::new(
                StatusCode::CONFLICT,
                "Not possible as things stand",
                "Something it refers to is gone, or something still refers to it. Open the page again.",
            ),
            Error::Setup(_) | Error::Database(_) | Error::Internal(_) => {
                let reference = format!("{:08x}", rand::random::<u32>());
                tracing::error!(reference, cause = %error, "a request failed");
                let detail = format!("Something went wrong. Reference {reference}.");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong", detail)
            }
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let problem = Problem::of(&self);
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        if let Self::TooManyRequests(seconds) = self {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(problem);
        response
    }
}

#[derive(Template)]
#[template(path = "web/error.html")]
struct ErrorPage<'a> {
    problem: &'a Problem,
}

#[derive(Template)]
#[template(path = "web/problem.html")]
struct ProblemPage<'a> {
    shell: Shell,
    problem: &'a Problem,
    /// The page on which it was asked for.
    sent_from: Option<String>,
}

/// The same problem in words that fit who asked and how.
fn fitted(problem: Problem, is_reading: bool, has_token: bool) -> Problem {
    let detail = match (problem.status, is_reading, has_token) {
        (401, _, true) => "This token is unknown, was revoked, or has come to its end.",
        (403, _, true) => "This token, or whoever it belongs to, may not do this: its scope and areas say what it may.",
        (422, true, _) => "Correct what is said of each parameter, then ask again.",
        _ => return problem,
    };
    Problem { detail: detail.into(), ..problem }
}

/// Gives an error the form that the asker reads: sign-in for people, a document for programs, else a page, inside the
/// shell for one who is signed in.
pub async fn present(State(app): State<App>, request: Request, next: Next) -> Response {
    let wants_json = speaks_json(request.uri().path());
    let takes_tokens = bearer::is_for_programs(request.uri().path());
    let key = cookies::session_key(request.headers(), &app.config());
    let way_back = back_to(&request, key.is_some());
    let (is_reading, has_token) = (request.method().is_safe(), bearer::has_token(request.headers()));
    let is_from_here = request.headers().get("sec-fetch-site").is_some_and(|site| site == "same-origin");
    let sent_from = request::sent_from(request.headers()).filter(|_| is_from_here);
    let mut response = next.run(request).await;
    if takes_tokens && response.status() == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    let Some(problem) = response.extensions().get::<Problem>().cloned() else { return response };
    let problem = fitted(problem, is_reading, has_token);
    if wants_json {
        let document = serde_json::to_string(&problem).unwrap_or_default();
        return with_words(response, "application/problem+json", document);
    }
    if response.status() == StatusCode::UNAUTHORIZED {
        let Ok(mut answer) = redirect("/sign-in", "") else { return response };
        if let Some(way_back) = way_back {
            answer.headers_mut().append(header::SET_COOKIE, cookies::set_way_back(&way_back));
        }
        return answer;
    }
    let page = match shell(app, key, response.status(), problem.title).await {
        Some(shell) => ProblemPage { shell, problem: &problem, sent_from }.render(),
        None => ErrorPage { problem: &problem }.render(),
    };
    match page {
        Ok(page) => with_words(response, "text/html; charset=utf-8", page),
        Err(_) => response,
    }
}

/// Where signing in leads back to: the page that was asked for, or the one from which a form was sent.
fn back_to(request: &Request, had_session: bool) -> Option<WayBack> {
    let named = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let is_form = request.method() == Method::POST;
    // What a script or the browser asks for by itself is nowhere to go back to.
    if !is_form && (named("sec-purpose").is_some() || named("sec-fetch-mode").is_some_and(|mode| mode != "navigate")) {
        return None;
    }
    let address = match is_form {
        true => request::sent_from(request.headers()),
        false => request.uri().path_and_query().map(ToString::to_string),
    };
    let ended = match (had_session, is_form) {
        (false, _) => Ended::Nothing,
        (true, false) => Ended::Session,
        (true, true) => Ended::SessionBeforeSave,
    };
    // A cookie holds 4 kB, and twice as many letters stand in it.
    Some(WayBack { address: address.filter(|address| address.len() < 1_500)?, ended })
}

/// The shell of whoever asks, for words that are the same whether a record is hidden or missing; none after a failure
/// of ours, which may well be the database's.
async fn shell(app: App, key: Option<SessionKey>, status: StatusCode, title: &str) -> Option<Shell> {
    let key = key.filter(|_| status.is_client_error())?;
    let viewer = request::viewer_of(&app, key).await.ok()??;
    Some(Shell::new(&app.config(), &viewer, title, ""))
}

/// The same answer with other words; what its headers tell beside them, such as `Allow`, stays.
fn with_words(response: Response, kind: &'static str, words: String) -> Response {
    let (mut head, _) = response.into_parts();
    head.headers.remove(header::CONTENT_LENGTH);
    head.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    Response::from_parts(head, Body::from(words))
}

pub(super) fn speaks_json(path: &str) -> bool {
    if path == "/api/v1/docs" {
        return false;
    }
    path.starts_with("/drafts/")
        || path == "/crm/events"
        || bearer::is_for_assistants(path)
        || path.split('/').any(|part| part == "api")
}
