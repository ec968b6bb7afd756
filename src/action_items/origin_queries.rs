//! Of which entry and meeting an item comes: the NED Team's alone, also for an open item.

use diesel::prelude::*;
use serde::Serialize;

use crate::access::{TeamPass, Visit};
use crate::audit;
use crate::db::Db;
use crate::db::statements::update_kept;
use crate::error::Result;
use crate::ids::{HistoryId, ItemId, MeetingId};

diesel::table! {
    #[sql_name = "action_items"]
    item_origins (item_id) {
        item_id -> BigInt,
        history_id -> Nullable<BigInt>,
        meeting_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    #[sql_name = "meetings"]
    held_meetings (meeting_id) {
        meeting_id -> BigInt,
        started_date -> Nullable<Timestamp>,
        closed_date -> Nullable<Timestamp>,
    }
}

/// Where an item comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Queryable, Selectable)]
#[diesel(table_name = item_origins)]
pub struct Origin {
    pub history_id: Option<HistoryId>,
    pub meeting_id: Option<MeetingId>,
}

/// Where an item comes from.
pub fn of(db: &mut Db, _pass: TeamPass, item: ItemId) -> Result<Origin> {
    let query = item_origins::table.filter(item_origins::item_id.eq(item.0));
    Ok(query.select(Origin::as_select()).first(db).optional()?.unwrap_or_default())
}

/// Notes where an item comes from that was just made.
pub fn set(db: &mut Db, visit: &Visit, _pass: TeamPass, item: ItemId, origin: Origin) -> Result<()> {
    if origin == Origin::default() {
        return Ok(());
    }
    let target = item_origins::table.filter(item_origins::item_id.eq(item.0));
    let values = (
        item_origins::history_id.eq(origin.history_id.map(|HistoryId(id)| id)),
        item_origins::meeting_id.eq(origin.meeting_id.map(|MeetingId(id)| id)),
    );
    update_kept(db, diesel::update(target).set(values).returning(item_origins::item_id))?;
    audit::updated(db, visit, "action_items", item.0, &Origin::default(), &origin)
}

/// Whether a meeting is on: an item that is made then is one of it.
pub fn is_on(db: &mut Db, _pass: TeamPass, meeting: MeetingId) -> Result<bool> {
    let target = held_meetings::table.find(meeting.0).filter(held_meetings::started_date.is_not_null());
    let is_on = target.filter(held_meetings::closed_date.is_null());
    Ok(diesel::select(diesel::dsl::exists(is_on)).get_result(db)?)
}

/// The items that came up at a meeting.
pub fn of_meeting(db: &mut Db, _pass: TeamPass, meeting: MeetingId) -> Result<Vec<i64>> {
    let query = item_origins::table.filter(item_origins::meeting_id.eq(meeting.0));
    Ok(query.order(item_origins::item_id).select(item_origins::item_id).load(db)?)
}
