//! Going through the clients outside any meeting: the agenda as of now, one client at a time, an entry without leaving
//! it (product.md §4, ui.md). What is shown of the one that is talked about, meetings show as well.

use std::collections::HashSet;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::pages::{BEGUN_ON, Item, Place, Standing, form, items, standing};
use super::{RoundtableEntry, found_since, queries};
use crate::access::TeamPass;
use crate::action_items::pages as action_items;
use crate::clients::assessment::{self, AssessmentRow};
use crate::clients::{AttentionRule, ClientId, ClientRow, Explained, Strip};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::MeetingId;
use crate::people::{self, Colleague, queries::Names};
use crate::records::RecordRef;
use crate::since::Since;
use crate::web::{COUNTED, Count, Day, Field, FormView, PAGE_ROWS, Page, Paging, Shell, address, html, offer_draft};

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
    /// The meeting that is prepared.
    upcoming: Option<Upcoming>,
}

/// A meeting that is prepared.
pub struct Upcoming {
    /// What it is called.
    pub title: String,
    /// Its day.
    pub day: Day,
    /// Its address.
    pub address: String,
}

/// One client on the agenda.
struct Point {
    row: ClientRow,
    assessment: AssessmentRow,
    attention: Explained,
    is_done: bool,
    is_current: bool,
    link: String,
}

impl Point {
    /// The client, with its priority.
    fn title(&self) -> String {
        let priority = self.assessment.priority().map(|priority| format!(" · {priority}")).unwrap_or_default();
        format!("{}{priority}", self.row.client_name)
    }

    /// How far it is, at a glance.
    fn sign(&self) -> &'static str {
        match (self.is_done, self.is_current) {
            (true, _) => "●",
            (false, true) => "◐",
            (false, false) => "○",
        }
    }

    fn done_words(&self) -> Option<&'static str> {
        self.is_done.then_some("Done")
    }
}

/// The client that is talked about.
pub struct Current {
    /// Its figures and what is judged of it.
    pub standing: Standing,
    /// The same at a glance, each part changed where it stands.
    pub strip: Strip,
    /// What happened since the latest entry.
    pub since: Since,
    /// What is to be done for it.
    pub items: action_items::Items,
    /// The last entries.
    pub previous: Vec<Item>,
    /// Where it is judged, which leads back here.
    pub assessing: String,
    /// The form of the next one.
    pub form: FormView,
    /// Its neighbours on the agenda.
    pub beside: Beside,
}

/// What stands beside a client on an agenda.
#[derive(Default)]
pub struct Beside {
    /// The client before it.
    pub back: Option<String>,
    /// The client after it.
    pub next: Option<String>,
    /// Its number on the agenda, if it is there.
    pub place: Option<i64>,
    /// How many clients are on it.
    pub all: i64,
}

/// Where the meeting is about a client, on a page of the agenda.
pub fn address_of(client: ClientId, number: i64) -> String {
    let number = if number > 1 { number.to_string() } else { String::new() };
    address("/crm/roundtable", &[("client", &client.to_string()), ("page", &number)])
}

/// A form there, with which the meeting goes on where it stood.
pub fn place(client: ClientId, number: i64) -> Place {
    let carried = vec![("back", "meeting".to_owned()), ("page", number.to_string())];
    Place { back: address_of(client, number), carried, ..Place::default() }
}

/// The clients of a page of the agenda, with the one before and the one after it.
struct Section {
    before: Option<ClientId>,
    clients: Vec<(ClientRow, AssessmentRow)>,
    after: Option<ClientId>,
}

impl Current {
    /// The three fields that each client gets.
    pub fn key_fields(&self) -> impl Iterator<Item = &Field> {
        self.form.fields.iter().filter(|field| is_key(field))
    }

