//! Moving what stands in the calendar to another day, whatever it is, each by its slice and its rules.

use axum::response::Response;
use chrono::NaiveDate;

use super::grid::Asked;
use super::pages::{Refused, calendar};
use crate::action_items::{self, ItemDraft};
use crate::clients;
use crate::contacts;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::{ClientId, ContactId, ItemId, MeetingId};
use crate::meetings::{self, MeetingDraft, MeetingStatus};
use crate::web::{FormData, Invalid, Page, Query, Writer, redirect};

/// `POST /calendar/moves`: the `entry`, by its address, to another `day`; `shown` is what the page showed.
pub async fn create(writer: Writer, form: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let shown = Query::parse(&form.get("shown").unwrap_or_default());
            let asked = Asked::parse(&shown, page.visit.today);
            let entry = form.get("entry").unwrap_or_default();
            let refuse = |db: &mut Db, words: String| {
                let day = form.get("day").unwrap_or_default();
                calendar(db, page, asked, Some(Refused { entry: entry.clone(), day, words }))
            };
            let Some((kind, id)) = entry.rsplit_once('/').and_then(|(kind, id)| Some((kind, id.parse::<i64>().ok()?)))
            else {
                return refuse(db, "Choose what is to be moved.".into());
            };
            let day = match contacts::acts::day_in(page, &form, "day") {
                Ok(day) => day,
                Err(Invalid(errors)) => {
                    return refuse(db, errors.into_iter().map(|error| error.message).collect());
                }
            };
            let what = match kind {
                "/action-items" => move_item(db, page, ItemId(id), day)?,
                "/follow-ups" => move_follow_up(db, page, ContactId(id), day)?,
                "/clients" => move_planned(db, page, ClientId(id), day)?,
                "/crm/meetings" => move_meeting(db, page, MeetingId(id), day)?,
                _ => return refuse(db, "Choose what is to be moved.".into()),
            };
            let place = entry_anchor(kind, id);
            redirect(&format!("{}#{place}", asked.address()), &format!("{what} moved to {}", page.day(day).full()))
        })
        .await
}

/// The part of the page in which an entry stands.
fn entry_anchor(kind: &str, id: i64) -> String {
    let word = match kind {
        "/action-items" => "item",
        "/follow-ups" => "follow-up",
        "/clients" => "contact",
        _ => "meeting",
    };
    format!("entry-{word}-{id}")
}

fn move_item(db: &mut Db, page: &Page, id: ItemId, day: NaiveDate) -> Result<&'static str> {
    let item = action_items::queries::find_held(db, page.viewer(), id)?.ok_or(Error::NotFound)?;
    let draft = ItemDraft { due_date: Some(day), ..item.row.draft.clone() };
    action_items::queries::update(db, &page.visit, &item, &draft)?;
    Ok("Action item")
}

fn move_follow_up(db: &mut Db, page: &Page, id: ContactId, day: NaiveDate) -> Result<&'static str> {
    let contact = contacts::queries::find_held(db, page.viewer(), id)?.ok_or(Error::NotFound)?;
    contacts::acts::move_follow_up(db, page, &contact, day)?;
    Ok("Follow-up")
}

fn move_planned(db: &mut Db, page: &Page, id: ClientId, day: NaiveDate) -> Result<&'static str> {
    let client = clients::queries::find_held(db, id)?.ok_or(Error::NotFound)?;
    if let Some(words) = clients::queries::gone(db, &client)? {
        return Err(Error::Refused(words));
    }
    contacts::acts::move_planned(db, page, &client, day)?;
    Ok("Planned contact")
}

fn move_meeting(db: &mut Db, page: &Page, id: MeetingId, day: NaiveDate) -> Result<&'static str> {
    let pass = page.viewer().team().ok_or(Error::NotFound)?;
    let meeting = meetings::queries::find_held(db, pass, id)?.ok_or(Error::NotFound)?;
    if meeting.status != MeetingStatus::Planned {
        return Err(Error::Refused("This meeting is on or held already: it stays on its day.".into()));
    }
    let draft = MeetingDraft { meeting_date: day, ..meeting.draft.clone() };
    meetings::queries::update(db, &page.visit, pass, &meeting, &draft)?;
    Ok("Meeting")
}
