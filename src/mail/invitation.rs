//! Invitations that calendars take in, and take out again: to a meeting of the team, and to a contact that someone else
//! planned for one.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::composing::{Composed, Reader, topic_words};
use super::letter::{Letter, Line, Method, Section, one_line};
use super::model::Topic;
use crate::access::TeamPass;
use crate::audit;
use crate::calendar::ical::{Calendar, Event, sequence_at};
use crate::clients::{self, Client, ContactType};
use crate::closed_list::ClosedList;
use crate::config::MailServer;
use crate::db::Db;
use crate::error::Result;
use crate::ids::{ChangeId, ClientId, MeetingId};
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

    /// The letter about this one alone, which a calendar takes in or out.
    fn letter(self, reader: &Reader, server: &MailServer, job: &Job, method: Method) -> Letter {
        let Self { client, day, what } = self;
        let said = match method {
            Method::Request => "planned for you",
            Method::Cancel => "not planned for you any more",
        };
        let intro = format!("This is {said}: {what}, {}.", reader.page.day(day).full());
        let url = reader.address(&format!("/clients/{client}"));
        let is_off = method == Method::Cancel;
        let event = Event { day: Some(day), url, summary: what, is_off, ..Event::default() };
        let person = reader.whole.personnel_id.map(|person| person.to_string()).unwrap_or_default();
        letter(reader, server, job, Asked { uid: format!("contact-{client}-{person}"), method, event, intro })
    }
}

/// The day of a contact with a client that is planned for whom the mail is to, and not gone by.
fn day_of_theirs(reader: &Reader, client: &Client) -> Option<NaiveDate> {
    let plan = &client.planned;
    let is_theirs = plan.next_planned_contact_assigned_to == reader.whole.personnel_id;
    plan.next_planned_contact_date.filter(|day| is_theirs && *day >= reader.page.visit.today)
}

/// What a change planned for a person and is still to be made: one contact as an invitation, several as a list.
pub fn to_contacts(db: &mut Db, reader: &Reader, server: &MailServer, job: &Job, change: ChangeId) -> Result<Composed> {
    let ids: BTreeSet<i64> = audit::queries::rows_of(db, change, "clients")?.into_iter().collect();
    let ids: Vec<ClientId> = ids.into_iter().map(ClientId).collect();
    let clients = clients::queries::find_each(db, &ids)?;
    let planned = clients.iter().filter_map(|client| {
        let how = client.planned.next_planned_contact_type.map(ContactType::as_str);
        day_of_theirs(reader, client).map(|day| Planned::new(client, day, how))
    });
    let mut planned: Vec<Planned> = planned.collect();
    let several = match planned.len() {
        0 => return Ok(Err("It is not planned for them any more.")),
        1 => return Ok(Ok(planned.remove(0).letter(reader, server, job, Method::Request))),
        several => several,
    };
    let line = |Planned { client, day, what }: &Planned| Line {
        words: format!("{what}, {}", reader.page.day(*day).full()),
        address: reader.address(&format!("/clients/{client}")),
    };
    Ok(Ok(Letter {
        to: reader.to.clone(),
        subject: format!("Planned for you: {several} contacts"),
        intro: "These contacts are planned for you.".into(),
        sections: vec![Section::new("Planned contacts", planned.iter().map(line).collect(), LISTED)],
        link: ("My work", reader.address("/my-work")),
        why: topic_words(Topic::Invitation),
        topic: Some(Topic::Invitation),
        calendar: None,
    }))
}

/// That a contact which was planned for a person on a day is planned for them no more.
pub fn off_contact(
    db: &mut Db,
    reader: &Reader,
    server: &MailServer,
    job: &Job,
    (id, day, how): (ClientId, NaiveDate, Option<&str>),
) -> Result<Composed> {
    let Some(client) = clients::queries::find_each(db, &[id])?.pop() else { return Ok(Err("The client is gone.")) };
    if day < reader.page.visit.today || day_of_theirs(reader, &client).is_some() {
        return Ok(Err("It is planned for them again, or its day is over."));
    }
    Ok(Ok(Planned::new(&client, day, how).letter(reader, server, job, Method::Cancel)))
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
