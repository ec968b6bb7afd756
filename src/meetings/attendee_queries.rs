//! All queries on who is invited to meetings and who came. Every function takes the team's pass; the meeting is held by
//! whoever changes it.

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use serde_json::json;

use crate::access::{TeamPass, Visit};
use crate::audit;
use crate::db::Db;
use crate::db::expressions::{Unlisted, unlisted};
use crate::error::Result;
use crate::ids::{MeetingId, PersonnelId};

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
    let row = (
        attendees::meeting_id.eq(meeting.0),
        attendees::personnel_id.eq(person.0),
        attendees::is_present.eq(is_present),
    );
    let id: i64 = diesel::insert_into(attendees::table).values(row).returning(attendees::attendee_id).get_result(db)?;
    let noted = json!({ "meeting_id": meeting, "personnel_id": person, "is_present": is_present });
    audit::created(db, visit, "meeting_attendees", id, &noted)
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
    for (id, person, was_present) in held {
        let target = attendees::table.filter(attendees::attendee_id.eq(id));
        let noted = |is_present: bool| json!({ "is_present": is_present });
        match wanted.iter().find(|(other, _)| *other == person) {
            Some((_, is_present)) if *is_present == was_present => {}
            Some((_, is_present)) => {
                diesel::update(target).set(attendees::is_present.eq(is_present)).execute(db)?;
                audit::updated(db, visit, "meeting_attendees", id, &noted(was_present), &noted(*is_present))?;
            }
            None => {
                diesel::delete(target).execute(db)?;
                let noted = json!({ "meeting_id": meeting, "personnel_id": person, "is_present": was_present });
                audit::deleted(db, visit, "meeting_attendees", id, &noted)?;
            }
        }
    }
    Ok(())
}
