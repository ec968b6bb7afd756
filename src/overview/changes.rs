//! A row of the audit log about a client, told in one line.

use std::collections::HashMap;

use serde_json::Value;

use crate::action_items::ItemState;
use crate::audit::Sensitivity;
use crate::audit::client_queries::ClientChange;
use crate::clients::assessment;
use crate::closed_list::ClosedList;
use crate::links::{Direction, LinkEnd, LinkKind};
use crate::records::RecordRef;
use crate::web::{Day, Page};

/// What was done, in one line.
pub struct Line {
    /// The day.
    pub day: Day,
    /// The icon before it.
    pub icon: &'static str,
    /// Who did it.
    pub author: String,
    /// What was done: “linked”.
    pub act: &'static str,
    /// To what.
    pub parts: Vec<Part>,
    /// Whether only the NED Team sees it.
    pub is_of_team: bool,
}

/// One thing that was changed.
pub struct Part {
    /// Its name, or what is said of it.
    pub words: String,
    /// Where it is.
    pub link: Option<String>,
}

impl Line {
    /// Whether the other is of the same act, so that both are told in one line.
    pub fn goes_on_with(&self, other: &Self) -> bool {
        let is_same = (self.day.date, &self.author, self.act) == (other.day.date, &other.author, other.act);
        is_same && !other.parts.is_empty()
    }

    /// Takes in what the other tells.
    pub fn take(&mut self, other: Self) {
        self.parts.extend(other.parts);
    }
}

/// The record that a row tells of beside the client.
pub fn mentioned(row: &ClientChange) -> Option<RecordRef> {
    other_end(row, &serde_json::from_str(&row.changes).ok()?)
}

fn other_end(row: &ClientChange, changes: &Value) -> Option<RecordRef> {
    let place = LinkEnd { kind: LinkKind::parse(&row.table_name).ok()?, direction: Direction::From };
    let values = changes.get(place.field())?;
    let id = values.get(1).and_then(Value::as_i64).or_else(|| values.get(0).and_then(Value::as_i64))?;
    Some(RecordRef { kind: place.there(), id })
}

/// The line that tells of a row. The assessment is told by whoever may read it.
pub fn line(page: &Page, row: ClientChange, names: &HashMap<RecordRef, String>) -> Line {
    let changes = serde_json::from_str(&row.changes).unwrap_or_default();
    let other = other_end(&row, &changes);
    let pass = page.viewer().team().filter(|_| row.table_name == "clients");
    let (icon, act, parts) = match (other, pass) {
        (Some(record), _) => {
            let act = if row.action == "delete" { "unlinked" } else { "linked" };
            let name = names.get(&record).cloned();
            let link = name.is_some().then(|| record.address());
            let words = name.unwrap_or_else(|| format!("a {} that was deleted", record.kind.singular()));
            (record.kind.icon(), act, vec![Part { words, link }])
        }
        (None, Some(pass)) => {
            let moves = assessment::moves(pass, &changes).into_iter();
            let parts = moves.map(|one| Part { words: in_words(one), link: None }).collect();
            ("adjustments-horizontal", "assessed", parts)
        }
        (None, None) if row.table_name == "action_items" => {
            let words = row.item_text.unwrap_or_default();
            ("checkbox", act_of_item(&changes), vec![Part { words, link: None }])
        }
        (None, None) => ("clipboard-check", "finished a follow-up", Vec::new()),
    };
    Line {
        day: page.day(page.date_of(row.occurred_date)),
        icon,
        author: row.author.unwrap_or_else(|| "The server".into()),
        act,
        parts,
        is_of_team: row.sensitivity == Sensitivity::Team,
    }
}

/// What became of an action item.
fn act_of_item(changes: &Value) -> &'static str {
    let state = |side: usize| {
        let text = changes.get("item_state").and_then(|both| both.get(side)).and_then(Value::as_str);
        text.and_then(|text| ItemState::parse(text).ok())
    };
    match (state(0), state(1)) {
        (None, _) => "added the action item",
        (_, Some(ItemState::Done)) => "did the action item",
        (_, Some(ItemState::Dropped)) => "dropped the action item",
        (_, Some(ItemState::Open) | None) => "took up again the action item",
    }
}

fn in_words(moved: assessment::Move) -> String {
    let label = moved.label;
    match moved.values {
        None => format!("{label} changed"),
        Some((None, Some(new))) => format!("{label} {new}"),
        Some((old, new)) => {
            let shown = |value: Option<String>| value.unwrap_or_else(|| "–".into());
            format!("{label} {} → {}", shown(old), shown(new))
        }
    }
}
