//! All queries on meetings and the points of their agendas. Every function takes the team's pass; what is changed is
//! held by whoever calls.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::sql_types::{Date, Nullable, Text};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::attendee_queries::{self, meeting_attendees};
use super::point_queries::{self, ROOM, meeting_points};
use super::{Meeting, MeetingDraft, MeetingStatus, Proposed};
use crate::access::{TeamPass, Visit};
use crate::audit;
use crate::db::Db;
use crate::db::assembled::Assembled;
use crate::db::expressions::{among, unlisted};
use crate::db::statements::{OneAfterAnother, WrittenOnce};
use crate::error::{Error, Result};
use crate::ids::{MeetingId, PersonnelId, UserId};
use crate::index;
use crate::jobs;
use crate::records::{RecordKind, RecordRef};
use crate::web::Dependency;

diesel::table! {
    meetings (meeting_id) {
        meeting_id -> BigInt,
        title -> Text,
        meeting_date -> Date,
        status -> Text,
        note_taker -> Nullable<BigInt>,
        minutes_each -> BigInt,
        started_date -> Nullable<Timestamp>,
        closed_date -> Nullable<Timestamp>,
        version -> BigInt,
        created_by -> Nullable<BigInt>,
        created_date -> Timestamp,
    }
}

diesel::allow_tables_to_appear_in_same_query!(meetings, meeting_attendees);

type Meetings = meetings::BoxedQuery<'static, <Db as Connection>::Backend>;

/// Meetings, the latest first.
pub fn list(db: &mut Db, _pass: TeamPass, offset: i64, limit: i64) -> Result<Vec<Meeting>> {
    let order = (meetings::meeting_date.desc(), meetings::meeting_id.desc());
    Ok(meetings::table.order(order).offset(offset).limit(limit).select(Meeting::as_select()).load(db)?)
}

/// Meetings, the latest first, after the one of that day and id.
pub fn after(db: &mut Db, _pass: TeamPass, last: Option<(NaiveDate, MeetingId)>, limit: i64) -> Result<Vec<Meeting>> {
    use meetings::{meeting_date as date, meeting_id as id};
    let mut query = meetings::table.into_boxed();
    if let Some((day, own)) = last {
        query = query.filter(date.le(day)).filter(date.lt(day).or(id.lt(own)));
    }
    Ok(query.order((date.desc(), id.desc())).limit(limit).select(Meeting::as_select()).load(db)?)
}

/// Meetings by id.
pub fn by_ids(db: &mut Db, _pass: TeamPass, ids: &[i64]) -> Result<Vec<Meeting>> {
    let query = meetings::table.filter(among(meetings::meeting_id, ids.iter().copied()));
    Ok(query.select(Meeting::as_select()).load(db)?)
}

/// How many meetings there are.
pub fn count(db: &mut Db, _pass: TeamPass) -> Result<i64> {
    Ok(meetings::table.count().get_result(db)?)
}

/// One meeting.
pub fn find(db: &mut Db, _pass: TeamPass, id: MeetingId) -> Result<Option<Meeting>> {
    Ok(meetings::table.find(id).select(Meeting::as_select()).first(db).optional()?)
}

/// The latest day before the first meeting on file with entries outside of meetings; goes on with a comparison.
const OUTSIDE: &str = "(SELECT max(meeting_date) FROM roundtable_history WHERE superseded_by IS NULL \
     AND meeting_id IS NULL AND meeting_date < COALESCE((SELECT min(meeting_date) FROM meetings \
     WHERE status = 'Closed'), '9999-12-31') AND meeting_date ";

/// The days of the last two meetings that were held, the latest first; who was not discussed since the earlier was
/// missed at both. Where fewer are on file, days before them with entries outside of meetings count, as an earlier
/// system noted them.
pub fn last_two(db: &mut Db, _pass: TeamPass, today: NaiveDate) -> Result<Vec<NaiveDate>> {
    let today = today.and_time(NaiveTime::MIN);
    let outside = |query: Assembled<Date>| query.words(OUTSIDE).words("<= ").moment(today).words(")");
    let query = Assembled::<Date>::default().words(
        "SELECT meeting_date FROM (SELECT meeting_date, 1 AS is_held FROM (SELECT meeting_date FROM meetings \
         WHERE status = 'Closed' ORDER BY meeting_date DESC LIMIT 2) AS held UNION ALL SELECT ",
    );
    let query = outside(query).words(", 0 UNION ALL SELECT ").words(OUTSIDE).words("< ");
    let query = outside(query)
        .words("), 0) AS days WHERE meeting_date IS NOT NULL ORDER BY is_held DESC, meeting_date DESC LIMIT 2");
    Ok(query.load(db)?)
}

