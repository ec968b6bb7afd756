//! Changing an agenda: a client more or less, another order, what became of a point.

use axum::http::StatusCode;
use axum::response::Response;

use super::forms::FormPage;
use super::{Meeting, MeetingStatus, Point, PointState, Proposed, point_queries, queries};
use crate::access::TeamPass;
use crate::clients;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::{ClientId, MeetingId, PointId};
use crate::records::{RecordKind, picker};
use crate::web::saving::{Saved, Saving, save};
use crate::web::{Checked, Field, FormData, FormView, Id, Input, Invalid, Page, Values, Writer, html, redirect};

/// The form by which a client comes on the agenda of a meeting that is held.
struct Adding {
    pass: TeamPass,
    meeting: Meeting,
}

/// The form by which a client is added to an agenda.
pub fn adding(meeting: &Meeting, values: &Values) -> FormView {
    let search = format!("/{}/api/search", RecordKind::Client.path());
    let fields = vec![
        Field::new("client_id", "Client", Input::Picker { search, create: None }).required(),
        Field::new("reason", "On the agenda for", Input::Line),
    ];
    let back = format!("{}/agenda", meeting.address());
    FormView::new(format!("{}/points", meeting.address()), "Add to the agenda", back, fields).unkept().filled(values)
}

impl Saving for Adding {
    type Draft = Proposed;

    fn chosen(&self, db: &mut Db, sent: FormData) -> Result<FormData> {
        picker::read(db, sent, "client_id", RecordKind::Client)
    }

    fn gone(&self, _db: &mut Db) -> Result<Option<String>> {
        Ok(self.meeting.is_closed().then(|| "This meeting is closed for good.".to_owned()))
    }

    fn read(&self, db: &mut Db, _page: &Page, sent: &FormData) -> Result<Result<Proposed, Invalid>> {
        let mut checked = Checked::new(sent);
        let chosen = checked.reference::<ClientId>("client_id");
        let client = chosen.map(|id| clients::queries::find(db, id)).transpose()?.flatten();
        match &client {
            _ if checked.is_refused("client_id") => {}
            None => checked.refuse("client_id", "Choose the client from the list."),
            Some(client) if client.is_archived => checked.refuse("client_id", "This client is archived."),
            Some(client) => {
                if point_queries::of_client(db, self.pass, self.meeting.meeting_id, client.client_id)?.is_some() {
                    checked.refuse("client_id", "This client is on the agenda already.");
                }
            }
        }
        let reason = checked.line("reason").or_else(|| Some("Added by hand".into()));
        let client_id = chosen.unwrap_or(ClientId(0));
        Ok(checked.finish(Proposed { client_id, reason }))
    }

    fn write(&self, db: &mut Db, page: &Page, draft: Proposed) -> Result<Saved> {
        point_queries::add(db, &page.visit, self.pass, self.meeting.meeting_id, &draft)?;
        let address = format!("{}/agenda", self.meeting.address());
        Ok(Saved { address, message: "Added to the agenda.".into(), id: None })
    }

    fn form(&self, _db: &mut Db, _page: &Page, values: &Values) -> Result<FormView> {
        Ok(adding(&self.meeting, values))
    }

    fn show(&self, _db: &mut Db, page: &Page, status: StatusCode, form: FormView) -> Result<Response> {
        let shell =
            page.shell("Add to the agenda", "roundtable").crumb(&self.meeting.draft.title, self.meeting.address());
        html(status, &FormPage { shell, form, is_new: false })
    }
}

/// `POST /crm/meetings/{id}/points`: `client_id` comes on the agenda, at its end.
pub async fn create(writer: Writer, Id(id): Id<MeetingId>, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let pass = page.viewer().require_team()?;
            let meeting = queries::find_held(db, pass, id)?.ok_or(Error::NotFound)?;
            save(db, page, &Adding { pass, meeting }, &sent)
        })
        .await
}

/// A point with its meeting, which is held and not closed.
fn open_point(db: &mut Db, pass: TeamPass, id: PointId) -> Result<(Meeting, Point)> {
    let meeting = point_queries::find(db, pass, id)?.ok_or(Error::NotFound)?.meeting_id;
    let meeting = queries::find_held(db, pass, meeting)?.ok_or(Error::NotFound)?;
    queries::refuse_closed(&meeting)?;
    Ok((meeting, point_queries::find(db, pass, id)?.ok_or(Error::NotFound)?))
}

