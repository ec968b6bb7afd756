//! `roundtable mcp`: the same on standard input and output, for an assistant on this machine.

use rmcp::ServiceExt;
use rmcp::transport::stdio;

use super::assistant::Assistant;
use crate::error::{Error, Result};
use crate::tokens::Token;
use crate::web::App;

/// Answers until standard input ends.
pub async fn serve(app: App, token: Token) -> Result<()> {
    let assistant = Assistant::of_machine(app, token);
    assistant.admit().await.map_err(|error| match error {
        Error::SignedOut => Error::Setup("the token is not valid: it has ended, was revoked, or never was".into()),
        error => error,
    })?;
    let failed = |error: String| Error::Setup(format!("the assistant does not speak MCP: {error}"));
    let running = assistant.serve(stdio()).await.map_err(|error| failed(error.to_string()))?;
    running.waiting().await.map_err(|error| failed(error.to_string()))?;
    Ok(())
}
