//! The invitation to a meeting as a file that calendars take in.

use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::feed::{calendar_headers, host, stamp};
use super::ical::{Calendar, Event, sequence_at};
use crate::error::{Error, Result};
use crate::ids::MeetingId;
use crate::meetings;
use crate::records::{self, RecordKind};
use crate::web::{Id, Reader, origin};

/// `GET /crm/meetings/{id}/invitation.ics`: those who are invited are asked for, by the addresses on file.
pub async fn show(reader: Reader, Id(id): Id<MeetingId>, headers: HeaderMap) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_team()?;
            let meeting = meetings::queries::find(db, pass, id)?.ok_or(Error::NotFound)?;
            let invited = meetings::attendee_queries::list(db, pass, id)?;
            let ids: Vec<i64> = invited.iter().map(|(person, _)| person.0).collect();
            let mut people: Vec<(String, String)> = Vec::new();
            for person in records::queries::by_ids(db, RecordKind::Person, &ids)? {
                people.extend(person.text("email").map(|email| (person.name.clone(), email)));
            }
            people.sort();
            let own = page.viewer().personnel_id.map(|own| records::queries::by_ids(db, RecordKind::Person, &[own.0]));
            let own = own.transpose()?.and_then(|mut found| found.pop());
            let organizer = own.and_then(|person| Some((person.name.clone(), person.text("email")?)));
            let place = origin(&page.config, &headers);
            let is_asked = organizer.is_some() && !people.is_empty();
            let mut calendar = Calendar::new(if is_asked { "REQUEST" } else { "PUBLISH" }, stamp(&page.config));
            calendar.add(&Event {
                uid: format!("meeting-{id}@{}", host(&place)),
                day: Some(meeting.draft.meeting_date),
                summary: meeting.draft.title,
                description: String::new(),
                url: format!("{place}/crm/meetings/{id}"),
                sequence: sequence_at(page.visit.now),
                is_off: false,
                organizer: organizer.filter(|_| is_asked),
                attendees: if is_asked { people } else { Vec::new() },
            });
            let name = format!("meeting-{}.ics", meeting.draft.meeting_date);
            Ok((StatusCode::OK, calendar_headers(&name), calendar.finish()).into_response())
        })
        .await
}
