//! Correcting a contact, removing it, and doing what was promised.

use std::rc::Rc;

use axum::http::StatusCode;
use axum::response::Response;

use super::fields::contact_fields;
use super::mentioning::tell_mentioned;
use super::recording::{ContactPage, read_contact};
use super::{Contact, ContactDraft, queries};
use crate::audit::Sensitivity;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::ContactId;
use crate::people::{self, Lookups};
use crate::records::{self, RecordKind, picker};
use crate::web::saving::{BegunOn, Saved, Saving, begin, save, saved_by};
use crate::web::{
    Field, FormData, FormView, Id, Input, Invalid, JsonObject, Page, Reader, Values, Writer, html, programs, redirect,
    values_of,
};

/// The form that corrects an entry, which is held with its client.
struct Correction {
    contact: Contact,
    lookups: Rc<Lookups>,
}

impl Correction {
    fn of(contact: Contact) -> Self {
        Self { contact, lookups: Rc::default() }
    }

    fn client(&self) -> String {
        format!("/clients/{}", self.contact.client_id)
    }
}

impl Saving for Correction {
    type Draft = ContactDraft;

    fn chosen(&self, db: &mut Db, sent: FormData) -> Result<FormData> {
        picker::read(db, sent, "contact_person_id", RecordKind::Person)
    }

    fn read(&self, db: &mut Db, page: &Page, sent: &FormData) -> Result<Result<ContactDraft, Invalid>> {
        let staff = self.lookups.staff(db)?;
        read_contact(db, page, sent, staff, Some(&self.contact.draft))
    }

    fn begun_on(&self, _db: &mut Db, _page: &Page) -> Result<BegunOn> {
        Ok(vec![("version", self.contact.version.to_string())])
    }

    fn saved(&self, db: &mut Db, page: &Page, _sent: &FormData) -> Result<(Values, String)> {
        let is_confidential = self.contact.draft.is_confidential;
        let class = if is_confidential { Sensitivity::Confidential } else { Sensitivity::Public };
        let by = saved_by(db, page, "contact_log", self.contact.contact_id.0, class)?;
        Ok((current_values(db, &self.contact)?, by))
    }

    fn write(&self, db: &mut Db, page: &Page, draft: ContactDraft) -> Result<Saved> {
        queries::update(db, &page.visit, &self.contact, &draft)?;
        tell_mentioned(db, page, self.contact.contact_id, Some(&self.contact.draft), &draft)?;
        let message = format!("Contact with {} corrected", client_name(db, &self.contact)?);
        Ok(Saved { address: self.client(), message, id: Some(self.contact.contact_id.0) })
    }

    fn form(&self, db: &mut Db, page: &Page, values: &Values) -> Result<FormView> {
        let fields = fields(db, page, values)?;
        let action = format!("/contacts/{}/edit", self.contact.contact_id);
        Ok(FormView::new(action, "Save contact", self.client(), fields).filled(values))
    }

    fn show(&self, db: &mut Db, page: &Page, status: StatusCode, form: FormView) -> Result<Response> {
        let name = client_name(db, &self.contact)?;
        let about = format!("The contact of {} with {name}", page.day(self.contact.draft.contact_date).full());
        let shell = page.shell("Correct contact", "contacts").crumb(name, self.client());
        html(status, &ContactPage { shell, form, corrected: Some((self.contact.contact_id, about)) })
    }
}

/// The fields of a contact that is corrected.
pub fn fields(db: &mut Db, page: &Page, values: &Values) -> Result<Vec<Field>> {
    let mut fields = contact_fields(page, &people::queries::staff(db)?, values);
    fields.push(Field::new("follow_up_done", "Follow-up done", Input::Tick));
    // What is to be corrected may be any of them.
    fields.iter_mut().for_each(|field| field.is_folded = false);
    Ok(fields)
}

/// Corrects an entry for a program.
pub fn update_for_program(db: &mut Db, page: &Page, id: ContactId, sent: &JsonObject) -> Result<i64> {
    let contact = queries::find_held(db, page.viewer(), id)?.ok_or(Error::NotFound)?;
    programs::update(db, page, &Correction::of(contact), sent)
}

