//! What a row of the log says of a client, in lines.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::facts::{Fact, ItemAct, facts, passed};
use super::{Compared, compared};
use crate::access::Viewer;
use crate::audit::Sensitivity;
use crate::audit::client_queries::ClientChange;
use crate::clients::assessment::Move;
use crate::ids::PersonnelId;
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
    /// Why, where that was said.
    pub reason: Option<String>,
    /// Whether only the NED Team sees it.
    pub is_of_team: bool,
}

/// One thing that was changed.
pub struct Part {
    /// Its name, or what is said of it.
    pub words: String,
    /// Where it is.
    pub link: Option<String>,
    /// What a text was and became, where there is room for that.
    pub texts: Option<Compared>,
}

impl Line {
    /// Whether the other is of the same act, so that both are told in one line.
    pub fn goes_on_with(&self, other: &Self) -> bool {
        let is_same = (self.day.date, &self.author, self.act) == (other.day.date, &other.author, other.act);
        is_same && !other.parts.is_empty() && self.reason == other.reason
    }

    /// What was done, to one or to several.
    pub fn act(&self) -> String {
        match self.parts.len() {
            0 | 1 => self.act.to_owned(),
            _ => self.act.replace("the file", "the files").replace("the action item", "the action items"),
        }
    }

    /// Takes in what the other tells.
    pub fn take(&mut self, other: Self) {
        self.parts.extend(other.parts);
    }
}

/// The records that a row tells of beside the client.
pub fn mentioned(viewer: &Viewer, row: &ClientChange) -> Vec<RecordRef> {
    let of_fact = |fact: Fact| match fact {
        Fact::Linked(record) | Fact::Unlinked(record) => vec![record],
        Fact::Held(_, old, new) => old.into_iter().chain(new).map(RecordRef::from).collect(),
        _ => Vec::new(),
    };
    facts(viewer, row).into_iter().flat_map(of_fact).collect()
}

/// The lines that tell of a row.
pub fn lines(page: &Page, row: &ClientChange, names: &HashMap<RecordRef, String>) -> Vec<Line> {
    facts(page.viewer(), row).into_iter().map(|fact| line(page, row, fact, names)).collect()
}

fn line(page: &Page, row: &ClientChange, fact: Fact, names: &HashMap<RecordRef, String>) -> Line {
    let person = |id: Option<PersonnelId>| id.and_then(|id| names.get(&RecordRef::from(id)).cloned());
    let day = |date: NaiveDate| page.day(date).full();
    let is_passed = passed(&fact, |at| page.date_of(at), row.occurred_date).is_some();
    let mut reason = None;
    let (icon, act, parts) = match fact {
        Fact::Linked(record) => (record.kind.icon(), "linked", vec![named(record, names)]),
        Fact::Unlinked(record) => (record.kind.icon(), "unlinked", vec![named(record, names)]),
        Fact::Judged(moves) => {
            reason = moves.reason;
            let act = if moves.fields.is_empty() { "said why it is assessed so" } else { "assessed" };
            ("adjustments-horizontal", act, moves.fields.into_iter().map(judged).collect())
        }
        Fact::Held(role, old, new) => ("users", "changed", vec![words(said(role, person(old), person(new)))]),
        Fact::FollowedUp => ("clipboard-check", "finished a follow-up", Vec::new()),
        Fact::FollowUpMoved(from, to) => {
            ("clipboard-check", "moved a follow-up:", vec![words(format!("{} → {}", day(from), day(to)))])
        }
        Fact::Item(act, text) => ("checkbox", act_of_item(act), vec![words(text)]),
        Fact::ItemMoved(from, to, text) => {
            let told = |date: Option<NaiveDate>| date.map_or_else(|| "no date".into(), day);
            ("checkbox", "moved the action item", vec![words(format!("{text}: {} → {}", told(from), told(to)))])
        }
        Fact::Filed(name, id) => {
            let file = Part { link: Some(format!("/files/{id}")), ..words(name) };
            ("paperclip", "added the file", vec![file])
        }
        Fact::Planned(None, to) => {
            ("calendar", "planned the next contact for", to.map(|to| words(day(to))).into_iter().collect())
        }
        Fact::Planned(Some(from), Some(to)) if is_passed => {
            let told = format!("{}, planned it for {}", day(from), day(to));
            ("calendar", "found the planned contact passed:", vec![words(told)])
        }
        Fact::Planned(Some(from), Some(to)) => {
            ("calendar", "moved the next contact:", vec![words(format!("{} → {}", day(from), day(to)))])
        }
        Fact::Planned(Some(from), None) => ("calendar", "dropped the contact planned for", vec![words(day(from))]),
        Fact::Made(planned) => ("calendar", "made the contact planned for", vec![words(day(planned))]),
        Fact::Archived(true) => ("archive", "archived the client", Vec::new()),
        Fact::Archived(false) => ("archive", "brought the client back", Vec::new()),
    };
    Line {
        day: page.day(page.date_of(row.occurred_date)),
        icon,
        author: row.author.clone().unwrap_or_else(|| "The server".into()),
        act,
        parts,
        reason,
        is_of_team: row.sensitivity == Sensitivity::Team,
    }
}

fn act_of_item(act: ItemAct) -> &'static str {
    match act {
        ItemAct::Added => "added the action item",
        ItemAct::Done => "did the action item",
        ItemAct::Dropped => "dropped the action item",
        ItemAct::TakenUp => "took up again the action item",
    }
}

fn words(words: String) -> Part {
    Part { words, link: None, texts: None }
}

fn named(record: RecordRef, names: &HashMap<RecordRef, String>) -> Part {
    let name = names.get(&record).cloned();
    let link = name.is_some().then(|| record.address());
    Part { words: name.unwrap_or_else(|| format!("a {} that was deleted", record.kind.singular())), link, texts: None }
}

fn judged(moved: Move) -> Part {
    if !moved.is_text {
        return words(said(moved.label, moved.old, moved.new));
    }
    let texts = compared(moved.old.as_deref().unwrap_or_default(), moved.new.as_deref().unwrap_or_default());
    Part { texts: Some(texts), ..words(format!("{} changed", moved.label)) }
}

/// What a value was and is, after what it is called.
fn said(label: &str, old: Option<String>, new: Option<String>) -> String {
    format!("{label} {}", became(old, new))
}

/// What a value was and is.
pub(super) fn became(old: Option<String>, new: Option<String>) -> String {
    match (old, new) {
        (None, Some(new)) => new,
        (old, new) => {
            let shown = |value: Option<String>| value.unwrap_or_else(|| "–".into());
            format!("{} → {}", shown(old), shown(new))
        }
    }
}
