//! Recording a contact, correcting it, and doing what was promised.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::model::{parse_planned, says_contact, with_log_names};
use super::{Contact, ContactDraft, queries};
use crate::access::Visit;
use crate::audit::{self, Sensitivity};
use crate::clients::{self, Client, ContactType, PlannedContact};
use crate::db::Db;
use crate::db::ids::{ClientId, ContactId, PersonnelId};
use crate::error::{Error, Result};
use crate::people::{self, Colleague, choices};
use crate::records::{self, Kind};
use crate::web::{
    Choice, Field, FormData, FormView, Id, Input, Invalid, Page, Query, Reader, Shell, Values, Writer, html, redirect,
    values_of,
};

#[derive(Template)]
#[template(path = "contacts/form.html")]
struct ContactPage {
    shell: Shell,
    form: FormView,
    /// The entry that is corrected.
    contact_id: Option<ContactId>,
}

fn contact_fields(page: &Page, staff: &[Colleague], values: &Values, person_name: String) -> Vec<Field> {
    let made_by = staff.iter().map(|person| Choice::new(person.personnel_id, person.full_name.clone())).collect();
    let mut person = Field::new("contact_person_id", "Person met", records::pages::picker(Kind::Person));
    person.shown = person_name;
    let mut fields = vec![
        Field::new("contact_date", "Date", Input::Date).required(),
        Field::new("contact_type", "Type", Input::Select(Choice::all::<ContactType>())).required(),
        Field::new("contacted_by", "Made by", Input::Select(made_by)).required(),
        person,
        Field::new("contact_person_freetext", "Others met", Input::Line).hint("For people who are not on file."),
        Field::new("summary", "Summary", Input::Area(4)),
        Field::new("follow_up_needed", "Follow-up needed", Input::Tick),
        Field::new("follow_up_date", "Follow up on", Input::Date),
        Field::new(
            "follow_up_assigned_to",
            "Follow-up by",
            Input::Select(choices(staff, values, "follow_up_assigned_to")),
        ),
    ];
    if page.viewer().sees_confidential() {
        let mark = Field::new("is_confidential", "Confidential", Input::Tick)
            .hint("Only people with confidential access see it; the date still counts for everyone.");
        fields.push(mark);
    }
    fields
}

fn planned_fields(staff: &[Colleague], values: &Values) -> Vec<Field> {
    vec![
        Field::new("next_planned_contact_date", "Next contact on", Input::Date),
        Field::new("next_planned_contact_type", "Next contact by", Input::Select(Choice::all::<ContactType>())),
        Field::new(
            "next_planned_contact_assigned_to",
            "Next contact assigned to",
            Input::Select(choices(staff, values, "next_planned_contact_assigned_to")),
        ),
    ]
}

/// The contact form of a client, filled with what `values` hold.
pub fn form(db: &mut Db, page: &Page, staff: &[Colleague], client: &Client, values: &Values) -> Result<FormView> {
    let id = client.client_id;
    let mut fields = contact_fields(page, staff, values, person_name(db, values)?);
    fields.extend(planned_fields(staff, values));
    if client.planned.next_planned_contact_date.is_some() {
        let made = Field::new("planned_contact_made", "This was the planned contact", Input::Tick)
            .hint("The plan is cleared, or replaced by the next contact entered here.");
        fields.push(made);
    }
    Ok(FormView::new(format!("/clients/{id}/contact"), "Log contact", format!("/clients/{id}"), fields).filled(values))
}

fn person_name(db: &mut Db, values: &Values) -> Result<String> {
    let id = values.get("contact_person_id").and_then(|text| text.parse().ok());
    let name = people::queries::names(db, [id.map(PersonnelId)])?.of(id.map(PersonnelId));
    Ok(name.or_else(|| values.get("contact_person_id_name").cloned()).unwrap_or_default())
}

/// What a new contact form starts with: today, and who is signed in.
pub fn first_values(visit: &Visit) -> Values {
    let mut values = Values::from([("contact_date".to_owned(), visit.today.to_string())]);
    if let Some(person) = visit.viewer.personnel_id {
        values.insert("contacted_by".into(), person.to_string());
    }
    values
}

fn form_page(page: &Page, status: StatusCode, client: &Client, form: FormView) -> Result<Response> {
    let (id, name) = (client.client_id, &client.draft.client_name);
    let shell = page.shell(format!("Log contact with {name}"), "contacts").crumb(name, format!("/clients/{id}"));
    html(status, &ContactPage { shell, form, contact_id: None })
}

