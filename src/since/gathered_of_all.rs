//! What happened with all clients since a meeting: for each of them one line.

use std::collections::HashMap;

use chrono::{Days, NaiveDate, NaiveDateTime};

use super::Found;
use super::gathered::Begin;
use super::sum::sum;
use crate::access::TeamPass;
use crate::action_items;
use crate::audit::client_queries;
use crate::clients::{self, ClientId, assessment};
use crate::contacts;
use crate::db::Db;
use crate::db::name_forms::name_key;
use crate::error::Result;
use crate::records::{self, RecordRef};
use crate::web::{Day, Page};

/// What happened with one client.
pub struct OfClient {
    pub client: ClientId,
    pub name: String,
    /// All of it in one line.
    pub sum: String,
}

/// What happened with all of them.
pub struct Whole {
    /// The day from which on it is told.
    pub begin: Day,
    /// Those with whom something happened, in rank order.
    pub clients: Vec<OfClient>,
    /// Whether there is more than is told.
    pub is_cut: bool,
}

/// Contacts, rows of the log, and plans and follow-ups that are late, at most.
const CONTACTS: i64 = 600;
const CHANGES: i64 = 1200;
const LATE: i64 = 300;

/// Finds what happened, until now or until the end (UTC) of a day: seven statements, each bounded.
pub fn find_of_all(
    db: &mut Db,
    page: &Page,
    pass: TeamPass,
    begin: Begin,
    until: Option<(NaiveDate, NaiveDateTime)>,
) -> Result<Whole> {
    let (viewer, today) = (page.viewer(), page.visit.today);
    let (last_day, before) = until.map_or((today, None), |(day, moment)| (day, Some(moment)));
    let asked = client_queries::Asked { from: Some(begin.moment), before, ..Default::default() };
    let span = (begin.day, begin.moment);
    let contacts = contacts::queries::since_of_all(db, viewer, span, last_day, CONTACTS)?;
    let changes = client_queries::list(db, viewer, asked, CHANGES)?;
    let (late, late_items, passed) = match until {
        None => (
            contacts::queries::fell_due(db, viewer, begin.day, today, LATE)?,
            action_items::queries::due_between(db, viewer, None, (begin.day, today - Days::new(1)), LATE)?,
            clients::plan_queries::plans_passed(db, begin.day, today, LATE)?,
        ),
        // What is late is late now.
        Some(_) => (Vec::new(), Vec::new(), Vec::new()),
    };
    let full = |rows: usize, limit: i64| i64::try_from(rows).is_ok_and(|rows| rows >= limit);
    let is_cut = full(contacts.len(), CONTACTS)
        || full(changes.len(), CHANGES)
        || full(late.len(), LATE)
        || full(late_items.len(), LATE)
        || full(passed.len(), LATE);
    let mut of_client: HashMap<ClientId, Found> = HashMap::new();
    let nothing = || Found {
        begin,
        contacts: Vec::new(),
        changes: Vec::new(),
        late: Vec::new(),
        late_items: Vec::new(),
        passed: None,
    };
    for contact in contacts {
        of_client.entry(contact.client_id).or_insert_with(nothing).contacts.push(contact);
    }
    for row in changes {
        of_client.entry(row.client_id).or_insert_with(nothing).changes.push(row);
    }
    for contact in late {
        of_client.entry(contact.client_id).or_insert_with(nothing).late.push(contact);
    }
    for item in late_items {
        of_client.entry(item.row.client_id).or_insert_with(nothing).late_items.push(item);
    }
    for row in passed {
        let plan = row.next_planned_contact_date.map(|day| (day, row.next_planned_contact_type));
        of_client.entry(row.client_id).or_insert_with(nothing).passed = plan;
    }
    let mentioned: Vec<RecordRef> = of_client.values().flat_map(|found| found.mentioned(page)).collect();
    let names = records::queries::names_of(db, mentioned)?;
    let ids: Vec<ClientId> = of_client.keys().copied().collect();
    let mut judged = assessment::judged_each(db, pass, &ids)?;
    judged.sort_by_cached_key(|(id, name, _, assessment)| (assessment.rank(), name_key(name), *id));
    let told = |(client, name, ..): (ClientId, String, bool, assessment::Assessment)| {
        let sum = sum(page, &of_client.remove(&client)?, &names);
        // What only went to and fro has no sum.
        (!sum.is_empty()).then_some(OfClient { client, name, sum })
    };
    Ok(Whole { begin: page.day(begin.day), clients: judged.into_iter().filter_map(told).collect(), is_cut })
}
