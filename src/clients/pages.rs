//! The form of a client's open data.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::{Client, ClientDraft, ClientId, ClientType, queries};
use crate::audit::Sensitivity;
use crate::db::Db;
use crate::db::name_forms::name_core;
use crate::error::{Error, Result};
use crate::people::{self, choices};
use crate::records::{self, RecordKind};
use crate::web::saving::saved_by;
use crate::web::{
    Choice, Field, FormData, FormView, Id, Input, Invalid, Page, Query, Reader, Shell, Values, Writer, html, redirect,
    values_of,
};

#[derive(Template)]
#[template(path = "clients/form.html")]
struct FormPage {
    shell: Shell,
    form: FormView,
    /// Clients whose name may mean the same.
    near: Near,
}

fn form_view(db: &mut Db, id: Option<ClientId>, values: &Values) -> Result<FormView> {
    let staff = people::queries::staff(db)?;
    let poc = |field| Input::Select(choices(&staff, values, field));
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
    let (action, cancel) = match id {
        Some(id) => (format!("/clients/{id}/edit"), format!("/clients/{id}")),
        None => ("/clients/new".to_owned(), "/clients".to_owned()),
    };
    Ok(FormView::new(action, "Save client", cancel, fields).filled(values))
}

/// `GET /clients/new`; `?name=` fills the name.
pub async fn new(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let name = query.get("name").unwrap_or_default().to_owned();
            let form = form_view(db, None, &Values::from([("client_name".to_owned(), name)]))?;
            new_page(page, StatusCode::OK, form, Vec::new())
        })
        .await
}

fn new_page(page: &Page, status: StatusCode, form: FormView, near: Near) -> Result<Response> {
    let shell = page.shell("New client", "clients").crumb("Clients", "/clients");
    html(status, &FormPage { shell, form, near })
}

/// `POST /clients/new`
pub async fn create(writer: Writer, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let staff = people::queries::staff(db)?;
            let form = form_view(db, None, &sent.values())?;
            let draft = match ClientDraft::parse(&sent, &staff, None) {
                Ok(draft) => draft,
                Err(invalid) => {
                    return new_page(page, StatusCode::UNPROCESSABLE_ENTITY, form.refused(invalid), Vec::new());
                }
            };
            if let Some((invalid, near)) = nearly_named(db, None, &draft, &sent)? {
                return new_page(page, StatusCode::UNPROCESSABLE_ENTITY, form.refused(invalid), near);
            }
            let id = queries::insert(db, &page.visit, &draft)?;
            redirect(&format!("/clients/{id}"), &format!("{} saved.", draft.client_name))
        })
        .await
}

/// Clients whose name may mean the same, with their ids.
type Near = Vec<(i64, String)>;

/// The clients of nearly the name that was typed, unless it is confirmed or the client has it already.
fn nearly_named(
    db: &mut Db,
    own: Option<&Client>,
    draft: &ClientDraft,
    sent: &FormData,
) -> Result<Option<(Invalid, Near)>> {
    let is_kept = |own: &Client| name_core(&own.draft.client_name) == name_core(&draft.client_name);
    if sent.flag("name_confirmed") || own.is_some_and(is_kept) {
        return Ok(None);
    }
    let own = own.map(|own| own.client_id.0);
    let near = records::queries::near(db, RecordKind::Client, &draft.client_name, own)?;
    let words = "A client of nearly this name exists. Open it, or confirm below that this is another one.";
    Ok((!near.is_empty()).then(|| (Invalid::one("client_name", words), near)))
}

fn edit_page(page: &Page, status: StatusCode, client: &Client, form: FormView, near: Near) -> Result<Response> {
    let (id, name) = (client.client_id, &client.draft.client_name);
    let shell = page.shell(format!("Edit {name}"), "clients").crumb(name, format!("/clients/{id}"));
    html(status, &FormPage { shell, form, near })
}

/// `GET /clients/{id}/edit`
pub async fn edit(reader: Reader, Id(id): Id<ClientId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let client = queries::find(db, id)?.ok_or(Error::NotFound)?;
            let form = form_view(db, Some(id), &values_of(&client.draft))?.begun_on(client.version);
            edit_page(page, StatusCode::OK, &client, form, Vec::new())
        })
        .await
}

/// `POST /clients/{id}/edit`
pub async fn update(writer: Writer, Id(id): Id<ClientId>, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let client = queries::find_held(db, id)?.ok_or(Error::NotFound)?;
            let staff = people::queries::staff(db)?;
            let form = form_view(db, Some(id), &sent.values())?.begun_on(client.version);
            let draft = match ClientDraft::parse(&sent, &staff, Some(&client.draft)) {
                Ok(draft) => draft,
                Err(invalid) => {
                    let form = form.as_sent(&sent).refused(invalid);
                    return edit_page(page, StatusCode::UNPROCESSABLE_ENTITY, &client, form, Vec::new());
                }
            };
            if form.is_in_conflict(&sent) {
                let by = saved_by(db, page, "clients", id.0, Sensitivity::Public)?;
                let form = form.in_conflict(&values_of(&client.draft), by);
                return edit_page(page, StatusCode::CONFLICT, &client, form, Vec::new());
            }
            if let Some((invalid, near)) = nearly_named(db, Some(&client), &draft, &sent)? {
                let form = form.as_sent(&sent).refused(invalid);
                return edit_page(page, StatusCode::UNPROCESSABLE_ENTITY, &client, form, near);
            }
            queries::update(db, &page.visit, &client, &draft)?;
            redirect(&format!("/clients/{id}"), &format!("{} saved.", draft.client_name))
        })
        .await
}