/// `POST /crm/points/{id}/position`: by `step`, -1 or 1, or `before` another point; before none is the end.
pub async fn put(writer: Writer, Id(id): Id<PointId>, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let pass = page.viewer().require_team()?;
            let (meeting, point) = open_point(db, pass, id)?;
            let step: Option<i64> = sent.get("step").and_then(|text| text.parse().ok());
            let before = match step {
                Some(step) => {
                    let points = point_queries::list(db, pass, meeting.meeting_id)?;
                    let place = points.iter().position(|one| one.point_id == id).unwrap_or_default();
                    // One further down is before the one after the next.
                    let other = if step < 0 { place.saturating_sub(1) } else { place + 2 };
                    points.get(other).map(|one| one.point_id)
                }
                None => sent.get("before").and_then(|text| text.parse().ok()).map(PointId),
            };
            if before != Some(id) {
                point_queries::put_before(db, &page.visit, pass, &point, before)?;
            }
            redirect(&format!("{}/agenda", meeting.address()), "")
        })
        .await
}

/// `POST /crm/points/{id}/delete`: off the agenda, unless something became of it already.
pub async fn delete(writer: Writer, Id(id): Id<PointId>) -> Result<Response> {
    writer
        .write(move |db, page| {
            let pass = page.viewer().require_team()?;
            let (meeting, point) = open_point(db, pass, id)?;
            if point.state != PointState::Open {
                return Err(Error::Refused("This client was discussed or skipped already, so it stays.".into()));
            }
            point_queries::delete(db, &page.visit, pass, &point)?;
            redirect(&format!("{}/agenda", meeting.address()), "Taken off the agenda.")
        })
        .await
}

/// The form that says what became of a point.
struct Outcome {
    pass: TeamPass,
    meeting: Meeting,
    point: Point,
}

impl Outcome {
    /// Where the meeting goes on: with the next point that is open, else where it is.
    fn next(&self, db: &mut Db) -> Result<String> {
        let points = point_queries::list(db, self.pass, self.meeting.meeting_id)?;
        let place = points.iter().position(|one| one.point_id == self.point.point_id).unwrap_or_default();
        let (before, after) = points.split_at(place);
        let next = after.iter().chain(before).find(|one| one.state == PointState::Open);
        let client = next.map_or(self.point.proposed.client_id, |one| one.proposed.client_id);
        Ok(self.meeting.address_of(client))
    }
}

impl Saving for Outcome {
    type Draft = (PointState, Option<String>);

    fn read(&self, _db: &mut Db, _page: &Page, sent: &FormData) -> Result<Result<Self::Draft, Invalid>> {
        let mut checked = Checked::new(sent);
        let state = checked.choice::<PointState>("state");
        if state.is_none() && !checked.is_refused("state") {
            checked.refuse("state", "Say whether the client was discussed or skipped.");
        }
        let why = checked.line("skip_reason").filter(|_| state == Some(PointState::Skipped));
        if state == Some(PointState::Skipped) && why.is_none() {
            checked.refuse("skip_reason", "Say in a few words why the client is skipped.");
        }
        Ok(checked.finish((state.unwrap_or(PointState::Open), why)))
    }

    fn write(&self, db: &mut Db, page: &Page, (state, why): Self::Draft) -> Result<Saved> {
        point_queries::set_state(db, &page.visit, self.pass, &self.point, (state, why.as_deref()))?;
        let (address, message) = match state {
            PointState::Open => (self.meeting.address_of(self.point.proposed.client_id), "Open again"),
            PointState::Discussed => (self.next(db)?, "Discussed"),
            PointState::Skipped => (self.next(db)?, "Skipped"),
        };
        Ok(Saved { address, message: message.into(), id: None })
    }

    fn form(&self, _db: &mut Db, _page: &Page, values: &Values) -> Result<FormView> {
        let fields = vec![Field::new("skip_reason", "Skipped, because", Input::Line).required()];
        let action = format!("/crm/points/{}/state", self.point.point_id);
        let back = self.meeting.address_of(self.point.proposed.client_id);
        let state = values.get("state").cloned().unwrap_or_default();
        Ok(FormView::new(action, "Skip", back, fields).unkept().filled(values).carrying("state", state))
    }

    fn show(&self, _db: &mut Db, page: &Page, status: StatusCode, form: FormView) -> Result<Response> {
        let shell = page.shell("Skip a client", "roundtable").crumb(&self.meeting.draft.title, self.meeting.address());
        html(status, &FormPage { shell, form, is_new: false })
    }
}

/// `POST /crm/points/{id}/state`: `state` Discussed, Skipped with its `skip_reason`, or Open again.
pub async fn update(writer: Writer, Id(id): Id<PointId>, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let pass = page.viewer().require_team()?;
            let (meeting, point) = open_point(db, pass, id)?;
            if meeting.status == MeetingStatus::Planned {
                return Err(Error::Refused("This meeting is not on yet. Start it first.".into()));
            }
            save(db, page, &Outcome { pass, meeting, point }, &sent)
        })
        .await
}
