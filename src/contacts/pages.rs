//! Contacts as pages show them: the whole log, one client's, one person's.

use std::collections::HashMap;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::Contact;
use super::queries::{self, ContactFilter};
use crate::clients::{self, ContactType};
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::{ClientId, PersonnelId};
use crate::people::{self, Colleague};
use crate::records::{self, RecordRef};
use crate::web::{Choice, Day, Id, PAGE_ROWS, Page, Paging, Query, Reader, Shell, address, html};

/// One entry with the names it refers to.
pub struct Item {
    /// The entry.
    pub contact: Contact,
    /// The client's name.
    pub client_name: String,
    /// When it was.
    pub day: Day,
    /// Who made it.
    pub made_by: Option<String>,
    /// Who was met.
    pub met: Option<String>,
    /// When to follow up.
    pub follow_up: Option<Day>,
    /// Who follows up.
    pub assigned_to: Option<String>,
}

/// Entries with the names they refer to, in one query.
pub fn items(db: &mut Db, page: &Page, contacts: Vec<Contact>) -> Result<Vec<Item>> {
    let names = records::queries::names_of(db, mentioned(&contacts))?;
    Ok(items_named(page, contacts, &names))
}

/// The records that entries refer to.
pub fn mentioned(contacts: &[Contact]) -> impl Iterator<Item = RecordRef> {
    contacts.iter().flat_map(|contact| {
        let draft = &contact.draft;
        let people = [Some(draft.contacted_by), draft.contact_person_id, draft.follow_up_assigned_to];
        people.into_iter().flatten().map(RecordRef::from).chain([RecordRef::from(contact.client_id)])
    })
}

/// Entries with names that are known.
pub fn items_named(page: &Page, contacts: Vec<Contact>, names: &HashMap<RecordRef, String>) -> Vec<Item> {
    let person = |id: Option<PersonnelId>| names.get(&RecordRef::from(id?)).cloned();
    let item = |contact: Contact| {
        let draft = &contact.draft;
        Item {
            client_name: names.get(&RecordRef::from(contact.client_id)).cloned().unwrap_or_default(),
            day: page.day(draft.contact_date),
            made_by: person(Some(draft.contacted_by)),
            met: person(draft.contact_person_id).or_else(|| draft.contact_person_freetext.clone()),
            follow_up: page.day_or_none(draft.follow_up_date),
            assigned_to: person(draft.follow_up_assigned_to),
            contact,
        }
    };
    contacts.into_iter().map(item).collect()
}

/// The contacts a person made or took part in.
pub fn of_person(db: &mut Db, page: &Page, person: PersonnelId) -> Result<Vec<Item>> {
    let contacts = queries::of_person(db, page.viewer(), person, 20)?;
    items(db, page, contacts)
}

#[derive(Template)]
#[template(path = "contacts/list.html")]
struct ListPage {
    shell: Shell,
    path: String,
    items: Vec<Item>,
    paging: Paging,
    contact_type: String,
    contact_types: Vec<Choice>,
    contacted_by: String,
    staff: Vec<Colleague>,
    narrowed: bool,
    client: Option<(ClientId, String)>,
}

/// `GET /contacts`
pub async fn list(reader: Reader, query: Query) -> Result<Response> {
    reader.page(move |db, page| list_page(db, page, &query, None)).await
}

/// `GET /clients/{id}/contacts`: all contacts of one client.
pub async fn of_client(reader: Reader, Id(id): Id<ClientId>, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let client = clients::queries::find(db, id)?.ok_or(Error::NotFound)?;
            list_page(db, page, &query, Some((id, client.draft.client_name)))
        })
        .await
}

fn list_page(db: &mut Db, page: &Page, query: &Query, client: Option<(ClientId, String)>) -> Result<Response> {
    let filter = ContactFilter {
        contact_type: query.get("contact_type").and_then(|text| ContactType::parse(text).ok()),
        contacted_by: query.get("contacted_by").and_then(|text| text.parse().ok()),
        client: client.as_ref().map(|(id, _)| *id),
        since: None,
    };
    let total = queries::count(db, page.viewer(), &filter)?;
    let number = query.page(total.rows);
    let contacts = queries::list(db, page.viewer(), &filter, (number - 1) * PAGE_ROWS, PAGE_ROWS)?;
    let path = client.as_ref().map_or_else(|| "/contacts".to_owned(), |(id, _)| format!("/clients/{id}/contacts"));
    let contact_type = filter.contact_type.map(|kind| kind.to_string()).unwrap_or_default();
    let contacted_by = filter.contacted_by.map(|id| id.to_string()).unwrap_or_default();
    let link = |number: i64| {
        let number = number.to_string();
        address(&path, &[("contact_type", &contact_type), ("contacted_by", &contacted_by), ("page", &number)])
    };
    let paging = Paging::new(number, contacts.len(), total, link);
    let shell = match &client {
        Some((id, name)) => {
            page.shell(format!("Contacts with {name}"), "clients").crumb(name, format!("/clients/{id}"))
        }
        None => page.shell("Contacts", "contacts"),
    };
    let listing = ListPage {
        shell,
        items: items(db, page, contacts)?,
        paging,
        contact_types: Choice::all::<ContactType>(),
        staff: people::queries::staff(db)?,
        narrowed: filter.contact_type.is_some() || filter.contacted_by.is_some(),
        path,
        contact_type,
        contacted_by,
        client,
    };
    html(StatusCode::OK, &listing)
}
