//! The form of a client's open data.

use std::rc::Rc;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::{Client, ClientDraft, ClientId, ClientType, queries};
use crate::audit::Sensitivity;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::people::{Lookups, choices};
use crate::records::RecordKind;
use crate::web::saving::{BegunOn, Saved, Saving, begin, save, saved_by};
use crate::web::{
    Choice, Field, FormData, FormView, Id, Input, Invalid, JsonObject, Near, Page, Query, Reader, Shell, Values,
    Writer, html, programs, values_of,
};

#[derive(Template)]
#[template(path = "clients/form.html")]
struct FormPage {
    shell: Shell,
    form: FormView,
}

/// The form of a client, or of one that is to be made.
struct ClientForm {
    held: Option<Client>,
    lookups: Rc<Lookups>,
}

impl ClientForm {
    fn of(held: Option<Client>) -> Self {
        Self { held, lookups: Rc::default() }
    }

    fn id(&self) -> Option<ClientId> {
        self.held.as_ref().map(|client| client.client_id)
    }
}

impl Saving for ClientForm {
    type Draft = ClientDraft;

    fn gone(&self, db: &mut Db) -> Result<Option<String>> {
        self.held.as_ref().map_or(Ok(None), |client| queries::gone(db, client))
    }

    fn read(&self, db: &mut Db, _page: &Page, sent: &FormData) -> Result<Result<ClientDraft, Invalid>> {
        let staff = self.lookups.staff(db)?;
        Ok(ClientDraft::parse(sent, staff, self.held.as_ref().map(|client| &client.draft)))
    }

    fn begun_on(&self, _db: &mut Db, _page: &Page) -> Result<BegunOn> {
        Ok(self.held.iter().map(|client| ("version", client.version.to_string())).collect())
    }

    fn saved(&self, db: &mut Db, page: &Page, _sent: &FormData) -> Result<(Values, String)> {
        let client = self.held.as_ref().ok_or(Error::NotFound)?;
        let by = saved_by(db, page, "clients", client.client_id.0, Sensitivity::Public)?;
        Ok((values_of(&client.draft), by))
    }

    fn near(&self, db: &mut Db, draft: &ClientDraft) -> Result<Option<(Invalid, Near)>> {
        let own = self.held.as_ref().map(|client| (client.client_id.0, client.draft.client_name.as_str()));
        self.lookups.ask_near(db, RecordKind::Client, &draft.client_name, own)
    }

    fn write(&self, db: &mut Db, page: &Page, draft: ClientDraft) -> Result<Saved> {
        let id = match &self.held {
            Some(client) => {
                queries::update(db, &page.visit, client, &draft)?;
                client.client_id
            }
            None => queries::insert(db, &page.visit, &draft)?,
        };
        let message = format!("{} saved", draft.client_name);
        Ok(Saved { address: format!("/clients/{id}"), message, id: Some(id.0) })
    }

    fn form(&self, db: &mut Db, _page: &Page, values: &Values) -> Result<FormView> {
        let staff = self.lookups.staff(db)?;
        let poc = |field| Input::Select(choices(staff, values, field));
        let fields = vec![
            Field::new("client_name", "Client name", Input::Line)
                .required()
                .hint("The name people use for the organisation."),
            Field::new("client_type", "Type", Input::Select(Choice::all::<ClientType>())),
            Field::new("mpr_primary_poc", "Primary point of contact", poc("mpr_primary_poc"))
                .hint("The colleague who looks after this client."),
            Field::new("mpr_secondary_poc", "Secondary point of contact", poc("mpr_secondary_poc"))
                .hint("Who stands in; someone other than the primary."),
            Field::new("notes", "Notes", Input::Area(6)).hint("Everyone who signs in can read this."),
        ];
        let (action, cancel) = match self.id() {
            Some(id) => (format!("/clients/{id}/edit"), format!("/clients/{id}")),
            None => ("/clients/new".to_owned(), "/clients".to_owned()),
        };
        Ok(FormView::new(action, "Save client", cancel, fields).filled(values))
    }

    fn show(&self, _db: &mut Db, page: &Page, status: StatusCode, form: FormView) -> Result<Response> {
        let shell = match &self.held {
            Some(client) => {
                let name = &client.draft.client_name;
                page.shell(format!("Edit {name}"), "clients").crumb(name, format!("/clients/{}", client.client_id))
            }
            None => page.shell("New client", "clients").crumb("Clients", "/clients"),
        };
        html(status, &FormPage { shell, form })
    }
}

/// The fields of a client.
pub fn fields(db: &mut Db, page: &Page) -> Result<Vec<Field>> {
    Ok(ClientForm::of(None).form(db, page, &Values::new())?.fields)
}

/// Makes a client for a program.
pub fn create_for_program(db: &mut Db, page: &Page, sent: &JsonObject) -> Result<i64> {
    programs::create(db, page, &ClientForm::of(None), Values::new(), sent)
}

/// Changes a client for a program.
pub fn update_for_program(db: &mut Db, page: &Page, id: ClientId, sent: &JsonObject) -> Result<i64> {
    let held = Some(queries::find_held(db, id)?.ok_or(Error::NotFound)?);
    programs::update(db, page, &ClientForm::of(held), sent)
}

/// Makes a client of values as the form sends them, one of many.
pub fn make(db: &mut Db, page: &Page, lookups: &Rc<Lookups>, given: &Values) -> Result<i64> {
    let form = ClientForm { held: None, lookups: lookups.clone() };
    programs::make(db, page, &form, Values::new(), given)
}

/// Gives a client, one of many, other values, or those that are empty; whether any was another.
pub fn amend(
    db: &mut Db,
    page: &Page,
    lookups: &Rc<Lookups>,
    id: ClientId,
    (given, only_empty): (&Values, bool),
) -> Result<bool> {
    let held = Some(queries::find_held(db, id)?.ok_or(Error::NotFound)?);
    let form = ClientForm { held, lookups: lookups.clone() };
    programs::amend(db, page, &form, given, only_empty)
}

/// `GET /clients/new`; `?name=` fills the name.
pub async fn new(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let name = query.get("name").unwrap_or_default().to_owned();
            begin(db, page, &ClientForm::of(None), &Values::from([("client_name".to_owned(), name)]))
        })
        .await
}

/// `POST /clients/new`
pub async fn create(writer: Writer, sent: FormData) -> Result<Response> {
    writer.write(move |db, page| save(db, page, &ClientForm::of(None), &sent)).await
}

/// `GET /clients/{id}/edit`
pub async fn edit(reader: Reader, Id(id): Id<ClientId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let client = queries::find(db, id)?.ok_or(Error::NotFound)?;
            let values = values_of(&client.draft);
            begin(db, page, &ClientForm::of(Some(client)), &values)
        })
        .await
}

/// `POST /clients/{id}/edit`
pub async fn update(writer: Writer, Id(id): Id<ClientId>, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let held = Some(queries::find_held(db, id)?.ok_or(Error::NotFound)?);
            save(db, page, &ClientForm::of(held), &sent)
        })
        .await
}
