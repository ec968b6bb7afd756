//! The calendar that other programs read under a secret address, with the rights its holder has now.

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{Days, NaiveDateTime, NaiveTime};

use super::address_queries;
use super::entries::{self, Entry, Kind};
use super::ical::{Calendar, Event};
use super::token::Token;
use crate::access::Viewer;
use crate::config::Config;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::records;
use crate::sessions;
use crate::web::{Guest, origin};

/// How far back and ahead a calendar reaches, in days.
const BACK: u64 = 60;
const AHEAD: u64 = 400;

/// `GET /calendar/{token}.ics`: 404 for an address that was never made, is revoked, or whose account has ended.
pub async fn show(guest: Guest, Path(file): Path<String>, headers: HeaderMap) -> Result<Response> {
    let token = Token::from_address(&file).ok_or(Error::NotFound)?;
    let config = guest.config();
    let place = origin(&config, &headers);
    let text = guest
        .app
        .database
        .read(move |db| {
            let user = address_queries::holder(db, &token)?.ok_or(Error::NotFound)?;
            let viewer = sessions::queries::viewer_of(db, user)?.ok_or(Error::NotFound)?;
            written(db, &config, &viewer, &place)
        })
        .await?;
    Ok((StatusCode::OK, calendar_headers("calendar.ics"), text).into_response())
}

/// What a calendar file is sent with; nothing on the way keeps it.
pub fn calendar_headers(name: &str) -> [(header::HeaderName, String); 3] {
    [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8".into()),
        (header::CONTENT_DISPOSITION, format!("inline; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".into()),
    ]
}

fn written(db: &mut Db, config: &Config, viewer: &Viewer, place: &str) -> Result<String> {
    let today = config.today();
    let days = (today - Days::new(BACK), today + Days::new(AHEAD));
    let mut calendar = Calendar::new("PUBLISH", stamp(config)).followed(&format!("Roundtable: {}", viewer.full_name));
    let kept = entries::kept_of(db, viewer, days)?;
    let names = records::queries::names_of(db, kept.mentioned())?;
    for entry in kept.named(&names) {
        calendar.add(&event(&entry, place));
    }
    Ok(calendar.finish())
}

/// As of when a calendar tells: the beginning of the day, so that the same is told in the same words.
pub fn stamp(config: &Config) -> NaiveDateTime {
    config.today().and_time(NaiveTime::MIN)
}

/// The host in an origin, which makes ids of entries our own.
pub fn host(place: &str) -> &str {
    place.rsplit('/').next().unwrap_or(place)
}

/// An entry as other programs are told it: what is for few has no words of its own there, since whoever runs the other
/// calendar reads along.
fn event(entry: &Entry, place: &str) -> Event {
    let (summary, description) = match (entry.is_restricted, entry.kind) {
        (true, kind) => (kind.label().to_owned(), String::new()),
        (false, Kind::Planned) => {
            let name = entry.client.as_ref().map(|(_, name)| name.as_str()).unwrap_or_default();
            let how = if entry.title.is_empty() { "Contact" } else { &entry.title };
            (format!("{how} with {name}"), String::new())
        }
        (false, Kind::FollowUp) => {
            let name = entry.client.as_ref().map(|(_, name)| name.as_str()).unwrap_or_default();
            (format!("Follow up with {name}"), entry.title.clone())
        }
        (false, Kind::Item | Kind::Meeting) => (entry.words(), String::new()),
    };
    // A plan has no version that grows with it: another day is another entry.
    let day = if entry.kind == Kind::Planned { format!("-{}", entry.day.format("%Y%m%d")) } else { String::new() };
    Event {
        uid: format!("{}-{}{day}@{}", entry.kind.word(), entry.id, host(place)),
        day: Some(entry.day),
        summary,
        description,
        url: format!("{place}{}", entry.link()),
        sequence: entry.version.max(1) - 1,
        ..Event::default()
    }
}