/// `GET /clients/{id}/contact`
pub async fn new(reader: Reader, Id(id): Id<ClientId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let client = clients::queries::find(db, id)?.ok_or(Error::NotFound)?;
            let staff = people::queries::staff(db)?;
            let form = form(db, page, &staff, &client, &first_values(&page.visit))?;
            form_page(page, StatusCode::OK, &client, form)
        })
        .await
}

/// `POST /clients/{id}/contact`: logs a contact, plans the next one, or both.
pub async fn create(writer: Writer, Id(id): Id<ClientId>, form: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let client = clients::queries::find(db, id)?.ok_or(Error::NotFound)?;
            record(db, page, &client, form)
        })
        .await
}

/// Logs what the form says and goes back to the client, or shows the form again.
fn record(db: &mut Db, page: &Page, client: &Client, sent: FormData) -> Result<Response> {
    let sent = records::pages::chosen_by_name(db, with_log_names(sent), "contact_person_id", Kind::Person)?;
    let staff = people::queries::staff(db)?;
    let plans = sent.has("next_planned_contact_date");
    let mut errors = Vec::new();
    let contact = (says_contact(&sent) || !plans)
        .then(|| ContactDraft::parse(&sent, &page.visit, &staff, None))
        .transpose()
        .unwrap_or_else(|invalid| {
            errors.extend(invalid.0);
            None
        });
    let planned = parse_planned(&sent, &page.visit, &staff, &client.planned).unwrap_or_else(|invalid| {
        errors.extend(invalid.0);
        PlannedContact::default()
    });
    if let Some(person) = contact.as_ref().and_then(|contact| contact.contact_person_id)
        && people::queries::names(db, [Some(person)])?.of(Some(person)).is_none()
    {
        errors.extend(Invalid::one("contact_person_id", "Choose a person on file, or type the name below.").0);
    }
    if !errors.is_empty() {
        let form = form(db, page, &staff, client, &sent.values())?.refused(Invalid(errors));
        return form_page(page, StatusCode::UNPROCESSABLE_ENTITY, client, form);
    }
    let id = client.client_id;
    if let Some(contact) = &contact {
        queries::insert(db, &page.visit, id, contact)?;
    }
    let kept = next_plan(&sent, contact.as_ref(), planned, client, plans);
    clients::queries::set_planned(db, &page.visit, id, &kept)?;
    let done = if contact.is_some() { "Contact logged." } else { "Next contact saved." };
    redirect(&format!("/clients/{id}"), done)
}

/// A planned contact that has been made is cleared or replaced by the next (product.md §3).
fn next_plan(
    sent: &FormData,
    contact: Option<&ContactDraft>,
    planned: PlannedContact,
    client: &Client,
    plans: bool,
) -> PlannedContact {
    let held = &client.planned;
    let is_made = contact.is_some_and(|contact| {
        sent.flag("planned_contact_made")
            || held.next_planned_contact_date.is_some_and(|date| date <= contact.contact_date)
    });
    match (planned.next_planned_contact_date, contact) {
        (Some(_), _) => planned,
        (None, None) if plans => planned,
        (None, Some(_)) if is_made => planned,
        (None, _) => held.clone(),
    }
}

#[derive(Template)]
#[template(path = "contacts/choose.html")]
struct ChoosePage {
    shell: Shell,
    form: FormView,
}

fn choose_form(db: &mut Db, page: &Page, values: &Values) -> Result<FormView> {
    let staff = people::queries::staff(db)?;
    let search = Input::Picker { search: "/clients/api/search".into(), create: Some("/clients/new".into()) };
    let mut client = Field::new("client_id", "Client", search).required();
    client.shown = values.get("client_id_name").cloned().unwrap_or_default();
    let mut fields = vec![client];
    fields.extend(contact_fields(page, &staff, values, person_name(db, values)?));
    fields.extend(planned_fields(&staff, values));
    Ok(FormView::new("/contacts/new", "Log contact", "/contacts", fields).filled(values))
}

/// `GET /contacts/new`: the client is chosen in the form.
pub async fn new_for_any(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let mut values = first_values(&page.visit);
            if let Some(id) = query.get("client").and_then(|text| text.parse().ok()).map(ClientId)
                && let Some(client) = clients::queries::find(db, id)?
            {
                values.insert("client_id".into(), id.to_string());
                values.insert("client_id_name".into(), client.draft.client_name);
            }
            let form = choose_form(db, page, &values)?;
            html(StatusCode::OK, &ChoosePage { shell: page.shell("Log contact", "contacts"), form })
        })
        .await
}

