//! What happened with all clients between two meetings: a line for each.

use axum::http::StatusCode;
use axum::response::Response;
use chrono::Days;

use super::{Meeting, queries};
use crate::access::TeamPass;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::MeetingId;
use crate::roundtable::{self, SinceOfAllPage};
use crate::since::{self, Begin};
use crate::web::{Id, Page, Reader, html};

/// Where it begins: with the end of the meeting held before, or of the last day with entries; else a month ago.
fn begin(db: &mut Db, page: &Page, pass: TeamPass, meeting: &Meeting) -> Result<Begin> {
    let date = meeting.draft.meeting_date;
    let before = queries::held_before(db, pass, meeting)?;
    let last = roundtable::queries::last_meeting(db, pass, date)?;
    Ok(match before {
        Some(before) => {
            let day = before.draft.meeting_date;
            Begin { day, moment: before.closed_date.unwrap_or(page.end_of(day)), is_entry: false }
        }
        None => {
            let day = last.unwrap_or(date - Days::new(31));
            Begin { day, moment: page.end_of(day), is_entry: false }
        }
    })
}

/// `GET /crm/meetings/{id}/since`: since the meeting before it, until now or, once it is closed, until then.
pub async fn show(reader: Reader, Id(id): Id<MeetingId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_team()?;
            let meeting = queries::find(db, pass, id)?.ok_or(Error::NotFound)?;
            let begin = begin(db, page, pass, &meeting)?;
            let until = meeting.closed_date.map(|moment| (meeting.draft.meeting_date, moment));
            let whole = since::find_of_all(db, page, pass, begin, until)?;
            let shell = page.shell(format!("Before {}: what happened", meeting.draft.title), "roundtable");
            let shell = shell.crumb("Meetings", "/crm/meetings").crumb(&meeting.draft.title, meeting.address());
            html(StatusCode::OK, &SinceOfAllPage { shell, whole })
        })
        .await
}
