//! Correcting a contact, removing it, and doing what was promised.

use axum::http::StatusCode;
use axum::response::Response;

use super::recording::{ContactPage, contact_fields, read_contact};
use super::{Contact, ContactDraft, queries};
use crate::audit::Sensitivity;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::ContactId;
use crate::people;
use crate::records::{RecordKind, picker};
use crate::web::saving::saved_by;
use crate::web::{Field, FormData, FormView, Id, Input, Page, Reader, Values, Writer, html, redirect, values_of};

fn edit_form(db: &mut Db, page: &Page, contact: &Contact, values: &Values) -> Result<FormView> {
    let staff = people::queries::staff(db)?;
    let mut fields = contact_fields(page, &staff, values);
    fields.push(Field::new("follow_up_done", "Follow-up done", Input::Tick));
    let (id, client) = (contact.contact_id, contact.client_id);
    Ok(FormView::new(format!("/contacts/{id}/edit"), "Save contact", format!("/clients/{client}"), fields)
        .filled(values)
        .begun_on(contact.version))
}

fn current_values(db: &mut Db, contact: &Contact) -> Result<Values> {
    picker::with_names(db, values_of(&contact.draft), &[("contact_person_id", RecordKind::Person)])
}

fn edit_page(page: &Page, status: StatusCode, contact: &Contact, form: FormView) -> Result<Response> {
    let shell = page.shell("Correct contact", "contacts").crumb("Client", format!("/clients/{}", contact.client_id));
    html(status, &ContactPage { shell, form, contact_id: Some(contact.contact_id) })
}

/// `GET /contacts/{id}/edit`
pub async fn edit(reader: Reader, Id(id): Id<ContactId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let contact = queries::find(db, page.viewer(), id)?.ok_or(Error::NotFound)?;
            let values = current_values(db, &contact)?;
            let form = edit_form(db, page, &contact, &values)?;
            edit_page(page, StatusCode::OK, &contact, form)
        })
        .await
}

/// `POST /contacts/{id}/edit`
pub async fn update(writer: Writer, Id(id): Id<ContactId>, form: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let contact = queries::find_held(db, page.viewer(), id)?.ok_or(Error::NotFound)?;
            let form = picker::read(db, form.clone(), "contact_person_id", RecordKind::Person)?;
            let staff = people::queries::staff(db)?;
            let view = edit_form(db, page, &contact, &form.values())?;
            let draft = match read_contact(db, page, &form, &staff, Some(&contact.draft))? {
                Ok(draft) => draft,
                Err(invalid) => {
                    let view = view.as_sent(&form).refused(invalid);
                    return edit_page(page, StatusCode::UNPROCESSABLE_ENTITY, &contact, view);
                }
            };
            if view.is_in_conflict(&form) {
                let class = if contact.draft.is_confidential { Sensitivity::Confidential } else { Sensitivity::Public };
                let by = saved_by(db, page, "contact_log", id.0, class)?;
                let view = view.in_conflict(&current_values(db, &contact)?, by);
                return edit_page(page, StatusCode::CONFLICT, &contact, view);
            }
            queries::update(db, &page.visit, &contact, &draft)?;
            redirect(&format!("/clients/{}", contact.client_id), "Contact saved.")
        })
        .await
}

/// `POST /contacts/{id}/delete`
pub async fn delete(writer: Writer, Id(id): Id<ContactId>) -> Result<Response> {
    writer
        .write(move |db, page| {
            let contact = queries::find_held(db, page.viewer(), id)?.ok_or(Error::NotFound)?;
            queries::delete(db, &page.visit, page.viewer().require_admin()?, &contact)?;
            redirect(&format!("/clients/{}", contact.client_id), "Contact removed.")
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
            redirect(
                &format!("/clients/{}", contact.client_id),
                if done { "Follow-up done." } else { "Follow-up open again." },
            )
        })
        .await
}
