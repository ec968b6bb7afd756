//! All links of one kind of a record, page by page, where its own page shows the first.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::pages::Group;
use super::{LinkEnd, queries};
use crate::error::{Error, Result};
use crate::records;
use crate::web::{COUNTED, Id, PAGE_ROWS, Paging, Query, Reader, Shell, address, html};

#[derive(Template)]
#[template(path = "links/all.html")]
struct AllPage {
    shell: Shell,
    /// The record that all of them are of.
    record: String,
    group: Group,
    paging: Paging,
}

/// `GET /clients/{id}/links/owner/all` and its like.
pub async fn list(reader: Reader, Id(id): Id<i64>, query: Query, place: LinkEnd) -> Result<Response> {
    reader
        .page(move |db, page| {
            let here = records::queries::find(db, place.here(), id)?.ok_or(Error::NotFound)?;
            let cut = |number: i64| ((number - 1) * PAGE_ROWS, PAGE_ROWS);
            let mut number = query.page(COUNTED);
            let mut linked = queries::of_kind(db, page.viewer(), place, id, cut(number))?;
            // Past the end there is nothing that tells how many there are: the first page does, and leads to the last.
            if linked.links.is_empty() && number > 1 {
                linked = queries::of_kind(db, page.viewer(), place, id, cut(1))?;
                number = query.page(linked.total.rows);
                if number > 1 {
                    linked = queries::of_kind(db, page.viewer(), place, id, cut(number))?;
                }
            }
            let group = Group { is_listed: true, ..Group::new(page, place, id, linked) };
            let link = |number: i64| address(&group.all(), &[("page", &number.to_string())]);
            let paging = Paging::new(number, group.links.len(), group.total, link);
            let (path, record) = (place.here().path(), format!("/{}/{id}", place.here().path()));
            let mut shell = page.shell(format!("{} of {}", place.heading(), here.name), path).crumb(here.name, &record);
            shell.may_write &= !here.is_archived;
            html(StatusCode::OK, &AllPage { shell, record, group, paging })
        })
        .await
}
