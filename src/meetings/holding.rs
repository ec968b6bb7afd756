//! A meeting that is on: the agenda, the client that is talked about, and quietly the time.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDateTime;

use super::attendees::Attendees;
use super::queries::Gathered;
use super::{Meeting, Point, PointState, entries, point_queries};
use crate::access::TeamPass;
use crate::clients::assessment::AssessmentRow;
use crate::clients::{AttentionRule, ClientId, ClientRow, Explained};
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::error::Result;
use crate::people;
use crate::roundtable::meeting::{Beside, Current, current};
use crate::web::{Page, Shell, html};

/// One client on the agenda.
pub struct Place {
    pub point: Point,
    pub row: ClientRow,
    pub attention: Explained,
    pub is_current: bool,
    pub link: String,
}

impl Place {
    /// The client, with the reason why it is on the agenda.
    pub fn title(&self) -> String {
        let reason = self.point.proposed.reason.as_ref().map(|words| format!(" · {words}")).unwrap_or_default();
        format!("{}{reason}", self.row.client_name)
    }

    /// What became of it, at a glance.
    pub fn sign(&self) -> &'static str {
        match self.point.state {
            PointState::Discussed => "●",
            PointState::Skipped => "–",
            PointState::Open if self.is_current => "◐",
            PointState::Open => "○",
        }
    }

    /// What became of it in words, once something did.
    pub fn done_words(&self) -> Option<&'static str> {
        self.is_done().then(|| self.point.state.as_str())
    }

    /// Whether it was discussed or skipped.
    pub fn is_done(&self) -> bool {
        self.point.state != PointState::Open
    }
}

/// The agenda of a meeting, and which client it is about: the one that is asked for, else the first that is open.
pub fn agenda(
    db: &mut Db,
    page: &Page,
    pass: TeamPass,
    meeting: &Meeting,
    asked: Option<ClientId>,
) -> Result<(Vec<Place>, Option<ClientId>)> {
    let points = point_queries::list_with_clients(db, pass, meeting.meeting_id)?;
    let open = || points.iter().find(|(point, ..)| point.state == PointState::Open).or(points.first());
    let chosen = asked.or_else(|| open().map(|(_, row, _)| row.client_id));
    let rule = AttentionRule::new(&page.config, page.visit.today);
    let place = |(point, row, assessment): (Point, ClientRow, AssessmentRow)| Place {
        attention: rule.explain(&row, Some(&assessment.rhythm)),
        is_current: chosen == Some(row.client_id),
        link: meeting.address_of(row.client_id),
        row,
        point,
    };
    Ok((points.into_iter().map(place).collect(), chosen))
}

fn beside(agenda: &[Place], id: ClientId) -> Beside {
    let place = agenda.iter().position(|place| place.row.client_id == id);
    let link = |index: Option<usize>| Some(agenda.get(index?)?.link.clone());
    let number = |count: usize| i64::try_from(count).unwrap_or_default();
    Beside {
        back: link(place.and_then(|index| index.checked_sub(1))),
        next: link(place.map(|index| index + 1)),
        place: place.map(|index| number(index + 1)),
        all: number(agenda.len()),
    }
}

/// How the time goes: what was done last began the time of the client that is talked about now.
pub struct Time {
    /// Seconds on this client.
    pub seconds: i64,
    /// Seconds planned for each client.
    pub planned: i64,
    /// Minutes since the meeting began.
    pub elapsed: i64,
    /// Minutes planned for all of it.
    pub all: i64,
}

impl Time {
    fn new(now: NaiveDateTime, meeting: &Meeting, agenda: &[Place]) -> Self {
        let started = meeting.started_date.unwrap_or(now);
        let last = agenda.iter().filter_map(|place| place.point.done_date).max().unwrap_or(started).max(started);
        let points = i64::try_from(agenda.len()).unwrap_or_default();
        Self {
            seconds: (now - last).num_seconds().max(0),
            planned: meeting.draft.minutes_each * 60,
            elapsed: (now - started).num_minutes().max(0),
            all: points * meeting.draft.minutes_each,
        }
    }

    /// Minutes and seconds on this client, e.g. “1:05”.
    pub fn clock(&self) -> String {
        format!("{}:{:02}", self.seconds / 60, self.seconds % 60)
    }
}

#[derive(Template)]
#[template(path = "meetings/holding.html")]
struct HoldingPage {
    shell: Shell,
    meeting: Meeting,
    agenda: Vec<Place>,
    /// How many clients of the agenda are discussed or skipped.
    done: usize,
    attendees: Attendees,
    time: Time,
    /// The client that is talked about.
    current: Option<Current>,
    /// Its point, if it is on the agenda.
    point: Option<Point>,
}

/// The page of a meeting that is on.
pub fn page_of(
    db: &mut Db,
    page: &Page,
    pass: TeamPass,
    Gathered { meeting, people, closings }: Gathered,
    asked: Option<ClientId>,
) -> Result<Response> {
    let (agenda, chosen) = agenda(db, page, pass, &meeting, asked)?;
    let (current, staff) = match chosen {
        Some(id) => {
            let place = |last: Option<&_>| entries::place(&meeting, id, last);
            let about = (id, Some(meeting.meeting_id));
            let (mut current, staff) = current(db, page, pass, about, place, beside(&agenda, id))?;
            current.items = current.items.carried_over(&closings);
            (Some(current), staff)
        }
        None => (None, people::queries::staff(db)?),
    };
    let shown = HoldingPage {
        shell: page.shell(&meeting.draft.title, "roundtable"),
        attendees: Attendees::of(db, people, &meeting, &staff)?,
        time: Time::new(page.visit.now, &meeting, &agenda),
        done: agenda.iter().filter(|place| place.is_done()).count(),
        point: agenda.iter().find(|place| place.is_current).map(|place| place.point.clone()),
        meeting,
        agenda,
        current,
    };
    html(StatusCode::OK, &shown)
}