    /// The fields that few clients need.
    pub fn other_fields(&self) -> impl Iterator<Item = &Field> {
        self.form.fields.iter().filter(|field| !is_key(field))
    }
}

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

    /// What stands beside a client.
    fn around(&self, id: ClientId, number: i64, all: i64) -> Beside {
        let Some(place) = self.ids().position(|other| other == id) else { return Beside { all, ..Beside::default() } };
        let before = (number - 1) * PAGE_ROWS;
        Beside {
            back: self.beside(place, -1, number),
            next: self.beside(place, 1, number),
            place: Some(before + i64::try_from(place).unwrap_or_default() + 1),
            all,
        }
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

/// The page: about the client that is asked for, else the first that is not done on this page of the agenda.
pub fn page(
    db: &mut Db,
    page: &Page,
    pass: TeamPass,
    (asked, number): (Option<ClientId>, i64),
    upcoming: Option<Upcoming>,
) -> Result<Response> {
    let total = assessment::standing(db, pass)?.on_agenda();
    let number = number.min((total + PAGE_ROWS - 1) / PAGE_ROWS).max(1);
    let section = section(db, pass, number)?;
    let done = queries::discussed(db, pass, page.visit.today)?;
    let waiting = || section.ids().find(|id| !done.contains(id)).or(section.ids().next());
    let chosen = asked.or_else(waiting);
    let beside = |id| section.around(id, number, total);
    let talk = |id| current(db, page, pass, (id, None), |_| place(id, number), beside(id));
    let current = chosen.map(talk).transpose()?.map(|(current, _)| current);
    let agenda = points(page, section, &done, chosen, number);
    let meeting = MeetingPage {
        shell: page.shell("Roundtable", "roundtable"),
        done: i64::try_from(done.len()).unwrap_or(i64::MAX),
        paging: Paging::new(number, agenda.len(), Count::exactly(total), |number| {
            address("/crm/roundtable", &[("page", &number.to_string())])
        }),
        agenda,
        current,
        upcoming,
    };
    html(StatusCode::OK, &meeting)
}

/// The client that is talked about, and all colleagues. Where its next entry is written may depend on its last one at
/// the meeting.
pub fn current(
    db: &mut Db,
    page: &Page,
    pass: TeamPass,
    (id, meeting): (ClientId, Option<MeetingId>),
    place: impl FnOnce(Option<&RoundtableEntry>) -> Place,
    beside: Beside,
) -> Result<(Current, Vec<Colleague>)> {
    let (client, judged) = assessment::find_client(db, Some(pass), id)?.ok_or(Error::NotFound)?;
    let previous = queries::previous(db, pass, id, meeting, 3)?;
    let place = place(previous.at_meeting.as_ref());
    let kept = action_items::kept(db, page, id)?;
    let since = found_since(db, page, pass, &client, &previous, Some(kept.late(page.visit.today)))?;
    let (last, planned) = (&client.last_contact, &client.planned);
    let held = [client.draft.mpr_primary_poc, client.draft.mpr_secondary_poc];
    let involved = [last.last_contact_by, planned.next_planned_contact_assigned_to];
    let involved = held.into_iter().chain(involved).flatten().map(RecordRef::from);
    let mentioned = involved.chain(kept.mentioned()).chain(since.mentioned(page));
    let (staff, names) = people::queries::staff_and_names(db, mentioned)?;
    let standing = standing(page, client, judged);
    let current = Current {
        strip: Strip::new(page, &standing.client, &Names::among(&names), Some(&standing.assessment)).in_one_line(),
        standing,
        since: since.named(page, &names),
        items: action_items::Items::named(page, id, kept, &staff, &names, "action-items")
            .leading_to(&place.back, meeting),
        previous: items(page, previous.entries)
            .into_iter()
            .map(|item| Item { meeting: Some(place.back.clone()), ..item })
            .collect(),
        assessing: address(&format!("/clients/{id}/assessment"), &[("back", &place.back)]),
        form: offer_draft(db, page, form(page, id, &place), &BEGUN_ON)?,
        beside,
    };
    Ok((current, staff))
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
        attention: rule.explain(&row, Some(&assessment.rhythm)),
        is_done: done.contains(&row.client_id),
        is_current: chosen == Some(row.client_id),
        link: address_of(row.client_id, number),
        row,
    };
    section.clients.into_iter().map(point).collect()
}
