//! All queries on roundtable entries. Every function takes the team's pass; entries are only ever added.

use std::collections::HashSet;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Timestamp};
use serde::Serialize;

use super::{EntryDraft, RoundtableEntry};
use crate::access::{TeamPass, Visit};
use crate::audit;
use crate::clients::assessment;
use crate::db::Db;
use crate::db::expressions::{among, unlisted};
use crate::db::statements::{CountOf, OneAfterAnother, WrittenOnce};
use crate::error::{Error, Result};
use crate::ids::{ClientId, HistoryId, MeetingId, UserId};
use crate::index;

diesel::table! {
    roundtable_history (history_id) {
        history_id -> BigInt,
        client_id -> BigInt,
        meeting_date -> Date,
        next_steps -> Nullable<Text>,
        client_near_term_focus -> Nullable<Text>,
        mpr_work_targets -> Nullable<Text>,
        discussion -> Nullable<Text>,
        action_items -> Nullable<Text>,
        superseded_by -> Nullable<BigInt>,
        created_by -> Nullable<BigInt>,
        created_date -> Timestamp,
        meeting_id -> Nullable<BigInt>,
    }
}

use crate::records::{ReferenceColumn, reference_column};
use crate::web::{COUNTED, Count, Dependency};
use roundtable_history as entries;

type Entries = entries::BoxedQuery<'static, <Db as Connection>::Backend>;

/// The latest version of each entry, the latest meeting first.
fn current() -> Entries {
    let order = (entries::meeting_date.desc(), entries::history_id.desc());
    entries::table.filter(entries::superseded_by.is_null()).order(order).into_boxed()
}

/// The last entries of a client.
pub fn of_client(db: &mut Db, _pass: TeamPass, client: ClientId, limit: i64) -> Result<Vec<RoundtableEntry>> {
    let query = current().filter(entries::client_id.eq(client));
    Ok(query.limit(limit).select(RoundtableEntry::as_select()).once().load(db)?)
}

/// The last entries of a client as whoever writes the next one needs them.
#[derive(Default)]
pub struct Previous {
    /// The latest first.
    pub entries: Vec<RoundtableEntry>,
    /// When the first version of an entry on the day of the last one was written, in UTC.
    pub first_written: Option<NaiveDateTime>,
    /// The last entry at the meeting that was asked for.
    pub at_meeting: Option<RoundtableEntry>,
}

/// The last entries of a client, and the last one at a meeting, in one statement.
pub fn previous(
    db: &mut Db,
    _pass: TeamPass,
    client: ClientId,
    meeting: Option<MeetingId>,
    limit: i64,
) -> Result<Previous> {
    const FIRST_WRITTEN: &str = "(SELECT min(other.created_date) FROM roundtable_history AS other \
         WHERE other.client_id = roundtable_history.client_id \
         AND other.meeting_date = roundtable_history.meeting_date)";
    let first_written = || unlisted::<Nullable<Timestamp>>(FIRST_WRITTEN);
    let last = current().filter(entries::client_id.eq(client)).limit(limit);
    let mut parts = vec![last.select((RoundtableEntry::as_select(), first_written()))];
    if let Some(MeetingId(id)) = meeting {
        let there = entries::table.filter(entries::superseded_by.is_null()).filter(entries::client_id.eq(client));
        let there = there.filter(entries::meeting_id.eq(id)).order(entries::history_id.desc()).limit(1).into_boxed();
        parts.push(there.select((RoundtableEntry::as_select(), first_written())));
    }
    let mut rows: Vec<(RoundtableEntry, Option<NaiveDateTime>)> = OneAfterAnother(parts).once().load(db)?;
    let is_there = |entry: &RoundtableEntry| meeting.is_some() && entry.meeting_id == meeting;
    let there = rows.iter().map(|(entry, _)| entry).filter(|entry| is_there(entry));
    let at_meeting = there.max_by_key(|entry| entry.history_id.0).cloned();
    let mut seen = HashSet::new();
    rows.retain(|(entry, _)| seen.insert(entry.history_id));
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let first_written = rows.first().and_then(|(_, written)| *written);
    Ok(Previous { entries: rows.into_iter().map(|(entry, _)| entry).collect(), first_written, at_meeting })
}

