//! The addresses of minutes: `?edition=open` is for everyone, `?client=` for one client alone.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::{Edition, Minutes, Part, gather, markdown, sheet};
use crate::error::{Error, Result};
use crate::ids::MeetingId;
use crate::meetings::pages::asked;
use crate::meetings::queries;
use crate::web::{Id, Page, Query, Reader, Shell, address, file, html, pdf};

#[derive(Template)]
#[template(path = "meetings/minutes/show.html")]
struct MinutesPage {
    shell: Shell,
    minutes: Minutes,
    /// The meeting.
    address: String,
    /// What all addresses of this edition end with.
    query: String,
    /// The other edition.
    other: String,
}

impl MinutesPage {
    /// With what the address of the minutes of one client ends.
    fn query_of(&self, part: &Part) -> String {
        let edition = if self.minutes.edition == Edition::Open { "open" } else { "" };
        address("", &[("edition", edition), ("client", &part.client_id.to_string())])
    }
}

async fn answer(
    reader: Reader,
    id: MeetingId,
    query: Query,
    form: impl FnOnce(&Page, Minutes) -> Result<Response> + Send + 'static,
) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_team()?;
            // Both are looked for whether there is a meeting or not: what a page looks for tells nothing.
            let (edition, client) = (edition(&query), asked(&query));
            let meeting = queries::find(db, pass, id)?.ok_or(Error::NotFound)?;
            let minutes = gather::minutes(db, page, pass, &meeting, edition)?;
            form(page, client.into_iter().fold(minutes, Minutes::of_one))
        })
        .await
}

fn edition(query: &Query) -> Edition {
    if query.get("edition") == Some("open") { Edition::Open } else { Edition::Team }
}

/// The name of the file, without its ending.
fn name(minutes: &Minutes) -> String {
    let edition = if minutes.edition == Edition::Open { "-open" } else { "" };
    format!("minutes-{}{edition}", minutes.day.date)
}

/// `GET /crm/meetings/{id}/minutes`
pub async fn show(reader: Reader, Id(id): Id<MeetingId>, query: Query) -> Result<Response> {
    let of_client = asked(&query).map(|client| client.to_string()).unwrap_or_default();
    answer(reader, id, query, move |page, minutes| {
        let meeting = format!("/crm/meetings/{id}");
        let (here, there) = if minutes.edition == Edition::Open { ("open", "") } else { ("", "open") };
        let shown = MinutesPage {
            shell: page.shell(&minutes.title, "roundtable").crumb("Meeting", &meeting),
            query: address("", &[("edition", here), ("client", &of_client)]),
            other: address(&format!("{meeting}/minutes"), &[("edition", there), ("client", &of_client)]),
            address: meeting,
            minutes,
        };
        html(StatusCode::OK, &shown)
    })
    .await
}

/// `GET /crm/meetings/{id}/minutes.md`
pub async fn as_markdown(reader: Reader, Id(id): Id<MeetingId>, query: Query) -> Result<Response> {
    answer(reader, id, query, |_, minutes| {
        file("text/markdown; charset=utf-8", &format!("{}.md", name(&minutes)), markdown::of(&minutes).into_bytes())
    })
    .await
}

/// `GET /crm/meetings/{id}/minutes.pdf`
pub async fn as_pdf(reader: Reader, Id(id): Id<MeetingId>, query: Query) -> Result<Response> {
    answer(reader, id, query, |_, minutes| pdf(&format!("{}.pdf", name(&minutes)), &sheet::of(&minutes))).await
}
