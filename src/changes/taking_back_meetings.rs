//! Meetings, their agendas and their invitations as they were before a change. What was closed stays closed.

use serde_json::{Map, Value, json};

use super::taking_back::{Taken, earlier, find_held, gone_since, object, refuse_gone, refused, typed};
use crate::access::{TeamPass, Visit};
use crate::audit::{Action, Fields, Row};
use crate::db::Db;
use crate::error::Result;
use crate::ids::{MeetingId, PersonnelId, PointId};
use crate::meetings::point_queries::{self, NewPoint};
use crate::meetings::queries::Deleted;
use crate::meetings::{Meeting, MeetingStatus, Point, PointState, attendee_queries, queries};
use crate::records::RecordRef;

/// Takes back that a meeting was prepared, changed, started or deleted.
pub fn meeting(db: &mut Db, visit: &Visit, row: &Row, fields: &Fields) -> Result<Taken> {
    let pass = visit.viewer.require_team()?;
    let id = MeetingId(row.record_id);
    if row.action == Action::Delete {
        if let Some(words) = gone_since(db, &row.table_name, fields)? {
            return refused(format!("Cannot be undone: {words}"));
        }
        if queries::find(db, pass, id)?.is_some() {
            return another();
        }
        let was: Deleted = typed(removed(fields))?;
        queries::put_back(db, visit, pass, id, &was)?;
        return Ok(taken(id, format!("{} is prepared again", was.draft.title)));
    }
    let meeting = open(db, pass, id)?;
    let title = &meeting.draft.title;
    if row.action == Action::Create {
        let is_bare = point_queries::list(db, pass, id)?.is_empty() && attendee_queries::list(db, pass, id)?.is_empty();
        if !is_bare || meeting.status != MeetingStatus::Planned || is_changed(&json!(meeting.draft), fields) {
            return refused(format!("Cannot be undone: {title} changed since. Delete it on its page instead."));
        }
        queries::delete_bare(db, visit, pass, &meeting)?;
        return Ok(Taken { address: "/crm/meetings".into(), message: format!("{title} taken back") });
    }
    if fields.contains_key("status") {
        let is_begun = point_queries::list(db, pass, id)?.iter().any(|point| point.state != PointState::Open);
        if is_begun || meeting.status != MeetingStatus::Running {
            return refused(format!("Cannot be undone: {title} went on since."));
        }
        queries::set_status(db, visit, pass, &meeting, MeetingStatus::Planned)?;
        return Ok(taken(id, format!("{title} is not on any more")));
    }
    let Ok(before) = earlier(object(json!(meeting.draft))?, fields) else {
        return refused(format!("Cannot be undone: {title} changed since."));
    };
    if let Some(words) = gone_since(db, &row.table_name, fields)? {
        return refused(format!("Cannot be undone: {words}"));
    }
    queries::update(db, visit, pass, &meeting, &typed(before)?)?;
    Ok(taken(id, format!("{title} is as it was before")))
}

/// Takes back that a client was put on an agenda, moved in it, taken off it, or that something became of it.
pub fn point(db: &mut Db, visit: &Visit, row: &Row, fields: &Fields) -> Result<Taken> {
    let pass = visit.viewer.require_team()?;
    let id = PointId(row.record_id);
    if row.action == Action::Delete {
        let point: NewPoint = typed(removed(fields))?;
        let meeting = open(db, pass, point.meeting_id)?;
        let client = RecordRef::from(point.proposed.client_id);
        let held = find_held(db, client)?;
        refuse_gone(db, client, &held)?;
        if point_queries::of_client(db, pass, point.meeting_id, point.proposed.client_id)?.is_some() {
            return refused("Cannot be undone: the client is on the agenda again.");
        }
        if point_queries::find(db, pass, id)?.is_some() {
            return another();
        }
        point_queries::put_back(db, visit, pass, id, &point)?;
        return Ok(taken(meeting.meeting_id, "The client is on the agenda again".into()));
    }
    let Some(held) = point_queries::find(db, pass, id)? else {
        return refused("Cannot be undone: the client was taken off the agenda since.");
    };
    let meeting = open(db, pass, held.meeting_id)?;
    if row.action == Action::Create {
        if held.state != PointState::Open || is_changed(&json!(held.as_new()), fields) {
            return refused("Cannot be undone: this point of the agenda changed since.");
        }
        point_queries::delete(db, visit, pass, &held)?;
        return Ok(taken(held.meeting_id, "The client is off the agenda again".into()));
    }
    if fields.contains_key("state") && meeting.status == MeetingStatus::Planned {
        return refused("Cannot be undone: the start of the meeting was taken back since.");
    }
    changed_back(db, visit, pass, &held, fields)
}

