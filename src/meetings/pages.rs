//! The pages of meetings: all of them, one as far as it is, and the steps from prepared to on to closed.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::queries::{self, Gathered};
use super::{Meeting, MeetingStatus, holding, point_queries, preparing};
use crate::access::TeamPass;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::export::{self, EXPORTED, Format, Sheet, Value};
use crate::files::{self, Home};
use crate::ids::{ClientId, MeetingId};
use crate::people;
use crate::records;
use crate::roundtable::{self, meeting::Upcoming};
use crate::web::{
    COUNTED, Count, Day, Id, PAGE_ROWS, Page, Paging, Query, Reader, Shell, Writer, address, html, redirect,
};

#[derive(Template)]
#[template(path = "meetings/list.html")]
struct ListPage {
    shell: Shell,
    meetings: Vec<Line>,
    paging: Paging,
}

/// One meeting in the list.
struct Line {
    meeting: Meeting,
    day: Day,
    note_taker: Option<String>,
}

const LIST: &str = "/crm/meetings";

/// `GET /crm/meetings`
pub async fn list(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_team()?;
            let total = queries::count(db, pass)?;
            let number = query.page(total);
            let found = queries::list(db, pass, (number - 1) * PAGE_ROWS, PAGE_ROWS)?;
            let names = people::queries::names(db, found.iter().map(|meeting| meeting.draft.note_taker))?;
            let line = |meeting: Meeting| Line {
                day: page.day(meeting.draft.meeting_date),
                note_taker: names.of(meeting.draft.note_taker),
                meeting,
            };
            let meetings: Vec<Line> = found.into_iter().map(line).collect();
            let paging = Paging::new(number, meetings.len(), Count::exactly(total), |number| {
                address(LIST, &[("page", &number.to_string())])
            });
            let paging = paging.with_files(LIST);
            let shell = page.shell("Meetings", "roundtable").crumb("Roundtable", "/crm/roundtable");
            html(StatusCode::OK, &ListPage { shell, meetings, paging })
        })
        .await
}

/// `GET /crm/meetings.csv` and its like: all meetings.
pub async fn export(reader: Reader, format: Format) -> Result<Response> {
    reader
        .page(move |db, page| {
            let found = queries::list(db, page.viewer().require_team()?, 0, EXPORTED)?;
            let names = people::queries::names(db, found.iter().map(|meeting| meeting.draft.note_taker))?;
            let row = |meeting: Meeting| {
                let note_taker = Value::text(names.of(meeting.draft.note_taker));
                let state = Value::Text(meeting.status.to_string());
                vec![Value::Text(meeting.draft.title), Value::Day(meeting.draft.meeting_date), state, note_taker]
            };
            let rows = found.into_iter().map(row).collect();
            let sheet = Sheet::new("Meetings", ["Title", "Date", "State", "Note-taker"], rows);
            export::answer(&sheet, format, page.visit.today)
        })
        .await
}

fn page_of(db: &mut Db, page: &Page, pass: TeamPass, found: Gathered, asked: Option<ClientId>) -> Result<Response> {
    match found.meeting.status {
        MeetingStatus::Running => holding::page_of(db, page, pass, found, asked),
        MeetingStatus::Planned | MeetingStatus::Closed => preparing::page_of(db, page, pass, found),
    }
}

/// The client that is asked for.
pub(super) fn asked(query: &Query) -> Option<ClientId> {
    query.get("client").and_then(|text| text.parse().ok()).map(ClientId)
}

/// `GET /crm/meetings/{id}`: while it is on, `?client=` opens one, without it the first that is open.
pub async fn show(reader: Reader, Id(id): Id<MeetingId>, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_team()?;
            let asked = asked(&query);
            let found = queries::find_gathered(db, pass, id)?.ok_or(Error::NotFound)?;
            page_of(db, page, pass, found, asked)
        })
        .await
}

/// `GET /crm/meetings/{id}/agenda`: the whole of it, also while the meeting is on.
pub async fn agenda(reader: Reader, Id(id): Id<MeetingId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_team()?;
            let found = queries::find_gathered(db, pass, id)?.ok_or(Error::NotFound)?;
            preparing::page_of(db, page, pass, found)
        })
        .await
}

