//! All queries on events, streams, writers and presenters. Whoever reads has the team's pass.

use std::collections::BTreeSet;

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::{Event, Kind, News, Person};
use crate::access::{TeamPass, Visit};
use crate::audit::client_queries::{Touched, touched_clients};
use crate::db::{Db, Lock, hold_lock, notify};
use crate::error::Result;
use crate::ids::{ClientId, MeetingId, UserId};
use crate::sessions::users;

diesel::table! {
    live_events (event_id) {
        event_id -> BigInt,
        kind -> Text,
        meeting_id -> Nullable<BigInt>,
        client_id -> Nullable<BigInt>,
        record_id -> Nullable<BigInt>,
        user_id -> Nullable<BigInt>,
        occurred_date -> Timestamp,
    }
}

diesel::table! {
    live_streams (stream_id) {
        stream_id -> BigInt,
        process_id -> BigInt,
        meeting_id -> BigInt,
        user_id -> BigInt,
        seen_date -> Timestamp,
    }
}

diesel::table! {
    live_writers (meeting_id, user_id) {
        meeting_id -> BigInt,
        user_id -> BigInt,
        client_id -> BigInt,
        noted_date -> Timestamp,
    }
}

diesel::table! {
    live_presenters (meeting_id) {
        meeting_id -> BigInt,
        user_id -> BigInt,
        client_id -> BigInt,
    }
}

diesel::joinable!(live_streams -> users (user_id));
diesel::allow_tables_to_appear_in_same_query!(live_streams, users);

/// So long a stream counts as open that no process has seen since.
const SEEN: TimeDelta = TimeDelta::seconds(25);

/// So long someone writes who has typed nothing since.
const WRITING: TimeDelta = TimeDelta::seconds(12);

/// So long events are kept, for those who come back.
const KEPT: TimeDelta = TimeDelta::hours(24);

/// So many rows of one change are told one by one.
const TOLD: i64 = 200;

/// Writes events in the transaction of what they tell of. Numbers are given in the order in which transactions end:
/// nobody who has seen one has missed a smaller one.
pub fn note(db: &mut Db, visit: &Visit, news: &[News]) -> Result<()> {
    if news.is_empty() {
        return Ok(());
    }
    hold_lock(db, Lock::LiveEvents)?;
    for News { kind, meeting, client, record } in news {
        let row = (
            live_events::kind.eq(*kind),
            live_events::meeting_id.eq(*meeting),
            live_events::client_id.eq(*client),
            live_events::record_id.eq(*record),
            live_events::user_id.eq(visit.viewer.user_id),
            live_events::occurred_date.eq(visit.now),
        );
        diesel::insert_into(live_events::table).values(row).execute(db)?;
    }
    visit.change.bring_news();
    notify(db)
}

/// Writes what the change of a visit did to clients, as far as all of the team may know of it.
pub fn note_clients(db: &mut Db, visit: &Visit) -> Result<()> {
    if visit.change.is_empty() {
        return Ok(());
    }
    let touched = touched_clients(db, visit.change.id, TOLD + 1)?;
    // Of a change of very many rows it is told that there is more to be seen.
    let more = i64::try_from(touched.len()).is_ok_and(|rows| rows > TOLD).then(News::of_agenda);
    let news = touched.into_iter().take(usize::try_from(TOLD).unwrap_or_default()).filter_map(|touched: Touched| {
        let kind = match touched.table_name.as_str() {
            "roundtable_history" => Kind::Entry,
            "contact_log" => Kind::Contact,
            "action_items" => Kind::Item,
            "clients" if touched.is_of_team => Kind::Assessment,
            "clients" => Kind::Client,
            "meetings" => return Some(News::of(Kind::Meeting, MeetingId(touched.record_id))),
            "meeting_points" | "meeting_attendees" => return Some(News::of_agenda()),
            table if table.ends_with("_relationships") => Kind::Link,
            _ => return None,
        };
        let record = (kind == Kind::Entry).then_some(touched.record_id);
        Some(News { kind, meeting: None, client: Some(ClientId(touched.client_id)), record })
    });
    let news: BTreeSet<News> = news.chain(more).collect();
    if let Some(user) = visit.viewer.user_id.filter(|_| news.iter().any(|news| news.kind == Kind::Entry)) {
        // Whoever files an entry writes it no more.
        diesel::delete(live_writers::table.filter(live_writers::user_id.eq(user))).execute(db)?;
    }
    note(db, visit, &news.into_iter().collect::<Vec<_>>())
}

