//! Errors as people and programs see them: a page in our words, or a problem document (RFC 9457).

use askama::Template;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use serde::Serialize;

use super::redirect;
use crate::error::Error;

/// What went wrong, in words, waiting for the form the client understands.
#[derive(Clone, Debug, Serialize)]
pub struct Problem {
    /// A short sentence.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What to do about it.
    pub detail: String,
}

impl Problem {
    fn new(status: StatusCode, title: &'static str, detail: impl Into<String>) -> Self {
        Self { title, status: status.as_u16(), detail: detail.into() }
    }

    fn of(error: &Error) -> Self {
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
            Error::Refused(words) => Self::new(StatusCode::CONFLICT, "Not possible as things stand", words),
            Error::TooLarge => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "Too much text",
                "A form may hold one megabyte. Go back, shorten the text and save again.",
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
            Error::Locked => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "Database busy",
                "Another program holds the database. Nothing was lost; try again in a moment.",
            ),
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
        response.extensions_mut().insert(problem);
        response
    }
}

#[derive(Template)]
#[template(path = "web/error.html")]
struct ErrorPage<'a> {
    problem: &'a Problem,
}

/// Gives an error the form that the asker reads: sign-in for people, a document for programs, else a page.
pub async fn present(request: Request, next: Next) -> Response {
    let wants_json = speaks_json(request.uri().path());
    let response = next.run(request).await;
    let Some(problem) = response.extensions().get::<Problem>().cloned() else { return response };
    let status = response.status();
    if wants_json {
        let mut answer = (status, axum::Json(&problem)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        answer.headers_mut().insert(header::CONTENT_TYPE, kind);
        return answer;
    }
    if status == StatusCode::UNAUTHORIZED {
        return redirect("/sign-in", "").unwrap_or(response);
    }
    match (ErrorPage { problem: &problem }).render() {
        Ok(page) => (status, Html(page)).into_response(),
        Err(_) => response,
    }
}

fn speaks_json(path: &str) -> bool {
    path.split('/').any(|part| part == "api")
}
