//! What a colleague has to do: their clients, planned contacts and follow-ups, and handing all of it over.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::record::person_page;
use crate::clients::list::{Line, lines};
use crate::clients::{self, AttentionRule, CountedValue};
use crate::contacts;
use crate::db::{Db, Lock, hold_lock};
use crate::error::{Error, Result};
use crate::ids::PersonnelId;
use crate::people::queries::Names;
use crate::people::{Colleague, may_hold, queries};
use crate::web::{
    Choice, Count, Field, FormData, FormView, Id, Input, Invalid, PAGE_ROWS, Page, Paging, Query, Reader, Shell,
    Writer, address, html, redirect,
};

/// A client of a person, and in which role.
pub struct Held {
    /// The client.
    pub line: Line,
    /// “Primary” or “Secondary”.
    pub role: &'static str,
}

/// Everything that is open for a person, as far as the viewer may see it.
pub struct Work {
    /// The first of the clients they look after, the longest silence first.
    pub held: Vec<Held>,
    /// How many those are in all.
    pub held_total: Count,
    /// Where all of them are.
    pub all_held: String,
    /// The planned contacts that are theirs.
    pub planned: Vec<Line>,
    /// The follow-ups that are theirs.
    pub follow_ups: Vec<contacts::pages::Item>,
}

impl Work {
    /// Whether they look after more clients than are shown.
    pub fn has_more_held(&self) -> bool {
        usize::try_from(self.held_total.rows).is_ok_and(|total| total > self.held.len())
    }
}

/// A page of the clients a person looks after.
pub fn held(db: &mut Db, page: &Page, person: PersonnelId, number: i64) -> Result<Vec<Held>> {
    let rule = AttentionRule::new(&page.config, page.visit.today);
    let rows = clients::queries::of_poc(db, person, (number - 1) * PAGE_ROWS, PAGE_ROWS)?;
    let role = |line: &Line| if line.row.mpr_primary_poc == Some(person) { "Primary" } else { "Secondary" };
    Ok(lines(page, &rule, &Names::default(), rows).into_iter().map(|line| Held { role: role(&line), line }).collect())
}

/// What is open for a person.
pub fn work_of(db: &mut Db, page: &Page, person: PersonnelId) -> Result<Work> {
    let rule = AttentionRule::new(&page.config, page.visit.today);
    let planned = clients::queries::planned(db, Some(person), 50)?;
    let follow_ups = contacts::queries::open_follow_ups(db, page.viewer(), Some(person), 50)?;
    Ok(Work {
        held: held(db, page, person, 1)?,
        held_total: clients::queries::count_of(db, CountedValue::Poc(person))?,
        all_held: address("/clients", &[("poc", &person.to_string()), ("sort", "last_contact")]),
        planned: lines(page, &rule, &Names::default(), planned),
        follow_ups: contacts::pages::items(db, page, follow_ups)?,
    })
}

/// The form that hands a person's open work over to another colleague.
pub fn handover_form(staff: &[Colleague], person: PersonnelId) -> FormView {
    let others = staff.iter().filter(|other| other.is_active && other.personnel_id != person);
    let choices = others.map(|other| Choice::new(other.personnel_id, other.full_name.clone())).collect();
    let successor = Field::new("successor", "Hand over to", Input::Select(choices))
        .required()
        .hint("Roles at clients, planned contacts and open follow-ups that you can see.");
    FormView::new(format!("/people/{person}/handover"), "Hand over all open work", "", vec![successor])
}

/// `POST /people/{id}/handover`: everything open goes to another colleague in one step.
pub async fn hand_over(writer: Writer, Id(id): Id<PersonnelId>, form: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            // Held before anyone is looked up: a merge that is under way may take the person or the successor in.
            hold_lock(db, Lock::ManyRecords)?;
            let person = queries::find_colleague(db, id)?.ok_or(Error::NotFound)?;
            let staff = queries::staff(db)?;
            let chosen = form.get("successor").and_then(|text| text.parse().ok()).map(PersonnelId);
            let successor = chosen.filter(|other| *other != id && may_hold(&staff, *other, None));
            let Some(successor) = successor else {
                let refusal = Invalid::one("successor", "Choose an active colleague.");
                return person_page(db, page, id, handover_form(&staff, id).refused(refusal));
            };
            clients::queries::hand_over(db, &page.visit, id, successor)?;
            contacts::queries::hand_over(db, &page.visit, id, successor)?;
            let name = staff.iter().find(|other| other.personnel_id == successor).map(|other| other.full_name.clone());
            let done = format!("The open work of {} is now {}'s.", person.full_name, name.unwrap_or_default());
            redirect(&format!("/people/{id}"), &done)
        })
        .await
}

#[derive(Template)]
#[template(path = "overview/poc.html")]
struct PocPage {
    shell: Shell,
    person: String,
    personnel_id: PersonnelId,
    held: Vec<Held>,
    paging: Paging,
}

/// `GET /crm/poc/{personnel_id}`: the clients of one colleague.
pub async fn poc(reader: Reader, Id(id): Id<PersonnelId>, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let person = queries::find_colleague(db, id)?.ok_or(Error::NotFound)?;
            let shell = page
                .shell(format!("Clients of {}", person.full_name), "dashboard")
                .crumb("Dashboard", "/crm/dashboard");
            let total = clients::queries::count_of(db, CountedValue::Poc(id))?;
            let number = query.page(total.rows);
            let held = held(db, page, id, number)?;
            let link = |number: i64| address(&format!("/crm/poc/{id}"), &[("page", &number.to_string())]);
            let paging = Paging::new(number, held.len(), total, link);
            html(StatusCode::OK, &PocPage { shell, person: person.full_name, personnel_id: id, held, paging })
        })
        .await
}

#[derive(Template)]
#[template(path = "overview/my_work.html")]
struct MyWorkPage {
    shell: Shell,
    /// Nothing when the account is tied to no person.
    work: Option<Work>,
}

/// `GET /my-work`: my clients, my planned contacts, my follow-ups.
pub async fn my_work(reader: Reader) -> Result<Response> {
    reader
        .page(|db, page| {
            let work = page.viewer().personnel_id.map(|person| work_of(db, page, person)).transpose()?;
            html(StatusCode::OK, &MyWorkPage { shell: page.shell("My work", "my-work"), work })
        })
        .await
}
