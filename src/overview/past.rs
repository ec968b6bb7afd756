//! A client as it stood at the end of an earlier day, put together backwards from the audit log, with the rights of
//! today.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{NaiveDate, NaiveDateTime};
use serde_json::{Map, Value, from_value, to_value};

use crate::access::TeamPass;
use crate::action_items::{self, ItemDraft, ItemState};
use crate::audit::reading_queries::{self, Listed, Subject};
use crate::audit::{Action, Fields, Row};
use crate::clients::assessment::{self, Assessment, Then};
use crate::clients::attention::Contacts;
use crate::clients::{self, AttentionRule, Client, ClientId, ContactType, Explained};
use crate::closed_list::ClosedList;
use crate::contacts::{self, Contact, ContactDraft, list_queries::ContactFilter};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::{ContactId, PersonnelId};
use crate::links::{self, LinkEnd, LinkKind};
use crate::records::{self, RecordKind, RecordRef};
use crate::roundtable::{self, RoundtableEntry};
use crate::web::{Day, Id, Page, Query, Reader, Shell, html};

#[derive(Template)]
#[template(path = "overview/past.html")]
struct PastPage {
    shell: Shell,
    client: ClientId,
    day: Day,
    /// Whether the client was on record by then.
    was_there: bool,
    /// Whether more changed since than is gone back over.
    is_cut: bool,
    attention: Explained,
    facts: Vec<(&'static str, String)>,
    assessment: Assessment,
    /// Why it was judged so, in which rhythm, and until when it was paused.
    judged: Vec<(&'static str, String)>,
    links: Vec<(&'static str, Vec<String>)>,
    items: Vec<String>,
    contacts: Vec<contacts::pages::Item>,
    entries: Vec<roundtable::pages::Item>,
    /// Days of meetings that it can be seen as of.
    days: Vec<Day>,
}

/// Changes that are gone back over, contacts and items that are looked at, and days that are offered.
const CHANGES: i64 = 1000;
const CONTACTS: i64 = 60;
const ITEMS: i64 = 60;
const VERSIONS: i64 = 30;
const DAYS: i64 = 12;

/// The day that an address asks for with `?as_of=`, if it is not to come.
pub fn asked(query: &Query, today: NaiveDate) -> Option<NaiveDate> {
    query.get("as_of").and_then(|text| text.parse().ok()).filter(|day| *day <= today)
}

/// `GET /clients/{id}/as-of`: `?as_of=` a day; without it that of the last entry.
pub async fn show(reader: Reader, Id(id): Id<ClientId>, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_team()?;
            let client = clients::queries::find(db, id)?.ok_or(Error::NotFound)?;
            let latest = roundtable::queries::of_client(db, pass, id, DAYS)?;
            let last = latest.first().map(|entry| entry.draft.meeting_date.min(page.visit.today));
            let day = asked(&query, page.visit.today).or(last).unwrap_or(page.visit.today);
            let mut days: Vec<NaiveDate> = latest.iter().map(|entry| entry.draft.meeting_date).collect();
            days.dedup();
            let days = days.into_iter().map(|day| page.day(day)).collect();
            let past = past_page(db, page, pass, client, day, days)?;
            html(StatusCode::OK, &past)
        })
        .await
}

/// How everything of a client stands, on the way back.
struct State {
    id: ClientId,
    client: Map<String, Value>,
    was_there: bool,
    contacts: BTreeMap<i64, Map<String, Value>>,
    items: BTreeMap<i64, Map<String, Value>>,
    links: BTreeMap<(&'static str, i64), (LinkEnd, RecordRef)>,
}

fn object(value: impl serde::Serialize) -> Result<Map<String, Value>> {
    let broken = |error: serde_json::Error| Error::Internal(format!("a record as it was: {error}"));
    from_value(to_value(value).map_err(broken)?).map_err(broken)
}

impl State {
    /// How it stands now.
    fn now(db: &mut Db, page: &Page, pass: TeamPass, client: &Client, day: NaiveDate) -> Result<Self> {
        let id = client.client_id;
        let mut columns = object(client)?;
        columns.extend(assessment::columns_now(db, pass, id)?);
        let filter = ContactFilter { client: Some(id), until: Some(day), ..ContactFilter::default() };
        let mut contacts = BTreeMap::new();
        for contact in contacts::list_queries::latest(db, page.viewer(), &filter, CONTACTS)? {
            contacts.insert(contact.contact_id.0, object(&contact)?);
        }
        let mut items = BTreeMap::new();
        for item in action_items::queries::of_client(db, page.viewer(), id, (0, ITEMS))?.0 {
            items.insert(item.id().0, object(&item.row)?);
        }
        let mut links = BTreeMap::new();
        for (end, linked) in links::queries::of(db, page.viewer(), id.into(), CONTACTS)? {
            for link in linked.links {
                let other = RecordRef { kind: end.there(), id: link.other_id };
                links.insert((end.kind.as_str(), link.link_id.0), (end, other));
            }
        }
        Ok(Self { id, client: columns, was_there: true, contacts, items, links })
    }