/// The last entries of a client up to a day, and how many there are of them in all.
pub fn until(
    db: &mut Db,
    _pass: TeamPass,
    client: ClientId,
    day: Option<NaiveDate>,
    limit: i64,
) -> Result<(i64, Vec<RoundtableEntry>)> {
    let mut query = current().filter(entries::client_id.eq(client));
    if let Some(day) = day {
        query = query.filter(entries::meeting_date.le(day));
    }
    let all = unlisted::<BigInt>("count(*) OVER ()");
    let rows: Vec<(i64, RoundtableEntry)> =
        query.limit(limit).select((all, RoundtableEntry::as_select())).once().load(db)?;
    let total = rows.first().map_or(0, |(total, _)| *total);
    Ok((total, rows.into_iter().map(|(_, entry)| entry).collect()))
}

/// The latest entry of each of several clients.
pub fn latest_of_each(db: &mut Db, _pass: TeamPass, clients: &[ClientId]) -> Result<Vec<RoundtableEntry>> {
    const IS_LATEST: &str = "(roundtable_history.history_id = (SELECT latest.history_id FROM roundtable_history latest \
         WHERE latest.client_id = roundtable_history.client_id AND latest.superseded_by IS NULL \
         ORDER BY latest.meeting_date DESC, latest.history_id DESC LIMIT 1))";
    let query = current().filter(among(entries::client_id, clients.iter().copied()));
    let query = query.filter(unlisted::<Bool>(IS_LATEST).eq(true));
    Ok(query.select(RoundtableEntry::as_select()).load(db)?)
}

/// The versions of a client's entries on one meeting.
pub fn on_day(db: &mut Db, _pass: TeamPass, client: ClientId, day: NaiveDate) -> Result<Vec<RoundtableEntry>> {
    let query = entries::table.filter(entries::client_id.eq(client)).filter(entries::meeting_date.eq(day));
    Ok(query.select(RoundtableEntry::as_select()).load(db)?)
}

/// A page of the versions of a client's entries, the latest first.
pub fn history(
    db: &mut Db,
    _pass: TeamPass,
    client: ClientId,
    offset: i64,
    limit: i64,
) -> Result<Vec<RoundtableEntry>> {
    let query = entries::table.filter(entries::client_id.eq(client));
    let order = (entries::meeting_date.desc(), entries::history_id.desc());
    Ok(query.order(order).offset(offset).limit(limit).select(RoundtableEntry::as_select()).load(db)?)
}

/// The versions that the given ones correct.
pub fn corrected_by(db: &mut Db, _pass: TeamPass, versions: &[i64]) -> Result<Vec<RoundtableEntry>> {
    let query = entries::table.filter(among(entries::superseded_by.assume_not_null(), versions.iter().copied()));
    Ok(query.filter(entries::superseded_by.is_not_null()).select(RoundtableEntry::as_select()).load(db)?)
}

/// The versions of a client's entries on meetings until a day, the latest first.
pub fn versions_until(
    db: &mut Db,
    _pass: TeamPass,
    client: ClientId,
    day: NaiveDate,
    limit: i64,
) -> Result<Vec<RoundtableEntry>> {
    let query = entries::table.filter(entries::client_id.eq(client)).filter(entries::meeting_date.le(day));
    let order = (entries::meeting_date.desc(), entries::history_id.desc());
    Ok(query.order(order).limit(limit).select(RoundtableEntry::as_select()).load(db)?)
}

/// How many versions of entries a client has, as far as [`COUNTED`].
pub fn count_versions(db: &mut Db, _pass: TeamPass, client: ClientId) -> Result<Count> {
    let of_client = entries::table.filter(entries::client_id.eq(client)).into_boxed();
    let first: Entries = of_client.limit(COUNTED + 1);
    Ok(Count::bounded(CountOf(first.select(entries::history_id)).get_result(db)?))
}

