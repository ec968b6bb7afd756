//! What minutes are made of: for the team the entries of the meeting, in the order of its agenda; for everyone what is
//! open about the clients that were discussed, by name.

use std::collections::HashMap;

use chrono::NaiveDateTime;

use super::{Edition, Minutes, Part};
use crate::access::TeamPass;
use crate::action_items::{self, ActionItem, origin_queries};
use crate::clients::{self, Client};
use crate::db::Db;
use crate::error::Result;
use crate::ids::{ClientId, PersonnelId};
use crate::meetings::attendees::Attendees;
use crate::meetings::{Meeting, Point, PointState, attendee_queries, point_queries};
use crate::people::{self, queries::Names};
use crate::records::{self, RecordKind};
use crate::roundtable::{self, RoundtableEntry};
use crate::since;
use crate::web::Page;

/// What is said of points that nobody came to.
pub(super) const NOT_REACHED: &str = "Not reached";

/// The minutes of a meeting.
pub fn minutes(db: &mut Db, page: &Page, pass: TeamPass, meeting: &Meeting, edition: Edition) -> Result<Minutes> {
    match edition {
        Edition::Team => of_team(db, page, pass, meeting),
        Edition::Open => open(db, page, pass, meeting),
    }
}

fn of_team(db: &mut Db, page: &Page, pass: TeamPass, meeting: &Meeting) -> Result<Minutes> {
    let points = point_queries::list(db, pass, meeting.meeting_id)?;
    let mut entries: HashMap<ClientId, Vec<RoundtableEntry>> = HashMap::new();
    for entry in roundtable::queries::of_meeting(db, pass, meeting.meeting_id)? {
        entries.entry(entry.client_id).or_default().push(entry);
    }
    let mut items = assigned(db, page, pass, meeting, |_| true)?;
    let mut decided = match meeting.started_date {
        Some(started) => since::decided(db, page, pass, (started, meeting.closed_date))?,
        None => HashMap::new(),
    };
    let spent = spent(meeting, &points);
    let mut ids: Vec<ClientId> = points.iter().map(|point| point.proposed.client_id).collect();
    // A client that was merged since has its entries at the one it became part of.
    let mut others: Vec<ClientId> =
        entries.keys().chain(items.keys()).copied().filter(|id| !ids.contains(id)).collect();
    others.sort_unstable();
    others.dedup();
    ids.extend(others);
    let names = records::queries::names(db, RecordKind::Client, &ids.iter().map(|id| id.0).collect::<Vec<_>>())?;
    // What was written into a meeting that was closed already was said otherwise there.
    let told = |outcome: Option<String>, said: &[RoundtableEntry]| {
        let late =
            said.iter().map(|entry| entry.created_date).filter(|at| meeting.closed_date.is_some_and(|end| end < *at));
        let late = late.max().map(|at| format!("corrected on {}", page.day(page.date_of(at)).full()));
        let words: Vec<String> = outcome.into_iter().chain(late).collect();
        (!words.is_empty()).then(|| words.join(", "))
    };
    let part = |client_id: ClientId| {
        let point = points.iter().find(|point| point.proposed.client_id == client_id);
        let said = entries.remove(&client_id).unwrap_or_default();
        let items = items.remove(&client_id).unwrap_or_default();
        // Of a client that nobody talked about, what others changed meanwhile was not decided there.
        let is_discussed = point.is_some_and(|point| point.state == PointState::Discussed);
        let decided = decided.remove(&client_id).filter(|_| is_discussed || !said.is_empty() || !items.is_empty());
        Part {
            client_id,
            name: names.get(&client_id.0).cloned().unwrap_or_default(),
            outcome: told(point.map(|point| outcome(meeting, point, spent.get(&client_id).copied())), &said),
            facts: decided.unwrap_or_default(),
            texts: said.iter().flat_map(texts).collect(),
            items,
        }
    };
    let mut parts: Vec<Part> = ids.into_iter().map(part).collect();
    // What nobody came to is told once, at the end.
    let is_open =
        |part: &Part| part.texts.is_empty() && part.items.is_empty() && part.outcome.as_deref() == Some(NOT_REACHED);
    let left: Vec<String> = parts.iter().filter(|part| is_open(part)).map(|part| part.name.clone()).collect();
    parts.retain(|part| !is_open(part));
    let staff = people::queries::staff(db)?;
    let people = attendee_queries::list(db, pass, meeting.meeting_id)?;
    let attendees = Attendees::of(db, people, meeting, &staff)?;
    let facts = [
        ("Date", Some(page.day(meeting.draft.meeting_date).full())),
        ("Time", meeting.started_date.map(|started| time(page, started, meeting.closed_date))),
        ("Present", Some(attendees.names(true))),
        ("Invited as well", Some(attendees.names(false))),
        ("Note-taker", attendees.note_taker),
        (NOT_REACHED, Some(left.join(", "))),
    ];
    let said = |(label, words): (&'static str, Option<String>)| Some((label, words.filter(|words| !words.is_empty())?));
    Ok(Minutes {
        title: format!("Minutes: {}", meeting.draft.title),
        day: page.day(meeting.draft.meeting_date),
        edition: Edition::Team,
        facts: facts.into_iter().filter_map(said).collect(),
        parts,
    })
}

/// From when to when, in the organisation's time zone.
fn time(page: &Page, started: NaiveDateTime, closed: Option<NaiveDateTime>) -> String {
    let clock = |moment: NaiveDateTime| page.moment(moment).split(' ').next_back().unwrap_or_default().to_owned();
    match closed {
        Some(closed) => format!("{}–{}, {} min", clock(started), clock(closed), (closed - started).num_minutes()),
        None => format!("from {}", clock(started)),
    }
}

fn outcome(meeting: &Meeting, point: &Point, minutes: Option<i64>) -> String {
    match minutes.filter(|_| point.state == PointState::Discussed) {
        Some(minutes) => format!("Discussed, {minutes} of {} min", meeting.draft.minutes_each),
        None => point.outcome(),
    }
}

/// Minutes on each client: from the one before to its own end.
fn spent(meeting: &Meeting, points: &[Point]) -> HashMap<ClientId, i64> {
    let Some(mut last) = meeting.started_date else { return HashMap::new() };
    let mut done: Vec<(NaiveDateTime, ClientId)> =
        points.iter().filter_map(|point| Some((point.done_date?, point.proposed.client_id))).collect();
    done.sort_unstable();
    let minutes = |(end, client): (NaiveDateTime, ClientId)| {
        // Half a minute and more is one.
        let minutes = ((end - last).num_seconds().max(0) + 30) / 60;
        last = end.max(last);
        (client, minutes)
    };
    done.into_iter().map(minutes).collect()
}

fn texts(entry: &RoundtableEntry) -> Vec<(&'static str, String)> {
    let texts = entry.draft.texts().into_iter();
    texts.filter_map(|(heading, text)| Some((heading, text?.to_owned()))).collect()
}

/// What came up at a meeting as work, by client, so far as it is wanted.
fn assigned(
    db: &mut Db,
    page: &Page,
    pass: TeamPass,
    meeting: &Meeting,
    is_wanted: impl Fn(&ActionItem) -> bool,
) -> Result<HashMap<ClientId, Vec<String>>> {
    let ids = origin_queries::of_meeting(db, pass, meeting.meeting_id)?;
    let items = action_items::queries::by_ids(db, page.viewer(), &ids)?;
    let owners: Vec<Option<PersonnelId>> =
        items.iter().flat_map(|item| item.owners.iter().copied().map(Some)).collect();
    let names = people::queries::names(db, owners)?;
    let mut assigned: HashMap<ClientId, Vec<String>> = HashMap::new();
    for item in items.iter().filter(|item| is_wanted(item)) {
        assigned.entry(item.row.client_id).or_default().push(item_in_words(page, &names, item));
    }
    Ok(assigned)
}

/// An item in a line, e.g. “Ana Reyes: send the offer, by 3 March 2026”.
pub fn item_in_words(page: &Page, names: &Names, item: &ActionItem) -> String {
    let draft = &item.row.draft;
    let who: Vec<String> = item.owners.iter().filter_map(|person| names.of(Some(*person))).collect();
    let who = if who.is_empty() { String::new() } else { format!("{}: ", who.join(", ")) };
    let by = draft.due_date.map(|day| format!(", by {}", page.day(day).full())).unwrap_or_default();
    let state = if item.is_unsettled() { String::new() } else { format!(" ({})", draft.item_state) };
    format!("{who}{}{by}{state}", draft.text)
}

fn open(db: &mut Db, page: &Page, pass: TeamPass, meeting: &Meeting) -> Result<Minutes> {
    let points = point_queries::list(db, pass, meeting.meeting_id)?;
    let discussed = points.iter().filter(|point| point.state == PointState::Discussed);
    let ids: Vec<ClientId> = discussed.map(|point| point.proposed.client_id).collect();
    let clients = clients::queries::find_each(db, &ids)?;
    let people = clients.iter().flat_map(|client| {
        let (last, planned) = (&client.last_contact, &client.planned);
        [
            client.draft.mpr_primary_poc,
            client.draft.mpr_secondary_poc,
            last.last_contact_by,
            planned.next_planned_contact_assigned_to,
        ]
    });
    let names = people::queries::names(db, people.collect::<Vec<_>>())?;
    let mut items = assigned(db, page, pass, meeting, |item| item.row.draft.is_open)?;
    let mut part = |client: &Client| {
        let items = items.remove(&client.client_id).unwrap_or_default();
        Part { items, ..open_part(page, &names, client) }
    };
    let day = page.day(meeting.draft.meeting_date);
    Ok(Minutes {
        // Its title was written for the team.
        title: format!("Roundtable of {}", day.full()),
        day,
        edition: Edition::Open,
        facts: Vec::new(),
        parts: clients.iter().map(&mut part).collect(),
    })
}

fn open_part(page: &Page, names: &Names, client: &Client) -> Part {
    let held = [client.draft.mpr_primary_poc, client.draft.mpr_secondary_poc];
    let holders: Vec<String> = held.into_iter().filter_map(|person| names.of(person)).collect();
    let (last, planned) = (&client.last_contact, &client.planned);
    let contact = |day, kind: Option<clients::ContactType>, person: Option<PersonnelId>| {
        let words = [Some(page.day(day).full()), kind.map(|kind| kind.to_string()), names.of(person)];
        words.into_iter().flatten().collect::<Vec<_>>().join(", ")
    };
    let facts = [
        ("Points of contact", Some(holders.join(", ")).filter(|words| !words.is_empty())),
        ("Last contact", last.last_contact_date.map(|day| contact(day, last.last_contact_type, last.last_contact_by))),
        (
            "Next contact",
            planned
                .next_planned_contact_date
                .map(|day| contact(day, planned.next_planned_contact_type, planned.next_planned_contact_assigned_to)),
        ),
    ];
    Part {
        client_id: client.client_id,
        name: client.draft.client_name.clone(),
        outcome: None,
        facts: facts.into_iter().filter_map(|(label, words)| Some((label, words?))).collect(),
        texts: Vec::new(),
        items: Vec::new(),
    }
}
