//! Programs that ask with a token (RFC 6750): where that is understood, and how often one may ask.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::request::remote_address;
use super::{App, cookies};
use crate::error::Error;
use crate::tokens::Token;

/// Where assistants ask.
pub const ASSISTANTS: &str = "/mcp";

/// Whether a path is one that programs ask for. On every other, who brings a token is as good as signed out.
pub fn is_for_programs(path: &str) -> bool {
    path.starts_with("/api/v1/") || path.starts_with("/clients/api/") || is_for_assistants(path)
}

/// Whether a path is the one that assistants ask for.
pub fn is_for_assistants(path: &str) -> bool {
    path == ASSISTANTS
}

/// Lets a request with a token on, counted, and tells what is left; without one, it goes on as it is.
pub async fn admit(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let Some(token) = token_of(request.headers()) else { return next.run(request).await };
    let config = app.config();
    if cookies::session_key(request.headers(), &config).is_some() {
        let words = "Send a session or a token, not both.";
        return Error::Malformed(words.into()).into_response();
    }
    if !is_for_programs(request.uri().path()) {
        return next.run(request).await;
    }
    let from = remote_address(request.headers(), request.extensions(), &config);
    match app.bounds.admit(&app.database, &token, &from, config.clock.now()).await {
        Ok(allowance) => {
            request.extensions_mut().insert(token);
            let mut response = next.run(request).await;
            allowance.tell(response.headers_mut());
            response
        }
        Err(error) => {
            let used_up = match error {
                Error::TooManyRequests(seconds) => Some(app.bounds.used_up(seconds)),
                _ => None,
            };
            let mut response = error.into_response();
            if let Some(allowance) = used_up {
                allowance.tell(response.headers_mut());
            }
            response
        }
    }
}

/// Whether a request brings a token, be it a valid one or not.
pub(super) fn has_token(headers: &HeaderMap) -> bool {
    token_of(headers).is_some()
}

fn token_of(headers: &HeaderMap) -> Option<Token> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| Token::of(token))
}
