//! `GET /health`: whether the process answers and its database can be used, in one word, for whoever watches over it.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::App;
use crate::error::Error;

/// A database that takes longer than this is no use to people either.
const PATIENCE: Duration = Duration::from_millis(500);

/// 200 and `ok`, or 503 and what is wrong.
pub async fn show(State(app): State<App>) -> Response {
    let word = match tokio::time::timeout(PATIENCE, app.database.check()).await {
        Ok(Ok(())) => return "ok".into_response(),
        Ok(Err(Error::Unavailable(fault, _))) => fault.word(),
        Ok(Err(Error::Locked | Error::Importing)) => "busy",
        Ok(Err(_)) => "failing",
        Err(_) => "slow",
    };
    (StatusCode::SERVICE_UNAVAILABLE, word).into_response()
}
