//! All queries on the queue.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};
use serde_json::{Value, json};

use super::{Job, JobKind, JobRow, JobState, Outcome, again_after};
use crate::access::{AdminPass, Visit, Way};
use crate::db::Db;
use crate::db::assembled::Assembled;
use crate::error::Result;
use crate::ids::{ClientId, JobId, MeetingId, PersonnelId, UserId};
use crate::sessions::users;

diesel::table! {
    jobs (job_id) {
        job_id -> BigInt,
        kind -> Text,
        job_key -> Text,
        user_id -> Nullable<BigInt>,
        payload -> Text,
        state -> Text,
        run_after -> Timestamp,
        attempts -> BigInt,
        leased_until -> Nullable<Timestamp>,
        leased_by -> Nullable<BigInt>,
        told -> Nullable<Text>,
        created_date -> Timestamp,
        finished_date -> Nullable<Timestamp>,
        webhook_id -> Nullable<BigInt>,
        status -> Nullable<BigInt>,
    }
}

diesel::joinable!(jobs -> users (user_id));
diesel::allow_tables_to_appear_in_same_query!(jobs, users);

/// For so long a job is leased: longer than any takes.
const LEASE: TimeDelta = TimeDelta::minutes(10);

/// For so long what is done is kept, for those who ask.
const KEPT: TimeDelta = TimeDelta::days(30);

/// Adds a job for an account, unless there is one of that key; whether it did.
pub fn add(
    db: &mut Db,
    (kind, key): (JobKind, &str),
    user: UserId,
    payload: &Value,
    now: NaiveDateTime,
) -> Result<bool> {
    // One that is there already stays as it is: of several processes, one makes it.
    let added = Assembled::<()>::default()
        .words("INSERT INTO jobs (kind, job_key, user_id, payload, run_after, created_date) VALUES (")
        .text(kind.to_string())
        .words(", ")
        .text(key)
        .words(", ")
        .number(user.0)
        .words(", ")
        .text(payload.to_string())
        .words(", ")
        .moment(now)
        .words(", ")
        .moment(now)
        .words(") ON CONFLICT (job_key) DO NOTHING")
        .execute(db)?;
    Ok(added > 0)
}

/// Gives a job something else to tell.
pub fn tell_otherwise(db: &mut Db, key: &str, payload: &Value) -> Result<()> {
    diesel::update(jobs::table.filter(jobs::job_key.eq(key))).set(jobs::payload.eq(payload.to_string())).execute(db)?;
    Ok(())
}

/// Drops the jobs of a kind that wait for an account, in whose place one of that key comes: what each was about, and
/// when (UTC) it came. One that is being done stays, and so do those whose keys begin in a way.
pub fn take_over(
    db: &mut Db,
    user: UserId,
    (kind, key, but): (JobKind, &str, &str),
    now: NaiveDateTime,
) -> Result<Vec<(String, NaiveDateTime)>> {
    let is_waiting = jobs::state.eq(JobState::Waiting).and(jobs::leased_until.is_null().or(jobs::leased_until.lt(now)));
    let waiting = jobs::table
        .filter(jobs::user_id.eq(user.0))
        .filter(jobs::kind.eq(kind))
        .filter(is_waiting)
        .filter(jobs::job_key.ne(key))
        .filter(jobs::job_key.not_like(format!("{but}%")));
    let columns = (jobs::job_id, jobs::payload, jobs::created_date);
    let rows: Vec<(JobId, String, NaiveDateTime)> = waiting.select(columns).load(db)?;
    let mut taken = Vec::new();
    for (id, payload, made) in rows {
        let values = (
            jobs::state.eq(JobState::Dropped),
            jobs::told.eq(Some("A later one tells the same.")),
            jobs::finished_date.eq(Some(now)),
        );
        // Another process may have begun it meanwhile.
        if diesel::update(jobs::table.find(id).filter(is_waiting)).set(values).execute(db)? > 0 {
            taken.push((payload, made));
        }
    }
    Ok(taken)
}

/// Has the person who was given work by this save be told of it, once however much it is.
pub fn assigned(db: &mut Db, visit: &Visit, person: PersonnelId) -> Result<()> {
    tell(db, visit, (JobKind::Assignment, "work"), person, &json!({ "change_id": visit.change.id }))
}

