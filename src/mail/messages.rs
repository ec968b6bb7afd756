//! What was sent and what waits to be, for administrators, with a test of the mail server.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use crate::closed_list::ClosedList;
use crate::error::{Error, Result};
use crate::ids::{JobId, by_chance};
use crate::jobs::{JobKind, JobRow, JobState, queries};
use crate::web::{FormData, Id, Page, Query, Reader, Shell, Writer, address, html, redirect};

const PATH: &str = "/admin/messages";

/// Messages that are shown at most.
const SHOWN: i64 = 200;

#[derive(Template)]
#[template(path = "mail/messages.html")]
struct MessagesPage {
    shell: Shell,
    /// Through which server mail is sent, and as whom.
    server: Option<(String, String)>,
    /// Which are shown: the words, where they are, and whether it is these.
    states: Vec<(&'static str, String, bool)>,
    messages: Vec<Message>,
}

struct Message {
    id: JobId,
    kind: &'static str,
    to: String,
    made: String,
    state: &'static str,
    /// What was said of it, or when it is tried again.
    told: String,
    attempts: i64,
    can_be_retried: bool,
}

fn kind_in_words(kind: JobKind) -> &'static str {
    match kind {
        JobKind::Digest => "Digest",
        JobKind::Assignment => "Work or a text for them",
        JobKind::Invitation => "Invitation",
        JobKind::Test => "Test",
        JobKind::Webhook => "Webhook",
    }
}

impl Message {
    fn new(page: &Page, (row, name): (JobRow, Option<String>)) -> Self {
        let progress = row.progress;
        Self {
            id: row.job_id,
            kind: kind_in_words(row.kind),
            to: name.unwrap_or_default(),
            made: page.moment(row.created_date),
            state: progress.state.in_words(),
            told: progress.told(|at| page.moment(at)),
            attempts: progress.attempts,
            can_be_retried: progress.can_be_retried(),
        }
    }
}

/// `GET /admin/messages`: `?state=` narrows them.
pub async fn list(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let state = query.get("state").and_then(|text| JobState::parse(text).ok());
            let rows = queries::list(db, page.viewer().require_admin()?, state, SHOWN)?;
            let all = std::iter::once(("All", PATH.to_owned(), state.is_none()));
            let states = all.chain(
                JobState::ALL
                    .iter()
                    .map(|one| (one.in_words(), address(PATH, &[("state", one.as_str())]), state == Some(*one))),
            );
            let server = page.config.mail.as_ref().map(|mail| (mail.host.clone(), mail.from.to_string()));
            let messages = MessagesPage {
                shell: page.shell("Messages", "messages"),
                server,
                states: states.collect(),
                messages: rows.into_iter().map(|row| Message::new(page, row)).collect(),
            };
            html(StatusCode::OK, &messages)
        })
        .await
}

/// `POST /admin/messages/test`: a mail to whoever asks for it.
pub async fn test(writer: Writer, _sent: FormData) -> Result<Response> {
    writer
        .write(|db, page| {
            let user = page.viewer().user_id.ok_or(Error::SignedOut)?;
            let key = format!("test-{}", by_chance());
            queries::add(db, (JobKind::Test, &key), user, &serde_json::json!({}), page.visit.now)?;
            redirect(PATH, "A test mail to you is on its way: its line tells what came of it.")
        })
        .await
}

/// `POST /admin/messages/{id}/retry`
pub async fn retry(writer: Writer, Id(id): Id<JobId>, _sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| match queries::retry(db, page.viewer().require_admin()?, id, page.visit.now)? {
            true => redirect(PATH, "It is tried again now."),
            false => Err(Error::NotFound),
        })
        .await
}
