//! All queries on who is invited to meetings and who came. Every function takes the team's pass; the meeting is held by
//! whoever changes it.

use diesel::dsl;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use serde_json::json;

use super::queries;
use crate::access::{TeamPass, Visit};
use crate::audit;
use crate::db::Db;
use crate::db::expressions::{Unlisted, among, unlisted};
use crate::error::Result;
use crate::ids::{MeetingId, PersonnelId};
use crate::jobs;

diesel::table! {
    meeting_attendees (attendee_id) {
        attendee_id -> BigInt,
        meeting_id -> BigInt,
        personnel_id -> BigInt,
        is_present -> Bool,
    }
}

use meeting_attendees as attendees;

/// Who is invited to a meeting, and whether they came.
pub fn list(db: &mut Db, _pass: TeamPass, meeting: MeetingId) -> Result<Vec<(PersonnelId, bool)>> {
    let query = attendees::table.filter(attendees::meeting_id.eq(meeting.0)).order(attendees::attendee_id);
    Ok(query.select((attendees::personnel_id, attendees::is_present)).load(db)?)
}

/// The same of several meetings, in the order of the people.
pub fn of_each(db: &mut Db, _pass: TeamPass, meetings: &[MeetingId]) -> Result<Vec<(MeetingId, PersonnelId, bool)>> {
    let query = attendees::table.filter(among(attendees::meeting_id, meetings.iter().map(|id| id.0)));
    let columns = (attendees::meeting_id, attendees::personnel_id, attendees::is_present);
    Ok(query.order((attendees::meeting_id, attendees::personnel_id)).select(columns).load(db)?)
}

/// The same beside a meeting.
pub(super) fn beside_meeting() -> Unlisted<Nullable<Text>> {
    unlisted(
        "(SELECT COALESCE(string_agg(CAST(personnel_id AS TEXT) || CASE WHEN is_present THEN '+' ELSE '' END, ','), \
         '') FROM meeting_attendees WHERE meeting_attendees.meeting_id = meetings.meeting_id)",
    )
}

/// Reads what stands beside a meeting.
pub(super) fn of_beside(words: &str) -> Vec<(PersonnelId, bool)> {
    let person = |word: &str| {
        let id = word.trim_end_matches('+');
        Some((PersonnelId(id.parse().ok()?), id.len() < word.len()))
    };
    words.split(',').filter_map(person).collect()
}

/// Invites a person.
pub fn insert(
    db: &mut Db,
    visit: &Visit,
    _pass: TeamPass,
    meeting: MeetingId,
    person: PersonnelId,
    is_present: bool,
) -> Result<()> {
    let row = new_row(meeting, person, is_present);
    let id: i64 = diesel::insert_into(attendees::table).values(row).returning(attendees::attendee_id).get_result(db)?;
    audit::created(db, visit, "meeting_attendees", id, &noted(meeting, person, is_present))?;
    jobs::queries::invited(db, visit, person, meeting)
}

type NewRow =
    (dsl::Eq<attendees::meeting_id, i64>, dsl::Eq<attendees::personnel_id, i64>, dsl::Eq<attendees::is_present, bool>);

fn new_row(meeting: MeetingId, person: PersonnelId, is_present: bool) -> NewRow {
    (attendees::meeting_id.eq(meeting.0), attendees::personnel_id.eq(person.0), attendees::is_present.eq(is_present))
}

/// An invitation as the audit log takes it.
fn noted(meeting: MeetingId, person: PersonnelId, is_present: bool) -> serde_json::Value {
    json!({ "meeting_id": meeting, "personnel_id": person, "is_present": is_present })
}

/// Brings back an invitation that was taken back; whoever calls knows that the person is not invited.
pub fn put_back(
    db: &mut Db,
    visit: &Visit,
    _pass: TeamPass,
    id: i64,
    (meeting, person, is_present): (MeetingId, PersonnelId, bool),
) -> Result<()> {
    let row = (attendees::attendee_id.eq(id), new_row(meeting, person, is_present));
    diesel::insert_into(attendees::table).values(row).execute(db)?;
    audit::created(db, visit, "meeting_attendees", id, &noted(meeting, person, is_present))?;
    jobs::queries::invited(db, visit, person, meeting)
}

/// Says of one person whether they came, or that they are not invited.
pub fn put(
    db: &mut Db,
    visit: &Visit,
    pass: TeamPass,
    meeting: MeetingId,
    (person, is_present): (PersonnelId, Option<bool>),
) -> Result<()> {
    let mut wanted = list(db, pass, meeting)?;
    wanted.retain(|(other, _)| *other != person);
    wanted.extend(is_present.map(|is_present| (person, is_present)));
    set(db, visit, pass, meeting, &wanted)
}

/// The invitation of a row: to which meeting, whom, and whether they came.
pub fn find(db: &mut Db, _pass: TeamPass, id: i64) -> Result<Option<(MeetingId, PersonnelId, bool)>> {
    let query = attendees::table.filter(attendees::attendee_id.eq(id));
    let columns = (attendees::meeting_id, attendees::personnel_id, attendees::is_present);
    Ok(query.select(columns).first(db).optional()?)
}

/// Says who is invited and who came, all at once.
pub fn set(
    db: &mut Db,
    visit: &Visit,
    pass: TeamPass,
    meeting: MeetingId,
    wanted: &[(PersonnelId, bool)],
) -> Result<()> {
    let query = attendees::table.filter(attendees::meeting_id.eq(meeting.0)).order(attendees::attendee_id);
    let columns = (attendees::attendee_id, attendees::personnel_id, attendees::is_present);
    let held: Vec<(i64, PersonnelId, bool)> = query.select(columns).load(db)?;
    for &(person, is_present) in wanted.iter().filter(|(person, _)| held.iter().all(|(_, other, _)| other != person)) {
        insert(db, visit, pass, meeting, person, is_present)?;
    }
    let is_to_come = queries::is_to_come(db, pass, meeting, visit.today)?;
    for (id, person, was_present) in held {
        let target = attendees::table.filter(attendees::attendee_id.eq(id));
        let came = |is_present: bool| json!({ "is_present": is_present });
        match wanted.iter().find(|(other, _)| *other == person) {
            Some((_, is_present)) if *is_present == was_present => {}
            Some((_, is_present)) => {
                diesel::update(target).set(attendees::is_present.eq(is_present)).execute(db)?;
                audit::updated(db, visit, "meeting_attendees", id, &came(was_present), &came(*is_present))?;
            }
            None => {
                diesel::delete(target).execute(db)?;
                audit::deleted(db, visit, "meeting_attendees", id, &noted(meeting, person, was_present))?;
                if is_to_come {
                    jobs::queries::uninvited(db, visit, person, meeting)?;
                }
            }
        }
    }
    Ok(())
}
