//! Recording a contact, planning the next one, or both.

use std::cell::Cell;
use std::rc::Rc;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;

use super::fields::{contact_fields, planned_fields};
use super::mentioning::tell_mentioned;
use super::model::{says_contact, with_log_names};
use super::{ContactDraft, plan, queries};
use crate::access::Visit;
use crate::clients::{self, Client, PlannedContact};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::{ClientId, ContactId};
use crate::people::{self, Colleague, Lookups};
use crate::records::{RecordKind, picker};
use crate::web::saving::{Saved, Saving, begin, save};
use crate::web::{
    Field, FormData, FormView, Id, Input, Invalid, JsonObject, Page, Query, Reader, Shell, Values, Writer, html,
    offer_draft, programs, values_of,
};

#[derive(Template)]
#[template(path = "contacts/form.html")]
pub(super) struct ContactPage {
    pub shell: Shell,
    pub form: FormView,
    /// The entry that is corrected, and what it is called.
    pub corrected: Option<(ContactId, String)>,
}

/// The contact form of a client: for a contact that was made, the next one, or both.
fn form(page: &Page, staff: &[Colleague], client: &Client, values: &Values) -> FormView {
    let id = client.client_id;
    let planned = client.planned.next_planned_contact_date;
    let mut fields = contact_fields(page, staff, values);
    // Whoever is met and not on file yet works for the client.
    for field in fields.iter_mut().filter(|field| field.name == "contact_person_id") {
        field.input = picker::input_making(RecordKind::Person, &[("client", &id.to_string())]);
    }
    fields.extend(planned_fields(staff, values));
    if let Some(day) = planned {
        let made = Field::new(MADE, "This was the planned contact", Input::Tick)
            .hint(format!("Planned for {day}. The plan is cleared, or replaced by the next contact entered here."));
        fields.push(made);
    }
    let form =
        FormView::new(format!("/clients/{id}/contact"), "Log contact", format!("/clients/{id}"), fields).filled(values);
    match values.get(plan::HELD) {
        Some(begun) => form.carrying(plan::HELD, begun.clone()),
        None => form,
    }
}

/// The tick by which a contact is told to be the planned one.
const MADE: &str = "planned_contact_made";

/// The form as it begins: today, who is signed in, and what is planned; on its day or later with the tick set.
pub fn blank_form(page: &Page, staff: &[Colleague], client: &Client) -> FormView {
    form(page, staff, client, &blank_values(page, client))
}

fn blank_values(page: &Page, client: &Client) -> Values {
    let mut values = first_values(&page.visit);
    values.extend(values_of(&client.planned));
    values.insert(plan::HELD.into(), plan::of_values(&values));
    if client.planned.next_planned_contact_date.is_some_and(|day| day <= page.visit.today) {
        values.insert(MADE.into(), "on".into());
    }
    values
}

/// What a new contact form starts with: today, and who is signed in.
fn first_values(visit: &Visit) -> Values {
    let mut values = Values::from([("contact_date".to_owned(), visit.today.to_string())]);
    if let Some(person) = visit.viewer.personnel_id {
        values.insert("contacted_by".into(), person.to_string());
    }
    values
}

/// What a contact form asks for: a contact that was made, the plan that takes the place of the one held, or both.
pub(super) struct Recorded {
    contact: Option<ContactDraft>,
    planned: Option<PlannedContact>,
    /// The day of a plan that stays although the contact may have been the planned one.
    due: Option<NaiveDate>,
}

/// The contact form of a client, which is held.
struct Recording {
    client: Client,
    /// Whether the plan that was sent would replace one that its sender has not seen.
    is_plan_late: Cell<bool>,
    lookups: Rc<Lookups>,
}

impl Recording {
    fn new(client: Client) -> Self {
        Self { client, is_plan_late: Cell::new(false), lookups: Rc::default() }
    }
}

impl Saving for Recording {
    type Draft = Recorded;

    fn chosen(&self, db: &mut Db, sent: FormData) -> Result<FormData> {
        picker::read(db, with_log_names(sent), "contact_person_id", RecordKind::Person)
    }

    fn gone(&self, db: &mut Db) -> Result<Option<String>> {
        clients::queries::gone(db, &self.client)
    }

