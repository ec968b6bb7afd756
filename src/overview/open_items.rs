//! The action items that are to be done: all of them, or those of one colleague. The team is told how many meetings
//! each was carried over.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDateTime;

use super::coming::{list_of, person_asked, title_of};
use crate::action_items::pages::{Item, active_names, mentioned};
use crate::action_items::{ActionItem, queries};
use crate::db::Db;
use crate::error::Result;
use crate::export::{self, EXPORTED, Format, Sheet, Value};
use crate::meetings;
use crate::people;
use crate::records;
use crate::web::{Page, Paging, Query, Reader, Shell, html};

#[derive(Template)]
#[template(path = "overview/open_items.html")]
struct ItemsPage {
    shell: Shell,
    items: Vec<Item>,
    staff: Vec<String>,
    paging: Paging,
}

/// `GET /action-items`: all that one may see, the most overdue first; of one colleague with `?person=`.
pub async fn list(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let find = |db: &mut Db, id, cut| queries::to_do(db, page.viewer(), id, cut);
            let (shell, found, paging) = list_of(db, page, &query, ("/action-items", "Action items"), find)?;
            let (staff, names) = people::queries::staff_and_names(db, mentioned(&found))?;
            let closings = closings(db, page)?;
            let item = |item: ActionItem| Item::new(page, item, &names).of_client(&names).carried_over(&closings);
            let items = found.into_iter().map(item).collect();
            html(StatusCode::OK, &ItemsPage { shell, items, staff: active_names(&staff), paging })
        })
        .await
}

/// When the last meetings were closed, for the team.
fn closings(db: &mut Db, page: &Page) -> Result<Vec<NaiveDateTime>> {
    page.viewer().team().map(|pass| meetings::queries::closings(db, pass)).transpose().map(Option::unwrap_or_default)
}

/// `GET /action-items.csv` and its like: the list of the page, all its rows.
pub async fn export(reader: Reader, query: Query, format: Format) -> Result<Response> {
    reader
        .page(move |db, page| {
            let person = person_asked(db, &query)?;
            let id = person.as_ref().map(|person| person.personnel_id);
            let (found, _) = queries::to_do(db, page.viewer(), id, (0, EXPORTED))?;
            let names = records::queries::names_of(db, mentioned(&found))?;
            let row = |item: Item| {
                let draft = item.item.row.draft;
                let owners = (!item.owners.is_empty()).then(|| item.owners.join(", "));
                let client = Value::text(item.client_name);
                vec![client, Value::Text(draft.text), Value::text(owners), Value::day(draft.due_date)]
            };
            let item = |item: ActionItem| row(Item::new(page, item, &names).of_client(&names));
            let heads = ["Client", "Action item", "Assigned to", "Due"];
            let title = title_of("Action items", person.as_ref());
            export::answer(&Sheet::new(title, heads, found.into_iter().map(item).collect()), format, page.visit.today)
        })
        .await
}
