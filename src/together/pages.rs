//! What someone in a meeting tells the others: that they present a client, that they write on one.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::access::TeamPass;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::{ClientId, MeetingId};
use crate::live::queries as live;
use crate::meetings::{self, Meeting};
use crate::web::{FormData, Id, Writer, redirect};

/// A meeting that is not closed, and a client on its agenda, if one is named.
fn at(db: &mut Db, pass: TeamPass, id: MeetingId, sent: &FormData) -> Result<(Meeting, Option<ClientId>)> {
    let meeting = meetings::queries::find(db, pass, id)?.ok_or(Error::NotFound)?;
    meetings::queries::refuse_closed(&meeting)?;
    let Some(asked) = sent.get("client_id") else { return Ok((meeting, None)) };
    let client = asked.parse().ok().map(ClientId).ok_or(Error::NotFound)?;
    meetings::point_queries::of_client(db, pass, id, client)?.ok_or(Error::NotFound)?;
    Ok((meeting, Some(client)))
}

/// `POST /crm/meetings/{id}/presenting`: whoever sends it presents `client_id` from now on; without one, nobody does.
/// It leads back to the client that is `seen`.
pub async fn present(writer: Writer, Id(id): Id<MeetingId>, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let pass = page.viewer().require_team()?;
            let (meeting, client) = at(db, pass, id, &sent)?;
            match client {
                Some(client) => {
                    live::present(db, &page.visit, pass, id, client)?;
                    redirect(&meeting.address_of(client), "")
                }
                None => {
                    live::present_nobody(db, &page.visit, pass, id)?;
                    let seen = sent.get("seen").and_then(|text| text.parse().ok()).map(ClientId);
                    redirect(&seen.map_or_else(|| meeting.address(), |client| meeting.address_of(client)), "")
                }
            }
        })
        .await
}

/// `POST /crm/meetings/{id}/writing`: whoever sends it writes on `client_id`; said again while they do.
pub async fn write(writer: Writer, Id(id): Id<MeetingId>, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let pass = page.viewer().require_team()?;
            match at(db, pass, id, &sent)?.1 {
                Some(client) => live::write_on(db, &page.visit, pass, id, client)?,
                None => live::write_no_more(db, &page.visit, id)?,
            }
            Ok(StatusCode::NO_CONTENT.into_response())
        })
        .await
}
