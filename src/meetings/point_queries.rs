//! All queries on the points of agendas. Every function takes the team's pass; whoever changes one holds the meeting.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::queries::meetings;
use super::{Meeting, MeetingStatus, Point, PointState, Proposed};
use crate::access::{TeamPass, Visit};
use crate::audit;
use crate::clients::ClientRow;
use crate::clients::assessment::{self, AssessmentRow};
use crate::db::Db;
use crate::db::schema::clients;
use crate::db::statements::WrittenOnce;
use crate::error::Result;
use crate::ids::{ClientId, MeetingId, PointId};

diesel::table! {
    meeting_points (point_id) {
        point_id -> BigInt,
        meeting_id -> BigInt,
        client_id -> BigInt,
        position -> BigInt,
        reason -> Nullable<Text>,
        state -> Text,
        skip_reason -> Nullable<Text>,
        done_date -> Nullable<Timestamp>,
    }
}

use meeting_points as points;

diesel::allow_tables_to_appear_in_same_query!(meeting_points, clients);
diesel::allow_tables_to_appear_in_same_query!(meeting_points, meetings);

/// The room between two positions of a new agenda.
pub const ROOM: i64 = 1 << 20;

/// The agenda of a meeting in order.
pub fn list(db: &mut Db, _pass: TeamPass, meeting: MeetingId) -> Result<Vec<Point>> {
    let query = points::table.filter(points::meeting_id.eq(meeting));
    Ok(query.order((points::position, points::point_id)).select(Point::as_select()).load(db)?)
}

/// The same, each with its client as lists show it.
pub fn list_with_clients(
    db: &mut Db,
    pass: TeamPass,
    meeting: MeetingId,
) -> Result<Vec<(Point, ClientRow, AssessmentRow)>> {
    let query = points::table.inner_join(clients::table.on(clients::client_id.eq(points::client_id)));
    let query = query.filter(points::meeting_id.eq(meeting)).order((points::position, points::point_id));
    let columns = (Point::as_select(), ClientRow::as_select(), assessment::columns(Some(pass)));
    Ok(query.select(columns).load(db)?)
}

/// The point of a client on an agenda.
pub fn of_client(db: &mut Db, _pass: TeamPass, meeting: MeetingId, client: ClientId) -> Result<Option<Point>> {
    let query = points::table.filter(points::meeting_id.eq(meeting)).filter(points::client_id.eq(client));
    Ok(query.select(Point::as_select()).first(db).optional()?)
}

/// The points of a client on the agendas of meetings that were held until a day, the latest first.
pub fn held_until(
    db: &mut Db,
    _pass: TeamPass,
    client: ClientId,
    day: Option<NaiveDate>,
    limit: i64,
) -> Result<Vec<(Point, Meeting)>> {
    let all = points::table.inner_join(meetings::table.on(meetings::meeting_id.eq(points::meeting_id)));
    let held = all.filter(points::client_id.eq(client)).filter(meetings::status.eq(MeetingStatus::Closed));
    let mut held = held.into_boxed();
    if let Some(day) = day {
        held = held.filter(meetings::meeting_date.le(day));
    }
    let order = (meetings::meeting_date.desc(), meetings::meeting_id.desc());
    Ok(held.order(order).limit(limit).select((Point::as_select(), Meeting::as_select())).once().load(db)?)
}

/// Adds a client at the end of the agenda of a meeting that is held.
pub fn add(db: &mut Db, visit: &Visit, pass: TeamPass, meeting: MeetingId, proposed: &Proposed) -> Result<PointId> {
    let query = points::table.filter(points::meeting_id.eq(meeting)).select(diesel::dsl::max(points::position));
    let last: Option<i64> = query.first(db)?;
    insert(db, visit, pass, meeting, proposed, last.unwrap_or(0) + ROOM)
}

/// Adds a point at a position.
pub fn insert(
    db: &mut Db,
    visit: &Visit,
    _pass: TeamPass,
    meeting: MeetingId,
    proposed: &Proposed,
    position: i64,
) -> Result<PointId> {
    let noted = NewPoint { meeting_id: meeting, proposed: proposed.clone(), position };
    let row = (&noted, points::state.eq(PointState::Open));
    let id: PointId = diesel::insert_into(points::table).values(row).returning(points::point_id).get_result(db)?;
    audit::created(db, visit, "meeting_points", id.0, &noted)?;
    Ok(id)
}