/// `GET /crm/roundtable`: the meeting that is on, else the one that is prepared; without either, or with `?page=` or
/// `?client=` before it is on, the clients as they come up now.
pub async fn now(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_team()?;
            // Both are looked for whatever is on: what a page looks for tells nothing.
            let (asked, number) = (asked(&query), query.page(COUNTED));
            let is_now = asked.is_some() || query.get("page").is_some();
            match queries::current(db, pass)? {
                Some(found) if found.meeting.status == MeetingStatus::Running || !is_now => {
                    page_of(db, page, pass, found, asked)
                }
                prepared => {
                    let upcoming = prepared.map(|Gathered { meeting, .. }| Upcoming {
                        day: page.day(meeting.draft.meeting_date),
                        address: meeting.address(),
                        title: meeting.draft.title,
                    });
                    roundtable::meeting::page(db, page, pass, (asked, number), upcoming)
                }
            }
        })
        .await
}

/// `POST /crm/meetings/{id}/start`
pub async fn start(writer: Writer, Id(id): Id<MeetingId>) -> Result<Response> {
    writer
        .write(move |db, page| {
            let pass = page.viewer().require_team()?;
            // As an entry does: the clients before the meeting, since closing it says when they were discussed.
            let mut clients: Vec<_> =
                point_queries::list(db, pass, id)?.iter().map(|point| point.proposed.client_id).collect();
            clients.sort_unstable();
            for client in clients {
                records::queries::hold(db, client.into())?;
            }
            let meeting = queries::find_held(db, pass, id)?.ok_or(Error::NotFound)?;
            queries::refuse_closed(&meeting)?;
            let is_on_beside =
                |other: &Meeting| other.status == MeetingStatus::Running && other.meeting_id != meeting.meeting_id;
            let beside = queries::current(db, pass)?.map(|found| found.meeting).filter(is_on_beside);
            if meeting.status == MeetingStatus::Planned {
                queries::set_status(db, &page.visit, pass, &meeting, MeetingStatus::Running)?;
            }
            let mut message = format!("{} is on.", meeting.draft.title);
            if let Some(other) = beside {
                message += &format!(" {} is on as well: close it when it is over.", other.draft.title);
            }
            redirect(&meeting.address(), &message)
        })
        .await
}

/// `POST /crm/meetings/{id}/delete`: before it was held, with its agenda.
pub async fn delete(writer: Writer, Id(id): Id<MeetingId>) -> Result<Response> {
    writer
        .write(move |db, page| {
            let pass = page.viewer().require_team()?;
            let meeting = queries::find_held(db, pass, id)?.ok_or(Error::NotFound)?;
            if files::queries::list(db, page.viewer(), Home::Meeting(id), (0, 1))?.1 > 0 {
                return Err(Error::Refused("Files are kept with this meeting. Remove them first.".into()));
            }
            let held = || Error::Refused("This meeting was held, at least in part, so it stays.".into());
            if meeting.status != MeetingStatus::Planned {
                return Err(held());
            }
            // Entries of a meeting whose start was taken back keep it.
            let deleted = queries::delete(db, &page.visit, pass, &meeting);
            deleted.map_err(|error| if error.is_reference() { held() } else { error })?;
            redirect("/crm/meetings", &format!("{} deleted.", meeting.draft.title))
        })
        .await
}

/// `POST /crm/meetings/{id}/close`: for good.
pub async fn close(writer: Writer, Id(id): Id<MeetingId>) -> Result<Response> {
    writer
        .write(move |db, page| {
            let pass = page.viewer().require_team()?;
            let meeting = queries::find_held(db, pass, id)?.ok_or(Error::NotFound)?;
            queries::refuse_closed(&meeting)?;
            if meeting.status == MeetingStatus::Planned {
                return Err(Error::Refused("This meeting was not held yet. Start it first.".into()));
            }
            queries::set_status(db, &page.visit, pass, &meeting, MeetingStatus::Closed)?;
            redirect(&meeting.address(), &format!("{} is closed.", meeting.draft.title))
        })
        .await
}
