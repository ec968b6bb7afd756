//! Adding and removing the links of a client.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::model::ProjectRole;
use super::{ClientLink, LinkDraft, queries};
use crate::clients;
use crate::db::Db;
use crate::db::ids::{ClientId, LinkId};
use crate::error::{Error, Result};
use crate::records;
use crate::web::{
    Choice, Field, FormData, FormView, Id, Input, Invalid, Page, Reader, Shell, Values, Writer, html, redirect,
};

#[derive(Template)]
#[template(path = "links/form.html")]
struct LinkPage {
    shell: Shell,
    form: FormView,
}

/// The form that links a client to a record of one kind.
pub fn form(page: &Page, kind: ClientLink, client: ClientId, values: &Values) -> FormView {
    let mut fields = vec![Field::new(kind.field(), label(kind), records::form::picker(kind.kind())).required()];
    match kind {
        ClientLink::Project => {
            fields.push(Field::new("relationship_type", "Role", Input::Select(Choice::all::<ProjectRole>())));
        }
        ClientLink::Personnel => {
            fields.push(Field::new("role_at_client", "Role at the client", Input::Line));
            fields.push(Field::new("is_primary_contact", "Primary contact", Input::Tick));
        }
        ClientLink::Owner | ClientLink::Vendor | ClientLink::Operator => {}
    }
    fields.push(Field::new("notes", "Notes", Input::Line));
    if page.viewer().sees_confidential() {
        fields.push(Field::new("is_confidential", "Confidential", Input::Tick));
    }
    let action = format!("/clients/{client}/links/{kind}");
    FormView::new(action, &format!("Add {}", kind.kind().singular()), format!("/clients/{client}"), fields)
        .filled(values)
}

fn label(kind: ClientLink) -> &'static str {
    match kind {
        ClientLink::Owner => "Owner",
        ClientLink::Project => "Project",
        ClientLink::Vendor => "Vendor",
        ClientLink::Operator => "Operator",
        ClientLink::Personnel => "Person",
    }
}

fn form_page(page: &Page, status: StatusCode, id: ClientId, name: &str, form: FormView) -> Result<Response> {
    let shell = page.shell(format!("Link {name}"), "clients").crumb(name, format!("/clients/{id}"));
    html(status, &LinkPage { shell, form })
}

/// `GET /clients/{id}/links/owner` and its like: the form on a page of its own.
pub async fn new(reader: Reader, Id(id): Id<ClientId>, kind: ClientLink) -> Result<Response> {
    reader
        .page(move |db, page| {
            let client = clients::queries::find(db, id)?.ok_or(Error::NotFound)?;
            let form = form(page, kind, id, &Values::new());
            form_page(page, StatusCode::OK, id, &client.draft.client_name, form)
        })
        .await
}

/// `POST /clients/{id}/links/owner` and its like.
pub async fn create(writer: Writer, Id(id): Id<ClientId>, sent: FormData, kind: ClientLink) -> Result<Response> {
    writer
        .write(move |db, page| {
            let client = clients::queries::find_held(db, id)?.ok_or(Error::NotFound)?;
            let sent = records::form::chosen_by_name(db, sent, kind.field(), kind.kind())?;
            match read(db, page, kind, id, &sent)? {
                Ok((other, draft)) => {
                    queries::insert(db, &page.visit, kind, id, other, &draft)?;
                    redirect(&format!("/clients/{id}"), &format!("{} linked.", label(kind)))
                }
                Err(invalid) => {
                    let form = form(page, kind, id, &sent.values()).refused(invalid);
                    form_page(page, StatusCode::UNPROCESSABLE_ENTITY, id, &client.draft.client_name, form)
                }
            }
        })
        .await
}

fn read(
    db: &mut Db,
    page: &Page,
    kind: ClientLink,
    client: ClientId,
    sent: &FormData,
) -> Result<Result<(i32, LinkDraft), Invalid>> {
    let draft = match LinkDraft::parse(sent, kind, page.viewer().sees_confidential()) {
        Ok(draft) => draft,
        Err(invalid) => return Ok(Err(invalid)),
    };
    let other = sent.get(kind.field()).and_then(|text| text.parse::<i32>().ok());
    let known = match other {
        Some(other) => records::queries::find(db, kind.kind(), other)?,
        None => None,
    };
    let Some(known) = known else {
        let words = format!("Choose {} from the list.", label(kind).to_lowercase());
        return Ok(Err(Invalid::one(kind.field(), words)));
    };
    if queries::is_linked(db, page.viewer(), kind, client, known.id)? {
        return Ok(Err(Invalid::one(kind.field(), format!("{} is linked already.", known.name))));
    }
    Ok(Ok((known.id, draft)))
}

/// `POST /clients/{id}/links/owner/{link_id}/delete` and its like.
pub async fn delete(writer: Writer, Id((client, link)): Id<(ClientId, LinkId)>, kind: ClientLink) -> Result<Response> {
    writer
        .write(move |db, page| {
            let row = queries::find(db, page.viewer(), kind, client, link)?.ok_or(Error::NotFound)?;
            queries::delete(db, &page.visit, kind, &row)?;
            redirect(&format!("/clients/{client}"), &format!("{} no longer linked.", label(kind)))
        })
        .await
}
