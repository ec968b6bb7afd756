//! What is promised or planned, moved to another day or handed on to another colleague, by one act each.

use axum::http::HeaderMap;
use axum::response::Response;
use chrono::NaiveDate;

use super::{Contact, ContactDraft, correcting, queries, recording};
use crate::clients::{self, Client, PlannedContact};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::{ClientId, ContactId, PersonnelId};
use crate::people;
use crate::records::{self, RecordKind};
use crate::web::{Checked, FormData, Id, Invalid, Page, Writer, redirect, sent_from};

/// The day that a field names: one has to be named, today or later.
pub fn day_in(page: &Page, form: &FormData, field: &str) -> Result<NaiveDate, Invalid> {
    let mut checked = Checked::new(form);
    let day = checked.date(field);
    match day {
        None if !checked.is_refused(field) => checked.refuse(field, "Enter the day it is moved to."),
        Some(day) if day < page.visit.today => checked.refuse(field, "Choose today or a later day."),
        _ => {}
    }
    checked.finish(day.unwrap_or_default())
}

/// The colleague that a field names, with their name.
fn colleague_in(db: &mut Db, form: &FormData, field: &str) -> Result<Result<(PersonnelId, String), Invalid>> {
    let staff = people::queries::staff(db)?;
    let chosen = people::chosen(form, field, &staff);
    let found = staff.into_iter().find(|person| Some(person.personnel_id) == chosen);
    let found = found.map(|person| (person.personnel_id, person.full_name));
    Ok(found.ok_or_else(|| Invalid::one(field, "Choose an active colleague.")))
}

/// Moves the follow-up of a contact that is held.
pub fn move_follow_up(db: &mut Db, page: &Page, contact: &Contact, day: NaiveDate) -> Result<()> {
    let draft = ContactDraft { follow_up_needed: true, follow_up_date: Some(day), ..contact.draft.clone() };
    queries::update(db, &page.visit, contact, &draft)
}

/// Moves the planned contact of a client.
pub fn move_planned(db: &mut Db, page: &Page, client: &Client, day: NaiveDate) -> Result<()> {
    let planned = PlannedContact { next_planned_contact_date: Some(day), ..client.planned.clone() };
    clients::plan_queries::set_planned(db, &page.visit, client.client_id, &planned)
}

/// The name of a client, for the message of what was done.
fn name_of(db: &mut Db, client: ClientId) -> Result<String> {
    Ok(records::queries::names(db, RecordKind::Client, &[client.0])?.remove(&client.0).unwrap_or_default())
}

/// Back to where the act was done, or else to the client.
fn back(headers: &HeaderMap, client: ClientId, message: &str) -> Result<Response> {
    redirect(&sent_from(headers).unwrap_or_else(|| format!("/clients/{client}")), message)
}

/// `POST /follow-ups/{id}/moved`: to another `follow_up_date`.
pub async fn moved(writer: Writer, Id(id): Id<ContactId>, headers: HeaderMap, form: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let contact = queries::find_held(db, page.viewer(), id)?.ok_or(Error::NotFound)?;
            let day = match day_in(page, &form, "follow_up_date") {
                Ok(day) => day,
                Err(invalid) => return correcting::refused(db, page, contact, invalid),
            };
            move_follow_up(db, page, &contact, day)?;
            let client = name_of(db, contact.client_id)?;
            let message = format!("Follow-up with {client} moved to {}", page.day(day).full());
            back(&headers, contact.client_id, &message)
        })
        .await
}

/// `POST /follow-ups/{id}/handed-on`: to another colleague, `follow_up_assigned_to`, by id or by name.
pub async fn handed_on(writer: Writer, Id(id): Id<ContactId>, headers: HeaderMap, form: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let contact = queries::find_held(db, page.viewer(), id)?.ok_or(Error::NotFound)?;
            let (person, name) = match colleague_in(db, &form, "follow_up_assigned_to")? {
                Ok(found) => found,
                Err(invalid) => return correcting::refused(db, page, contact, invalid),
            };
            let draft =
                ContactDraft { follow_up_needed: true, follow_up_assigned_to: Some(person), ..contact.draft.clone() };
            queries::update(db, &page.visit, &contact, &draft)?;
            let client = name_of(db, contact.client_id)?;
            back(&headers, contact.client_id, &format!("Follow-up with {client} handed on to {name}"))
        })
        .await
}

/// `POST /clients/{id}/planned-contact`: to another `next_planned_contact_date`, or another colleague,
/// `next_planned_contact_assigned_to`; what is not sent stays.
pub async fn plan(writer: Writer, Id(id): Id<ClientId>, headers: HeaderMap, form: FormData) -> Result<Response> {
    const DAY: &str = "next_planned_contact_date";
    const PERSON: &str = "next_planned_contact_assigned_to";
    writer
        .write(move |db, page| {
            let client = clients::queries::find_held(db, id)?.ok_or(Error::NotFound)?;
            if let Some(words) = clients::queries::gone(db, &client)? {
                return Err(Error::Refused(words));
            }
            if client.planned.next_planned_contact_date.is_none() && !form.has(DAY) {
                return Err(Error::Refused("No contact is planned with this client.".into()));
            }
            let words = if form.has(DAY) {
                let day = match day_in(page, &form, DAY) {
                    Ok(day) => day,
                    Err(invalid) => return recording::refused(db, page, client, invalid),
                };
                move_planned(db, page, &client, day)?;
                format!("Contact with {} planned for {}", client.draft.client_name, page.day(day).full())
            } else {
                let (person, name) = match colleague_in(db, &form, PERSON)? {
                    Ok(found) => found,
                    Err(invalid) => return recording::refused(db, page, client, invalid),
                };
                let planned =
                    PlannedContact { next_planned_contact_assigned_to: Some(person), ..client.planned.clone() };
                clients::plan_queries::set_planned(db, &page.visit, id, &planned)?;
                format!("Planned contact with {} handed on to {name}", client.draft.client_name)
            };
            back(&headers, id, &words)
        })
        .await
}