/// Gives an entry, one of many, other values, or those that are empty; whether any was another.
pub fn amend(
    db: &mut Db,
    page: &Page,
    lookups: &Rc<Lookups>,
    id: ContactId,
    (given, only_empty): (&Values, bool),
) -> Result<bool> {
    let contact = queries::find_held(db, page.viewer(), id)?.ok_or(Error::NotFound)?;
    let form = Correction { contact, lookups: lookups.clone() };
    programs::amend(db, page, &form, given, only_empty)
}

fn client_name(db: &mut Db, contact: &Contact) -> Result<String> {
    let id = contact.client_id.0;
    Ok(records::queries::names(db, RecordKind::Client, &[id])?.remove(&id).unwrap_or_default())
}

fn current_values(db: &mut Db, contact: &Contact) -> Result<Values> {
    picker::with_names(db, values_of(&contact.draft), &[("contact_person_id", RecordKind::Person)])
}

/// The form with the entry as it is, and what is wrong with what a small form sent: 422.
pub(super) fn refused(db: &mut Db, page: &Page, contact: Contact, invalid: Invalid) -> Result<Response> {
    let values = current_values(db, &contact)?;
    let kind = Correction::of(contact);
    let begun_on = kind.begun_on(db, page)?;
    let form = kind.form(db, page, &values)?.begun_on(begun_on).refused(invalid);
    kind.show(db, page, StatusCode::UNPROCESSABLE_ENTITY, form)
}

/// `GET /contacts/{id}/edit`
pub async fn edit(reader: Reader, Id(id): Id<ContactId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let contact = queries::find(db, page.viewer(), id)?.ok_or(Error::NotFound)?;
            let values = current_values(db, &contact)?;
            begin(db, page, &Correction::of(contact), &values)
        })
        .await
}

/// `POST /contacts/{id}/edit`
pub async fn update(writer: Writer, Id(id): Id<ContactId>, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let contact = queries::find_held(db, page.viewer(), id)?.ok_or(Error::NotFound)?;
            save(db, page, &Correction::of(contact), &sent)
        })
        .await
}

/// `POST /contacts/{id}/delete`
pub async fn delete(writer: Writer, Id(id): Id<ContactId>) -> Result<Response> {
    writer
        .write(move |db, page| {
            let contact = queries::find_held(db, page.viewer(), id)?.ok_or(Error::NotFound)?;
            queries::delete(db, &page.visit, page.viewer().require_admin()?, &contact)?;
            redirect(
                &format!("/clients/{}", contact.client_id),
                &format!("Contact with {} removed", client_name(db, &contact)?),
            )
        })
        .await
}

/// `POST /follow-ups/{id}/completion`: done, or with `done=` empty open again.
pub async fn complete(writer: Writer, Id(id): Id<ContactId>, form: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let contact = queries::find_held(db, page.viewer(), id)?.ok_or(Error::NotFound)?;
            if !contact.draft.follow_up_needed {
                return Err(Error::Refused("This contact needs no follow-up.".into()));
            }
            let done = !form.has("done") || form.flag("done");
            let draft = ContactDraft { follow_up_done: done, ..contact.draft.clone() };
            queries::update(db, &page.visit, &contact, &draft)?;
            let state = if done { "done" } else { "open again" };
            let message = format!("Follow-up with {} {state}", client_name(db, &contact)?);
            redirect(&way_back(&form, &contact), &message)
        })
        .await
}

/// The page from which a follow-up was ticked: one of those that list them, or the client's.
fn way_back(form: &FormData, contact: &Contact) -> String {
    match form.get("back").as_deref() {
        Some("dashboard") => "/crm/dashboard".into(),
        Some("my-work") => "/my-work".into(),
        Some("follow-ups") => "/follow-ups".into(),
        Some(person) if person.parse::<i64>().is_ok() => format!("/people/{person}"),
        _ => format!("/clients/{}", contact.client_id),
    }
}
