//! Invitations that calendars take in, and take out again: to a meeting of the team, and to a contact that someone else
//! planned for one.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::json;

use super::composing::{Composed, Reader, topic_words};
use super::letter::{Letter, Line, Method, Section, one_line};
use super::model::Topic;
use crate::access::TeamPass;
use crate::audit::reading_queries::{self, Row};
use crate::calendar::ical::{Calendar, Event, sequence_at};
use crate::clients::{self, Client, ContactType};
use crate::closed_list::ClosedList;
use crate::config::MailServer;
use crate::db::Db;
use crate::error::Result;
use crate::ids::{ChangeId, ClientId, MeetingId, PersonnelId};
use crate::jobs::Job;
use crate::meetings::{self, Meeting, MeetingStatus};

/// Contacts of one change that are listed.
const LISTED: usize = 50;

/// What one is invited to, or not any more, and where it stands.
struct Asked {
    uid: String,
    method: Method,
    event: Event,
    intro: String,
}

/// The invitation to a meeting that is still to be held. That there is one, when it is and what it is called is the
/// team's: where mail may not hold that, it says none of it.
pub fn to_meeting(db: &mut Db, reader: &Reader, server: &MailServer, job: &Job, id: MeetingId) -> Result<Composed> {
    let Some(pass) = reader.whole.team() else { return Ok(Err("They are not of the NED Team any more.")) };
    let Some(meeting) = meetings::queries::find(db, pass, id)? else { return Ok(Err("The meeting is gone.")) };
    if !is_invited(db, reader, pass, id)? || is_over(reader, &meeting) {
        return Ok(Err("They are not invited any more, or it is over."));
    }
    if reader.page.viewer().team().is_none() {
        let intro = "You are invited, or what you are invited to is on another day. Mail does not say what: it stands \
                     in Roundtable.";
        return Ok(Ok(silent(reader, "You are invited", intro)));
    }
    let day = reader.page.day(meeting.draft.meeting_date).full();
    let intro = format!("You are invited: {}, {day}.", one_line(&meeting.draft.title));
    let event = event(reader, id, Some(&meeting));
    Ok(Ok(letter(reader, server, job, Asked { uid: uid(id), method: Method::Request, event, intro })))
}

/// That one is not invited to a meeting any more, or that it will not be held: it is taken out of the calendar.
pub fn off_meeting(db: &mut Db, reader: &Reader, server: &MailServer, job: &Job, id: MeetingId) -> Result<Composed> {
    let Some(pass) = reader.whole.team() else { return Ok(Err("They are not of the NED Team any more.")) };
    let meeting = meetings::queries::find(db, pass, id)?;
    if is_invited(db, reader, pass, id)? || meeting.as_ref().is_some_and(|meeting| is_over(reader, meeting)) {
        return Ok(Err("They are invited again, or it is over."));
    }
    if reader.page.viewer().team().is_none() {
        let intro = "An invitation to you was taken back. Mail does not say which: it stands in Roundtable.";
        return Ok(Ok(silent(reader, "You are not invited any more", intro)));
    }
    let intro = match &meeting {
        Some(meeting) => {
            let day = reader.page.day(meeting.draft.meeting_date).full();
            format!("You are not invited any more: {}, {day}.", one_line(&meeting.draft.title))
        }
        None => "A meeting to which you were invited will not be held.".into(),
    };
    let event = Event { is_off: meeting.is_none(), ..event(reader, id, meeting.as_ref()) };
    Ok(Ok(letter(reader, server, job, Asked { uid: uid(id), method: Method::Cancel, event, intro })))
}

fn is_invited(db: &mut Db, reader: &Reader, pass: TeamPass, id: MeetingId) -> Result<bool> {
    let invited = meetings::attendee_queries::list(db, pass, id)?;
    Ok(invited.iter().any(|(person, _)| Some(*person) == reader.whole.personnel_id))
}

fn is_over(reader: &Reader, meeting: &Meeting) -> bool {
    meeting.status != MeetingStatus::Planned || meeting.draft.meeting_date < reader.page.visit.today
}

fn uid(id: MeetingId) -> String {
    format!("meeting-{id}")
}

/// The entry of a meeting; of one that is gone, its name and day are too.
fn event(reader: &Reader, id: MeetingId, meeting: Option<&Meeting>) -> Event {
    Event {
        day: meeting.map(|meeting| meeting.draft.meeting_date),
        url: reader.address(&meeting.map_or_else(|| "/crm/meetings".into(), |_| format!("/crm/meetings/{id}"))),
        summary: meeting.map_or_else(|| "Meeting".into(), |meeting| one_line(&meeting.draft.title)),
        ..Event::default()
    }
}

/// What mail says where it may say nothing.
fn silent(reader: &Reader, subject: &str, intro: &str) -> Letter {
    Letter {
        to: reader.to.clone(),
        subject: subject.into(),
        intro: intro.into(),
        sections: Vec::new(),
        link: ("In Roundtable", reader.address("/")),
        why: topic_words(Topic::Invitation),
        topic: Some(Topic::Invitation),
        calendar: None,
    }
}

/// A contact that is planned for a person, or not any more.
struct Planned {
    client: ClientId,
    day: NaiveDate,
    what: String,
}

impl Planned {
    fn new(client: &Client, day: NaiveDate, how: Option<&str>) -> Self {
        let what = format!("{} with {}", how.unwrap_or("Contact"), one_line(&client.draft.client_name));
        Self { client: client.client_id, day, what }
    }
}

