//! Clients whose relationship falls, step by step: the NED Team's.

use std::collections::{HashMap, HashSet};

use chrono::Days;

use crate::access::TeamPass;
use crate::audit::client_queries::{self, Judgement};
use crate::clients::ClientId;
use crate::clients::assessment;
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::error::Result;
use crate::web::{Day, Page};

/// A client that drifts.
pub struct Drifting {
    pub client: ClientId,
    pub name: String,
    /// “Strong → Good → Needs Attention”.
    pub path: String,
    /// The last change of the assessment.
    pub since: Day,
}

/// Clients that are shown.
const SHOWN: usize = 5;

/// Falls that are looked at: some are of one client.
const FALLS: i64 = 20;

/// Changes of these clients that are looked at.
const CHANGES: i64 = 400;

/// The clients that fell within a year and did not recover, the last fall first: two statements.
pub fn drifting(db: &mut Db, page: &Page, pass: TeamPass) -> Result<Vec<Drifting>> {
    let from = page.end_of(page.visit.today - Days::new(365));
    let mut seen = HashSet::new();
    let mut fallen = assessment::fallen(db, pass, from, FALLS)?;
    fallen.retain(|one| seen.insert(one.client));
    let clients: Vec<ClientId> = seen.into_iter().collect();
    let mut judged: HashMap<ClientId, Vec<Judgement>> = HashMap::new();
    for row in client_queries::judgements(db, pass, &clients, from, CHANGES)? {
        judged.entry(row.client_id).or_default().push(row);
    }
    let mut drifting = Vec::new();
    for one in fallen {
        let rows = judged.remove(&one.client).unwrap_or_default();
        let course = assessment::course(pass, &one.now, &rows)?;
        let last = rows.first().map(|row| page.day(page.date_of(row.occurred_date)));
        if let (Some(path), Some(since)) = (assessment::drift(pass, &course), last) {
            let words: Vec<&str> = path.into_iter().map(ClosedList::as_str).collect();
            drifting.push(Drifting { client: one.client, name: one.name, path: words.join(" → "), since });
        }
    }
    drifting.truncate(SHOWN);
    Ok(drifting)
}
