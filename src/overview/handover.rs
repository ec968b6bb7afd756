//! Handing over what is open for a colleague: what would move stands there with ticks, and goes in one change.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::coming;
use crate::action_items;
use crate::clients::{self, AttentionRule, ClientId, Given, list::lines};
use crate::contacts;
use crate::db::{Db, Lock, hold_lock};
use crate::error::{Error, Result};
use crate::ids::{ContactId, ItemId, PersonnelId};
use crate::people::queries::{self, Names};
use crate::people::{Colleague, may_hold};
use crate::records;
use crate::web::{Choice, Day, FormData, Id, Page, Reader, Shell, Writer, grouped, html, redirect};

/// Rows of each kind that one handover can move.
const ROWS: i64 = 200;

/// Rows of one kind, each with a tick.
struct Kind {
    /// By which the form names their ids.
    field: &'static str,
    title: &'static str,
    rows: Vec<Row>,
    /// Whether there are more than one handover can move.
    is_more: bool,
}

struct Row {
    id: i64,
    name: String,
    /// The words before the day.
    about: &'static str,
    day: Option<Day>,
    is_ticked: bool,
}

#[derive(Template)]
#[template(path = "overview/handover.html")]
struct HandoverPage {
    shell: Shell,
    person: PersonnelId,
    kinds: Vec<Kind>,
    /// The colleagues who may take it.
    successors: Vec<Choice>,
    /// The one who was chosen.
    chosen: String,
    /// What is wrong with what was sent.
    error: Option<&'static str>,
}

impl HandoverPage {
    fn is_empty(&self) -> bool {
        self.kinds.iter().all(|kind| kind.rows.is_empty())
    }

    fn ticked(&self) -> usize {
        self.kinds.iter().flat_map(|kind| &kind.rows).filter(|row| row.is_ticked).count()
    }
}

/// `GET /people/{id}/handover`
pub async fn show(reader: Reader, Id(id): Id<PersonnelId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let person = queries::find_colleague(db, id)?.ok_or(Error::NotFound)?;
            handover_page(db, page, &person, StatusCode::OK, None)
        })
        .await
}

