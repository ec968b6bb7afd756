//! The history of a record: every change of it, of its links, contacts and entries, as far as its reader may see them.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::told::{Told, UndoneBy, told};
use crate::audit::reading_queries::{self, Subject};
use crate::closed_list::ClosedList;
use crate::error::{Error, Result};
use crate::records::{self, RecordKind, RecordRef};
use crate::web::{COUNTED, Count, Id, PAGE_ROWS, Paging, Query, Reader, Shell, address, html};

#[derive(Template)]
#[template(path = "changes/history.html")]
struct HistoryPage {
    shell: Shell,
    record: RecordRef,
    changes: Vec<Told>,
    paging: Paging,
}

/// A record as the audit log knows it.
pub fn subject(record: RecordRef) -> Subject {
    Subject { table: record.kind.table(), kind: record.kind.as_str(), id: record.id }
}

/// `GET /clients/{id}/history` and its like.
pub async fn show(reader: Reader, Id(id): Id<i64>, query: Query, kind: RecordKind) -> Result<Response> {
    reader
        .page(move |db, page| {
            let record = RecordRef { kind, id };
            let name = records::queries::find(db, kind, id)?.ok_or(Error::NotFound)?.name;
            let viewer = page.viewer();
            let total = Count::bounded(reading_queries::count_of_record(db, viewer, subject(record), COUNTED + 1)?);
            let number = query.page(total.rows);
            let offset = (number - 1) * PAGE_ROWS;
            let listed = reading_queries::of_record(db, viewer, subject(record), offset, PAGE_ROWS)?;
            let link =
                |number: i64| address(&format!("{}/history", record.address()), &[("page", &number.to_string())]);
            let paging = Paging::new(number, listed.len(), total, link);
            let changes = told(db, page, Some(record), listed)?;
            let shell = page.shell(format!("History of {name}"), kind.path()).crumb(&name, record.address());
            html(StatusCode::OK, &HistoryPage { shell, record, changes, paging })
        })
        .await
}