    /// Adds the contacts that were corrected since, whatever day or client they are of now.
    fn add_corrected(&mut self, db: &mut Db, page: &Page, changes: &[Listed]) -> Result<()> {
        let rows = changes.iter().flat_map(|Listed { rows, .. }| rows);
        let of_contacts = rows.filter(|row| row.table_name == "contact_log" && row.action == Action::Update);
        let missing: Vec<i64> =
            of_contacts.map(|row| row.record_id).filter(|id| !self.contacts.contains_key(id)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        for contact in contacts::queries::by_ids(db, page.viewer(), &missing)? {
            self.contacts.insert(contact.contact_id.0, object(&contact)?);
        }
        Ok(())
    }

    /// Takes back what one row tells.
    fn take_back(&mut self, row: &Row, fields: &Fields) {
        if let Ok(kind) = LinkKind::parse(&row.table_name) {
            return self.take_back_link(kind, row, fields);
        }
        match row.table_name.as_str() {
            "clients" if row.record_id == self.id.0 => {
                self.was_there &= row.action != Action::Create;
                self.client.extend(fields.iter().map(|(column, (old, _))| (column.clone(), old.clone())));
            }
            "contact_log" => take_back_row(&mut self.contacts, row, fields),
            "action_items" => take_back_row(&mut self.items, row, fields),
            _ => {}
        }
    }

    fn take_back_link(&mut self, kind: LinkKind, row: &Row, fields: &Fields) {
        let key = (kind.as_str(), row.record_id);
        let old = |column: &str| fields.get(column).and_then(|(old, _)| old.as_i64());
        let end = LinkEnd::of(RecordKind::Client).into_iter().find(|end| end.kind == kind);
        match (row.action, end) {
            (Action::Create, _) => drop(self.links.remove(&key)),
            (Action::Delete, Some(end)) if old(end.own_column()) == Some(self.id.0) => {
                if let Some(id) = old(end.field()) {
                    self.links.insert(key, (end, RecordRef { kind: end.there(), id }));
                }
            }
            _ => {}
        }
    }

    fn person(&self, column: &str) -> Option<RecordRef> {
        self.client.get(column).and_then(Value::as_i64).map(|id| PersonnelId(id).into())
    }

    fn text(&self, column: &str) -> Option<&str> {
        self.client.get(column).and_then(Value::as_str)
    }

    fn day(&self, column: &str) -> Option<NaiveDate> {
        self.text(column).and_then(|text| text.parse().ok())
    }

    /// What was to be done, the most overdue first.
    fn to_do(&self, page: &Page) -> Vec<String> {
        let draft = |columns: &Map<String, Value>| {
            let draft: ItemDraft = from_value(Value::Object(columns.clone())).ok()?;
            let is_own = columns.get("client_id").and_then(Value::as_i64) == Some(self.id.0);
            (is_own && draft.item_state == ItemState::Open).then_some(draft)
        };
        let mut open: Vec<ItemDraft> = self.items.values().filter_map(draft).collect();
        open.sort_by_key(|item| (item.due_date.is_none(), item.due_date));
        let words = |item: ItemDraft| match page.day_or_none(item.due_date) {
            Some(day) => format!("{}, by {}", item.text, day.full()),
            None => item.text,
        };
        open.into_iter().map(words).collect()
    }

    /// The contacts of the client until a day, the latest first.
    fn contacts(&self, day: NaiveDate) -> Vec<Contact> {
        let contact = |(id, columns): (&i64, &Map<String, Value>)| {
            let draft: ContactDraft = from_value(Value::Object(columns.clone())).ok()?;
            let is_own = columns.get("client_id").and_then(Value::as_i64) == Some(self.id.0);
            let created_date = NaiveDateTime::default();
            let contact = Contact { contact_id: ContactId(*id), client_id: self.id, draft, version: 0, created_date };
            (is_own && contact.draft.contact_date <= day).then_some(contact)
        };
        let mut contacts: Vec<Contact> = self.contacts.iter().filter_map(contact).collect();
        contacts.sort_by_key(|contact| Reverse(contact.draft.contact_date));
        contacts.truncate(10);
        contacts
    }
}

/// Takes back what one row tells of what stands beside the client.
fn take_back_row(kept: &mut BTreeMap<i64, Map<String, Value>>, row: &Row, fields: &Fields) {
    let before = fields.iter().map(|(column, (old, _))| (column.clone(), old.clone()));
    match row.action {
        Action::Create => drop(kept.remove(&row.record_id)),
        Action::Delete => kept.entry(row.record_id).or_default().extend(before),
        _ => {
            if let Some(columns) = kept.get_mut(&row.record_id) {
                columns.extend(before);
            }
        }
    }
}

const PEOPLE: [&str; 4] =
    ["mpr_primary_poc", "mpr_secondary_poc", "last_contact_by", "next_planned_contact_assigned_to"];

fn past_page(
    db: &mut Db,
    page: &Page,
    pass: TeamPass,
    client: Client,
    day: NaiveDate,
    days: Vec<Day>,
) -> Result<PastPage> {
    let (id, moment) = (client.client_id, page.end_of(day));
    let then = page.as_of(day);
    let mut state = State::now(db, page, pass, &client, day)?;
    let is_full = |rows: usize, most: i64| i64::try_from(rows).is_ok_and(|rows| rows >= most);
    let has_more = is_full(state.items.len(), ITEMS);
    let record = RecordRef::from(id);
    let subject = Subject { table: record.kind.table(), kind: record.kind.as_str(), id: id.0 };
    let changes = reading_queries::of_record_since(db, page.viewer(), subject, moment, CHANGES)?;
    state.add_corrected(db, page, &changes)?;
    let is_cut = has_more || is_full(changes.len(), CHANGES);
    for row in changes.iter().flat_map(|Listed { rows, .. }| rows.iter().rev()) {
        state.take_back(row, &row.fields()?);
    }
    let versions = roundtable::queries::versions_until(db, pass, id, day, VERSIONS)?;
    let contacts = state.contacts(day);
    let people = PEOPLE.into_iter().filter_map(|column| state.person(column));
    let mentioned = people.chain(state.links.values().map(|(_, other)| *other));
    let names = records::queries::names_of(db, mentioned.chain(contacts::pages::mentioned(&contacts)))?;
    let name = state.text("client_name").unwrap_or(&client.draft.client_name).to_owned();
    // What says when the last contact was may have come later than the contact itself, as with those brought in.
    let last = state.day("last_contact_date").max(contacts.first().map(|contact| contact.draft.contact_date));
    let planned = state.day("next_planned_contact_date");
    let kind = state.text("last_contact_type").and_then(|kind| ContactType::parse(kind).ok());
    let told = Contacts { last, kind, planned };
    let Then { assessment, rhythm, facts: judged } = assessment::then(pass, &state.client);
    let mut shell = page.shell(format!("{name} as of {}", page.day(day).full()), "clients");
    // What was cannot be changed.
    shell.may_write = false;
    Ok(PastPage {
        shell: shell.crumb(&client.draft.client_name, format!("/clients/{id}")),
        client: id,
        day: page.day(day),
        was_there: state.was_there,
        is_cut,
        attention: AttentionRule::new(&page.config, day).explain(told, Some(&rhythm)),
        facts: facts(page, &state, &names),
        judged,
        assessment,
        links: linked(&state, &names),
        items: state.to_do(page),
        contacts: contacts::pages::items_named(&then, contacts, &names),
        entries: roundtable::pages::items(&then, standing(versions, moment)),
        days,
    })
}

/// The versions that stood at a moment, the latest three.
fn standing(versions: Vec<RoundtableEntry>, moment: NaiveDateTime) -> Vec<RoundtableEntry> {
    let known: Vec<RoundtableEntry> = versions.into_iter().filter(|entry| entry.created_date < moment).collect();
    let is_corrected =
        |entry: &RoundtableEntry| known.iter().any(|other| entry.superseded_by == Some(other.history_id));
    let current = known.iter().filter(|entry| !is_corrected(entry)).take(3);
    current.map(|entry| RoundtableEntry { superseded_by: None, ..entry.clone() }).collect()
}

fn facts(page: &Page, state: &State, names: &HashMap<RecordRef, String>) -> Vec<(&'static str, String)> {
    let person = |column: &str| state.person(column).and_then(|person| names.get(&person)).cloned();
    let day = |column: &str| state.day(column).map(|day| page.day(day).full());
    let text = |column: &str| state.text(column).map(ToOwned::to_owned);
    let joined = |parts: [Option<String>; 3]| {
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    };
    let last = joined([day("last_contact_date"), text("last_contact_type"), person("last_contact_by")]);
    let next = joined([
        day("next_planned_contact_date"),
        text("next_planned_contact_type"),
        person("next_planned_contact_assigned_to"),
    ]);
    let archived = (state.client.get("is_archived") == Some(&Value::Bool(true))).then(|| "yes".to_owned());
    let facts = [
        ("Type", text("client_type")),
        ("Primary point of contact", person("mpr_primary_poc")),
        ("Secondary point of contact", person("mpr_secondary_poc")),
        ("Last contact", last),
        ("Next contact", next),
        ("Notes", text("notes")),
        ("Archived", archived),
    ];
    facts.into_iter().filter_map(|(label, value)| Some((label, value?))).collect()
}

/// The names at the other ends of the links, by kind.
fn linked(state: &State, names: &HashMap<RecordRef, String>) -> Vec<(&'static str, Vec<String>)> {
    let mut by_kind: Vec<(&'static str, Vec<String>)> = Vec::new();
    for (end, other) in state.links.values() {
        let name = names.get(other).cloned().unwrap_or_else(|| format!("a {} that was deleted", other.kind.singular()));
        match by_kind.iter_mut().find(|(heading, _)| *heading == end.heading()) {
            Some((_, names)) => names.push(name),
            None => by_kind.push((end.heading(), vec![name])),
        }
    }
    by_kind.iter_mut().for_each(|(_, names)| names.sort());
    by_kind
}