/// The latest entries of all clients.
pub fn recent(db: &mut Db, _pass: TeamPass, limit: i64) -> Result<Vec<RoundtableEntry>> {
    Ok(current().limit(limit).select(RoundtableEntry::as_select()).load(db)?)
}

/// One version of an entry.
pub fn find(db: &mut Db, _pass: TeamPass, id: HistoryId) -> Result<Option<RoundtableEntry>> {
    Ok(entries::table.find(id).select(RoundtableEntry::as_select()).first(db).optional()?)
}

/// Entries by id, the latest meeting first.
pub fn by_ids(db: &mut Db, _pass: TeamPass, ids: &[i64]) -> Result<Vec<RoundtableEntry>> {
    let query = current().filter(among(entries::history_id, ids.iter().copied()));
    Ok(query.select(RoundtableEntry::as_select()).load(db)?)
}

/// Versions of entries by id, the latest or not.
pub fn versions(db: &mut Db, _pass: TeamPass, ids: &[i64]) -> Result<Vec<RoundtableEntry>> {
    let query = entries::table.filter(among(entries::history_id, ids.iter().copied()));
    Ok(query.select(RoundtableEntry::as_select()).load(db)?)
}

/// Which entries a program asks for.
#[derive(Clone, Copy, Debug, Default)]
pub struct EntryFilter {
    /// Of one client.
    pub client: Option<ClientId>,
    /// Of one meeting.
    pub meeting: Option<MeetingId>,
    /// Of meetings on that day or later.
    pub since: Option<NaiveDate>,
    /// Of meetings on that day or earlier.
    pub until: Option<NaiveDate>,
}

/// The latest entries that fit, after the one of that day and id.
pub fn after(
    db: &mut Db,
    _pass: TeamPass,
    filter: &EntryFilter,
    last: Option<(NaiveDate, HistoryId)>,
    limit: i64,
) -> Result<Vec<RoundtableEntry>> {
    use entries::{history_id as id, meeting_date as date};
    let mut fitting = current();
    if let Some(client) = filter.client {
        fitting = fitting.filter(entries::client_id.eq(client));
    }
    if let Some(MeetingId(meeting)) = filter.meeting {
        fitting = fitting.filter(entries::meeting_id.eq(meeting));
    }
    if let Some(day) = filter.since {
        fitting = fitting.filter(date.ge(day));
    }
    if let Some(day) = filter.until {
        fitting = fitting.filter(date.le(day));
    }
    if let Some((day, own)) = last {
        // The first condition leads to the place in the index, the second leaves out what stands before.
        fitting = fitting.filter(date.le(day)).filter(date.lt(day).or(id.lt(own)));
    }
    Ok(fitting.limit(limit).select(RoundtableEntry::as_select()).load(db)?)
}

/// The entries of a meeting.
pub fn of_meeting(db: &mut Db, _pass: TeamPass, meeting: MeetingId) -> Result<Vec<RoundtableEntry>> {
    let query = entries::table.filter(entries::superseded_by.is_null()).filter(entries::meeting_id.eq(meeting.0));
    Ok(query.order(entries::history_id).select(RoundtableEntry::as_select()).load(db)?)
}

/// The clients of the roundtable that have an entry of that day.
pub fn discussed(db: &mut Db, pass: TeamPass, meeting: NaiveDate) -> Result<HashSet<ClientId>> {
    let query = entries::table.filter(entries::superseded_by.is_null()).filter(entries::meeting_date.eq(meeting));
    assessment::on_agenda(db, pass, query.select(entries::client_id))
}

/// The day of the last meeting before this one that has an entry.
pub fn last_meeting(db: &mut Db, _pass: TeamPass, before: NaiveDate) -> Result<Option<NaiveDate>> {
    let earlier = current().filter(entries::meeting_date.lt(before));
    Ok(earlier.limit(1).select(entries::meeting_date).first(db).optional()?)
}

