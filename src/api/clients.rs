//! Clients, narrowed and sorted as their list is.

use serde_json::Value;

use super::answer::{Rows, cut};
use super::asked::Asked;
use super::{Collection, reading};
use crate::clients::api;
use crate::clients::asked::{self as listed, Counters};
use crate::clients::assessment::TeamFilter;
use crate::clients::{AttentionRule, ClientFilter, ClientId, queries};
use crate::db::Db;
use crate::error::Result;
use crate::records::RecordKind;
use crate::web::Page;

/// A page of clients: by name from row to row, in any other order as far as their pages go.
pub fn rows(db: &mut Db, page: &Page, asked: &Asked) -> Result<Rows> {
    let walk = asked.walk()?;
    let open = ClientFilter {
        after: walk.after.clone(),
        all_links: page.viewer().confidential(),
        ..ClientFilter::parse(db, &asked.query)?
    };
    let rule = AttentionRule::new(&page.config, page.visit.today);
    let team = page.viewer().team().map(|pass| TeamFilter::parse(pass, &asked.query, page.visit.today));
    let wanted = listed::Asked { open: &open, team: team.as_ref(), rule: &rule };
    let mut counters = Counters::default();
    let total = wanted.total(db, &mut counters)?;
    let selection = wanted.cut(db, &mut counters, total, (walk.offset, asked.limit + 1))?;
    let ids: Vec<i64> = queries::ids(db, selection)?.into_iter().map(|id| id.0).collect();
    let found = reading::each(db, page, Collection::Records(RecordKind::Client), &ids)?;
    let after = |client: &Value| Some(walk.next(client["client_name"].as_str()?, client["client_id"].as_i64()?));
    let (items, next) = cut(found, asked.limit, after);
    Ok(Rows { items, next })
}

/// Some clients.
pub fn each(db: &mut Db, page: &Page, ids: &[i64]) -> Result<Vec<Value>> {
    let wanted: Vec<ClientId> = ids.iter().copied().map(ClientId).collect();
    api::each(db, page, &wanted)
}
