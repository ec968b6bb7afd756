//! What a stream tells its viewer: changes one by one, and who is there as one whole.

use std::collections::HashSet;

use serde::Serialize;

use crate::access::TeamPass;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::{ClientId, MeetingId, UserId};
use crate::live::{Event, Kind, queries as live};
use crate::meetings;
use crate::sessions;
use crate::web::{Page, face};

/// What is told at once, and the number of the last event in it.
pub struct News {
    /// Events as they are sent.
    pub words: String,
    /// The number of the last event that was looked at.
    pub last: i64,
}

/// One change.
#[derive(Serialize)]
struct Change<'a> {
    kind: Kind,
    client: Option<ClientId>,
    record: Option<i64>,
    by: Option<UserId>,
    name: Option<&'a String>,
}

/// Who is there, who presents which client, who writes on which.
#[derive(Serialize)]
struct Present {
    people: Vec<Face>,
    presenter: Option<UserId>,
    client: Option<ClientId>,
    writing: Vec<Writing>,
}

#[derive(Serialize)]
struct Face {
    id: UserId,
    name: String,
    face: String,
}

#[derive(Serialize)]
struct Writing {
    id: UserId,
    client: ClientId,
}

/// What is news to a viewer who knows the events up to `since`; who is there is told when it may have changed, or when
/// it is asked for.
pub fn news(db: &mut Db, page: &Page, meeting: MeetingId, since: i64, asks_who: bool) -> Result<News> {
    let pass = page.viewer().require_team()?;
    let events = live::since(db, pass, meeting, since)?;
    let last = events.last().map_or(since, |event| event.event_id);
    // Whoever files an entry writes it no more.
    let asks_who = asks_who || events.iter().any(|event| event.kind.is_of_people() || event.kind == Kind::Entry);
    let mut words = changes(db, pass, meeting, &events)?;
    if asks_who {
        let present = present(db, page, pass, meeting)?;
        words.push_str(&told("state", (last > 0).then_some(last), &present)?);
    }
    Ok(News { words, last })
}

fn changes(db: &mut Db, pass: TeamPass, meeting: MeetingId, events: &[Event]) -> Result<String> {
    let changes: Vec<&Event> = events.iter().filter(|event| !event.kind.is_of_people()).collect();
    if changes.is_empty() {
        return Ok(String::new());
    }
    let agenda: HashSet<ClientId> = match changes.iter().any(|event| event.meeting_id.is_none()) {
        true => {
            meetings::point_queries::list(db, pass, meeting)?.iter().map(|point| point.proposed.client_id).collect()
        }
        false => HashSet::new(),
    };
    // What is of no client is of a meeting, and there is one at a time.
    let concerns =
        |event: &&Event| event.meeting_id.is_some() || event.client_id.is_none_or(|client| agenda.contains(&client));
    let changes: Vec<&Event> = changes.into_iter().filter(concerns).collect();
    if changes.is_empty() {
        return Ok(String::new());
    }
    let names = sessions::queries::full_names(db)?;
    let mut words = String::new();
    for event in changes {
        let change = Change {
            kind: event.kind,
            client: event.client_id,
            record: event.record_id,
            by: event.user_id,
            name: event.user_id.and_then(|user| names.get(&user.0)),
        };
        words.push_str(&told("change", Some(event.event_id), &change)?);
    }
    Ok(words)
}

fn present(db: &mut Db, page: &Page, pass: TeamPass, meeting: MeetingId) -> Result<Present> {
    let people = live::people(db, pass, meeting, page.visit.now)?;
    let there: HashSet<UserId> = people.iter().map(|person| person.user_id).collect();
    // Who went away presents no more.
    let presenter = live::presenter(db, pass, meeting)?.filter(|(user, _)| there.contains(user));
    let writing = live::writers(db, pass, meeting, page.visit.now)?.into_iter();
    Ok(Present {
        presenter: presenter.map(|(user, _)| user),
        client: presenter.map(|(_, client)| client),
        writing: writing.map(|(id, client)| Writing { id, client }).collect(),
        people: people
            .into_iter()
            .map(|person| Face {
                id: person.user_id,
                face: face(&person.full_name).to_string(),
                name: person.full_name,
            })
            .collect(),
    })
}

/// An event of a stream (HTML, “server-sent events”): JSON has no line end in it.
pub fn told(event: &str, number: Option<i64>, data: &impl Serialize) -> Result<String> {
    let data = serde_json::to_string(data).map_err(|error| Error::Internal(error.to_string()))?;
    let number = number.map(|number| format!("id: {number}\n")).unwrap_or_default();
    Ok(format!("{number}event: {event}\ndata: {data}\n\n"))
}
