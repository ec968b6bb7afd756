//! What happened with all clients between two meetings: a line for each.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{Days, NaiveDate};

use super::queries;
use crate::access::TeamPass;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::MeetingId;
use crate::roundtable;
use crate::since::{self, Begin, Whole};
use crate::web::{Id, Page, Reader, Shell, html};

/// What happened with all clients, on a page.
#[derive(Template)]
#[template(path = "meetings/since.html")]
struct SincePage {
    shell: Shell,
    whole: Whole,
}

/// Where it begins: with the end of the meeting held before, or of the last day with entries; else a month ago.
fn begin(db: &mut Db, page: &Page, pass: TeamPass, (date, id): (NaiveDate, MeetingId)) -> Result<Begin> {
    if let Some(before) = queries::held_before(db, pass, (date, id))? {
        let day = before.draft.meeting_date;
        return Ok(Begin { day, moment: before.closed_date.unwrap_or(page.end_of(day)), is_entry: false });
    }
    let day = roundtable::queries::last_meeting(db, pass, date)?.unwrap_or(date - Days::new(31));
    Ok(Begin { day, moment: page.end_of(day), is_entry: false })
}

/// `GET /crm/since`: since the last meeting, until now.
pub async fn show_now(reader: Reader) -> Result<Response> {
    reader
        .page(|db, page| {
            let pass = page.viewer().require_team()?;
            // A meeting of today counts once it is closed; entries of today are what is told.
            let begin = begin(db, page, pass, (page.visit.today, MeetingId(i64::MAX)))?;
            let whole = since::find_of_all(db, page, pass, begin, None)?;
            let shell = page.shell("Since the last meeting", "roundtable").crumb("Roundtable", "/crm/roundtable");
            html(StatusCode::OK, &SincePage { shell, whole })
        })
        .await
}

/// `GET /crm/meetings/{id}/since`: since the meeting before it, until now or, once it is closed, until then.
pub async fn show(reader: Reader, Id(id): Id<MeetingId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_team()?;
            let meeting = queries::find(db, pass, id)?.ok_or(Error::NotFound)?;
            let begin = begin(db, page, pass, (meeting.draft.meeting_date, id))?;
            let until = meeting.closed_date.map(|moment| (meeting.draft.meeting_date, moment));
            let whole = since::find_of_all(db, page, pass, begin, until)?;
            let shell = page.shell(format!("Before {}: what happened", meeting.draft.title), "roundtable");
            let shell = shell.crumb("Meetings", "/crm/meetings").crumb(&meeting.draft.title, meeting.address());
            html(StatusCode::OK, &SincePage { shell, whole })
        })
        .await
}
