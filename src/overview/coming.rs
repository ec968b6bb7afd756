//! What is coming: planned contacts and open follow-ups, the first of them with how many there are in all.

use std::collections::HashMap;

use askama::Template;
use askama::filters::HtmlSafe;
use axum::http::StatusCode;
use axum::response::Response;

use crate::action_items::Acts;
use crate::clients::{self, ClientId, ClientRow, ContactType};
use crate::contacts::{self, Contact};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::PersonnelId;
use crate::people::{self, Colleague, queries::Names};
use crate::records::{self, RecordRef};
use crate::web::{COUNTED, Count, Day, PAGE_ROWS, Page, Paging, Query, Reader, Shell, address, html};

/// A contact that is planned with a client.
pub struct Planned {
    /// With whom.
    pub client_id: ClientId,
    /// The client's name.
    pub client_name: String,
    /// When.
    pub day: Day,
    /// How.
    pub kind: Option<ContactType>,
    /// Who makes it.
    pub assigned_to: Option<String>,
}

impl Planned {
    /// What else can be done with it than log it.
    fn acts(&self) -> Acts {
        let path = format!("/clients/{}/planned-contact", self.client_id);
        Acts {
            about: format!("contact with {}", self.client_name),
            moves: (path.clone(), "next_planned_contact_date", self.day.date.to_string()),
            hands_on: (path, "next_planned_contact_assigned_to"),
            drops: None,
            links: vec![("Log contact", format!("/clients/{}/contact", self.client_id))],
        }
    }
}

/// What else can be done with a follow-up than do it.
fn acts_of(item: &contacts::pages::Item) -> Acts {
    let path = format!("/follow-ups/{}", item.contact.contact_id);
    let day = item.contact.draft.follow_up_date.map(|day| day.to_string()).unwrap_or_default();
    Acts {
        about: format!("follow-up with {}", item.client_name),
        moves: (format!("{path}/moved"), "follow_up_date", day),
        hands_on: (format!("{path}/handed-on"), "follow_up_assigned_to"),
        drops: None,
        links: vec![("Correct contact", format!("/contacts/{}/edit", item.contact.contact_id))],
    }
}

/// What is coming as it is kept, to be named together with others.
pub struct Kept {
    planned: Vec<ClientRow>,
    planned_total: Count,
    follow_ups: Vec<Contact>,
    follow_up_total: Count,
}

impl Kept {
    /// The records that the follow-ups refer to.
    pub fn mentioned(&self) -> impl Iterator<Item = RecordRef> {
        contacts::pages::mentioned(&self.follow_ups)
    }
}

/// The two lists as pages show them.
#[derive(Template)]
#[template(path = "overview/_coming.html")]
pub struct Coming {
    /// The contacts that are planned.
    pub planned: Vec<Planned>,
    planned_total: Count,
    /// The follow-ups that are open.
    pub follow_ups: Vec<contacts::pages::Item>,
    follow_up_total: Count,
    /// Whether whole lists stand behind them; a person's are whole already.
    has_more: bool,
    /// Whether the rows tell what was said at the contact.
    is_whole: bool,
    /// Whether the rows can be moved and handed on; the page offers the names of colleagues then.
    has_acts: bool,
    /// By which word a follow-up that is done leads back here.
    back: String,
    may_write: bool,
}

impl HtmlSafe for Coming {}

/// The first planned contacts and follow-ups, what is overdue first; of one person if given.
pub fn kept(db: &mut Db, page: &Page, person: Option<PersonnelId>, limit: i64) -> Result<Kept> {
    let (planned, planned_total) = clients::plan_queries::planned(db, person, (0, limit))?;
    let (follow_ups, follow_up_total) = contacts::queries::open_follow_ups(db, page.viewer(), person, (0, limit))?;
    Ok(Kept { planned, planned_total, follow_ups, follow_up_total })
}

impl Coming {
    /// The lists with names that are known. A person's own need no `staff`: whose they are is told by the page.
    pub fn named(
        page: &Page,
        kept: Kept,
        staff: Option<&Names>,
        names: &HashMap<RecordRef, String>,
        back: impl Into<String>,
    ) -> Self {
        let mut follow_ups = contacts::pages::items_named(page, kept.follow_ups, names);
        if staff.is_none() {
            follow_ups.iter_mut().for_each(|item| item.assigned_to = None);
        }
        Self {
            planned: kept.planned.into_iter().filter_map(|row| planned(page, row, staff)).collect(),
            planned_total: kept.planned_total,
            follow_ups,
            follow_up_total: kept.follow_up_total,
            has_more: false,
            is_whole: false,
            has_acts: staff.is_none() && page.viewer().may_write(),
            back: back.into(),
            may_write: page.viewer().may_write(),
        }
    }

