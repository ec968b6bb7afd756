//! A meeting as it is prepared, and as it was once it is closed: its agenda with the reasons, and its people.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDateTime;

use super::attendees::Attendees;
use super::holding::{Place, agenda};
use super::queries::Gathered;
use super::{Meeting, MeetingStatus, documents, points};
use crate::access::TeamPass;
use crate::action_items::pages::{Item, mentioned};
use crate::action_items::{self, ActionItem};
use crate::db::Db;
use crate::error::Result;
use crate::files;
use crate::people::queries::staff;
use crate::records;
use crate::web::{Count, Day, FormView, Page, Shell, Values, html};

/// So many action items are shown that are to be done.
const OPEN: i64 = 12;

#[derive(Template)]
#[template(path = "meetings/preparing.html")]
struct PreparingPage {
    shell: Shell,
    meeting: Meeting,
    day: Day,
    agenda: Vec<Place>,
    /// How many clients of the agenda are discussed or skipped.
    done: usize,
    attendees: Attendees,
    files: files::Section,
    /// The first action items that are to be done when a meeting is prepared, and how many there are in all.
    open: Option<(Vec<Item>, Count)>,
    /// The form that adds a client, for those who may change the agenda.
    adding: Option<FormView>,
}

impl PreparingPage {
    /// Whether the agenda may be changed here.
    fn may_change(&self) -> bool {
        self.adding.is_some()
    }

    fn is_planned(&self) -> bool {
        self.meeting.status == MeetingStatus::Planned
    }

    /// How long it takes, as planned, e.g. “1 h 10 min”.
    fn length(&self) -> String {
        let minutes = i64::try_from(self.agenda.len()).unwrap_or_default() * self.meeting.draft.minutes_each;
        match (minutes / 60, minutes % 60) {
            (0, minutes) => format!("{minutes} min"),
            (hours, 0) => format!("{hours} h"),
            (hours, minutes) => format!("{hours} h {minutes} min"),
        }
    }
}

/// The page of a meeting with its whole agenda.
pub fn page_of(db: &mut Db, page: &Page, pass: TeamPass, gathered: Gathered) -> Result<Response> {
    let Gathered { meeting, people, closings } = gathered;
    let (agenda, _) = agenda(db, page, pass, &meeting, None)?;
    let may_change = page.viewer().may_write() && !meeting.is_closed();
    let staff = staff(db)?;
    let attendees = Attendees::of(db, people, &meeting, &staff)?;
    let open = match meeting.status {
        MeetingStatus::Planned => Some(carried_over(db, page, &closings)?),
        _ => None,
    };
    let shown = PreparingPage {
        shell: page.shell(&meeting.draft.title, "roundtable").crumb("Meetings", "/crm/meetings"),
        day: page.day(meeting.draft.meeting_date),
        done: agenda.iter().filter(|place| place.is_done()).count(),
        attendees,
        files: files::Section::of(db, page, &documents::place_of(&meeting), "files")?,
        open,
        adding: may_change.then(|| points::adding(&meeting, &Values::new()).prefixed("add-")),
        meeting,
        agenda,
    };
    html(StatusCode::OK, &shown)
}

/// What is still to be done, with how often it was carried over.
fn carried_over(db: &mut Db, page: &Page, closings: &[NaiveDateTime]) -> Result<(Vec<Item>, Count)> {
    let (found, total) = action_items::queries::to_do(db, page.viewer(), None, (0, OPEN))?;
    let names = records::queries::names_of(db, mentioned(&found))?;
    let item = |item: ActionItem| {
        let item = Item::new(page, item, &names).of_client(&names).carried_over(closings);
        // It is settled where it is talked about, or on its own list.
        Item { acts: None, may_write: false, ..item }
    };
    Ok((found.into_iter().map(item).collect(), total))
}
