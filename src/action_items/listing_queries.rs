//! The items that a program goes through, page by page, as far as whoever asks may see them.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::model::ItemRow;
use super::owner_queries::action_item_owners as owners;
use super::queries::{beside, item, visible};
use super::{ActionItem, ItemState};
use crate::access::Viewer;
use crate::db::Db;
use crate::db::expressions::InQuery;
use crate::db::schema::action_items as items;
use crate::error::Result;
use crate::ids::{ClientId, ItemId, PersonnelId};

/// Which items a program asks for.
#[derive(Clone, Copy, Debug, Default)]
pub struct ItemFilter {
    /// Of one client.
    pub client: Option<ClientId>,
    /// Done by one person.
    pub person: Option<PersonnelId>,
    /// In one state.
    pub state: Option<ItemState>,
}

/// The items that fit by their dates, those without one at the end, after the one of that date and id.
pub fn after(
    db: &mut Db,
    viewer: &Viewer,
    filter: &ItemFilter,
    last: Option<(Option<NaiveDate>, ItemId)>,
    limit: i64,
) -> Result<Vec<ActionItem>> {
    let (due, id) = (items::due_date, items::item_id);
    let mut fitting = visible(viewer);
    if let Some(client) = filter.client {
        fitting = fitting.filter(items::client_id.eq(client));
    }
    if let Some(person) = filter.person {
        let query = owners::table.filter(owners::assigned_to.eq(person.0)).select(owners::item_id);
        fitting = fitting.filter(InQuery { column: items::item_id, query });
    }
    if let Some(state) = filter.state {
        fitting = fitting.filter(items::item_state.eq(state));
    }
    fitting = match last {
        Some((Some(day), own)) => fitting
            .filter(due.is_null().or(due.assume_not_null().gt(day)).or(due.eq(day).assume_not_null().and(id.gt(own)))),
        Some((None, own)) => fitting.filter(due.is_null()).filter(id.gt(own)),
        None => fitting,
    };
    let query = fitting.order((due.is_null(), due, id)).limit(limit);
    Ok(query.select((ItemRow::as_select(), beside())).load(db)?.into_iter().map(item).collect())
}