    fn read(&self, db: &mut Db, page: &Page, sent: &FormData) -> Result<Result<Recorded, Invalid>> {
        read_recorded(db, page, self, sent)
    }

    fn write(&self, db: &mut Db, page: &Page, draft: Recorded) -> Result<Saved> {
        let id = self.client.client_id;
        let contact = draft.contact.as_ref();
        let made = contact.map(|contact| queries::insert(db, &page.visit, id, contact)).transpose()?;
        if let Some((contact, id)) = contact.zip(made) {
            tell_mentioned(db, page, id, None, contact)?;
        }
        if let Some(plan) = &draft.planned {
            clients::plan_queries::set_planned(db, &page.visit, id, plan)?;
        }
        let name = &self.client.draft.client_name;
        let message = match (&draft.contact, draft.due) {
            (Some(_), Some(day)) => {
                format!("Contact with {name} logged. Was this the planned contact of {day}? If so, clear the plan.")
            }
            (Some(_), None) => format!("Contact with {name} logged"),
            (None, _) => format!("Next contact with {name} saved"),
        };
        Ok(Saved { address: format!("/clients/{id}"), message, id: made.map(|contact| contact.0) })
    }

    fn form(&self, db: &mut Db, page: &Page, values: &Values) -> Result<FormView> {
        let staff = self.lookups.staff(db)?;
        let mut values = values.clone();
        if self.is_plan_late.get() {
            // Whoever saves again has seen the plan that takes the place of theirs.
            values.insert(plan::HELD.into(), plan::of_values(&values_of(&self.client.planned)));
        }
        Ok(form(page, staff, &self.client, &values))
    }

    fn show(&self, _db: &mut Db, page: &Page, status: StatusCode, form: FormView) -> Result<Response> {
        let (id, name) = (self.client.client_id, &self.client.draft.client_name);
        let shell = page.shell(format!("Log contact with {name}"), "contacts").crumb(name, format!("/clients/{id}"));
        html(status, &ContactPage { shell, form, corrected: None })
    }
}

/// The form with the plan as it is, and what is wrong with what a small form sent: 422.
pub(super) fn refused(db: &mut Db, page: &Page, client: Client, invalid: Invalid) -> Result<Response> {
    let values = blank_values(page, &client);
    let kind = Recording::new(client);
    let form = kind.form(db, page, &values)?.refused(invalid);
    kind.show(db, page, StatusCode::UNPROCESSABLE_ENTITY, form)
}

/// The fields of a contact that is logged, and of the next one.
pub fn fields(db: &mut Db, page: &Page) -> Result<Vec<Field>> {
    let (staff, values) = (people::queries::staff(db)?, first_values(&page.visit));
    let fields = [contact_fields(page, &staff, &values), planned_fields(&staff, &values)].concat();
    Ok(FormView::new("", "", "", fields).filled(&values).fields)
}

/// Logs a contact with a client, which is held, for a program; its id.
pub fn create_for_program(db: &mut Db, page: &Page, client: Client, sent: &JsonObject) -> Result<i64> {
    programs::create(db, page, &Recording::new(client), first_values(&page.visit), sent)
}

/// Logs a contact with a client, which is held, of values as the form sends them, one of many.
pub fn make(db: &mut Db, page: &Page, lookups: &Rc<Lookups>, client: Client, given: &Values) -> Result<i64> {
    let form = Recording { lookups: lookups.clone(), ..Recording::new(client) };
    programs::make(db, page, &form, first_values(&page.visit), given)
}

/// Whether a field tells of the next contact.
pub fn is_of_plan(field: &str) -> bool {
    field.starts_with("next_planned_contact_")
}

/// Plans the next contact with a client, which is held, as values say it that a form sends, or what of that is empty;
/// whether it was planned otherwise.
pub fn amend_plan(
    db: &mut Db,
    page: &Page,
    lookups: &Rc<Lookups>,
    client: &Client,
    (given, only_empty): (&Values, bool),
) -> Result<bool> {
    // A plan is one thing of three columns: it is filled where there is none.
    if only_empty && client.planned.next_planned_contact_date.is_some() {
        return Ok(false);
    }
    let mut values = values_of(&client.planned);
    values.extend(given.clone());
    let sent = FormData::of_pairs(values, page.visit.today);
    let Some(plan) = plan::read(&sent, page, lookups.staff(db)?, client)? else { return Ok(false) };
    clients::plan_queries::set_planned(db, &page.visit, client.client_id, &plan)?;
    Ok(true)
}