/// Has a person be told that a text names them.
pub fn mentioned(db: &mut Db, visit: &Visit, person: PersonnelId, about: &Value) -> Result<()> {
    let mut payload = about.clone();
    payload["by"] = json!(visit.viewer.user_id.map(|UserId(id)| id));
    tell(db, visit, (JobKind::Assignment, "mention"), person, &payload)
}

/// Has the person for whom this save planned contacts be told of them, once however many they are.
pub fn planned(db: &mut Db, visit: &Visit, person: PersonnelId) -> Result<()> {
    tell(db, visit, (JobKind::Invitation, "contacts"), person, &json!({ "change_id": visit.change.id }))
}

/// Has the person whose planned contact this save dropped, or gave to another, be told: a calendar takes out one entry
/// at a time (RFC 5546 §3.2.5).
pub fn unplanned(
    db: &mut Db,
    visit: &Visit,
    person: PersonnelId,
    (client, day, how): (ClientId, NaiveDate, Option<&str>),
) -> Result<()> {
    let payload = json!({ "off_client_id": client, "day": day, "how": how });
    tell(db, visit, (JobKind::Invitation, &format!("no-contact-{client}")), person, &payload)
}

/// Has a person be told that they are invited to a meeting, or that it is on another day.
pub fn invited(db: &mut Db, visit: &Visit, person: PersonnelId, meeting: MeetingId) -> Result<()> {
    let about = format!("meeting-{meeting}");
    tell(db, visit, (JobKind::Invitation, &about), person, &json!({ "meeting_id": meeting }))
}

/// Has a person be told that they are not invited to a meeting any more.
pub fn uninvited(db: &mut Db, visit: &Visit, person: PersonnelId, meeting: MeetingId) -> Result<()> {
    let about = format!("no-meeting-{meeting}");
    tell(db, visit, (JobKind::Invitation, &about), person, &json!({ "off_meeting_id": meeting }))
}

/// Whether nobody is told: of what comes by a file or a command, and of what takes such a thing back.
pub fn is_quiet(visit: &Visit) -> bool {
    matches!(visit.way, Way::Import | Way::Command) || visit.change.is_quiet()
}

/// Has a person be told; nobody is told what they do themselves.
fn tell(
    db: &mut Db,
    visit: &Visit,
    (kind, about): (JobKind, &str),
    person: PersonnelId,
    payload: &Value,
) -> Result<()> {
    if is_quiet(visit) || visit.viewer.personnel_id == Some(person) {
        return Ok(());
    }
    let of_person = users::table.filter(users::personnel_id.eq(person.0)).filter(users::is_active.eq(true));
    let Some(user) = of_person.select(users::user_id).first::<UserId>(db).optional()? else { return Ok(()) };
    let key = format!("{kind}-{about}-{}-{user}", visit.change.id);
    add(db, (kind, &key), user, payload, visit.now)?;
    Ok(())
}

/// Mail, and nothing for webhooks.
const MAIL: &str = " kind <> 'webhook'";

/// The next job beside webhooks that is due, leased by that process.
pub fn claim(db: &mut Db, process: i64, now: NaiveDateTime) -> Result<Option<Job>> {
    claim_first(db, process, "user_id", MAIL, now)
}

/// Whether one is due.
pub fn is_any_due(db: &mut Db, now: NaiveDateTime) -> Result<bool> {
    is_due(db, MAIL, now)
}

/// Leases the first of the jobs that are due and fit a condition; it may name the job as `candidate`.
pub(super) fn claim_first(
    db: &mut Db,
    process: i64,
    subject: &'static str,
    condition: &'static str,
    now: NaiveDateTime,
) -> Result<Option<Job>> {
    let statement = Assembled::<(BigInt, Text, Text, Nullable<BigInt>, Text, BigInt, Timestamp)>::default()
        .words("UPDATE jobs SET attempts = attempts + 1, leased_by = ")
        .number(process)
        .words(", leased_until = ")
        .moment(now + LEASE)
        .words(" WHERE job_id = (");
    let mut statement = first_due(statement, condition, now);
    if matches!(db, Db::Postgres(_)) {
        statement = statement.words(" FOR UPDATE SKIP LOCKED");
    }
    let statement = statement
        .words(") RETURNING job_id, kind, job_key, ")
        .words(subject)
        .words(", payload, attempts, created_date");
    Ok(statement.load::<Job>(db)?.pop())
}

