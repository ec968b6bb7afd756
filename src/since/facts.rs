//! What a row of the log says of a client, before it is put into words.

use chrono::{NaiveDate, NaiveDateTime};
use serde_json::Value;

use crate::access::Viewer;
use crate::action_items::ItemState;
use crate::audit::Sensitivity;
use crate::audit::client_queries::ClientChange;
use crate::clients::assessment::{self, Moves};
use crate::closed_list::ClosedList;
use crate::ids::PersonnelId;
use crate::links::{Direction, LinkEnd, LinkKind};
use crate::records::RecordRef;

/// One thing that a row says.
pub enum Fact {
    /// The assessment moved.
    Judged(Moves),
    /// A point of contact changed: the role, who held it and who holds it.
    Held(&'static str, Option<PersonnelId>, Option<PersonnelId>),
    /// A link was added.
    Linked(RecordRef),
    /// A link was removed.
    Unlinked(RecordRef),
    /// A follow-up was done.
    FollowedUp,
    /// A follow-up was moved from one day to another.
    FollowUpMoved(NaiveDate, NaiveDate),
    /// An action item was added, done, dropped or taken up again; what it says.
    Item(ItemAct, String),
    /// An action item got another day, a first one or none any more; what it says.
    ItemMoved(Option<NaiveDate>, Option<NaiveDate>, String),
    /// A file was added; its name, and its id.
    Filed(String, i64),
    /// A contact was planned, moved or dropped.
    Planned(Option<NaiveDate>, Option<NaiveDate>),
    /// The contact that was planned for a day was made.
    Made(NaiveDate),
    /// It was taken out of the lists, or brought back.
    Archived(bool),
}

/// What was done to an action item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemAct {
    Added,
    Done,
    Dropped,
    TakenUp,
}

const ROLES: [(&str, &str); 2] =
    [("mpr_primary_poc", "Primary point of contact"), ("mpr_secondary_poc", "Secondary point of contact")];

/// What a row says. The assessment is told to whoever has the pass.
pub fn facts(viewer: &Viewer, row: &ClientChange) -> Vec<Fact> {
    let changes: Value = serde_json::from_str(&row.changes).unwrap_or_default();
    if let Ok(kind) = LinkKind::parse(&row.table_name) {
        return linked(kind, row, &changes).into_iter().collect();
    }
    if row.table_name == "contact_log" {
        return followed_up(&changes);
    }
    if row.table_name == "action_items" {
        return item(row, &changes).into_iter().collect();
    }
    if row.table_name == "files" {
        let name = changes.get("file_name").and_then(|values| values.get(1)?.as_str()).unwrap_or_default();
        return vec![Fact::Filed(name.to_owned(), row.record_id)];
    }
    if row.sensitivity == Sensitivity::Team {
        return viewer.team().map(|pass| Fact::Judged(assessment::moves(pass, &changes))).into_iter().collect();
    }
    let held = ROLES.into_iter().filter_map(|(column, role)| {
        let values = changes.get(column)?;
        let person = |place: usize| values.get(place).and_then(Value::as_i64).map(PersonnelId);
        Some(Fact::Held(role, person(0), person(1)))
    });
    let archived = changes.get("is_archived").and_then(|values| values.get(1)?.as_bool()).map(Fact::Archived);
    held.chain(archived).chain(planned(row, &changes)).collect()
}

fn linked(kind: LinkKind, row: &ClientChange, changes: &Value) -> Option<Fact> {
    let place = LinkEnd { kind, direction: Direction::From };
    let values = changes.get(place.field())?;
    let id = values.get(1).and_then(Value::as_i64).or_else(|| values.get(0).and_then(Value::as_i64))?;
    let record = RecordRef { kind: place.there(), id };
    Some(if row.action == "delete" { Fact::Unlinked(record) } else { Fact::Linked(record) })
}

fn followed_up(changes: &Value) -> Vec<Fact> {
    let is_done = changes.get("follow_up_done").is_some_and(|values| values.get(1) == Some(&Value::Bool(true)));
    let moved = days(changes, "follow_up_date").and_then(|(from, to)| Some(Fact::FollowUpMoved(from?, to?)));
    is_done.then_some(Fact::FollowedUp).into_iter().chain(moved).collect()
}

fn item(row: &ClientChange, changes: &Value) -> Option<Fact> {
    let text = row.item_text.clone().unwrap_or_default();
    let state = |side: usize| {
        let words = changes.get("item_state")?.get(side)?.as_str()?;
        ItemState::parse(words).ok()
    };
    let act = match (state(0), state(1)) {
        (_, None) => {
            let (from, to) = days(changes, "due_date")?;
            return Some(Fact::ItemMoved(from, to, text));
        }
        (None, Some(_)) => ItemAct::Added,
        (_, Some(ItemState::Done)) => ItemAct::Done,
        (_, Some(ItemState::Dropped)) => ItemAct::Dropped,
        (_, Some(ItemState::Open)) => ItemAct::TakenUp,
    };
    Some(Fact::Item(act, text))
}

/// What became of the plan.
fn planned(row: &ClientChange, changes: &Value) -> Option<Fact> {
    match days(changes, "next_planned_contact_date")? {
        (Some(from), None) if row.is_of_contact => Some(Fact::Made(from)),
        (_, to) if row.is_of_contact => Some(Fact::Planned(None, to)),
        (from, to) => Some(Fact::Planned(from, to)),
    }
}

fn days(changes: &Value, column: &str) -> Option<(Option<NaiveDate>, Option<NaiveDate>)> {
    let values = changes.get(column)?;
    let day = |place: usize| values.get(place).and_then(Value::as_str).and_then(|text| text.parse().ok());
    Some((day(0), day(1)))
}

/// The planned day that a change of the plan found gone by, without the contact.
pub fn passed(fact: &Fact, day_of: impl Fn(NaiveDateTime) -> NaiveDate, at: NaiveDateTime) -> Option<NaiveDate> {
    match fact {
        Fact::Planned(Some(day), _) if *day < day_of(at) => Some(*day),
        _ => None,
    }
}