/// Puts a client back on the agenda that was taken off it; whoever calls knows that it is not there.
pub fn put_back(db: &mut Db, visit: &Visit, _pass: TeamPass, id: PointId, point: &NewPoint) -> Result<()> {
    let row = (points::point_id.eq(id), point, points::state.eq(PointState::Open));
    diesel::insert_into(points::table).values(row).execute(db)?;
    audit::created(db, visit, "meeting_points", id.0, point)
}

/// A point of which nothing became yet, as the audit log takes it.
#[derive(Serialize, Deserialize, Insertable)]
#[diesel(table_name = meeting_points)]
pub struct NewPoint {
    pub meeting_id: MeetingId,
    #[serde(flatten)]
    #[diesel(embed)]
    pub proposed: Proposed,
    /// Where it stands among the others; first, where an older log does not say.
    #[serde(default)]
    pub position: i64,
}

/// Says what became of a point; why, where it is skipped.
pub fn set_state(
    db: &mut Db,
    visit: &Visit,
    _pass: TeamPass,
    point: &Point,
    (state, why): (PointState, Option<&str>),
) -> Result<()> {
    if point.state == state && point.skip_reason.as_deref() == why {
        return Ok(());
    }
    let done = (state != PointState::Open).then(|| point.done_date.unwrap_or(visit.now));
    let values = (points::state.eq(state), points::skip_reason.eq(why), points::done_date.eq(done));
    diesel::update(points::table.filter(points::point_id.eq(point.point_id))).set(values).execute(db)?;
    let noted = |state, why: Option<&str>| json!({ "state": state, "skip_reason": why });
    let before = noted(point.state, point.skip_reason.as_deref());
    audit::updated(db, visit, "meeting_points", point.point_id.0, &before, &noted(state, why))
}

/// Moves a point before another, or to the end. There is room between positions; where it is used up, all get new ones.
pub fn put_before(db: &mut Db, visit: &Visit, pass: TeamPass, point: &Point, other: Option<PointId>) -> Result<()> {
    let mut rest = list(db, pass, point.meeting_id)?;
    let follows = rest.iter().skip_while(|one| one.point_id != point.point_id).nth(1).map(|one| one.point_id);
    if follows == other {
        return Ok(());
    }
    rest.retain(|one| one.point_id != point.point_id);
    let place = rest.iter().position(|one| Some(one.point_id) == other).unwrap_or(rest.len());
    let before = place.checked_sub(1).map_or(0, |index| rest[index].position);
    let after = rest.get(place).map_or(before + 2 * ROOM, |one| one.position);
    if after - before > 1 {
        return set_position(db, visit, pass, point, before + (after - before) / 2);
    }
    rest.insert(place, point.clone());
    for (number, one) in (1..).zip(&rest) {
        set_position(db, visit, pass, one, number * ROOM)?;
    }
    Ok(())
}

/// Says where a point stands.
pub fn set_position(db: &mut Db, visit: &Visit, _pass: TeamPass, point: &Point, position: i64) -> Result<()> {
    if point.position == position {
        return Ok(());
    }
    let target = points::table.filter(points::point_id.eq(point.point_id));
    diesel::update(target).set(points::position.eq(position)).execute(db)?;
    let noted = |position: i64| json!({ "position": position });
    audit::updated(db, visit, "meeting_points", point.point_id.0, &noted(point.position), &noted(position))
}

/// One point.
pub fn find(db: &mut Db, _pass: TeamPass, id: PointId) -> Result<Option<Point>> {
    Ok(points::table.find(id.0).select(Point::as_select()).first(db).optional()?)
}

/// Takes a client off the agenda.
pub fn delete(db: &mut Db, visit: &Visit, _pass: TeamPass, point: &Point) -> Result<()> {
    diesel::delete(points::table.filter(points::point_id.eq(point.point_id))).execute(db)?;
    audit::deleted(db, visit, "meeting_points", point.point_id.0, &point.as_new())
}