fn changed_back(db: &mut Db, visit: &Visit, pass: TeamPass, held: &Point, fields: &Fields) -> Result<Taken> {
    let columns = json!({ "position": held.position, "state": held.state, "skip_reason": held.skip_reason });
    let Ok(before) = earlier(object(columns)?, fields) else {
        return refused("Cannot be undone: this point of the agenda changed since.");
    };
    let value = |column: &str| before.get(column).cloned().unwrap_or_default();
    point_queries::set_position(db, visit, pass, held, typed(value("position"))?)?;
    let why: Option<String> = typed(value("skip_reason"))?;
    point_queries::set_state(db, visit, pass, held, (typed(value("state"))?, why.as_deref()))?;
    Ok(taken(held.meeting_id, "The agenda is as it was before".into()))
}

/// Takes back that someone was invited, came, or was not to come.
pub fn attendee(db: &mut Db, visit: &Visit, row: &Row, fields: &Fields) -> Result<Taken> {
    let pass = visit.viewer.require_team()?;
    if row.action == Action::Delete {
        let mut was = removed(fields);
        let mut was = |column: &str| was.remove(column).unwrap_or_default();
        let (meeting, person): (MeetingId, PersonnelId) = (typed(was("meeting_id"))?, typed(was("personnel_id"))?);
        open(db, pass, meeting)?;
        if let Some(words) = gone_since(db, &row.table_name, fields)? {
            return refused(format!("Cannot be undone: {words}"));
        }
        if attendee_queries::list(db, pass, meeting)?.iter().any(|(other, _)| *other == person) {
            return refused("Cannot be undone: the person was invited again since.");
        }
        if attendee_queries::find(db, pass, row.record_id)?.is_some() {
            return another();
        }
        attendee_queries::put_back(db, visit, pass, row.record_id, (meeting, person, typed(was("is_present"))?))?;
        return Ok(taken(meeting, "The invitations are as they were before".into()));
    }
    let Some((meeting, person, is_present)) = attendee_queries::find(db, pass, row.record_id)? else {
        return refused("Cannot be undone: the invitation was taken back since.");
    };
    open(db, pass, meeting)?;
    if is_changed(&json!({ "meeting_id": meeting, "personnel_id": person, "is_present": is_present }), fields) {
        return refused("Cannot be undone: the invitation changed since.");
    }
    let before = (row.action == Action::Update).then_some(!is_present);
    attendee_queries::put(db, visit, pass, meeting, (person, before))?;
    Ok(taken(meeting, "The invitations are as they were before".into()))
}

/// SQLite gives the number of what was removed last to what comes next.
fn another() -> Result<Taken> {
    refused("Cannot be undone: another has taken its place since.")
}

fn taken(meeting: MeetingId, message: String) -> Taken {
    Taken { address: format!("/crm/meetings/{meeting}/agenda"), message }
}

/// A meeting kept from other writers, which is not closed.
fn open(db: &mut Db, pass: TeamPass, id: MeetingId) -> Result<Meeting> {
    match queries::find_held(db, pass, id)? {
        None => refused("Cannot be undone: the meeting was deleted since."),
        Some(meeting) if meeting.is_closed() => refused("Cannot be undone: the meeting was closed since, for good."),
        Some(meeting) => Ok(meeting),
    }
}

/// The columns that a removed row had.
fn removed(fields: &Fields) -> Map<String, Value> {
    fields.iter().map(|(column, (old, _))| (column.clone(), old.clone())).collect()
}

/// Whether a row holds something else than the change that made it left.
fn is_changed(held: &Value, fields: &Fields) -> bool {
    fields.iter().any(|(column, (_, new))| held.get(column).is_some_and(|value| value != new))
}
