//! Pausing a client: for how long the team expects no contact, and why. It ends by itself, or when it is ended.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::{Pause, queries};
use crate::access::TeamPass;
use crate::audit::Sensitivity;
use crate::clients::{Client, ClientId, queries as clients};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::web::saving::{BegunOn, Saved, Saving, begin, save, saved_by};
use crate::web::{
    Field, FormData, FormView, Id, Input, Invalid, Page, Reader, Shell, Values, Writer, html, redirect, values_of,
};

#[derive(Template)]
#[template(path = "clients/form.html")]
struct PausePage {
    shell: Shell,
    form: FormView,
}

/// The pause of a client that is held.
struct PauseForm {
    pass: TeamPass,
    client: Client,
}

impl PauseForm {
    fn address(&self) -> String {
        format!("/clients/{}", self.client.client_id)
    }
}

impl Saving for PauseForm {
    type Draft = Pause;

    fn gone(&self, db: &mut Db) -> Result<Option<String>> {
        clients::gone(db, &self.client)
    }

    fn read(&self, _db: &mut Db, page: &Page, sent: &FormData) -> Result<Result<Pause, Invalid>> {
        Ok(Pause::parse(self.pass, sent, page.visit.today))
    }

    fn begun_on(&self, db: &mut Db, _page: &Page) -> Result<BegunOn> {
        Ok(vec![("version", queries::version(db, self.pass, self.client.client_id)?.to_string())])
    }

    fn saved(&self, db: &mut Db, page: &Page, _sent: &FormData) -> Result<(Values, String)> {
        let saved = queries::find_pause(db, self.pass, self.client.client_id)?.unwrap_or_default();
        let by = saved_by(db, page, "clients", self.client.client_id.0, Sensitivity::Team)?;
        Ok((values_of(&saved), by))
    }

    fn write(&self, db: &mut Db, page: &Page, draft: Pause) -> Result<Saved> {
        queries::set_pause(db, &page.visit, self.pass, self.client.client_id, &draft)?;
        let until = draft.paused_until.map(|until| page.day(until).full()).unwrap_or_default();
        let message = format!("{} is paused until {until}", self.client.draft.client_name);
        Ok(Saved { address: self.address(), message, id: None })
    }

    fn form(&self, _db: &mut Db, _page: &Page, values: &Values) -> Result<FormView> {
        let fields = vec![
            Field::new("paused_until", "Paused until", Input::Date)
                .required()
                .hint("The last day on which no contact is expected. The pause ends by itself."),
            Field::new("pause_reason", "Reason", Input::Line).required().hint("Only the NED Team can read this."),
        ];
        Ok(FormView::new(format!("{}/pause", self.address()), "Pause client", self.address(), fields).filled(values))
    }

    fn show(&self, _db: &mut Db, page: &Page, status: StatusCode, form: FormView) -> Result<Response> {
        let name = &self.client.draft.client_name;
        let shell = page.shell(format!("Pause {name}"), "clients").crumb(name, self.address());
        html(status, &PausePage { shell, form })
    }
}

/// `GET /clients/{id}/pause`
pub async fn edit(reader: Reader, Id(id): Id<ClientId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_team()?;
            let client = clients::find(db, id)?.ok_or(Error::NotFound)?;
            let pause = queries::find_pause(db, pass, id)?.unwrap_or_default();
            // One that has ended is no beginning for the next.
            let pause = if pause.is_over(page.visit.today) { Pause::default() } else { pause };
            begin(db, page, &PauseForm { pass, client }, &values_of(&pause))
        })
        .await
}

/// `POST /clients/{id}/pause`
pub async fn update(writer: Writer, Id(id): Id<ClientId>, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let pass = page.viewer().require_team()?;
            let client = clients::find_held(db, id)?.ok_or(Error::NotFound)?;
            save(db, page, &PauseForm { pass, client }, &sent)
        })
        .await
}

/// `POST /clients/{id}/pause/end`: before its day.
pub async fn end(writer: Writer, Id(id): Id<ClientId>) -> Result<Response> {
    writer
        .write(move |db, page| {
            let pass = page.viewer().require_team()?;
            let client = clients::find_held(db, id)?.ok_or(Error::NotFound)?;
            queries::set_pause(db, &page.visit, pass, id, &Pause::default())?;
            redirect(&format!("/clients/{id}"), &format!("{} is paused no more", client.draft.client_name))
        })
        .await
}