/// The last meeting of a day that was begun.
pub fn of_day(db: &mut Db, _pass: TeamPass, day: NaiveDate) -> Result<Option<Meeting>> {
    let begun = meetings::table.filter(meetings::meeting_date.eq(day)).filter(meetings::started_date.is_not_null());
    Ok(begun.order(meetings::meeting_id.desc()).select(Meeting::as_select()).first(db).optional()?)
}

/// The day of the last meeting before a day that was begun.
pub fn last_held(db: &mut Db, _pass: TeamPass, before: NaiveDate) -> Result<Option<NaiveDate>> {
    let begun = meetings::table.filter(meetings::started_date.is_not_null());
    let earlier = begun.filter(meetings::meeting_date.lt(before)).order(meetings::meeting_date.desc());
    Ok(earlier.select(meetings::meeting_date).first(db).optional()?)
}

/// Whether a meeting is still to be held, on a day or later.
pub(super) fn is_to_come(db: &mut Db, _pass: TeamPass, id: MeetingId, today: NaiveDate) -> Result<bool> {
    let query = meetings::table
        .find(id)
        .filter(meetings::status.eq(MeetingStatus::Planned))
        .filter(meetings::meeting_date.ge(today));
    Ok(query.count().get_result::<i64>(db)? > 0)
}

/// The meeting that was held last before another, by its day and id.
pub fn held_before(db: &mut Db, _pass: TeamPass, (date, id): (NaiveDate, MeetingId)) -> Result<Option<Meeting>> {
    let earlier = meetings::meeting_date.lt(date).or(meetings::meeting_date.eq(date).and(meetings::meeting_id.lt(id)));
    let held = meetings::table.filter(meetings::status.eq(MeetingStatus::Closed)).filter(earlier);
    let order = (meetings::meeting_date.desc(), meetings::meeting_id.desc());
    Ok(held.order(order).select(Meeting::as_select()).first(db).optional()?)
}

/// One meeting, kept from other writers for the rest of the transaction.
pub fn find_held(db: &mut Db, pass: TeamPass, id: MeetingId) -> Result<Option<Meeting>> {
    if let Db::Postgres(connection) = db {
        let row = meetings::table.find(id.0).select(meetings::version).for_no_key_update();
        row.first::<i64>(connection).optional()?;
    }
    find(db, pass, id)
}

/// Meetings on days between two, in their order; for one person those to which they or no one in particular are asked.
pub fn between(
    db: &mut Db,
    _pass: TeamPass,
    person: Option<PersonnelId>,
    (from, to): (NaiveDate, NaiveDate),
    limit: i64,
) -> Result<Vec<Meeting>> {
    let mut query = meetings::table.filter(meetings::meeting_date.between(from, to)).into_boxed();
    if let Some(person) = person {
        let asked = || meeting_attendees::table.filter(meeting_attendees::meeting_id.eq(meetings::meeting_id));
        let is_asked = exists(asked().filter(meeting_attendees::personnel_id.eq(person.0)));
        query = query.filter(is_asked.or(not(exists(asked()))));
    }
    let order = (meetings::meeting_date, meetings::meeting_id);
    Ok(query.order(order).limit(limit).select(Meeting::as_select()).once().load(db)?)
}

/// The meeting that is on, the one started last if there are several; else the next that is prepared.
pub fn current(db: &mut Db, pass: TeamPass) -> Result<Option<Gathered>> {
    let open = meetings::table.filter(meetings::status.ne(MeetingStatus::Closed));
    // “Running” stands behind “Planned” in the alphabet.
    let order = (
        meetings::status.desc(),
        meetings::started_date.desc(),
        meetings::meeting_date.asc(),
        meetings::meeting_id.asc(),
    );
    gathered(db, pass, open.order(order).into_boxed())
}