    /// The same with ways to the whole lists.
    pub fn beginning(self) -> Self {
        Self { has_more: true, ..self }
    }
}

/// A planned contact as pages show it; whose it is only where names are given.
fn planned(page: &Page, row: ClientRow, staff: Option<&Names>) -> Option<Planned> {
    Some(Planned {
        client_id: row.client_id,
        day: page.day(row.next_planned_contact_date?),
        kind: row.next_planned_contact_type,
        assigned_to: staff.and_then(|staff| staff.of(row.next_planned_contact_assigned_to)),
        client_name: row.client_name,
    })
}

/// The colleague to whom a list is narrowed, if any.
pub fn person_asked(db: &mut Db, query: &Query) -> Result<Option<Colleague>> {
    let Some(id) = query.get("person").and_then(|text| text.parse().ok()) else { return Ok(None) };
    people::queries::find_colleague(db, PersonnelId(id))?.ok_or(Error::NotFound).map(Some)
}

/// The title of a list that may be narrowed to a colleague.
pub fn title_of(title: &str, person: Option<&Colleague>) -> String {
    person.map_or_else(|| title.to_owned(), |person| format!("{title}: {}", person.full_name))
}

/// A list of work that `?person=` narrows to a colleague: the shell of its page, its rows and its paging. Past the end
/// there is nothing that tells how many rows there are, so that the first page does.
pub fn list_of<T>(
    db: &mut Db,
    page: &Page,
    query: &Query,
    (path, title): (&str, &str),
    find: impl Fn(&mut Db, Option<PersonnelId>, (i64, i64)) -> Result<(Vec<T>, Count)>,
) -> Result<(Shell, Vec<T>, Paging)> {
    let person = person_asked(db, query)?;
    let id = person.as_ref().map(|person| person.personnel_id);
    let mut number = query.page(COUNTED);
    let (mut rows, mut total) = find(db, id, ((number - 1) * PAGE_ROWS, PAGE_ROWS))?;
    if rows.is_empty() && number > 1 {
        number = 1;
        (rows, total) = find(db, id, (0, PAGE_ROWS))?;
    }
    let of = id.map(|id| id.to_string()).unwrap_or_default();
    let link = |number: i64| address(path, &[("person", &of), ("page", &number.to_string())]);
    let paging = Paging::new(number, rows.len(), total, link).with_files(&address(path, &[("person", &of)]));
    let shell = page.shell(title_of(title, person.as_ref()), "my-work").crumb("My work", "/my-work");
    Ok((shell, rows, paging))
}

#[derive(Template)]
#[template(path = "overview/planned.html")]
struct PlannedPage {
    shell: Shell,
    planned: Vec<Planned>,
    has_acts: bool,
    paging: Paging,
}

/// `GET /planned-contacts`: all that are planned, the overdue ones first; of one colleague with `?person=`.
pub async fn planned_contacts(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let find = |db: &mut Db, id, cut| clients::plan_queries::planned(db, id, cut);
            let (shell, rows, paging) = list_of(db, page, &query, ("/planned-contacts", "Planned contacts"), find)?;
            let staff = people::queries::staff(db)?;
            let names = Names::of_staff(&staff);
            let planned = rows.into_iter().filter_map(|row| planned(page, row, Some(&names))).collect();
            html(StatusCode::OK, &PlannedPage { shell, planned, has_acts: false, paging })
        })
        .await
}

#[derive(Template)]
#[template(path = "overview/follow_ups.html")]
struct FollowUpsPage {
    shell: Shell,
    follow_ups: Vec<contacts::pages::Item>,
    paging: Paging,
    back: &'static str,
    is_whole: bool,
    has_acts: bool,
    may_write: bool,
}

/// `GET /follow-ups`: all that are open, as far as one may see them, the most overdue first; of one colleague with
/// `?person=`.
pub async fn follow_ups(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let find = |db: &mut Db, id, cut| contacts::queries::open_follow_ups(db, page.viewer(), id, cut);
            let (shell, found, paging) = list_of(db, page, &query, ("/follow-ups", "Open follow-ups"), find)?;
            let names = records::queries::names_of(db, contacts::pages::mentioned(&found))?;
            let follow_ups = contacts::pages::items_named(page, found, &names);
            let may_write = page.viewer().may_write();
            let (back, is_whole, has_acts) = ("follow-ups", true, false);
            let page = FollowUpsPage { shell, follow_ups, paging, back, is_whole, has_acts, may_write };
            html(StatusCode::OK, &page)
        })
        .await
}
