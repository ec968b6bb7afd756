//! Clients, narrowed and sorted as their list is.

use serde_json::{Value, json};

use super::answer::{Rows, cut};
use super::asked::Asked;
use super::cursor::Cursor;
use crate::clients::api;
use crate::clients::asked::{self as listed, Counters};
use crate::clients::assessment::TeamFilter;
use crate::clients::{AttentionRule, ClientFilter, ClientId, queries};
use crate::db::Db;
use crate::db::name_forms::name_key;
use crate::error::Result;
use crate::web::{COUNTED, Page};

/// A page of clients: by name from row to row, in any other order as far as their pages go.
pub fn rows(db: &mut Db, page: &Page, asked: &Asked) -> Result<Rows> {
    let sort = asked.sort("name");
    let cursor = asked.cursor_of(&sort)?;
    let is_by_name = sort.trim_start_matches('-') == "name";
    let offset = cursor.filter(|_| !is_by_name).map_or(0, |cursor| cursor.id.min(COUNTED));
    let open = ClientFilter {
        after: cursor.filter(|_| is_by_name).and_then(|cursor| Some((cursor.key(0)?, cursor.id))),
        all_links: page.viewer().confidential(),
        ..ClientFilter::parse(db, &asked.query)?
    };
    let rule = AttentionRule::new(&page.config, page.visit.today);
    let team = page.viewer().team().map(|pass| TeamFilter::parse(pass, &asked.query, page.visit.today));
    let wanted = listed::Asked { open: &open, team: team.as_ref(), rule: &rule };
    let mut counters = Counters::default();
    let total = wanted.total(db, &mut counters)?;
    let selection = wanted.cut(db, &mut counters, total, (offset, asked.limit + 1))?;
    let ids = queries::ids(db, selection)?;
    // The name of the last one is known with the rest.
    let (ids, is_more) = cut(ids, asked.limit, |_| Cursor::at(&sort, offset + asked.limit));
    let items = each(db, page, &ids.iter().map(|id| id.0).collect::<Vec<_>>())?;
    let next = match (is_more, items.last()) {
        (Some(_), Some(last)) if is_by_name => {
            let name = last["client_name"].as_str().unwrap_or_default();
            let id = last["client_id"].as_i64().unwrap_or_default();
            Some(Cursor::after(&sort, json!([name_key(name)]), id))
        }
        (next, _) => next.filter(|next| next.id < COUNTED),
    };
    Ok(Rows { items, next })
}

/// Some clients, in the order of the ids.
pub fn each(db: &mut Db, page: &Page, ids: &[i64]) -> Result<Vec<Value>> {
    let wanted: Vec<ClientId> = ids.iter().copied().map(ClientId).collect();
    let mut found = api::each(db, page, &wanted)?;
    found.sort_by_key(|client| ids.iter().position(|id| client["client_id"].as_i64() == Some(*id)));
    Ok(found)
}
