//! What a colleague has to do: action items, planned contacts and follow-ups, and their clients.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::coming::{self, Coming};
use crate::action_items;
use crate::action_items::pages::{Item, active_names, mentioned};
use crate::clients::list::{Line, lines};
use crate::clients::{self, AttentionRule, CountedValue, PocRole};
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::PersonnelId;
use crate::people::queries::{self, Names};
use crate::web::{Count, Id, PAGE_ROWS, Page, Paging, Query, Reader, Shell, address, html};

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
    /// The first of what they have to do, the most overdue first, and how much that is in all.
    pub items: Vec<Item>,
    pub item_total: Count,
    /// Where all of that is.
    pub all_items: String,
    /// Those to whom any of it can be handed on.
    pub staff: Vec<String>,
    /// The planned contacts and follow-ups that are theirs.
    pub coming: Coming,
}

impl Work {
    /// Whether they look after more clients than are shown.
    pub fn has_more_held(&self) -> bool {
        usize::try_from(self.held_total.rows).is_ok_and(|total| total > self.held.len())
    }
}

/// A page of the clients a person looks after.
pub fn held(
    db: &mut Db,
    page: &Page,
    (person, in_role): (PersonnelId, Option<PocRole>),
    number: i64,
) -> Result<Vec<Held>> {
    let rule = AttentionRule::new(&page.config, page.visit.today);
    let rows = clients::poc_queries::of_poc(
        db,
        page.viewer().team(),
        (person, in_role),
        ((number - 1) * PAGE_ROWS, PAGE_ROWS),
    )?;
    let role = |line: &Line| if line.row.mpr_primary_poc == Some(person) { "Primary" } else { "Secondary" };
    Ok(lines(page, &rule, &Names::default(), rows).into_iter().map(|line| Held { role: role(&line), line }).collect())
}

/// What is open for a person; `back` is the page that shows it.
pub fn work_of(db: &mut Db, page: &Page, person: PersonnelId, back: impl Into<String>) -> Result<Work> {
    let kept = coming::kept(db, page, Some(person), PAGE_ROWS)?;
    let (items, item_total) = action_items::queries::to_do(db, page.viewer(), Some(person), (0, PAGE_ROWS))?;
    let (staff, names) = queries::staff_and_names(db, kept.mentioned().chain(mentioned(&items)))?;
    let own = names.get(&person.into()).cloned().unwrap_or_default();
    let item = |item| Item::new(page, item, &names).of_client(&names).without(&own);
    Ok(Work {
        items: items.into_iter().map(item).collect(),
        item_total,
        all_items: address("/action-items", &[("person", &person.to_string())]),
        staff: active_names(&staff),
        held: held(db, page, (person, None), 1)?,
        held_total: clients::queries::count_of(db, CountedValue::Poc(person))?,
        all_held: address("/clients", &[("poc", &person.to_string()), ("sort", "last_contact")]),
        coming: Coming::named(page, kept, None, &names, back),
    })
}

#[derive(Template)]
#[template(path = "overview/poc.html")]
struct PocPage {
    shell: Shell,
    person: String,
    personnel_id: PersonnelId,
    role: Option<PocRole>,
    held: Vec<Held>,
    paging: Paging,
}

impl PocPage {
    /// What is said where no client is looked after.
    fn nobody(&self) -> String {
        let role = if self.role.is_some() { " in this role" } else { "" };
        format!("{} is no client's point of contact{role}.", self.person)
    }
}

/// `GET /crm/poc/{personnel_id}`: the clients of one colleague, in any role or in the one asked for.
pub async fn poc(reader: Reader, Id(id): Id<PersonnelId>, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let person = queries::find_colleague(db, id)?.ok_or(Error::NotFound)?;
            let shell = page
                .shell(format!("Clients of {}", person.full_name), "dashboard")
                .crumb("Dashboard", "/crm/dashboard");
            let role = query.get("role").and_then(|text| PocRole::parse(text).ok());
            let total = match role {
                Some(role) => clients::poc_queries::count_of_role(db, id, role)?,
                None => clients::queries::count_of(db, CountedValue::Poc(id))?,
            };
            let number = query.page(total.rows);
            let held = held(db, page, (id, role), number)?;
            let word = role.map_or("", ClosedList::as_str);
            let link =
                |number: i64| address(&format!("/crm/poc/{id}"), &[("role", word), ("page", &number.to_string())]);
            let paging = Paging::new(number, held.len(), total, link);
            html(StatusCode::OK, &PocPage { shell, person: person.full_name, personnel_id: id, role, held, paging })
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

/// `GET /my-work`: my action items, my planned contacts, my follow-ups, my clients.
pub async fn my_work(reader: Reader) -> Result<Response> {
    reader
        .page(|db, page| {
            let work = page.viewer().personnel_id.map(|person| work_of(db, page, person, "my-work")).transpose()?;
            html(StatusCode::OK, &MyWorkPage { shell: page.shell("My work", "my-work"), work })
        })
        .await
}
