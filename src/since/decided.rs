//! What a meeting decided about clients beside what is written: how they are judged, who holds them, when they are met
//! next.

use std::collections::HashMap;

use chrono::NaiveDateTime;

use super::facts::{Fact, facts};
use super::lines;
use super::sum::Sum;
use crate::access::TeamPass;
use crate::audit::client_queries::{self, Asked};
use crate::clients::ClientId;
use crate::db::Db;
use crate::error::Result;
use crate::records::{self, RecordRef};
use crate::web::Page;

/// Rows of the log at most, the last ones.
const CHANGES: i64 = 1200;

/// What anyone changed of each client from a moment (UTC) on, until another: labels, and what each was and is.
pub fn decided(
    db: &mut Db,
    page: &Page,
    _pass: TeamPass,
    (from, before): (NaiveDateTime, Option<NaiveDateTime>),
) -> Result<HashMap<ClientId, Vec<(&'static str, String)>>> {
    let asked = Asked { from: Some(from), before, ..Asked::default() };
    let rows = client_queries::list(db, page.viewer(), asked, CHANGES)?;
    let mentioned: Vec<RecordRef> = rows.iter().flat_map(|row| lines::mentioned(page.viewer(), row)).collect();
    let names = records::queries::names_of(db, mentioned)?;
    let mut sums: HashMap<ClientId, Sum> = HashMap::new();
    for row in rows.iter().rev() {
        let sum = sums.entry(row.client_id).or_default();
        for fact in facts(page.viewer(), row) {
            match fact {
                Fact::Planned(from, to) => {
                    let day = |day| page.day(day).full();
                    sum.note("Next contact", false, from.map(day), to.map(day));
                }
                Fact::Judged(_) | Fact::Held(..) => sum.take(fact, &names),
                _ => {}
            }
        }
    }
    Ok(sums.into_iter().map(|(client, sum)| (client, sum.values())).collect())
}