/// The number of the last event.
pub fn last(db: &mut Db, _pass: TeamPass) -> Result<i64> {
    Ok(live_events::table.select(diesel::dsl::max(live_events::event_id)).first::<Option<i64>>(db)?.unwrap_or_default())
}

/// Whether everything since that event is still kept.
pub fn is_kept(db: &mut Db, _pass: TeamPass, event: i64) -> Result<bool> {
    let first: Option<i64> = live_events::table.select(diesel::dsl::min(live_events::event_id)).first(db)?;
    Ok(first.is_some_and(|first| event >= first))
}

/// The next events of a meeting, and of clients on whatever agenda.
pub fn since(db: &mut Db, _pass: TeamPass, meeting: MeetingId, event: i64) -> Result<Vec<Event>> {
    let of_meeting = live_events::meeting_id.is_null().or(live_events::meeting_id.eq(meeting));
    let later = live_events::table.filter(live_events::event_id.gt(event)).filter(of_meeting);
    Ok(later.order(live_events::event_id).limit(200).select(Event::as_select()).load(db)?)
}

/// Who is in a meeting, by name.
pub fn people(db: &mut Db, _pass: TeamPass, meeting: MeetingId, now: NaiveDateTime) -> Result<Vec<Person>> {
    let open = live_streams::table
        .inner_join(users::table)
        .filter(live_streams::meeting_id.eq(meeting))
        .filter(live_streams::seen_date.gt(now - SEEN))
        // Also of a process that was killed, and has not ended the stream of who lost the right.
        .filter(users::is_active.eq(true))
        .filter(users::is_ned_team.eq(true).or(users::is_admin.eq(true)));
    let columns = (users::user_id, users::full_name);
    Ok(open.select(columns).distinct().order((users::full_name, users::user_id)).load(db)?)
}

/// Who writes on which client.
pub fn writers(
    db: &mut Db,
    _pass: TeamPass,
    meeting: MeetingId,
    now: NaiveDateTime,
) -> Result<Vec<(UserId, ClientId)>> {
    let recent = live_writers::table
        .filter(live_writers::meeting_id.eq(meeting))
        .filter(live_writers::noted_date.gt(now - WRITING));
    Ok(recent.select((live_writers::user_id, live_writers::client_id)).order(live_writers::user_id).load(db)?)
}

/// Who presents in a meeting, and on which client they are.
pub fn presenter(db: &mut Db, _pass: TeamPass, meeting: MeetingId) -> Result<Option<(UserId, ClientId)>> {
    let of_meeting = live_presenters::table.find(meeting.0);
    Ok(of_meeting.select((live_presenters::user_id, live_presenters::client_id)).first(db).optional()?)
}

/// Has whoever asks present that client from now on.
pub fn present(db: &mut Db, visit: &Visit, pass: TeamPass, meeting: MeetingId, client: ClientId) -> Result<()> {
    let Some(user) = visit.viewer.user_id else { return Ok(()) };
    if presenter(db, pass, meeting)? == Some((user, client)) {
        return Ok(());
    }
    let shown = (live_presenters::user_id.eq(user), live_presenters::client_id.eq(client));
    if diesel::update(live_presenters::table.find(meeting.0)).set(shown).execute(db)? == 0 {
        let row = (live_presenters::meeting_id.eq(meeting), shown);
        diesel::insert_into(live_presenters::table).values(row).execute(db)?;
    }
    note(db, visit, &[News::of(Kind::Presenter, meeting).on(client)])
}

