//! Deleting a client: what depends on it is counted and named, and while any is left it stays (product.md §4).

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::{ClientId, queries};
use crate::access::AdminPass;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::web::{FormData, Id, Page, Reader, Shell, Writer, html, redirect};
use crate::{contacts, links, roundtable};

/// One kind of what depends on a client.
pub struct Dependency {
    /// What it is called.
    pub kind: &'static str,
    /// How many there are.
    pub count: i64,
    /// The first of them by name.
    pub names: Vec<String>,
}

#[derive(Template)]
#[template(path = "clients/delete.html")]
struct DeletePage {
    shell: Shell,
    id: ClientId,
    name: String,
    is_archived: bool,
    dependencies: Vec<Dependency>,
    /// Whether anything still depends on it.
    is_held: bool,
    error: Option<String>,
}

/// The seven kinds of what can depend on a client: five of links, contacts, roundtable entries.
fn dependencies(db: &mut Db, page: &Page, pass: AdminPass, id: ClientId) -> Result<Vec<Dependency>> {
    let viewer = page.viewer();
    let mut all = links::queries::dependencies(db, viewer, id)?;
    let (count, names) = contacts::queries::dependency(db, pass, id)?;
    all.push(Dependency { kind: "Contacts", count, names });
    let (count, names) = roundtable::queries::dependency(db, viewer.require_team()?, id)?;
    all.push(Dependency { kind: "Roundtable entries", count, names });
    Ok(all)
}

fn delete_page(db: &mut Db, page: &Page, id: ClientId, status: StatusCode, error: Option<String>) -> Result<Response> {
    let pass = page.viewer().require_admin()?;
    let client = queries::find(db, id)?.ok_or(Error::NotFound)?;
    let name = client.draft.client_name;
    let dependencies = dependencies(db, page, pass, id)?;
    let is_held = dependencies.iter().any(|dependency| dependency.count > 0);
    let shell = page.shell(format!("Delete {name}"), "clients").crumb(&name, format!("/clients/{id}"));
    html(status, &DeletePage { shell, id, is_archived: client.is_archived, name, dependencies, is_held, error })
}

/// `GET /clients/{id}/delete`
pub async fn confirm(reader: Reader, Id(id): Id<ClientId>) -> Result<Response> {
    reader.page(move |db, page| delete_page(db, page, id, StatusCode::OK, None)).await
}

/// `POST /clients/{id}/delete`: refused with 409 while anything depends on the client, with 422 unconfirmed.
pub async fn delete(writer: Writer, Id(id): Id<ClientId>, form: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let pass = page.viewer().require_admin()?;
            let client = queries::find_held(db, id)?.ok_or(Error::NotFound)?;
            if dependencies(db, page, pass, id)?.iter().any(|dependency| dependency.count > 0) {
                return delete_page(db, page, id, StatusCode::CONFLICT, None);
            }
            let confirmed =
                form.flag("confirmed") || form.get("client_name").as_ref() == Some(&client.draft.client_name);
            if form.has("client_name") && !confirmed {
                let words = "Type the client's name exactly as it stands above.".to_owned();
                return delete_page(db, page, id, StatusCode::UNPROCESSABLE_ENTITY, Some(words));
            }
            queries::delete(db, &page.visit, pass, &client)?;
            redirect("/clients", &format!("{} is deleted.", client.draft.client_name))
        })
        .await
}
