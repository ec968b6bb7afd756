//! The list of contacts: the whole log or one client's, narrowed by words, client, person, type and days.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;

use super::list_queries::{self as queries, ContactFilter, ContactSort};
use super::pages::{Item, items, items_named, mentioned};
use crate::clients::{self, ContactType};
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::export::{self, EXPORTED, Format, Sheet, Value};
use crate::ids::ClientId;
use crate::people;
use crate::records::{self, RecordKind};
use crate::web::{
    Chip, Choice, Heading, Id, ListAddress, PAGE_ROWS, Page, Paging, Query, Reader, Select, Shell, fold, html,
};

#[derive(Template)]
#[template(path = "contacts/list.html")]
struct ListPage {
    shell: Shell,
    path: String,
    search: String,
    items: Vec<Item>,
    paging: Paging,
    /// Type and maker, then the client where all are listed, and the days.
    selects: Vec<Select>,
    chips: Vec<Chip>,
    headings: Vec<Heading>,
    /// The order, to be kept by the filter.
    sort: String,
    /// The one client whose contacts these are.
    client: Option<ClientId>,
}

impl ListPage {
    fn value(&self, name: &str) -> &str {
        self.selects.iter().find(|select| select.name == name).map_or("", |select| &select.value)
    }

    fn client_name(&self) -> &str {
        let select = self.selects.iter().find(|select| select.name == CLIENT);
        select.and_then(|select| select.choices.first()).map_or("", |choice| &choice.label)
    }
}

const CLIENT: &str = "client";

/// The latest first.
const USUAL: &str = "-date";

/// The orders by their names in addresses.
const SORTS: [(&str, ContactSort); 4] = [
    ("date", ContactSort::Date),
    ("client", ContactSort::Client),
    ("type", ContactSort::Type),
    ("made_by", ContactSort::Maker),
];

/// The order asked for, under its name; the usual one for nonsense.
fn order(query: &Query) -> (&str, ContactSort, bool) {
    let asked = query.get("sort").unwrap_or_default();
    let (descending, column) = asked.strip_prefix('-').map_or((false, asked), |column| (true, column));
    let known = SORTS.iter().find(|(name, _)| *name == column && asked != USUAL);
    known.map_or(("", ContactSort::Date, true), |(_, sort)| (asked, *sort, descending))
}

/// The heads of the columns; that of one client's contacts leaves it out.
fn headings(list: &ListAddress<'_>, selects: &[Select], is_of_client: bool) -> Vec<Heading> {
    let heading = |label, column| list.heading(selects, label, column, false);
    let mut headings = vec![heading("Date", "date"), heading("Type", "type"), heading("Made by", "made_by")];
    headings.extend([Heading::plain("Summary"), Heading::plain("Follow-up")]);
    if !is_of_client {
        headings.insert(0, heading("Client", "client"));
    }
    fold(&mut headings, 1);
    headings
}

/// `GET /contacts`
pub async fn list(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let client = chosen_client(db, &query)?;
            let filter = filter(db, page, &query, client.as_ref().map(|(id, _)| *id))?;
            let shell = page.shell("Contacts", "contacts");
            let of_client = client.map(|(id, name)| narrowed_to(CLIENT, "Client", Choice::new(id, name)));
            show(db, page, shell, &query, filter, of_client, None)
        })
        .await
}

/// `GET /clients/{id}/contacts`: all contacts of one client.
pub async fn of_client(reader: Reader, Id(id): Id<ClientId>, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let name = clients::queries::find(db, id)?.ok_or(Error::NotFound)?.draft.client_name;
            let filter = filter(db, page, &query, Some(id))?;
            let shell = page.shell(format!("Contacts with {name}"), "clients");
            show(db, page, shell.crumb(name, format!("/clients/{id}")), &query, filter, None, Some(id))
        })
        .await
}

/// `GET /contacts.csv` and `GET /contacts.xlsx`: the list of the page, all its rows.
pub async fn export(reader: Reader, query: Query, format: Format) -> Result<Response> {
    reader
        .page(move |db, page| {
            let client = chosen_client(db, &query)?.map(|(id, _)| id);
            file(db, page, "Contacts".into(), &query, client, format)
        })
        .await
}

/// The same of one client.
pub async fn export_of_client(reader: Reader, Id(id): Id<ClientId>, query: Query, format: Format) -> Result<Response> {
    reader
        .page(move |db, page| {
            let name = clients::queries::find(db, id)?.ok_or(Error::NotFound)?.draft.client_name;
            file(db, page, format!("Contacts with {name}"), &query, Some(id), format)
        })
        .await
}

