//! Invitations that calendars take in: to a meeting of the team, and to a contact that someone else planned for one.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::composing::{Composed, Reader, topic_words};
use super::letter::{Letter, Line, Section, one_line};
use super::model::Topic;
use crate::audit;
use crate::calendar::ical::{Calendar, Event};
use crate::clients;
use crate::config::MailServer;
use crate::db::Db;
use crate::error::Result;
use crate::ids::{ChangeId, ClientId, MeetingId};
use crate::jobs::Job;
use crate::meetings::{self, MeetingStatus};

/// Contacts of one change that are listed.
const LISTED: usize = 50;

/// What one is invited to, and where it stands.
struct Asked {
    uid: String,
    event: Event,
    intro: String,
}

/// The invitation to a meeting that is still to be held. Its title is the team's: where mail may not hold it, the
/// calendar says “Meeting”.
pub fn to_meeting(db: &mut Db, reader: &Reader, server: &MailServer, job: &Job, id: MeetingId) -> Result<Composed> {
    let Some(pass) = reader.whole.team() else { return Ok(Err("They are not of the NED Team any more.")) };
    let Some(meeting) = meetings::queries::find(db, pass, id)? else { return Ok(Err("The meeting is gone.")) };
    let invited = meetings::attendee_queries::list(db, pass, id)?;
    let is_asked = invited.iter().any(|(person, _)| Some(*person) == reader.whole.personnel_id);
    if !is_asked || meeting.status != MeetingStatus::Planned || meeting.draft.meeting_date < reader.page.visit.today {
        return Ok(Err("They are not invited any more, or it is over."));
    }
    let day = reader.page.day(meeting.draft.meeting_date).full();
    let title = match reader.page.viewer().team() {
        Some(_) => one_line(&meeting.draft.title),
        None => "Meeting".into(),
    };
    let event = Event {
        day: meeting.draft.meeting_date,
        url: reader.address(&format!("/crm/meetings/{id}")),
        sequence: meeting.version - 1,
        summary: title.clone(),
        ..Event::default()
    };
    let asked = Asked { uid: format!("meeting-{id}"), event, intro: format!("You are invited: {title}, {day}.") };
    Ok(Ok(letter(reader, server, job, asked)))
}

/// What a change planned for a person and is still to be made: one contact as an invitation, several as a list.
pub fn to_contacts(db: &mut Db, reader: &Reader, server: &MailServer, job: &Job, change: ChangeId) -> Result<Composed> {
    let mut planned: Vec<(ClientId, NaiveDate, String)> = Vec::new();
    let ids: BTreeSet<i64> = audit::queries::rows_of(db, change, "clients")?.into_iter().collect();
    let ids: Vec<ClientId> = ids.into_iter().map(ClientId).collect();
    for client in clients::queries::find_each(db, &ids)? {
        let plan = &client.planned;
        let is_theirs = plan.next_planned_contact_assigned_to == reader.whole.personnel_id;
        let day = plan.next_planned_contact_date.filter(|day| is_theirs && *day >= reader.page.visit.today);
        let how = plan.next_planned_contact_type.map_or_else(|| "Contact".into(), |kind| kind.to_string());
        planned.extend(
            day.map(|day| (client.client_id, day, format!("{how} with {}", one_line(&client.draft.client_name)))),
        );
    }
    let in_words = |day: NaiveDate| reader.page.day(day).full();
    match &planned[..] {
        [] => Ok(Err("It is not planned for them any more.")),
        [(id, day, what)] => {
            let event = Event {
                day: *day,
                url: reader.address(&format!("/clients/{id}")),
                // Grows with time: what was planned later stands.
                sequence: job.created_date.and_utc().timestamp() / 60,
                summary: what.clone(),
                ..Event::default()
            };
            let intro = format!("This is planned for you: {what}, {}.", in_words(*day));
            let person = reader.whole.personnel_id.map(|person| person.to_string()).unwrap_or_default();
            Ok(Ok(letter(reader, server, job, Asked { uid: format!("contact-{id}-{person}"), event, intro })))
        }
        several => {
            let line = |(id, day, what): &(ClientId, NaiveDate, String)| Line {
                words: format!("{what}, {}", in_words(*day)),
                address: reader.address(&format!("/clients/{id}")),
            };
            let lines = several.iter().map(line).collect();
            Ok(Ok(Letter {
                to: reader.to.clone(),
                subject: format!("Planned for you: {} contacts", several.len()),
                intro: "These contacts are planned for you.".into(),
                sections: vec![Section::new("Planned contacts", lines, LISTED)],
                link: ("My work", reader.address("/my-work")),
                why: topic_words(Topic::Invitation),
                topic: Some(Topic::Invitation),
                calendar: None,
            }))
        }
    }
}

fn letter(reader: &Reader, server: &MailServer, job: &Job, asked: Asked) -> Letter {
    let Asked { uid, event, intro } = asked;
    let (name, email) = &reader.to;
    let host = reader.address("").rsplit('/').next().unwrap_or_default().to_owned();
    let own = server.from.name.clone().unwrap_or_else(|| "Roundtable".into());
    let event = Event {
        uid: format!("{uid}@{host}"),
        organizer: Some((own, server.from.email.to_string())),
        attendees: vec![(name.clone(), email.clone())],
        ..event
    };
    let mut calendar = Calendar::new("REQUEST", job.created_date);
    calendar.add(&event);
    Letter {
        to: reader.to.clone(),
        subject: event.summary.clone(),
        intro,
        sections: Vec::new(),
        link: ("In Roundtable", event.url),
        why: topic_words(Topic::Invitation),
        topic: Some(Topic::Invitation),
        calendar: Some(calendar.finish()),
    }
}