/// Whether there is one to lease, which is asked often and writes nothing.
pub(super) fn is_due(db: &mut Db, condition: &'static str, now: NaiveDateTime) -> Result<bool> {
    Ok(!first_due(Assembled::<BigInt>::default(), condition, now).load::<i64>(db)?.is_empty())
}

fn first_due<T>(statement: Assembled<T>, condition: &'static str, now: NaiveDateTime) -> Assembled<T> {
    statement
        .words("SELECT job_id FROM jobs AS candidate WHERE state = 'waiting' AND")
        .words(condition)
        .words(" AND run_after <= ")
        .moment(now)
        .words(" AND (leased_until IS NULL OR leased_until < ")
        .moment(now)
        .words(") ORDER BY run_after, job_id LIMIT 1")
}

/// Notes what came of an attempt, unless its lease ran out and another has it.
pub fn finish(db: &mut Db, process: i64, job: &Job, outcome: &Outcome, now: NaiveDateTime) -> Result<()> {
    let (state, told, run_after) = match outcome {
        Outcome::Sent => (JobState::Sent, None, now),
        Outcome::Dropped(why) => (JobState::Dropped, Some(why), now),
        Outcome::Failed(why) => (JobState::Failed, Some(why), now),
        Outcome::Again(why) => match again_after(job.attempts, job.created_date, now) {
            Some(next) => (JobState::Waiting, Some(why), next),
            None => (JobState::Failed, Some(why), now),
        },
    };
    let own = jobs::table
        .filter(jobs::job_id.eq(job.job_id))
        .filter(jobs::leased_by.eq(process))
        .filter(jobs::attempts.eq(job.attempts));
    let finished = (state != JobState::Waiting).then_some(now);
    let values = (
        jobs::state.eq(state),
        jobs::told.eq(told),
        jobs::run_after.eq(run_after),
        jobs::leased_until.eq(None::<NaiveDateTime>),
        jobs::leased_by.eq(None::<i64>),
        jobs::finished_date.eq(finished),
    );
    diesel::update(own).set(values).execute(db)?;
    Ok(())
}

/// Drops what was done long ago.
pub fn forget(db: &mut Db, now: NaiveDateTime) -> Result<()> {
    let old = jobs::table.filter(jobs::state.ne(JobState::Waiting)).filter(jobs::finished_date.lt(now - KEPT));
    diesel::delete(old).execute(db)?;
    Ok(())
}

/// The last jobs beside webhooks, the latest first, each with the name of whom it is for.
pub fn list(
    db: &mut Db,
    _pass: AdminPass,
    state: Option<JobState>,
    limit: i64,
) -> Result<Vec<(JobRow, Option<String>)>> {
    let mut query = jobs::table.left_join(users::table).filter(jobs::kind.ne(JobKind::Webhook)).into_boxed();
    if let Some(state) = state {
        query = query.filter(jobs::state.eq(state));
    }
    let columns = (JobRow::as_select(), users::full_name.nullable());
    Ok(query.order(jobs::job_id.desc()).limit(limit).select(columns).load(db)?)
}

/// Has a job that was given up, or waits, be tried now; tells whether there is one.
pub fn retry(db: &mut Db, _pass: AdminPass, id: JobId, now: NaiveDateTime) -> Result<bool> {
    let target = jobs::table
        .filter(jobs::job_id.eq(id))
        .filter(jobs::state.eq_any([JobState::Waiting, JobState::Failed]))
        .filter(jobs::leased_until.is_null().or(jobs::leased_until.lt(now)));
    // Tried as if it had come now.
    let values = (
        jobs::state.eq(JobState::Waiting),
        jobs::run_after.eq(now),
        jobs::attempts.eq(0),
        jobs::created_date.eq(now),
        jobs::finished_date.eq(None::<NaiveDateTime>),
    );
    Ok(diesel::update(target).set(values).execute(db)? > 0)
}