/// One meeting, with what its page tells.
pub fn find_gathered(db: &mut Db, pass: TeamPass, id: MeetingId) -> Result<Option<Gathered>> {
    gathered(db, pass, meetings::table.filter(meetings::meeting_id.eq(id.0)).into_boxed())
}

/// A meeting with what its page tells beside its agenda.
pub struct Gathered {
    pub meeting: Meeting,
    /// Who is invited, and whether they came.
    pub people: Vec<(PersonnelId, bool)>,
    /// When the last meetings were closed, in UTC.
    pub closings: Vec<NaiveDateTime>,
}

/// So many meetings an action item may have been carried over.
const CLOSINGS: i64 = 50;

/// The last meetings that were closed.
fn closed() -> Meetings {
    let order = (meetings::meeting_date.desc(), meetings::meeting_id.desc());
    meetings::table.filter(meetings::closed_date.is_not_null()).order(order).limit(CLOSINGS).into_boxed()
}

/// When they were closed, in UTC.
pub fn closings(db: &mut Db, _pass: TeamPass) -> Result<Vec<NaiveDateTime>> {
    let moments: Vec<Option<NaiveDateTime>> = closed().select(meetings::closed_date).load(db)?;
    Ok(moments.into_iter().flatten().collect())
}

/// The first meeting of a query, and the last that were closed, in one statement.
fn gathered(db: &mut Db, _pass: TeamPass, query: Meetings) -> Result<Option<Gathered>> {
    let asked = query.limit(1).select((Meeting::as_select(), attendee_queries::beside_meeting()));
    let closed = closed().select((Meeting::as_select(), unlisted::<Nullable<Text>>("CAST(NULL AS TEXT)")));
    let rows: Vec<(Meeting, Option<String>)> = OneAfterAnother(vec![asked, closed]).once().load(db)?;
    let mut rows = rows.into_iter().peekable();
    let Some((meeting, Some(people))) = rows.next_if(|(_, people)| people.is_some()) else { return Ok(None) };
    let closings = rows.filter_map(|(meeting, _)| meeting.closed_date).collect();
    Ok(Some(Gathered { meeting, people: attendee_queries::of_beside(&people), closings }))
}

/// Adds a meeting with its agenda and those who are invited.
pub fn insert(
    db: &mut Db,
    visit: &Visit,
    pass: TeamPass,
    draft: &MeetingDraft,
    (agenda, invited): (&[Proposed], &[PersonnelId]),
) -> Result<MeetingId> {
    let row = (
        draft,
        meetings::status.eq(MeetingStatus::Planned),
        meetings::created_by.eq(visit.viewer.user_id.map(|UserId(id)| id)),
        meetings::created_date.eq(visit.now),
    );
    let id: MeetingId =
        diesel::insert_into(meetings::table).values(row).returning(meetings::meeting_id).get_result(db)?;
    audit::created(db, visit, "meetings", id.0, draft)?;
    index::set_title(db, pass, id.0, Some(&draft.title))?;
    for (place, proposed) in (1..).zip(agenda) {
        point_queries::insert(db, visit, pass, id, proposed, place * ROOM)?;
    }
    for person in invited {
        attendee_queries::insert(db, visit, pass, id, *person, false)?;
    }
    Ok(id)
}

/// Changes a meeting that is held as it was read.
pub fn update(db: &mut Db, visit: &Visit, pass: TeamPass, before: &Meeting, draft: &MeetingDraft) -> Result<()> {
    if before.draft == *draft {
        return Ok(());
    }
    let target = meetings::table.filter(meetings::meeting_id.eq(before.meeting_id));
    let next = meetings::version.eq(before.version + 1);
    diesel::update(target).set((draft, next)).execute(db)?;
    if before.draft.title != draft.title {
        index::set_title(db, pass, before.meeting_id.0, Some(&draft.title))?;
    }
    if before.draft.meeting_date != draft.meeting_date {
        for (person, _) in attendee_queries::list(db, pass, before.meeting_id)? {
            jobs::queries::invited(db, visit, person, before.meeting_id)?;
        }
    }
    audit::updated(db, visit, "meetings", before.meeting_id.0, &before.draft, draft)
}

/// Deletes a meeting that nobody held yet, with its agenda and its invitations.
pub fn delete(db: &mut Db, visit: &Visit, pass: TeamPass, meeting: &Meeting) -> Result<()> {
    for point in point_queries::list(db, pass, meeting.meeting_id)? {
        point_queries::delete(db, visit, pass, &point)?;
    }
    attendee_queries::set(db, visit, pass, meeting.meeting_id, &[])?;
    delete_bare(db, visit, pass, meeting)
}

