//! What happened with a client since its last entry: at the meeting, and on a page of its own.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::queries::{self, Previous};
use crate::access::TeamPass;
use crate::action_items::ActionItem;
use crate::clients::{self, Client};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::ClientId;
use crate::records;
use crate::since::{self, Begin, Found, Since};
use crate::web::{Id, Page, Reader, Shell, html};

/// What happened since the last entry, or in the last year where there is none; its names are asked for with those of
/// the page. The items that are late are read unless they are there already.
pub fn found_since(
    db: &mut Db,
    page: &Page,
    pass: TeamPass,
    client: &Client,
    previous: &Previous,
    late_items: Option<Vec<ActionItem>>,
) -> Result<Found> {
    let begin = match previous.entries.first() {
        Some(entry) => {
            let written = previous.first_written.unwrap_or(entry.created_date);
            Begin::after_entry(page, entry.draft.meeting_date, written)
        }
        None => Begin::a_year_ago(page),
    };
    since::find(db, page, pass, client, begin, late_items)
}

#[derive(Template)]
#[template(path = "roundtable/since.html")]
struct SincePage {
    shell: Shell,
    since: Since,
    client: ClientId,
}

/// `GET /clients/{id}/since`
pub async fn show(reader: Reader, Id(id): Id<ClientId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_team()?;
            let client = clients::queries::find(db, id)?.ok_or(Error::NotFound)?;
            let last = queries::previous(db, pass, id, None, 1)?;
            let found = found_since(db, page, pass, &client, &last, None)?;
            let names = records::queries::names_of(db, found.mentioned(page))?;
            let since = found.named(page, &names);
            let name = &client.draft.client_name;
            let shell = page.shell(format!("Since last time: {name}"), "roundtable");
            let shell = shell.crumb("Roundtable", "/crm/roundtable").crumb(name, format!("/clients/{id}"));
            html(StatusCode::OK, &SincePage { shell, since, client: id })
        })
        .await
}
