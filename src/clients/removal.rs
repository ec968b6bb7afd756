//! Deleting a client: the seven kinds of what can depend on it are five of links, contacts, roundtable entries.

use axum::response::Response;

use super::{Client, ClientId, queries};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::links::{End, Node};
use crate::web::{Dependency, FormData, Id, Page, Reader, Removal, Writer, redirect};
use crate::{contacts, links, merging, roundtable};

fn removal(db: &mut Db, page: &Page, client: &Client) -> Result<Removal> {
    let (viewer, id) = (page.viewer(), client.client_id);
    let mut dependencies = links::queries::dependencies(db, viewer, End::Client, id.0)?;
    let (count, names) = contacts::queries::dependency(db, viewer.require_admin()?, id)?;
    dependencies.push(Dependency { kind: "Contacts", count, names });
    let (count, names) = roundtable::queries::dependency(db, viewer.require_team()?, id)?;
    dependencies.push(Dependency { kind: "Roundtable entries", count, names });
    let node = Node { end: End::Client, id: id.0 };
    dependencies.extend(merging::queries::dependency(db, viewer.require_admin()?, node)?);
    Ok(Removal {
        address: format!("/clients/{id}"),
        singular: "client",
        field: "client_name",
        name: client.draft.client_name.clone(),
        is_archived: client.is_archived,
        dependencies,
    })
}

/// `GET /clients/{id}/delete`
pub async fn confirm(reader: Reader, Id(id): Id<ClientId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let client = queries::find(db, id)?.ok_or(Error::NotFound)?;
            removal(db, page, &client)?.page(page, "clients")
        })
        .await
}

/// `POST /clients/{id}/delete`: refused with 409 while anything depends on the client, with 422 under another name.
pub async fn delete(writer: Writer, Id(id): Id<ClientId>, form: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let client = queries::find_held(db, id)?.ok_or(Error::NotFound)?;
            if let Some(refusal) = removal(db, page, &client)?.refusal(page, "clients", &form)? {
                return Ok(refusal);
            }
            queries::delete(db, &page.visit, page.viewer().require_admin()?, &client)?;
            redirect("/clients", &format!("{} is deleted.", client.draft.client_name))
        })
        .await
}
