//! A meeting, the points of its agenda, and who is there.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::point_queries::{NewPoint, meeting_points};
use super::queries::meetings;
use crate::closed_list::closed_list;
use crate::ids::{ClientId, MeetingId, PersonnelId, PointId};
use crate::people::{self, Colleague, may_hold};
use crate::web::{Checked, FormData, Invalid, Range};

closed_list! {
    /// How far a meeting is.
    MeetingStatus { Planned = "Planned", Running = "Running", Closed = "Closed" }
}

closed_list! {
    /// What became of a point of the agenda.
    PointState { Open = "Open", Discussed = "Discussed", Skipped = "Skipped" }
}

/// What the form of a meeting says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = meetings, treat_none_as_null = true)]
pub struct MeetingDraft {
    /// What it is called.
    pub title: String,
    /// Its day.
    pub meeting_date: NaiveDate,
    /// Who writes.
    pub note_taker: Option<PersonnelId>,
    /// Minutes planned for each client.
    pub minutes_each: i64,
}

/// One meeting.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = meetings)]
pub struct Meeting {
    pub meeting_id: MeetingId,
    #[diesel(embed)]
    pub draft: MeetingDraft,
    pub status: MeetingStatus,
    pub started_date: Option<NaiveDateTime>,
    pub closed_date: Option<NaiveDateTime>,
    pub version: i64,
}

/// A client that is proposed for an agenda, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Queryable, Selectable, Insertable)]
#[diesel(table_name = meeting_points)]
pub struct Proposed {
    pub client_id: ClientId,
    pub reason: Option<String>,
}

/// One point of an agenda.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = meeting_points)]
pub struct Point {
    pub point_id: PointId,
    pub meeting_id: MeetingId,
    #[diesel(embed)]
    pub proposed: Proposed,
    pub position: i64,
    pub state: PointState,
    pub skip_reason: Option<String>,
    /// When it was discussed or skipped, in UTC.
    pub done_date: Option<NaiveDateTime>,
}

impl Point {
    /// What became of it, in words.
    pub fn outcome(&self) -> String {
        match (self.state, &self.skip_reason) {
            (PointState::Skipped, Some(why)) => format!("Skipped: {why}"),
            (PointState::Skipped, None) => "Skipped".into(),
            (PointState::Discussed, _) => "Discussed".into(),
            (PointState::Open, _) => "Not reached".into(),
        }
    }

    /// What it was before something became of it.
    pub fn as_new(&self) -> NewPoint {
        NewPoint { meeting_id: self.meeting_id, proposed: self.proposed.clone(), position: self.position }
    }
}

/// Minutes for each client, where nothing else is said: thirty of them in an hour.
pub(super) const MINUTES_EACH: i64 = 2;

/// How many there may be.
pub(super) const MINUTES: Range = Range::Whole(1, 60);

impl MeetingDraft {
    /// Reads the form of a meeting, and who is invited, where it says so; whoever takes notes or is invited already may
    /// stay although they left.
    pub fn parse(
        form: &FormData,
        staff: &[Colleague],
        held: Option<&Self>,
        invited: &[PersonnelId],
    ) -> Result<(Self, Option<Vec<PersonnelId>>), Invalid> {
        let mut checked = Checked::new(form);
        let title = checked.required("title", "Give the meeting a title.");
        let meeting_date = checked.date("meeting_date");
        if meeting_date.is_none() && !checked.is_refused("meeting_date") {
            checked.refuse("meeting_date", "Enter the day of the meeting.");
        }
        let note_taker = checked.reference("note_taker");
        let holder = held.and_then(|meeting| meeting.note_taker);
        if note_taker.is_some_and(|person| !may_hold(staff, person, holder)) {
            checked.refuse("note_taker", "Choose an active colleague.");
        }
        let invited = form.has("invited").then(|| people::named(&mut checked, form, "invited", staff, invited));
        let minutes_each = checked.whole_number("minutes_each", MINUTES).unwrap_or(MINUTES_EACH);
        let meeting_date = meeting_date.unwrap_or_default();
        checked.finish((Self { title, meeting_date, note_taker, minutes_each }, invited))
    }
}

impl Meeting {
    /// The address of its page.
    pub fn address(&self) -> String {
        format!("/crm/meetings/{}", self.meeting_id)
    }

    /// The address of its page where it is about a client.
    pub fn address_of(&self, client: ClientId) -> String {
        format!("{}?client={client}", self.address())
    }

    /// Whether it is closed for good.
    pub fn is_closed(&self) -> bool {
        self.status == MeetingStatus::Closed
    }
}