fn file(
    db: &mut Db,
    page: &Page,
    title: String,
    query: &Query,
    client: Option<ClientId>,
    format: Format,
) -> Result<Response> {
    let filter = filter(db, page, query, client)?;
    let (_, by, descending) = order(query);
    let total = queries::count(db, page.viewer(), &filter)?;
    let contacts = queries::list(db, page.viewer(), &filter, (by, descending), total, (0, EXPORTED))?;
    let mut heads =
        vec!["Client", "Date", "Type", "Made by", "Met", "Summary", "Follow-up", "Follow-up on", "Assigned to"];
    let sees_confidential = page.viewer().sees_confidential();
    heads.extend(sees_confidential.then_some("Confidential"));
    let row = |item: Item| {
        let draft = item.contact.draft;
        let follow_up = match (draft.follow_up_needed, draft.follow_up_done) {
            (_, true) => Some("Done"),
            (true, false) => Some("Open"),
            (false, false) => None,
        };
        let mark = sees_confidential.then(|| Value::text(draft.is_confidential.then_some("yes")));
        let values = [
            Value::Text(item.client_name),
            Value::Day(draft.contact_date),
            Value::Text(draft.contact_type.to_string()),
            Value::text(item.made_by),
            Value::text(item.met),
            Value::text(draft.summary),
            Value::text(follow_up),
            Value::day(draft.follow_up_date),
            Value::text(item.assigned_to),
        ];
        values.into_iter().chain(mark).collect()
    };
    let rows = items(db, page, contacts)?.into_iter().map(row).collect();
    export::answer(&Sheet::new(title, heads, rows), format, page.visit.today)
}

/// The client that the list is narrowed to: the one chosen, else the one that the words mean best.
fn chosen_client(db: &mut Db, query: &Query) -> Result<Option<(ClientId, String)>> {
    let chosen = query.get(CLIENT).and_then(|text| text.parse().ok()).map(ClientId);
    if let Some(client) = chosen.map(|id| clients::queries::find(db, id)).transpose()?.flatten() {
        return Ok(Some((client.client_id, client.draft.client_name)));
    }
    let Some(words) = query.get("client_name") else { return Ok(None) };
    let found = records::queries::found(db, RecordKind::Client, words, 1)?;
    Ok(found.into_iter().next().map(|record| (ClientId(record.id), record.name)))
}

fn filter(db: &mut Db, page: &Page, query: &Query, client: Option<ClientId>) -> Result<ContactFilter> {
    let day = |name| query.get(name).and_then(|text| text.parse::<NaiveDate>().ok());
    let words = query.get("search");
    Ok(ContactFilter {
        contact_type: query.get("contact_type").and_then(|text| ContactType::parse(text).ok()),
        contacted_by: query.get("contacted_by").and_then(|text| text.parse().ok()),
        client,
        since: day("since"),
        until: day("until"),
        found: words.map(|words| queries::ids_found(db, page.viewer(), words)).transpose()?,
    })
}

/// A choice that stands by itself, as a select of one.
fn narrowed_to(name: &'static str, label: &'static str, choice: Choice) -> Select {
    Select { name, label, any: "", value: choice.value.clone(), choices: vec![choice] }
}

fn show(
    db: &mut Db,
    page: &Page,
    shell: Shell,
    query: &Query,
    filter: ContactFilter,
    of_client: Option<Select>,
    client: Option<ClientId>,
) -> Result<Response> {
    let total = queries::count(db, page.viewer(), &filter)?;
    let number = query.page(total.rows);
    let (sort, by, descending) = order(query);
    let part = ((number - 1) * PAGE_ROWS, PAGE_ROWS);
    let contacts = queries::list(db, page.viewer(), &filter, (by, descending), total, part)?;
    let (staff, names) = people::queries::staff_and_names(db, mentioned(&contacts))?;
    let makers = staff.into_iter().map(|person| Choice::new(person.personnel_id, person.full_name)).collect();
    let mut selects = vec![
        Select {
            name: "contact_type",
            label: "Type",
            any: "Any type",
            value: filter.contact_type.map(|kind| kind.to_string()).unwrap_or_default(),
            choices: Choice::all::<ContactType>(),
        },
        Select {
            name: "contacted_by",
            label: "Made by",
            any: "Anyone",
            value: filter.contacted_by.map(|id| id.to_string()).unwrap_or_default(),
            choices: makers,
        },
    ];
    let days = [("since", "From", filter.since), ("until", "Until", filter.until)];
    let day = |(name, label, day): (_, _, Option<NaiveDate>)| {
        day.map(|day| narrowed_to(name, label, Choice::new(day, page.day(day).full())))
    };
    selects.extend(of_client.into_iter().chain(days.into_iter().filter_map(day)));
    let path = client.map_or_else(|| "/contacts".to_owned(), |id| format!("/clients/{id}/contacts"));
    let list = ListAddress { path: &path, search: query.get("search"), archived: false, sort, usual: USUAL };
    let link = |number: i64| list.with(&selects, &[("page", &number.to_string())]);
    let listing = ListPage {
        shell,
        search: query.get("search").unwrap_or_default().to_owned(),
        paging: Paging::new(number, contacts.len(), total, link).with_files(&list.with(&selects, &[])),
        items: items_named(page, contacts, &names),
        chips: list.chips(&selects),
        headings: headings(&list, &selects, client.is_some()),
        sort: sort.to_owned(),
        selects,
        path,
        client,
    };
    html(StatusCode::OK, &listing)
}

impl Item {
    /// The day and how it was, for where there is one line.
    fn about(&self) -> String {
        let by = self.made_by.as_deref().unwrap_or("–");
        format!("{} · {} · {by}", self.day.distance(), self.contact.draft.contact_type)
    }
}
