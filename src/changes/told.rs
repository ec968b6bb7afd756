//! Changes as a page shows them: who, when, by which way, what in sentences, and whether it can be taken back.

use std::collections::HashSet;

use askama::Template;
use askama::filters::HtmlSafe;
use chrono::NaiveDateTime;

use super::labels::{kind_of, reference};
use super::undo::{is_import, reversal};
use super::words::{Sentence, Teller, records_of};
use crate::access::{Reversal, Way};
use crate::audit::reading_queries::Listed;
use crate::audit::{Fields, Filed, Row, subjects_queries};
use crate::db::Db;
use crate::error::Result;
use crate::export::Value;
use crate::ids::{ChangeId, UserId};
use crate::records::{self, RecordRef};
use crate::sessions;
use crate::web::Page;

/// Sentences of a change that are seen without unfolding.
const SEEN: usize = 5;

/// So many more can be unfolded.
const FOLDED: usize = 40;

/// A moment beside the one it is seen at: “3 minutes ago”, with the exact time as title.
#[derive(Template)]
#[template(source = r#"<time datetime="{{ at }}" title="{{ exact }}">{{ distance }}</time>"#, ext = "html")]
pub struct Ago {
    at: String,
    exact: String,
    distance: String,
}

impl HtmlSafe for Ago {}

impl Ago {
    fn new(page: &Page, at: NaiveDateTime) -> Self {
        let exact = page.moment(at);
        Self { at: at.format("%Y-%m-%dT%H:%M:%SZ").to_string(), exact, distance: page.ago(at) }
    }
}

/// One change.
pub struct Told {
    pub who: String,
    pub at: Ago,
    /// By which way it was made, where that is not a page, and by which token or file.
    pub way: String,
    /// From which address, for administrators.
    pub address: String,
    pub lead: Sentence,
    pub others: Vec<Sentence>,
    /// The first of those that are folded away, and how many those are.
    pub folded: Vec<Sentence>,
    pub more: usize,
    /// The change, if whoever looks may take it back, here or on the page of its import.
    pub undo: Option<(ChangeId, UndoneBy)>,
    pub is_undone: bool,
}

/// The heads of the columns of changes in a file.
pub const HEADS: [&str; 7] = ["When", "Who", "Way", "From", "What", "Before and after", "Taken back"];

impl Told {
    /// The change as rows of a file: what is told of it, a sentence each.
    pub fn rows(&self) -> Vec<Vec<Value>> {
        let row = |sentence: &Sentence| {
            vec![
                Value::Text(self.at.exact.clone()),
                Value::Text(self.who.clone()),
                Value::text(Some(self.way.as_str()).filter(|way| !way.is_empty())),
                Value::text(Some(self.address.as_str()).filter(|address| !address.is_empty())),
                Value::Text(sentence.text()),
                Value::text(Some(sentence.values_in_words()).filter(|words| !words.is_empty())),
                Value::text(self.is_undone.then_some("yes")),
            ]
        };
        let mut rows: Vec<Vec<Value>> =
            [&self.lead].into_iter().chain(&self.others).chain(&self.folded).map(row).collect();
        if self.more > self.folded.len() {
            let mut left = rows[0].clone();
            left[4] = Value::Text(format!("{} more of this change", self.more - self.folded.len()));
            left[5] = Value::Empty;
            rows.push(left);
        }
        rows
    }
}

/// How a change is taken back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum UndoneBy {
    Button,
    /// A button that says that more than what is told goes.
    ButtonForImport,
    /// The page of its import, which tells how far it is.
    PageOfImport,
}

/// Changes in words; in the history of a record only what concerns it.
pub fn told(db: &mut Db, page: &Page, about: Option<RecordRef>, listed: Vec<Listed>) -> Result<Vec<Told>> {
    let rows: Vec<&Row> = listed.iter().flat_map(|one| &one.rows).collect();
    let subjects = subjects_queries::of(db, &rows)?;
    let mut mentioned: HashSet<RecordRef> = about.into_iter().collect();
    for row in &rows {
        mentioned.extend(kind_of(&row.table_name).map(|kind| RecordRef { kind, id: row.record_id }));
        mentioned.extend(records_of(&subjects, row));
        mentioned.extend(named_in(row, &row.fields()?));
    }
    let names = records::queries::names_of(db, mentioned)?;
    let accounts = sessions::queries::full_names(db)?;
    let teller = Teller { page, about, names, subjects, accounts };
    let told = listed.into_iter().map(|one| one_told(&teller, one)).collect::<Result<Vec<_>>>()?;
    Ok(told.into_iter().flatten().collect())
}