/// Has nobody present any more, if it was whoever asks.
pub fn present_nobody(db: &mut Db, visit: &Visit, _pass: TeamPass, meeting: MeetingId) -> Result<()> {
    let Some(user) = visit.viewer.user_id else { return Ok(()) };
    let own = live_presenters::table.find(meeting.0).filter(live_presenters::user_id.eq(user));
    if diesel::delete(own).execute(db)? > 0 {
        note(db, visit, &[News::of(Kind::Presenter, meeting)])?;
    }
    Ok(())
}

/// Notes that whoever asks writes on a client; told to the others when it is new.
pub fn write_on(db: &mut Db, visit: &Visit, pass: TeamPass, meeting: MeetingId, client: ClientId) -> Result<()> {
    let Some(user) = visit.viewer.user_id else { return Ok(()) };
    let is_known = writers(db, pass, meeting, visit.now)?.contains(&(user, client));
    let noted = (live_writers::client_id.eq(client), live_writers::noted_date.eq(visit.now));
    if diesel::update(live_writers::table.find((meeting.0, user.0))).set(noted).execute(db)? == 0 {
        let row = (live_writers::meeting_id.eq(meeting), live_writers::user_id.eq(user), noted);
        diesel::insert_into(live_writers::table).values(row).execute(db)?;
    }
    if is_known { Ok(()) } else { note(db, visit, &[News::of(Kind::Writing, meeting).on(client)]) }
}

/// Notes that whoever asks has nothing to write any more, such as after filing it.
pub fn write_no_more(db: &mut Db, visit: &Visit, meeting: MeetingId) -> Result<()> {
    let Some(user) = visit.viewer.user_id else { return Ok(()) };
    let own = live_writers::table.filter(live_writers::meeting_id.eq(meeting)).filter(live_writers::user_id.eq(user));
    if diesel::delete(own).execute(db)? > 0 {
        note(db, visit, &[News::of(Kind::Writing, meeting)])?;
    }
    Ok(())
}

/// Drops the events that are too old to be of use to anyone who comes back.
pub fn forget(db: &mut Db, now: NaiveDateTime) -> Result<()> {
    diesel::delete(live_events::table.filter(live_events::occurred_date.lt(now - KEPT))).execute(db)?;
    Ok(())
}

/// Opens the place of a stream, tells the others, and drops what is too old to be of use to anyone.
pub fn arrive(
    db: &mut Db,
    visit: &Visit,
    _pass: TeamPass,
    meeting: MeetingId,
    (process, stream): (i64, i64),
) -> Result<()> {
    let Some(user) = visit.viewer.user_id else { return Ok(()) };
    forget(db, visit.now)?;
    diesel::delete(live_streams::table.filter(live_streams::seen_date.lt(visit.now - SEEN))).execute(db)?;
    diesel::delete(live_writers::table.filter(live_writers::noted_date.lt(visit.now - WRITING))).execute(db)?;
    let others =
        live_streams::table.filter(live_streams::meeting_id.eq(meeting)).filter(live_streams::user_id.eq(user));
    let is_there = others.select(live_streams::stream_id).first::<i64>(db).optional()?.is_some();
    let row = (
        live_streams::stream_id.eq(stream),
        live_streams::process_id.eq(process),
        live_streams::meeting_id.eq(meeting),
        live_streams::user_id.eq(user),
        live_streams::seen_date.eq(visit.now),
    );
    diesel::insert_into(live_streams::table).values(row).execute(db)?;
    if is_there { Ok(()) } else { note(db, visit, &[News::of(Kind::Presence, meeting)]) }
}

/// Closes the place of a stream and tells the others, whatever rights its person has left.
pub fn leave(db: &mut Db, visit: &Visit, meeting: MeetingId, stream: i64) -> Result<()> {
    diesel::delete(live_streams::table.find(stream)).execute(db)?;
    note(db, visit, &[News::of(Kind::Presence, meeting)])
}

/// Says of all streams of a process that they are open.
pub fn beat(db: &mut Db, process: i64, now: NaiveDateTime) -> Result<()> {
    let own = live_streams::table.filter(live_streams::process_id.eq(process));
    diesel::update(own).set(live_streams::seen_date.eq(now)).execute(db)?;
    Ok(())
}
