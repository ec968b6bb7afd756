//! An action item, and what its form says.

use std::collections::HashSet;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::access::Visit;
use crate::closed_list::closed_list;
use crate::db::schema::action_items;
use crate::ids::{ClientId, ItemId, PersonnelId};
use crate::people::{self, Colleague};
use crate::web::{Checked, FormData, Invalid};

closed_list! {
    /// What became of an item.
    ItemState { Open = "Open", Done = "Done", Dropped = "Dropped" }
}

/// The columns that a form, a tick or an undo sets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Queryable, Selectable, Insertable)]
#[diesel(table_name = action_items)]
pub struct ItemDraft {
    pub text: String,
    pub due_date: Option<NaiveDate>,
    /// Whether everyone signed in may see it.
    pub is_open: bool,
    pub item_state: ItemState,
    pub reason: Option<String>,
}

/// The columns of an item as it is kept; the audit log takes what it says and whose it is.
#[derive(Clone, Debug, Serialize, Queryable, Selectable)]
#[diesel(table_name = action_items)]
pub struct ItemRow {
    #[serde(skip)]
    pub item_id: ItemId,
    pub client_id: ClientId,
    #[diesel(embed)]
    #[serde(flatten)]
    pub draft: ItemDraft,
    #[serde(skip)]
    pub settled_date: Option<NaiveDateTime>,
    #[serde(skip)]
    pub version: i64,
    #[serde(skip)]
    pub created_date: NaiveDateTime,
}

/// An item with those who do it.
#[derive(Clone, Debug)]
pub struct ActionItem {
    pub row: ItemRow,
    pub owners: Vec<PersonnelId>,
}

impl ActionItem {
    /// Its id.
    pub fn id(&self) -> ItemId {
        self.row.item_id
    }

    /// Whether it is still to be done.
    pub fn is_unsettled(&self) -> bool {
        self.row.draft.item_state == ItemState::Open
    }
}

/// What an item may be given: who is there, and whose account is outside the NED Team.
pub struct Rules<'a> {
    pub staff: &'a [Colleague],
    pub outsiders: &'a HashSet<PersonnelId>,
}

impl Rules<'_> {
    /// Why it cannot be the team's, if one of those who do it could not see it then.
    pub fn obstacle(&self, is_open: bool, owners: &[PersonnelId]) -> Option<String> {
        let outside = owners.iter().find(|person| self.outsiders.contains(person)).filter(|_| !is_open)?;
        let name = self.staff.iter().find(|person| person.personnel_id == *outside);
        let name = name.map_or("One of them", |person| person.full_name.as_str());
        Some(format!("{name} is outside the NED Team and would not see it: mark the item as open to everyone."))
    }
}

impl ItemDraft {
    /// An item that is to be done.
    pub fn new(text: String, due_date: Option<NaiveDate>, is_open: bool) -> Self {
        Self { text, due_date, is_open, item_state: ItemState::Open, reason: None }
    }

    /// Reads the form of an item and who does it; `held` is the item as it is now. Who is not of the team has open
    /// items alone, and cannot hide one.
    pub fn parse(
        form: &FormData,
        visit: &Visit,
        rules: &Rules<'_>,
        held: Option<&ActionItem>,
    ) -> Result<(Self, Vec<PersonnelId>), Invalid> {
        let mut checked = Checked::new(form);
        let text = checked.text("text").unwrap_or_default();
        if text.is_empty() {
            checked.refuse("text", "Enter what is to be done.");
        }
        let due_date = checked.date("due_date");
        let is_open = match (visit.viewer.team(), held) {
            (Some(_), _) => checked.flag("is_open"),
            (None, Some(held)) => held.row.draft.is_open,
            (None, None) => true,
        };
        let owners = owners(&mut checked, form, visit, rules, held);
        if let Some(words) = rules.obstacle(is_open, &owners) {
            checked.refuse("is_open", words);
        }
        let kept = held.map(|held| held.row.draft.clone());
        let draft = match kept {
            Some(kept) => Self { text, due_date, is_open, ..kept },
            None => Self::new(text, due_date, is_open),
        };
        checked.finish((draft, owners))
    }
}

/// Who does it: at least one, of those who may be given work; whoever makes an item, unless someone is named.
fn owners(
    checked: &mut Checked<'_>,
    form: &FormData,
    visit: &Visit,
    rules: &Rules<'_>,
    held: Option<&ActionItem>,
) -> Vec<PersonnelId> {
    const FIELD: &str = "assigned_to";
    let holders = held.map(|held| held.owners.as_slice()).unwrap_or_default();
    let mut owners = people::named(checked, form, FIELD, rules.staff, holders);
    if held.is_none() && owners.is_empty() && !checked.is_refused(FIELD) {
        owners.extend(visit.viewer.personnel_id);
    }
    if owners.is_empty() && !checked.is_refused(FIELD) {
        checked.refuse(FIELD, "Choose who does it.");
    }
    owners
}