/// `POST /contacts/new`
pub async fn create_for_any(writer: Writer, form: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let client = match form.get("client_id").and_then(|text| text.parse().ok()).map(ClientId) {
                Some(id) => clients::queries::find(db, id)?,
                None => match form.get("client_id_name") {
                    Some(name) => match clients::queries::named(db, &name)? {
                        Some(id) => clients::queries::find(db, id)?,
                        None => None,
                    },
                    None => None,
                },
            };
            match client {
                Some(client) => record(db, page, &client, form),
                None => {
                    let invalid = Invalid::one("client_id", "Choose the client from the list.");
                    let form = choose_form(db, page, &form.values())?.refused(invalid);
                    let shell = page.shell("Log contact", "contacts");
                    html(StatusCode::UNPROCESSABLE_ENTITY, &ChoosePage { shell, form })
                }
            }
        })
        .await
}

fn edit_form(db: &mut Db, page: &Page, contact: &Contact, values: &Values) -> Result<FormView> {
    let staff = people::queries::staff(db)?;
    let mut fields = contact_fields(page, &staff, values, person_name(db, values)?);
    fields.push(Field::new("follow_up_done", "Follow-up done", Input::Tick));
    let (id, client) = (contact.contact_id, contact.client_id);
    Ok(FormView::new(format!("/contacts/{id}/edit"), "Save contact", format!("/clients/{client}"), fields)
        .filled(values))
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
            let form = edit_form(db, page, &contact, &values_of(&contact.draft))?.begun_on(contact.version);
            edit_page(page, StatusCode::OK, &contact, form)
        })
        .await
}

/// `POST /contacts/{id}/edit`
pub async fn update(writer: Writer, Id(id): Id<ContactId>, form: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let contact = queries::find(db, page.viewer(), id)?.ok_or(Error::NotFound)?;
            let form = records::pages::chosen_by_name(db, form, "contact_person_id", Kind::Person)?;
            let staff = people::queries::staff(db)?;
            let begun_on = form.version().unwrap_or(contact.version);
            let view = edit_form(db, page, &contact, &form.values())?.begun_on(begun_on);
            let draft = match ContactDraft::parse(&form, &page.visit, &staff, Some(&contact.draft)) {
                Ok(draft) => draft,
                Err(invalid) => {
                    return edit_page(page, StatusCode::UNPROCESSABLE_ENTITY, &contact, view.refused(invalid));
                }
            };
            if begun_on != contact.version || !queries::update(db, &page.visit, &contact, &draft)? {
                let class = if contact.draft.is_confidential { Sensitivity::Confidential } else { Sensitivity::Public };
                let by = audit::overtaken_by(db, page, "contact_log", id.0, class)?;
                let view = view.overtaken(&values_of(&contact.draft), contact.version, by);
                return edit_page(page, StatusCode::CONFLICT, &contact, view);
            }
            redirect(&format!("/clients/{}", contact.client_id), "Contact saved.")
        })
        .await
}

/// `POST /contacts/{id}/delete`
pub async fn delete(writer: Writer, Id(id): Id<ContactId>) -> Result<Response> {
    writer
        .write(move |db, page| {
            let contact = queries::find(db, page.viewer(), id)?.ok_or(Error::NotFound)?;
            queries::delete(db, &page.visit, page.viewer().require_admin()?, &contact)?;
            redirect(&format!("/clients/{}", contact.client_id), "Contact removed.")
        })
        .await
}

/// `POST /follow-ups/{id}/completion`: done, or with `done=` empty open again; back to where one was.
pub async fn complete(writer: Writer, Id(id): Id<ContactId>, form: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let contact = queries::find(db, page.viewer(), id)?.ok_or(Error::NotFound)?;
            if !contact.draft.follow_up_needed {
                return Err(Error::Refused("This contact needs no follow-up.".into()));
            }
            let done = !form.has("done") || form.flag("done");
            let draft = ContactDraft { follow_up_done: done, ..contact.draft.clone() };
            queries::update(db, &page.visit, &contact, &draft)?;
            let back = form.get("back").filter(|path| path.starts_with('/') && !path.starts_with("//"));
            let back = back.unwrap_or_else(|| format!("/clients/{}", contact.client_id));
            redirect(&back, if done { "Follow-up done." } else { "Follow-up open again." })
        })
        .await
}
