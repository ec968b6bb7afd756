//! All files of a record, and the form that adds more.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::section::{AddForm, Item, items};
use super::{Finder, Place, queries, receiving};
use crate::db::Db;
use crate::error::Result;
use crate::web::{COUNTED, Count, Id, PAGE_ROWS, Page, Paging, Query, Reader, Shell, address, html};

#[derive(Template)]
#[template(path = "files/list.html")]
struct ListPage {
    shell: Shell,
    items: Vec<Item>,
    form: Option<AddForm>,
    /// Whether it is only for the NED Team.
    is_of_team: bool,
    paging: Paging,
}

/// `GET /clients/{id}/files` and its like.
pub async fn list(reader: Reader, Id(id): Id<i64>, query: Query, find: Finder) -> Result<Response> {
    reader
        .page(move |db, page| {
            let number = query.page(COUNTED);
            let place = find(db, page, id, false)?;
            show(db, page, &place, (StatusCode::OK, number), Vec::new())
        })
        .await
}

/// The same with what is wrong with the files that were sent.
pub(super) fn refused(db: &mut Db, page: &Page, place: &Place, wrong: Vec<String>) -> Result<Response> {
    show(db, page, place, (receiving::REFUSED, 1), wrong)
}

fn show(
    db: &mut Db,
    page: &Page,
    place: &Place,
    (status, mut number): (StatusCode, i64),
    wrong: Vec<String>,
) -> Result<Response> {
    let cut = |number: i64| ((number - 1) * PAGE_ROWS, PAGE_ROWS);
    let (mut found, mut total) = queries::list(db, page.viewer(), place.home, cut(number))?;
    // Past the end there is nothing that tells how many there are: the first page does.
    if found.is_empty() && number > 1 {
        number = 1;
        (found, total) = queries::list(db, page.viewer(), place.home, cut(number))?;
    }
    let path = place.home.files();
    let link = |number: i64| address(&path, &[("page", &number.to_string())]);
    let shell = page.shell(format!("Files of {}", place.name), place.home.section());
    let shown = ListPage {
        shell: shell.crumb(place.name.clone(), place.home.page()),
        paging: Paging::new(number, found.len(), Count::exactly(total), link),
        items: items(page, place.home, found),
        form: AddForm::of(page, place, wrong),
        is_of_team: matches!(place.home, super::Home::Meeting(_)),
    };
    html(status, &shown)
}
