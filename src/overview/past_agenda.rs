//! The agenda at the end of an earlier day: that of its meeting, else as the rule made it, put together backwards from
//! the audit log.

use std::collections::HashMap;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{Days, NaiveDate};

use super::past::asked;
use crate::access::TeamPass;
use crate::audit::client_queries::{self, Judgement};
use crate::clients::ClientId;
use crate::clients::assessment::{self, Assessment};
use crate::db::Db;
use crate::db::name_forms::name_key;
use crate::error::Result;
use crate::meetings::{self, Meeting};
use crate::roundtable;
use crate::web::{Day, Page, Query, Reader, Shell, html};

/// A client that was on the agenda.
struct Point {
    client: ClientId,
    name: String,
    assessment: Assessment,
    /// Why it was on the agenda of the meeting, and what became of it there.
    at_meeting: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "overview/past_agenda.html")]
struct AgendaPage {
    shell: Shell,
    day: Day,
    points: Vec<Point>,
    /// Whether more changed since, or more was on the agenda, than is told.
    is_cut: bool,
    /// The meeting before that day.
    earlier: Option<Day>,
    /// The meeting of that day: its agenda is shown, in its order.
    meeting: Option<Meeting>,
}

/// Changes that are gone back over, and clients that are shown.
const CHANGES: i64 = 4000;
const SHOWN: usize = 200;

/// `GET /crm/as-of`: `?as_of=` a day; without it that of the last meeting. Of a day with a meeting, what was on its
/// agenda; of any other, what the rule of product.md §4 called for.
pub async fn show(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_team()?;
            let today = page.visit.today;
            let day = match asked(&query, today) {
                Some(day) => day,
                None => last_meeting(db, pass, today + Days::new(1))?.unwrap_or(today),
            };
            let meeting = meetings::queries::of_day(db, pass, day)?;
            let (points, is_cut) = match &meeting {
                Some(meeting) => at_meeting(db, page, pass, meeting)?,
                None => points(db, page, pass, day)?,
            };
            let earlier = last_meeting(db, pass, day)?;
            let mut shell = page.shell(format!("Agenda as of {}", page.day(day).full()), "roundtable");
            shell.may_write = false;
            let shell = shell.crumb("Roundtable", "/crm/roundtable");
            let earlier = page.day_or_none(earlier);
            html(StatusCode::OK, &AgendaPage { shell, day: page.day(day), points, is_cut, earlier, meeting })
        })
        .await
}

/// The day of the last meeting before a day, be it one that was held or one of which there are only entries.
fn last_meeting(db: &mut Db, pass: TeamPass, before: NaiveDate) -> Result<Option<NaiveDate>> {
    let held = meetings::queries::last_held(db, pass, before)?;
    Ok(held.max(roundtable::queries::last_meeting(db, pass, before)?))
}

/// What was judged of each client after a day, the last first, and whether that is not all.
fn judged_after(
    db: &mut Db,
    page: &Page,
    pass: TeamPass,
    day: NaiveDate,
) -> Result<(HashMap<ClientId, Vec<Judgement>>, bool)> {
    let changes = client_queries::judged_since(db, pass, page.end_of(day), CHANGES)?;
    let is_cut = i64::try_from(changes.len()).is_ok_and(|changes| changes >= CHANGES);
    let mut of_client: HashMap<ClientId, Vec<Judgement>> = HashMap::new();
    for row in changes {
        of_client.entry(row.client_id).or_default().push(row);
    }
    Ok((of_client, is_cut))
}

/// How a client was judged before these changes.
fn before(pass: TeamPass, now: Assessment, rows: &[Judgement]) -> Result<Assessment> {
    Ok(match assessment::course(pass, &now, rows)?.into_iter().next() {
        Some(first) => first.after,
        None => now,
    })
}

/// What was on the agenda of a meeting.
fn at_meeting(db: &mut Db, page: &Page, pass: TeamPass, meeting: &Meeting) -> Result<(Vec<Point>, bool)> {
    let (of_client, is_cut) = judged_after(db, page, pass, meeting.draft.meeting_date)?;
    let on_agenda = meetings::point_queries::list(db, pass, meeting.meeting_id)?;
    let ids: Vec<ClientId> = on_agenda.iter().map(|point| point.proposed.client_id).collect();
    let judged = assessment::judged_each(db, pass, &ids)?.into_iter();
    let mut judged: HashMap<ClientId, (String, Assessment)> =
        judged.map(|(client, name, _, assessment)| (client, (name, assessment))).collect();
    let mut points = Vec::new();
    for point in on_agenda {
        let client = point.proposed.client_id;
        let Some((name, now)) = judged.remove(&client) else { continue };
        let assessment = before(pass, now, of_client.get(&client).map(Vec::as_slice).unwrap_or_default())?;
        let outcome = point.outcome();
        let at_meeting = Some((point.proposed.reason.unwrap_or_default(), outcome));
        points.push(Point { client, name, assessment, at_meeting });
    }
    Ok((points, is_cut))
}

/// What the rule called for at the end of a day.
fn points(db: &mut Db, page: &Page, pass: TeamPass, day: NaiveDate) -> Result<(Vec<Point>, bool)> {
    let (of_client, mut is_cut) = judged_after(db, page, pass, day)?;
    let changed: Vec<ClientId> = of_client.keys().copied().collect();
    let mut points = Vec::new();
    for (client, name, is_archived, now) in assessment::judged_each(db, pass, &changed)? {
        let rows = of_client.get(&client).map(Vec::as_slice).unwrap_or_default();
        let assessment = before(pass, now, rows)?;
        if assessment.is_called() && !was_archived(rows).unwrap_or(is_archived) {
            points.push(Point { client, name, assessment, at_meeting: None });
        }
    }
    // Whoever did not change since stands where they stood.
    let room = i64::try_from(SHOWN + changed.len() + 1).unwrap_or(i64::MAX);
    let agenda = assessment::agenda(db, pass, 0, room)?.into_iter().map(|(row, _)| row.client_id);
    let kept: Vec<ClientId> = agenda.filter(|client| !of_client.contains_key(client)).take(SHOWN + 1).collect();
    let kept = assessment::judged_each(db, pass, &kept)?.into_iter();
    points.extend(kept.map(|(client, name, _, assessment)| Point { client, name, assessment, at_meeting: None }));
    points.sort_by_cached_key(|point| (point.assessment.rank(), name_key(&point.name), point.client));
    is_cut |= points.len() > SHOWN;
    points.truncate(SHOWN);
    Ok((points, is_cut))
}

/// Whether a client was archived before all of these changes, if they tell of it.
fn was_archived(rows: &[Judgement]) -> Option<bool> {
    let told = |row: &Judgement| {
        let changes: serde_json::Value = serde_json::from_str(&row.changes).ok()?;
        changes.get("is_archived")?.get(0)?.as_bool()
    };
    rows.iter().rev().find_map(told)
}
