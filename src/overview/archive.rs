//! Hiding a record of any kind from lists and pickers, and bringing it back.

use axum::response::Response;

use crate::error::{Error, Result};
use crate::records::{self, RecordKind, RecordRef, whereabouts};
use crate::web::{FormData, Id, Writer, redirect};

/// `POST /clients/{id}/archive` and its like: `archived=on` hides it, without it it comes back.
pub async fn archive(writer: Writer, Id(id): Id<i64>, form: FormData, kind: RecordKind) -> Result<Response> {
    writer
        .write(move |db, page| {
            let record = records::queries::find_held(db, kind, id)?.ok_or(Error::NotFound)?;
            let archived = form.flag("archived");
            if !archived {
                whereabouts::refuse_merged(db, RecordRef { kind, id }, &record.name)?;
            }
            records::queries::set_archived(db, &page.visit, kind, &record, archived)?;
            let done = if archived { "archived" } else { "is back in the lists" };
            redirect(&format!("/{}/{id}", kind.path()), &format!("{} {done}", record.name))
        })
        .await
}