/// The page as it is asked for, or with what was sent and what is wrong with it.
fn handover_page(
    db: &mut Db,
    page: &Page,
    person: &Colleague,
    status: StatusCode,
    refused: Option<(&FormData, &'static str)>,
) -> Result<Response> {
    let id = person.personnel_id;
    let staff = queries::staff(db)?;
    let mut kinds = kinds(db, page, id)?;
    let others = staff.iter().filter(|other| other.is_active && other.personnel_id != id);
    let successors = others.map(|other| Choice::new(other.personnel_id, other.full_name.clone())).collect();
    let mut chosen = String::new();
    if let Some((sent, _)) = refused {
        for kind in &mut kinds {
            let ids = ids(sent, kind.field);
            kind.rows.iter_mut().for_each(|row| row.is_ticked = ids.contains(&row.id));
        }
        chosen = sent.get("successor").unwrap_or_default();
    }
    let shell = page
        .shell(format!("Hand over work of {}", person.full_name), "people")
        .crumb(&person.full_name, format!("/people/{id}"));
    let error = refused.map(|(_, words)| words);
    html(status, &HandoverPage { shell, person: id, kinds, successors, chosen, error })
}

/// Everything that is open for a person, as far as the viewer may see it, all of it ticked.
fn kinds(db: &mut Db, page: &Page, person: PersonnelId) -> Result<Vec<Kind>> {
    let rule = AttentionRule::new(&page.config, page.visit.today);
    let held = clients::poc_queries::of_poc(db, page.viewer().team(), (person, None), (0, 2 * ROWS))?;
    let (primary, secondary): (Vec<_>, Vec<_>) = lines(page, &rule, &Names::default(), held)
        .into_iter()
        .partition(|line| line.row.mpr_primary_poc == Some(person));
    let of_client = |line: clients::list::Line| Row {
        id: line.row.client_id.0,
        name: line.row.client_name,
        about: if line.last_contact.is_some() { "Last contact" } else { "Never contacted" },
        day: line.last_contact,
        is_ticked: true,
    };
    let kept = coming::kept(db, page, Some(person), ROWS + 1)?;
    let (items, _) = action_items::queries::to_do(db, page.viewer(), Some(person), (0, ROWS + 1))?;
    let mentioned = kept.mentioned().chain(action_items::pages::mentioned(&items));
    let names = records::queries::names_of(db, mentioned)?;
    let items = items.into_iter().map(|item| Row {
        id: item.id().0,
        about: if item.row.draft.due_date.is_some() { "Due" } else { "No date" },
        day: page.day_or_none(item.row.draft.due_date),
        name: item.row.draft.text,
        is_ticked: true,
    });
    let coming = coming::Coming::named(page, kept, None, &names, "");
    let planned = coming.planned.into_iter().map(|one| Row {
        id: one.client_id.0,
        name: one.client_name,
        about: "Planned",
        day: Some(one.day),
        is_ticked: true,
    });
    let follow_ups = coming.follow_ups.into_iter().map(|item| Row {
        id: item.contact.contact_id.0,
        name: item.client_name,
        about: if item.follow_up.is_some() { "To be done" } else { "No date" },
        day: item.follow_up,
        is_ticked: true,
    });
    Ok(vec![
        kind("primary", "Clients as primary point of contact", primary.into_iter().map(of_client)),
        kind("secondary", "Clients as secondary point of contact", secondary.into_iter().map(of_client)),
        kind("planned", "Planned contacts", planned),
        kind("follow_up", "Open follow-ups", follow_ups),
        kind("action_item", "Action items", items),
    ])
}

fn kind(field: &'static str, title: &'static str, rows: impl Iterator<Item = Row>) -> Kind {
    let mut rows: Vec<Row> = rows.collect();
    let most = usize::try_from(ROWS).unwrap_or(usize::MAX);
    let is_more = rows.len() > most;
    rows.truncate(most);
    Kind { field, title, rows, is_more }
}

/// The ids that were ticked.
fn ids(form: &FormData, field: &str) -> Vec<i64> {
    form.all(field).filter_map(|text| text.parse().ok()).collect()
}

/// A number with its word, e.g. “1 client” and “12 clients”.
fn counted(number: usize, word: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{} {word}{ending}", grouped(number))
}

/// `POST /people/{id}/handover`: what is ticked goes to another colleague in one step, or nothing does.
pub async fn hand_over(writer: Writer, Id(id): Id<PersonnelId>, form: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            // Held before anyone is looked up: a merge that is under way may take the person or the successor in.
            hold_lock(db, Lock::ManyRecords)?;
            let person = queries::find_colleague(db, id)?.ok_or(Error::NotFound)?;
            let staff = queries::staff(db)?;
            let chosen = form.get("successor").and_then(|text| text.parse().ok()).map(PersonnelId);
            let successor = chosen.filter(|other| *other != id && may_hold(&staff, *other, None));
            let successor = staff.iter().find(|other| successor == Some(other.personnel_id));
            let refuse = |db: &mut Db, words| {
                handover_page(db, page, &person, StatusCode::UNPROCESSABLE_ENTITY, Some((&form, words)))
            };
            let Some(successor) = successor else { return refuse(db, "Choose an active colleague.") };
            let of_clients = |field| ids(&form, field).into_iter().map(ClientId).collect();
            let given = Given {
                primary: of_clients("primary"),
                secondary: of_clients("secondary"),
                planned: of_clients("planned"),
            };
            let follow_ups: Vec<ContactId> = ids(&form, "follow_up").into_iter().map(ContactId).collect();
            let items: Vec<ItemId> = ids(&form, "action_item").into_iter().map(ItemId).collect();
            let counts = [
                (given.primary.len() + given.secondary.len(), "client"),
                (given.planned.len(), "planned contact"),
                (follow_ups.len(), "follow-up"),
                (items.len(), "action item"),
            ];
            if counts.iter().all(|(number, _)| *number == 0) {
                return refuse(db, "Tick what is to be handed over.");
            }
            clients::poc_queries::hand_over(db, &page.visit, id, successor.personnel_id, &given)?;
            contacts::queries::hand_over(db, &page.visit, id, successor.personnel_id, &follow_ups)?;
            action_items::queries::hand_over(db, &page.visit, id, successor.personnel_id, &items)?;
            let told: Vec<String> = counts
                .into_iter()
                .filter(|(number, _)| *number > 0)
                .map(|(number, word)| counted(number, word))
                .collect();
            redirect(&format!("/people/{id}"), &format!("Handed over to {}: {}.", successor.full_name, told.join(", ")))
        })
        .await
}
