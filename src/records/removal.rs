//! Deleting a record of any kind: its links, and whatever else names it, keep it.

use axum::response::Response;

use super::{Kind, Record, queries};
use crate::db::Db;
use crate::db::ids::PersonnelId;
use crate::error::{Error, Result};
use crate::links::{End, Node};
use crate::web::{Dependency, FormData, Id, Page, Reader, Removal, Writer, redirect};
use crate::{accounts, clients, contacts, links, merging};

fn removal(db: &mut Db, page: &Page, kind: Kind, record: &Record) -> Result<Removal> {
    let (viewer, id) = (page.viewer(), record.id);
    let pass = viewer.require_admin()?;
    let mut dependencies = links::queries::dependencies(db, viewer, End::Record(kind), id)?;
    let mut others = |kind, (count, names)| dependencies.push(Dependency { kind, count, names });
    match kind {
        Kind::Vendor => others("Technologies", queries::of_vendor(db, id)?),
        Kind::Technology => others("Projects that chose it", links::queries::choices_of(db, pass, id)?),
        Kind::Person => {
            let person = PersonnelId(id);
            others("Clients that name them", clients::queries::naming(db, pass, person)?);
            others("Contacts", contacts::queries::naming(db, pass, person)?);
            others("Accounts", accounts::queries::tied_to(db, pass, person)?);
        }
        Kind::Owner | Kind::Project | Kind::Operator | Kind::Constructor | Kind::Offtaker => {}
    }
    dependencies.extend(merging::queries::dependency(db, pass, Node { end: End::Record(kind), id })?);
    Ok(Removal {
        address: format!("/{}/{id}", kind.path()),
        singular: kind.singular(),
        field: kind.name_column(),
        name: record.name.clone(),
        is_archived: record.is_archived,
        dependencies,
    })
}

/// `GET /owners/{id}/delete` and its like.
pub async fn confirm(reader: Reader, Id(id): Id<i64>, kind: Kind) -> Result<Response> {
    reader
        .page(move |db, page| {
            let record = queries::find(db, kind, id)?.ok_or(Error::NotFound)?;
            removal(db, page, kind, &record)?.page(page, kind.path())
        })
        .await
}

/// `POST /owners/{id}/delete` and its like: 409 while anything depends on the record, 422 under another name.
pub async fn delete(writer: Writer, Id(id): Id<i64>, form: FormData, kind: Kind) -> Result<Response> {
    writer
        .write(move |db, page| {
            let record = queries::find_held(db, kind, id)?.ok_or(Error::NotFound)?;
            if let Some(refusal) = removal(db, page, kind, &record)?.refusal(page, kind.path(), &form)? {
                return Ok(refusal);
            }
            queries::delete(db, &page.visit, page.viewer().require_admin()?, kind, &record)?;
            redirect(&format!("/{}", kind.path()), &format!("{} is deleted.", record.name))
        })
        .await
}