/// Leaves of changes only the rows that concern a record, if one is given.
pub fn about(db: &mut Db, record: Option<RecordRef>, listed: &mut [Listed]) -> Result<()> {
    let Some(record) = record else { return Ok(()) };
    let subjects = subjects_queries::of(db, &listed.iter().flat_map(|one| &one.rows).collect::<Vec<_>>())?;
    for one in listed {
        one.rows.retain(|row| {
            let is_own = row.table_name == record.kind.table() && row.record_id == record.id;
            is_own || records_of(&subjects, row).contains(&record)
        });
    }
    Ok(())
}

/// The records that a row names by id.
fn named_in(row: &Row, fields: &Fields) -> Vec<RecordRef> {
    if row.table_name == "merges" {
        let kind = fields.get("record_kind").and_then(|(_, new)| kind_called(new.as_str()?));
        let ids = ["merged_id", "survivor_id"].into_iter().filter_map(|column| fields.get(column)?.1.as_i64());
        return kind.map(|kind| ids.map(|id| RecordRef { kind, id }).collect()).unwrap_or_default();
    }
    let named = fields.iter().filter_map(|(column, (old, new))| {
        let kind = reference(&row.table_name, column)?;
        Some([old, new].into_iter().filter_map(move |value| Some(RecordRef { kind, id: value.as_i64()? })))
    });
    named.flatten().collect()
}

fn kind_called(text: &str) -> Option<records::RecordKind> {
    use crate::closed_list::ClosedList;
    records::RecordKind::parse(text).ok()
}

fn one_told(teller: &Teller<'_>, listed: Listed) -> Result<Option<Told>> {
    let (page, filed) = (teller.page, &listed.filed);
    let concerns = |row: &&Row| match teller.about {
        Some(about) => {
            (row.table_name == about.kind.table() && row.record_id == about.id)
                || records_of(&teller.subjects, row).contains(&about)
        }
        None => true,
    };
    let mut sentences = Vec::new();
    for row in listed.rows.iter().filter(concerns) {
        sentences.push(teller.tell(row, &row.fields()?));
    }
    // What follows from something that is told comes after it, and the last contact not at all.
    sentences.sort_by_key(|sentence| sentence.follows);
    let is_logged = listed.rows.iter().any(|row| row.table_name == "contact_log");
    if is_logged && sentences.first().is_some_and(|first| !first.follows) {
        sentences.retain(|sentence| !sentence.follows);
    }
    if sentences.is_empty() {
        return Ok(None);
    }
    let lead = sentences.remove(0);
    let is_merge = listed.rows.iter().any(|row| row.table_name == "merges");
    let mut folded = sentences.split_off(sentences.len().min(if is_merge { 0 } else { SEEN }));
    let more = folded.len();
    folded.truncate(FOLDED);
    let who = filed.user_id.and_then(|UserId(id)| teller.accounts.get(&id).cloned()).or(filed.username.clone());
    Ok(Some(Told {
        who: who.unwrap_or_else(|| "Someone".into()),
        at: Ago::new(page, filed.occurred_date),
        way: way_in_words(filed),
        address: filed.remote_address.clone().filter(|_| filed.way != Way::Command).unwrap_or_default(),
        lead,
        others: sentences,
        folded,
        more,
        undo: offers_undo(teller, &listed).map(|by| (filed.change_id, by)),
        is_undone: listed.is_undone,
    }))
}

fn way_in_words(filed: &Filed) -> String {
    let way = match filed.way {
        Way::Page => "",
        Way::Api => "by the API",
        Way::Assistant => "by an assistant",
        Way::Import => "by an import",
        Way::Undo => "by undo",
        Way::Command => "on the command line",
    };
    match &filed.way_name {
        Some(name) => format!("{way}, {name}"),
        None => way.to_owned(),
    }
}

/// How whoever looks may take a change back: it is theirs, or they are an administrator, and all of it can be. Of an
/// import this is offered where all changes are told: beside one record the word would be taken to be about that alone.
fn offers_undo(teller: &Teller<'_>, listed: &Listed) -> Option<UndoneBy> {
    let (viewer, filed) = (teller.page.viewer(), &listed.filed);
    let is_own = filed.user_id.is_some() && filed.user_id == viewer.user_id;
    let is_possible = match reversal(filed.way, &listed.rows) {
        Reversal::ByRows => true,
        Reversal::AsMerge => viewer.admin().is_some(),
        Reversal::Never | Reversal::Nothing => false,
    };
    let may = viewer.may_write() && (is_own || viewer.admin().is_some()) && !listed.is_undone;
    let is_import = teller.about.is_none() && is_import(filed.way, &listed.rows);
    let by = match is_import {
        true if listed.is_cut => Some(UndoneBy::PageOfImport),
        true => Some(UndoneBy::ButtonForImport),
        false => (is_possible && listed.is_whole).then_some(UndoneBy::Button),
    };
    by.filter(|_| may)
}
