//! The meeting: the agenda, one client at a time, an entry without leaving it (product.md §4, ui.md).

use std::collections::HashSet;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::pages::{Item, Standing, form, items, standing};
use super::queries;
use crate::access::TeamPass;
use crate::clients::assessment::{self, AssessmentRow};
use crate::clients::{self, Attention, AttentionRule, ClientId, ClientRow};
use crate::contacts::{self, queries::ContactFilter};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::web::{
    COUNTED, Count, Field, FormView, PAGE_ROWS, Page, Paging, Query, Reader, Shell, address, html, offer_draft,
};

#[derive(Template)]
#[template(path = "roundtable/meeting.html")]
struct MeetingPage {
    shell: Shell,
    agenda: Vec<Point>,
    paging: Paging,
    /// How many clients of the agenda are done today.
    done: i64,
    /// The client that is talked about.
    current: Option<Current>,
}

/// One client on the agenda.
struct Point {
    row: ClientRow,
    assessment: AssessmentRow,
    attention: Attention,
    is_done: bool,
    is_current: bool,
    link: String,
}

/// The client that is talked about.
struct Current {
    standing: Standing,
    /// The contacts since the latest entry: what changed since last time.
    since: Vec<contacts::pages::Item>,
    previous: Vec<Item>,
    form: FormView,
    back: Option<String>,
    next: Option<String>,
    /// Its number on the agenda, if it is there.
    place: Option<i64>,
}

/// Contacts that the meeting is reminded of.
const SINCE: i64 = 5;

/// Where the meeting is about a client, on a page of the agenda.
pub fn address_of(client: ClientId, number: i64) -> String {
    let number = if number > 1 { number.to_string() } else { String::new() };
    address("/crm/roundtable", &[("client", &client.to_string()), ("page", &number)])
}

/// The entry form with which the meeting goes on where it stood.
pub fn going_on(form: FormView, number: i64) -> FormView {
    form.carrying("back", "meeting").carrying("page", number.to_string())
}

/// The clients of a page of the agenda, with the one before and the one after it.
struct Section {
    before: Option<ClientId>,
    clients: Vec<(ClientRow, AssessmentRow)>,
    after: Option<ClientId>,
}

/// Whether a field of the entry is one of the three that each client gets.
fn is_key(field: &Field) -> bool {
    matches!(field.name, "next_steps" | "client_near_term_focus" | "mpr_work_targets")
}

/// Where the meeting goes on after a client on a page of the agenda: with the next one, if there is one.
pub fn address_after(db: &mut Db, pass: TeamPass, id: ClientId, number: i64) -> Result<String> {
    let section = section(db, pass, number)?;
    let next = section.ids().position(|other| other == id).and_then(|place| section.beside(place, 1, number));
    Ok(next.unwrap_or_else(|| address_of(id, number)))
}

fn section(db: &mut Db, pass: TeamPass, number: i64) -> Result<Section> {
    let start = (number - 1) * PAGE_ROWS;
    let lead = i64::from(start > 0);
    let mut agenda = assessment::agenda(db, pass, start - lead, PAGE_ROWS + lead + 1)?.into_iter();
    let before = if lead == 1 { agenda.next() } else { None };
    let clients = agenda.by_ref().take(PAGE_ROWS.unsigned_abs() as usize).collect();
    let id = |(row, _): (ClientRow, AssessmentRow)| row.client_id;
    Ok(Section { before: before.map(id), clients, after: agenda.next().map(id) })
}

impl Section {
    fn ids(&self) -> impl Iterator<Item = ClientId> {
        self.clients.iter().map(|(row, _)| row.client_id)
    }

    /// Where the client before or after one is, across the pages of the agenda.
    fn beside(&self, place: usize, step: isize, number: i64) -> Option<String> {
        match place.checked_add_signed(step) {
            Some(index) if index < self.clients.len() => self.ids().nth(index).map(|id| address_of(id, number)),
            Some(_) => self.after.filter(|_| number * PAGE_ROWS < COUNTED).map(|id| address_of(id, number + 1)),
            None => self.before.map(|id| address_of(id, number - 1)),
        }
    }
}

/// `GET /crm/roundtable`: `?client=` opens one, without it the first that is not done.
pub async fn show(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_team()?;
            let total = assessment::standing(db, pass)?.on_agenda();
            let number = query.page(total);
            let section = section(db, pass, number)?;
            let done = queries::discussed(db, pass, page.visit.today)?;
            let asked = query.get("client").and_then(|text| text.parse().ok()).map(ClientId);
            let waiting = || section.ids().find(|id| !done.contains(id)).or(section.ids().next());
            let chosen = asked.or_else(waiting);
            let current = chosen.map(|id| current(db, page, pass, id, &section, number)).transpose()?;
            let agenda = points(page, section, &done, chosen, number);
            let meeting = MeetingPage {
                shell: page.shell("Roundtable", "roundtable"),
                done: assessment::on_agenda(db, pass, done.into_iter().collect())?,
                paging: Paging::new(number, agenda.len(), Count::exactly(total), |number| {
                    address("/crm/roundtable", &[("page", &number.to_string())])
                }),
                agenda,
                current,
            };
            html(StatusCode::OK, &meeting)
        })
        .await
}

/// The client that is talked about, with the way to its neighbours on the agenda.
fn current(db: &mut Db, page: &Page, pass: TeamPass, id: ClientId, section: &Section, number: i64) -> Result<Current> {
    let client = clients::queries::find(db, id)?.ok_or(Error::NotFound)?;
    let place = section.ids().position(|other| other == id);
    let beside = |step| place.and_then(|place| section.beside(place, step, number));
    let previous = queries::of_client(db, pass, id, 3)?;
    let last = previous.first().map(|entry| entry.draft.meeting_date);
    let filter = ContactFilter { client: Some(id), since: last, ..ContactFilter::default() };
    let since = contacts::queries::list(db, page.viewer(), &filter, 0, SINCE)?;
    Ok(Current {
        standing: standing(db, page, pass, client)?,
        since: contacts::pages::items(db, page, since)?,
        previous: items(page, previous),
        form: offer_draft(db, page, going_on(form(page, id, "/crm/roundtable"), number), &[])?,
        back: beside(-1),
        next: beside(1),
        place: place.map(|place| (number - 1) * PAGE_ROWS + i64::try_from(place).unwrap_or_default() + 1),
    })
}

/// The agenda beside it.
fn points(
    page: &Page,
    section: Section,
    done: &HashSet<ClientId>,
    chosen: Option<ClientId>,
    number: i64,
) -> Vec<Point> {
    let rule = AttentionRule::new(&page.config, page.visit.today);
    let point = |(row, assessment): (ClientRow, AssessmentRow)| Point {
        assessment,
        attention: rule.of(row.last_contact_date),
        is_done: done.contains(&row.client_id),
        is_current: chosen == Some(row.client_id),
        link: address_of(row.client_id, number),
        row,
    };
    section.clients.into_iter().map(point).collect()
}
