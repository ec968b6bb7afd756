//! Deleting a record of any kind: its links, and whatever else names it, keep it. Of a client the kinds are five
//! of links, contacts and roundtable entries (product.md §4), action items and meetings.

use axum::response::Response;

use crate::db::Db;
use crate::error::{Error, Result};
use crate::files::Home;
use crate::ids::PersonnelId;
use crate::records::{self, Record, RecordKind, RecordRef};
use crate::web::{Dependency, FormData, Id, Page, Reader, Removal, Writer, redirect};
use crate::{accounts, action_items, clients, contacts, files, links, market, meetings, merging, roundtable};

fn removal(db: &mut Db, page: &Page, kind: RecordKind, record: &Record) -> Result<Removal> {
    let (viewer, id) = (page.viewer(), record.id);
    let pass = viewer.require_admin()?;
    let mut dependencies = links::queries::dependencies(db, viewer, RecordRef { kind, id })?;
    let mut others = |kind, (count, names)| dependencies.push(Dependency { kind, count, names });
    match kind {
        RecordKind::Client => {
            others("Contacts", contacts::queries::dependency(db, pass, id.into())?);
            let entries = roundtable::queries::dependency(db, viewer.require_team()?, id.into())?;
            others("Roundtable entries", entries);
            // The seven of product.md §4 are told also where there are none.
            let items = action_items::queries::dependency(db, pass, id.into())?;
            if items.0 > 0 {
                others("Action items", items);
            }
            let files = files::queries::dependency(db, pass, Home::Client(id.into()), viewer)?;
            if files.0 > 0 {
                others("Files", files);
            }
        }
        RecordKind::Vendor => others("Technologies", market::queries::of_vendor(db, id)?),
        RecordKind::Technology => others("Projects that chose it", links::queries::choices_of(db, pass, id)?),
        RecordKind::Person => {
            let person = PersonnelId(id);
            others("Clients that name them", clients::queries::naming(db, pass, person)?);
            others("Contacts", contacts::queries::naming(db, pass, person)?);
            others("Action items", action_items::queries::naming(db, pass, person)?);
            others("Accounts", accounts::queries::tied_to(db, pass, person)?);
        }
        RecordKind::Project => others("Files", files::queries::dependency(db, pass, Home::Project(id), viewer)?),
        RecordKind::Owner | RecordKind::Operator | RecordKind::Constructor | RecordKind::Offtaker => {}
    }
    dependencies.extend(meetings::queries::dependency(db, viewer.require_team()?, RecordRef { kind, id })?);
    dependencies.extend(merging::queries::dependency(db, pass, RecordRef { kind, id })?);
    Ok(Removal {
        address: format!("/{}/{id}", kind.path()),
        singular: kind.singular(),
        field: kind.name_column(),
        name: record.name.clone(),
        is_archived: record.is_archived,
        dependencies,
    })
}

/// Deletes a record for a program; refused while anything depends on it, which is named.
pub fn delete_for_program(db: &mut Db, page: &Page, kind: RecordKind, id: i64) -> Result<()> {
    let record = records::queries::find_held(db, kind, id)?.ok_or(Error::NotFound)?;
    let removal = removal(db, page, kind, &record)?;
    if removal.is_held() {
        let held = removal.dependencies.iter().filter(|one| one.count > 0);
        let words: Vec<_> = held.map(|one| format!("{} {}", one.count, one.kind.to_lowercase())).collect();
        return Err(Error::Refused(format!("{} is kept by {}. Remove those first.", record.name, words.join(", "))));
    }
    records::queries::delete(db, &page.visit, page.viewer().require_admin()?, kind, &record)
}

/// `GET /clients/{id}/delete` and its like.
pub async fn confirm(reader: Reader, Id(id): Id<i64>, kind: RecordKind) -> Result<Response> {
    reader
        .page(move |db, page| {
            let record = records::queries::find(db, kind, id)?.ok_or(Error::NotFound)?;
            removal(db, page, kind, &record)?.page(page, kind.path())
        })
        .await
}

/// `POST /clients/{id}/delete` and its like: 409 while anything depends on the record, 422 under another name.
pub async fn delete(writer: Writer, Id(id): Id<i64>, form: FormData, kind: RecordKind) -> Result<Response> {
    writer
        .write(move |db, page| {
            let record = records::queries::find_held(db, kind, id)?.ok_or(Error::NotFound)?;
            if let Some(refusal) = removal(db, page, kind, &record)?.refusal(page, kind.path(), &form)? {
                return Ok(refusal);
            }
            records::queries::delete(db, &page.visit, page.viewer().require_admin()?, kind, &record)?;
            redirect(&format!("/{}", kind.path()), &format!("{} is deleted.", record.name))
        })
        .await
}