/// A meeting that nobody held, as the audit log keeps it.
#[derive(Serialize, Deserialize, Queryable, Selectable, Insertable)]
#[diesel(table_name = meetings)]
pub struct Deleted {
    #[serde(flatten)]
    #[diesel(embed)]
    pub draft: MeetingDraft,
    pub created_by: Option<i64>,
    pub created_date: NaiveDateTime,
}

/// Deletes a meeting that has neither agenda nor invitations left.
pub fn delete_bare(db: &mut Db, visit: &Visit, pass: TeamPass, meeting: &Meeting) -> Result<()> {
    let target = meetings::table.find(meeting.meeting_id);
    let was: Deleted = target.select(Deleted::as_select()).first(db)?;
    diesel::delete(target).execute(db)?;
    index::set_title(db, pass, meeting.meeting_id.0, None)?;
    audit::deleted(db, visit, "meetings", meeting.meeting_id.0, &was)
}

/// Brings back a meeting that was deleted before anyone held it.
pub fn put_back(db: &mut Db, visit: &Visit, pass: TeamPass, id: MeetingId, was: &Deleted) -> Result<()> {
    let row = (meetings::meeting_id.eq(id), was, meetings::status.eq(MeetingStatus::Planned));
    diesel::insert_into(meetings::table).values(row).execute(db)?;
    index::set_title(db, pass, id.0, Some(&was.draft.title))?;
    audit::created(db, visit, "meetings", id.0, &was.draft)
}

/// Starts a planned meeting, or closes a running one for good, once it is held.
pub fn set_status(db: &mut Db, visit: &Visit, _pass: TeamPass, meeting: &Meeting, status: MeetingStatus) -> Result<()> {
    let now = Some(visit.now);
    let (started, closed) = match status {
        MeetingStatus::Planned => (None, None),
        MeetingStatus::Running => (now, None),
        MeetingStatus::Closed => (meeting.started_date.or(now), now),
    };
    let target = meetings::table.filter(meetings::meeting_id.eq(meeting.meeting_id));
    let values = (meetings::status.eq(status), meetings::started_date.eq(started), meetings::closed_date.eq(closed));
    diesel::update(target).set(values).execute(db)?;
    let state = |status, started, closed| json!({ "status": status, "started_date": started, "closed_date": closed });
    let before = state(meeting.status, meeting.started_date, meeting.closed_date);
    audit::updated(db, visit, "meetings", meeting.meeting_id.0, &before, &state(status, started, closed))
}

/// The meetings that name a client or a person, before it is deleted.
pub fn dependency(db: &mut Db, _pass: TeamPass, record: RecordRef) -> Result<Option<Dependency>> {
    let of_person = meeting_attendees::table.filter(meeting_attendees::personnel_id.eq(record.id));
    let of_client = meeting_points::table.filter(meeting_points::client_id.eq(record.id));
    let mut ids: Vec<i64> = match record.kind {
        RecordKind::Client => of_client.select(meeting_points::meeting_id).load(db)?,
        RecordKind::Person => of_person.select(meeting_attendees::meeting_id).load(db)?,
        _ => Vec::new(),
    };
    if record.kind == RecordKind::Person {
        ids.extend(
            meetings::table.filter(meetings::note_taker.eq(record.id)).select(meetings::meeting_id).load::<i64>(db)?,
        );
    }
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(None);
    }
    let last = meetings::table.filter(among(meetings::meeting_id, ids.iter().copied()));
    let last = last.order((meetings::meeting_date.desc(), meetings::meeting_id.desc())).limit(5);
    let names = last.select(meetings::title).load(db)?;
    let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    Ok(Some(Dependency { kind: "Meetings", count, names }))
}

/// Refuses what is asked of a meeting that is closed for good.
pub fn refuse_closed(meeting: &Meeting) -> Result<()> {
    match meeting.status {
        MeetingStatus::Planned | MeetingStatus::Running => Ok(()),
        MeetingStatus::Closed => Err(Error::Refused(
            "This meeting is closed for good. What was said can be corrected: that is a new version of its entry."
                .into(),
        )),
    }
}
