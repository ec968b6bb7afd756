//! `POST /mcp`: each request stands for itself, in every version of the protocol, so that any process may answer it.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header;
use axum::response::Response;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};

use super::assistant::Assistant;
use crate::error::Result;
use crate::web::{Reader, bytes_of};

/// What an assistant sends at once is at most this large.
const LIMIT: usize = 256 * 1024;

/// Answers one message, as JSON. Where it comes from was looked at before (`web/guard.rs`).
pub async fn answer(reader: Reader, request: Request) -> Result<Response> {
    let (mut parts, body) = request.into_parts();
    let body = bytes_of(body, LIMIT).await?;
    // The library hands the head of a request on to whoever answers it, who has no need of the secret.
    parts.headers.remove(header::AUTHORIZATION);
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(LIMIT)
        .disable_allowed_hosts();
    let watcher = reader.watcher();
    let assistant = move || Ok(Assistant::of_request(watcher.clone()));
    let service = StreamableHttpService::new(assistant, Arc::new(NeverSessionManager::default()), config);
    Ok(service.handle(Request::from_parts(parts, Body::from(body))).await.map(Body::new))
}
