//! All items of a client.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::pages::{Item, active_names, mentioned};
use super::{ActionItem, queries};
use crate::clients;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::export::{self, EXPORTED, Format, Sheet, Value};
use crate::ids::ClientId;
use crate::people;
use crate::records;
use crate::web::{COUNTED, Count, Id, PAGE_ROWS, Page, Paging, Query, Reader, Shell, address, html};

#[derive(Template)]
#[template(path = "action_items/list.html")]
struct ListPage {
    shell: Shell,
    client: ClientId,
    items: Vec<Item>,
    staff: Vec<String>,
    /// None beside an item that was asked for by itself.
    paging: Option<Paging>,
}

/// `GET /clients/{id}/action-items`: all that one may see, those to be done first; `?item=` shows one by itself, on
/// whatever page it stands.
pub async fn of_client(reader: Reader, Id(id): Id<ClientId>, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let client = clients::queries::find(db, id)?.ok_or(Error::NotFound)?;
            let (items, paging) = match query.get("item").and_then(|item| item.parse().ok()) {
                Some(item) => (one_of(db, page, id, item)?, None),
                None => one_page(db, page, id, query.page(COUNTED))?,
            };
            let (staff, names) = people::queries::staff_and_names(db, mentioned(&items))?;
            let staff = active_names(&staff);
            let name = &client.draft.client_name;
            let shell = page.shell(format!("Action items of {name}"), "clients").crumb(name, format!("/clients/{id}"));
            let items = items.into_iter().map(|item| Item::new(page, item, &names)).collect();
            html(StatusCode::OK, &ListPage { shell, client: id, items, staff, paging })
        })
        .await
}

fn one_of(db: &mut Db, page: &Page, client: ClientId, item: i64) -> Result<Vec<ActionItem>> {
    let mut found = queries::by_ids(db, page.viewer(), &[item])?;
    found.retain(|item| item.row.client_id == client);
    Ok(found)
}

fn one_page(db: &mut Db, page: &Page, client: ClientId, mut number: i64) -> Result<(Vec<ActionItem>, Option<Paging>)> {
    let cut = |number: i64| ((number - 1) * PAGE_ROWS, PAGE_ROWS);
    let (mut items, mut totals) = queries::of_client(db, page.viewer(), client, cut(number))?;
    // Past the end there is nothing that tells how many there are: the first page does.
    if items.is_empty() && number > 1 {
        number = 1;
        (items, totals) = queries::of_client(db, page.viewer(), client, cut(number))?;
    }
    let path = format!("/clients/{client}/action-items");
    let link = |number: i64| address(&path, &[("page", &number.to_string())]);
    let paging = Paging::new(number, items.len(), Count::exactly(totals.all), link).with_files(&path);
    Ok((items, Some(paging)))
}

/// `GET /clients/{id}/action-items.csv` and its like: the list of the page, all its rows.
pub async fn export(reader: Reader, Id(id): Id<ClientId>, format: Format) -> Result<Response> {
    reader
        .page(move |db, page| {
            let client = clients::queries::find(db, id)?.ok_or(Error::NotFound)?;
            let (items, _) = queries::of_client(db, page.viewer(), id, (0, EXPORTED))?;
            let names = records::queries::names_of(db, mentioned(&items))?;
            let heads = ["Action item", "Assigned to", "Due", "State", "Settled on", "Reason"];
            let row = |item: Item| {
                let settled = item.settled.map(|day| day.date);
                let draft = item.item.row.draft;
                vec![
                    Value::Text(draft.text),
                    Value::text((!item.owners.is_empty()).then(|| item.owners.join(", "))),
                    Value::day(draft.due_date),
                    Value::Text(draft.item_state.to_string()),
                    Value::day(settled),
                    Value::text(draft.reason),
                ]
            };
            let rows = items.into_iter().map(|item| row(Item::new(page, item, &names))).collect();
            let title = format!("Action items of {}", client.draft.client_name);
            export::answer(&Sheet::new(title, heads, rows), format, page.visit.today)
        })
        .await
}