/// The last entry of a client at a meeting.
pub fn last_at(
    db: &mut Db,
    _pass: TeamPass,
    client: ClientId,
    MeetingId(meeting): MeetingId,
) -> Result<Option<RoundtableEntry>> {
    let query = entries::table.filter(entries::superseded_by.is_null()).filter(entries::client_id.eq(client));
    let last = query.filter(entries::meeting_id.eq(meeting)).order(entries::history_id.desc());
    Ok(last.select(RoundtableEntry::as_select()).first(db).optional()?)
}

/// How many entries of a client stand in the way of its deletion, and the days of the last of them.
pub fn dependency(db: &mut Db, _pass: TeamPass, client: ClientId) -> Result<(i64, Vec<String>)> {
    let of_client = entries::table.filter(entries::client_id.eq(client)).filter(entries::superseded_by.is_null());
    let count = of_client.count().get_result(db)?;
    let days: Vec<NaiveDate> =
        of_client.order(entries::meeting_date.desc()).limit(5).select(entries::meeting_date).load(db)?;
    Ok((count, days.into_iter().map(Dependency::dated).collect()))
}

/// The client of an entry. Its words stay; the database lets it change its client in a merge alone.
pub const OF_CLIENT: ReferenceColumn =
    reference_column!("Roundtable entries", roundtable_history.client_id by history_id);

/// The versions that correct the given ones, and those that correct these.
pub fn corrections_of(db: &mut Db, _pass: TeamPass, versions: &[i64]) -> Result<Vec<i64>> {
    let mut corrections = Vec::new();
    let mut next = versions.to_vec();
    while !next.is_empty() {
        let query = entries::table.filter(among(entries::history_id, next)).select(entries::superseded_by);
        let later: Vec<Option<i64>> = query.load(db)?;
        next = later.into_iter().flatten().filter(|id| !versions.contains(id)).collect();
        corrections.extend(&next);
    }
    Ok(corrections)
}

/// Adds an entry, of a meeting or outside one.
pub fn insert(
    db: &mut Db,
    visit: &Visit,
    pass: TeamPass,
    (client, meeting): (ClientId, Option<MeetingId>),
    draft: &EntryDraft,
) -> Result<HistoryId> {
    let row = (
        draft,
        entries::client_id.eq(client),
        entries::meeting_id.eq(meeting.map(|MeetingId(id)| id)),
        entries::created_by.eq(visit.viewer.user_id.map(|UserId(id)| id)),
        entries::created_date.eq(visit.now),
    );
    let id: HistoryId =
        diesel::insert_into(entries::table).values(row).returning(entries::history_id).get_result(db)?;
    audit::created(db, visit, "roundtable_history", id.0, &Noted { client_id: client, meeting_id: meeting, draft })?;
    let texts: Vec<&str> = draft.texts().into_iter().filter_map(|(_, text)| text).collect();
    index::add_entry(db, pass, id.0, &texts)?;
    Ok(id)
}

/// What the audit log takes of a new entry.
#[derive(Serialize)]
struct Noted<'a> {
    client_id: ClientId,
    meeting_id: Option<MeetingId>,
    #[serde(flatten)]
    draft: &'a EntryDraft,
}

/// Adds a corrected version of an entry whose client is held. The earlier one stays readable.
pub fn supersede(
    db: &mut Db,
    visit: &Visit,
    pass: TeamPass,
    before: &RoundtableEntry,
    draft: &EntryDraft,
) -> Result<HistoryId> {
    let id = insert(db, visit, pass, (before.client_id, before.meeting_id), draft)?;
    let target =
        entries::table.filter(entries::history_id.eq(before.history_id)).filter(entries::superseded_by.is_null());
    if diesel::update(target).set(entries::superseded_by.eq(Some(id.0))).execute(db)? == 0 {
        return Err(Error::conflict());
    }
    let state = |by: Option<HistoryId>| serde_json::json!({ "superseded_by": by });
    audit::updated(db, visit, "roundtable_history", before.history_id.0, &state(None), &state(Some(id)))?;
    index::remove_entry(db, pass, before.history_id.0)?;
    Ok(id)
}