/// What a change planned for a person and is still to be made: one contact as an invitation, several as a list.
pub fn to_contacts(db: &mut Db, reader: &Reader, server: &MailServer, job: &Job, change: ChangeId) -> Result<Composed> {
    let clients = changed_clients(db, change)?;
    let planned = clients.iter().filter(|(client, _)| is_theirs(reader, client)).filter_map(|(client, _)| {
        let plan = &client.planned;
        let day = plan.next_planned_contact_date.filter(|day| *day >= reader.page.visit.today)?;
        Some(Planned::new(client, day, plan.next_planned_contact_type.map(ContactType::as_str)))
    });
    Ok(contacts(reader, server, job, Method::Request, &planned.collect::<Vec<_>>()))
}

/// What a change took from a person: one contact is taken out of the calendar, several are listed.
pub fn off_contacts(
    db: &mut Db,
    reader: &Reader,
    server: &MailServer,
    job: &Job,
    change: ChangeId,
) -> Result<Composed> {
    let mut planned = Vec::new();
    for (client, row) in changed_clients(db, change)? {
        if is_theirs(reader, &client) {
            continue;
        }
        // What this change left as it was is so still, or was changed by one that told of it.
        let (fields, plan) = (row.fields()?, json!(client.planned));
        let before = |name: &str| fields.get(name).map_or(&plan[name], |(old, _)| old);
        let owner = before("next_planned_contact_assigned_to").as_i64().map(PersonnelId);
        let day = before("next_planned_contact_date").as_str().and_then(|day| day.parse::<NaiveDate>().ok());
        let is_to_come = |day: &NaiveDate| *day >= reader.page.visit.today;
        if let Some(day) = day.filter(is_to_come).filter(|_| owner == reader.whole.personnel_id) {
            planned.push(Planned::new(&client, day, before("next_planned_contact_type").as_str()));
        }
    }
    Ok(contacts(reader, server, job, Method::Cancel, &planned))
}

/// The clients that a change touched as they are, each with what was done to it then that everyone may read.
fn changed_clients(db: &mut Db, change: ChangeId) -> Result<Vec<(Client, Row)>> {
    let rows = reading_queries::public_rows(db, change, "clients")?;
    let mut rows: BTreeMap<i64, Row> = rows.into_iter().map(|row| (row.record_id, row)).collect();
    let ids: Vec<ClientId> = rows.keys().copied().map(ClientId).collect();
    let clients = clients::queries::find_each(db, &ids)?.into_iter();
    Ok(clients.filter_map(|client| rows.remove(&client.client_id.0).map(|row| (client, row))).collect())
}

/// Whether a contact with a client is planned for whom the mail is to.
fn is_theirs(reader: &Reader, client: &Client) -> bool {
    let plan = &client.planned;
    plan.next_planned_contact_date.is_some() && plan.next_planned_contact_assigned_to == reader.whole.personnel_id
}

fn contacts(reader: &Reader, server: &MailServer, job: &Job, method: Method, planned: &[Planned]) -> Composed {
    let in_words = |day: NaiveDate| reader.page.day(day).full();
    let (is_off, said) = match method {
        Method::Request => (false, "planned for you"),
        Method::Cancel => (true, "not planned for you any more"),
    };
    match planned {
        [] => Err("It was planned otherwise meanwhile."),
        [Planned { client, day, what }] => {
            let url = reader.address(&format!("/clients/{client}"));
            let event = Event { day: Some(*day), url, summary: what.clone(), is_off, ..Event::default() };
            let intro = format!("This is {said}: {what}, {}.", in_words(*day));
            let person = reader.whole.personnel_id.map(|person| person.to_string()).unwrap_or_default();
            Ok(letter(reader, server, job, Asked { uid: format!("contact-{client}-{person}"), method, event, intro }))
        }
        several => {
            let line = |Planned { client, day, what }: &Planned| Line {
                words: format!("{what}, {}", in_words(*day)),
                address: reader.address(&format!("/clients/{client}")),
            };
            let heading = if is_off { "Not planned for you any more" } else { "Planned for you" };
            Ok(Letter {
                to: reader.to.clone(),
                subject: format!("{heading}: {} contacts", several.len()),
                intro: format!("These contacts are {said}."),
                sections: vec![Section::new("Planned contacts", several.iter().map(line).collect(), LISTED)],
                link: ("My work", reader.address("/my-work")),
                why: topic_words(Topic::Invitation),
                topic: Some(Topic::Invitation),
                calendar: None,
            })
        }
    }
}

fn letter(reader: &Reader, server: &MailServer, job: &Job, asked: Asked) -> Letter {
    let Asked { uid, method, event, intro } = asked;
    let (name, email) = &reader.to;
    let host = reader.address("").rsplit('/').next().unwrap_or_default().to_owned();
    let own = server.from.name.clone().unwrap_or_else(|| "Roundtable".into());
    let event = Event {
        uid: format!("{uid}@{host}"),
        sequence: sequence_at(job.created_date),
        organizer: Some((own, server.from.email.to_string())),
        attendees: vec![(name.clone(), email.clone())],
        ..event
    };
    let mut calendar = Calendar::new(method.name(), job.created_date);
    calendar.add(&event);
    Letter {
        to: reader.to.clone(),
        subject: event.summary.clone(),
        intro,
        sections: Vec::new(),
        link: ("In Roundtable", event.url),
        why: topic_words(Topic::Invitation),
        topic: Some(Topic::Invitation),
        calendar: Some((method, calendar.finish())),
    }
}