/// `GET /clients/{id}/contact`
pub async fn new(reader: Reader, Id(id): Id<ClientId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let client = clients::queries::find(db, id)?.ok_or(Error::NotFound)?;
            let values = blank_values(page, &client);
            begin(db, page, &Recording::new(client), &values)
        })
        .await
}

/// `POST /clients/{id}/contact`: logs a contact, plans the next one, or both.
pub async fn create(writer: Writer, Id(id): Id<ClientId>, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let client = clients::queries::find_held(db, id)?.ok_or(Error::NotFound)?;
            save(db, page, &Recording::new(client), &sent)
        })
        .await
}

/// Reads a contact, and looks up what only the database knows: that the person met is on file.
pub(super) fn read_contact(
    db: &mut Db,
    page: &Page,
    sent: &FormData,
    staff: &[Colleague],
    held: Option<&ContactDraft>,
) -> Result<Result<ContactDraft, Invalid>> {
    let draft = match ContactDraft::parse(sent, &page.visit, staff, held) {
        Ok(draft) => draft,
        Err(invalid) => return Ok(Err(invalid)),
    };
    let met = draft.contact_person_id;
    if met.is_some() && people::queries::names(db, [met])?.of(met).is_none() {
        return Ok(Err(Invalid::one("contact_person_id", "Choose a person on file, or type the name below.")));
    }
    Ok(Ok(draft))
}

/// Reads both parts of the form; everything that is wrong with either is told at once.
fn read_recorded(db: &mut Db, page: &Page, form: &Recording, sent: &FormData) -> Result<Result<Recorded, Invalid>> {
    let client = &form.client;
    let staff = form.lookups.staff(db)?;
    let mut errors = Vec::new();
    let mut planned = plan::read(sent, page, staff, client).unwrap_or_else(|invalid| {
        errors.extend(invalid.0);
        None
    });
    if planned.is_some() && plan::is_in_conflict(sent, &client.planned) {
        planned = None;
        form.is_plan_late.set(true);
        errors.extend(plan::conflict(&client.planned).0);
    }
    // A form that plans nothing new has to tell of a contact; a tick that stood there beforehand tells of none.
    let was_asked = plan::was_asked(sent, page.visit.today);
    let tells = says_contact(sent, page.visit.today)
        || (sent.flag(MADE) && !was_asked)
        || (planned.is_none() && errors.is_empty());
    let contact = match tells.then(|| read_contact(db, page, sent, staff, None)).transpose()?.transpose() {
        Ok(contact) => contact,
        Err(invalid) => {
            errors.extend(invalid.0);
            None
        }
    };
    if !errors.is_empty() {
        return Ok(Err(Invalid(errors)));
    }
    let made = contact.is_some() && sent.flag(MADE);
    let planned = planned.or(made.then(PlannedContact::default));
    let is_left_open = |day: &NaiveDate| {
        !was_asked && planned.is_none() && contact.as_ref().is_some_and(|contact| *day <= contact.contact_date)
    };
    let due = client.planned.next_planned_contact_date.filter(is_left_open);
    Ok(Ok(Recorded { contact, planned, due }))
}

#[derive(Template)]
#[template(path = "contacts/choose.html")]
struct ChoosePage {
    shell: Shell,
    form: FormView,
}

fn choose_form(db: &mut Db, page: &Page, values: &Values) -> Result<FormView> {
    let staff = people::queries::staff(db)?;
    let mut fields = vec![Field::new("client_id", "Client", picker::input(RecordKind::Client)).required()];
    fields.extend(contact_fields(page, &staff, values));
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
            let form = offer_draft(db, page, form, &[])?;
            html(StatusCode::OK, &ChoosePage { shell: page.shell("Log contact", "contacts"), form })
        })
        .await
}

/// `POST /contacts/new`
pub async fn create_for_any(writer: Writer, form: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let form = picker::read(db, form.clone(), "client_id", RecordKind::Client)?;
            let chosen = form.get("client_id").and_then(|text| text.parse().ok()).map(ClientId);
            match chosen.map(|id| clients::queries::find_held(db, id)).transpose()?.flatten() {
                Some(client) => save(db, page, &Recording::new(client), &form),
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
