//! Clients whose relationship falls, step by step: the NED Team's.

use chrono::Days;

use crate::access::TeamPass;
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
    /// When it fell to where it stands.
    pub since: Day,
}

/// Clients that are shown.
const SHOWN: usize = 4;

/// The clients that fell within a year and did not recover, the last fall first.
pub fn drifting(db: &mut Db, page: &Page, pass: TeamPass) -> Result<Vec<Drifting>> {
    let from = page.end_of(page.visit.today - Days::new(365));
    let mut drifting = Vec::new();
    for one in assessment::fallen(db, pass, from)? {
        let course = assessment::course(pass, &one.now, &one.judged)?;
        if let Some((path, since)) = assessment::drift(pass, &course) {
            let words: Vec<&str> = path.into_iter().map(ClosedList::as_str).collect();
            let since = page.day(page.date_of(since));
            drifting.push(Drifting { client: one.client, name: one.name, path: words.join(" → "), since });
        }
        if drifting.len() == SHOWN {
            break;
        }
    }
    Ok(drifting)
}
