//! What is the NED Team's alone: roundtable entries and meetings. Each function asks for the pass.

use serde_json::{Value, json};

use super::answer::{Rows, cut};
use super::asked::Asked;
use super::cursor::Cursor;
use super::logged::moment;
use crate::access::TeamPass;
use crate::db::Db;
use crate::error::Result;
use crate::ids::{ClientId, HistoryId, MeetingId, PersonnelId};
use crate::meetings::{Meeting, attendee_queries, queries as meetings};
use crate::roundtable::RoundtableEntry;
use crate::roundtable::queries::{self as roundtable, EntryFilter};
use crate::web::Page;

/// The latest first.
const SORT: &str = "-meeting_date";

/// A page of entries in their latest version.
pub fn entries(db: &mut Db, page: &Page, asked: &Asked) -> Result<Rows> {
    let pass = page.viewer().require_team()?;
    let filter = EntryFilter {
        client: asked.id("client_id").map(ClientId),
        meeting: asked.id("meeting_id").map(MeetingId),
        since: asked.day("since"),
        until: asked.day("until"),
    };
    let last = asked.cursor_of(SORT)?.and_then(|cursor| Some((cursor.key(0)?, HistoryId(cursor.id))));
    let found = roundtable::after(db, pass, &filter, last, asked.limit + 1)?;
    let place = |entry: &RoundtableEntry| Cursor::after(SORT, json!([entry.draft.meeting_date]), entry.history_id.0);
    let (found, next) = cut(found, asked.limit, place);
    Ok(Rows { items: found.iter().map(entry).collect(), next })
}

/// Some entries, earlier versions too.
pub fn each_entry(db: &mut Db, page: &Page, ids: &[i64]) -> Result<Vec<Value>> {
    let pass = page.viewer().require_team()?;
    Ok(roundtable::versions(db, pass, ids)?.iter().map(entry).collect())
}

pub fn entry(entry: &RoundtableEntry) -> Value {
    let mut keys = json!(entry.draft);
    keys["history_id"] = json!(entry.history_id);
    keys["client_id"] = json!(entry.client_id);
    keys["meeting_id"] = json!(entry.meeting_id);
    keys["superseded_by"] = json!(entry.superseded_by);
    keys["created_by"] = json!(entry.created_by);
    keys["created_date"] = moment(entry.created_date);
    keys
}

/// A page of meetings.
pub fn meetings(db: &mut Db, page: &Page, asked: &Asked) -> Result<Rows> {
    let pass = page.viewer().require_team()?;
    let last = asked.cursor_of(SORT)?.and_then(|cursor| Some((cursor.key(0)?, MeetingId(cursor.id))));
    let found = meetings::after(db, pass, last, asked.limit + 1)?;
    let place = |meeting: &Meeting| Cursor::after(SORT, json!([meeting.draft.meeting_date]), meeting.meeting_id.0);
    let (found, next) = cut(found, asked.limit, place);
    Ok(Rows { items: told_meetings(db, pass, &found)?, next })
}

/// Some meetings.
pub fn each_meeting(db: &mut Db, page: &Page, ids: &[i64]) -> Result<Vec<Value>> {
    let pass = page.viewer().require_team()?;
    let found = meetings::by_ids(db, pass, ids)?;
    told_meetings(db, pass, &found)
}

fn told_meetings(db: &mut Db, pass: TeamPass, found: &[Meeting]) -> Result<Vec<Value>> {
    let ids: Vec<MeetingId> = found.iter().map(|meeting| meeting.meeting_id).collect();
    let people = attendee_queries::of_each(db, pass, &ids)?;
    let told = |one: &Meeting| {
        let people: Vec<(PersonnelId, bool)> =
            people.iter().filter(|(id, ..)| *id == one.meeting_id).map(|(_, who, came)| (*who, *came)).collect();
        let mut keys = meeting(one);
        keys["invited"] = people.iter().map(|(person, _)| json!(person)).collect();
        keys["present"] = people.iter().filter(|(_, came)| *came).map(|(person, _)| json!(person)).collect();
        keys
    };
    Ok(found.iter().map(told).collect())
}

fn meeting(meeting: &Meeting) -> Value {
    let mut keys = json!(meeting.draft);
    keys["meeting_id"] = json!(meeting.meeting_id);
    keys["status"] = json!(meeting.status);
    keys["started_date"] = meeting.started_date.map_or(Value::Null, moment);
    keys["closed_date"] = meeting.closed_date.map_or(Value::Null, moment);
    keys["version"] = json!(meeting.version);
    keys
}
