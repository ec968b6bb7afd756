//! What is to be done, as files: one's own work, planned contacts, open follow-ups.

use axum::response::Response;

use super::coming::{person_asked, title_of};
use crate::action_items;
use crate::clients::{self, ClientRow};
use crate::contacts;
use crate::contacts::pages::items_named;
use crate::db::Db;
use crate::error::Result;
use crate::export::{self, EXPORTED, Format, Sheet, Value};
use crate::ids::PersonnelId;
use crate::people::{self, queries::Names};
use crate::records;
use crate::web::{Page, Query, Reader};

/// `GET /planned-contacts.csv` and its like.
pub async fn planned_contacts(reader: Reader, query: Query, format: Format) -> Result<Response> {
    reader
        .page(move |db, page| {
            let person = person_asked(db, &query)?;
            let id = person.as_ref().map(|person| person.personnel_id);
            let (rows, _) = clients::plan_queries::planned(db, id, (0, EXPORTED))?;
            let names = Names::of_staff(&people::queries::staff(db)?);
            let row = |row: ClientRow| {
                vec![
                    Value::Text(row.client_name),
                    Value::day(row.next_planned_contact_date),
                    Value::text(row.next_planned_contact_type.map(|kind| kind.to_string())),
                    Value::text(names.of(row.next_planned_contact_assigned_to)),
                ]
            };
            let rows = rows.into_iter().map(row).collect();
            let title = title_of("Planned contacts", person.as_ref());
            export::answer(&Sheet::new(title, ["Client", "Day", "Type", "Assigned to"], rows), format, page.visit.today)
        })
        .await
}

/// `GET /follow-ups.csv` and its like.
pub async fn follow_ups(reader: Reader, query: Query, format: Format) -> Result<Response> {
    reader
        .page(move |db, page| {
            let person = person_asked(db, &query)?;
            let id = person.as_ref().map(|person| person.personnel_id);
            let rows = open_follow_ups(db, page, id)?.into_iter().map(|item| {
                let draft = item.contact.draft;
                vec![
                    Value::Text(item.client_name),
                    Value::day(draft.follow_up_date),
                    Value::text(item.assigned_to),
                    Value::text(draft.summary),
                    Value::Day(draft.contact_date),
                    Value::text(item.made_by),
                ]
            });
            let heads = ["Client", "Follow up on", "Assigned to", "Summary", "Contact on", "Made by"];
            let title = title_of("Open follow-ups", person.as_ref());
            export::answer(&Sheet::new(title, heads, rows.collect()), format, page.visit.today)
        })
        .await
}

fn open_follow_ups(db: &mut Db, page: &Page, person: Option<PersonnelId>) -> Result<Vec<contacts::pages::Item>> {
    let (found, _) = contacts::queries::open_follow_ups(db, page.viewer(), person, (0, EXPORTED))?;
    let names = records::queries::names_of(db, contacts::pages::mentioned(&found))?;
    Ok(items_named(page, found, &names))
}

/// `GET /my-work.csv` and its like: all that one has to do, kind after kind.
pub async fn my_work(reader: Reader, format: Format) -> Result<Response> {
    reader
        .page(move |db, page| {
            let mut rows = Vec::new();
            if let Some(person) = page.viewer().personnel_id {
                rows = work_of(db, page, person)?;
            }
            export::answer(&Sheet::new("My work", ["Kind", "What", "Client", "Day"], rows), format, page.visit.today)
        })
        .await
}

fn work_of(db: &mut Db, page: &Page, person: PersonnelId) -> Result<Vec<Vec<Value>>> {
    let kind = |word: &str| Value::Text(word.into());
    let (items, _) = action_items::queries::to_do(db, page.viewer(), Some(person), (0, EXPORTED))?;
    let names = records::queries::names_of(db, action_items::pages::mentioned(&items))?;
    let items = items.into_iter().map(|item| {
        let client = names.get(&item.row.client_id.into()).cloned();
        let draft = item.row.draft;
        vec![kind("Action item"), Value::Text(draft.text), Value::text(client), Value::day(draft.due_date)]
    });
    let (planned, _) = clients::plan_queries::planned(db, Some(person), (0, EXPORTED))?;
    let planned = planned.into_iter().map(|row| {
        let how = row.next_planned_contact_type.map(|kind| kind.to_string());
        let day = Value::day(row.next_planned_contact_date);
        vec![kind("Planned contact"), Value::text(how), Value::Text(row.client_name), day]
    });
    let follow_ups = open_follow_ups(db, page, Some(person))?.into_iter().map(|item| {
        let draft = item.contact.draft;
        let day = Value::day(draft.follow_up_date);
        vec![kind("Follow-up"), Value::text(draft.summary), Value::Text(item.client_name), day]
    });
    Ok(items.chain(planned).chain(follow_ups).collect())
}
