//! What sentences on changes are made of: words, names of records as links, values before and after.

use std::collections::HashMap;

use askama::Template;
use askama::filters::HtmlSafe;
use chrono::NaiveDate;
use serde_json::Value;

use super::labels::{label, reference};
use crate::access::Viewer;
use crate::audit::subjects_queries::Subjects;
use crate::audit::{Action, Fields, Row};
use crate::closed_list::ClosedList;
use crate::records::{RecordKind, RecordRef};
use crate::web::{Page, plain};

/// A piece of a sentence: words, or the name of a record.
#[derive(Template, Clone, Debug)]
#[template(
    source = r#"{% if let Some(link) = link %}<a href="{{ link }}">{{ text }}</a>{% else %}{{ text }}{% endif %}"#,
    ext = "html"
)]
pub struct Piece {
    pub(super) text: String,
    pub(super) link: Option<String>,
}

impl HtmlSafe for Piece {}

pub(super) fn words(text: impl Into<String>) -> Piece {
    Piece { text: text.into(), link: None }
}

/// A value before and after.
pub struct Changed {
    pub label: String,
    pub old: Option<Piece>,
    pub new: Option<Piece>,
}

/// What happened to one row.
#[derive(Template)]
#[template(source = r#"{% for piece in pieces %}{{ piece }}{% endfor %}"#, ext = "html")]
pub struct Sentence {
    pub(super) pieces: Vec<Piece>,
    /// The values that the sentence does not hold itself.
    pub values: Vec<Changed>,
    /// Whether it only follows from something else that is told.
    pub follows: bool,
}

impl HtmlSafe for Sentence {}

impl Sentence {
    /// The same without links.
    pub fn text(&self) -> String {
        self.pieces.iter().map(|piece| piece.text.as_str()).collect()
    }

    /// The values beside it, a line each: “Type: Utility → IPP”.
    pub fn values_in_words(&self) -> String {
        let side = |piece: &Option<Piece>| piece.as_ref().map_or("–", |piece| piece.text.as_str()).to_owned();
        let line = |value: &Changed| format!("{}: {} → {}", value.label, side(&value.old), side(&value.new));
        self.values.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

/// The records to which a row belongs beside its own.
pub fn records_of(subjects: &Subjects, row: &Row) -> Vec<RecordRef> {
    let record = |(kind, id): &(String, i64)| Some(RecordRef { kind: RecordKind::parse(kind).ok()?, id: *id });
    subjects.of(row).iter().filter_map(record).collect()
}

/// What a client's row copies from a contact. It is told with the contact alone: that may be confidential by now.
const COPY: &str = "last_contact_notes";

/// What is needed to tell of rows.
pub struct Teller<'a> {
    pub page: &'a Page,
    /// The record whose history it is, which is not named again.
    pub about: Option<RecordRef>,
    pub names: HashMap<RecordRef, String>,
    pub subjects: Subjects,
    /// Full names of accounts.
    pub accounts: HashMap<i64, String>,
}

impl Teller<'_> {
    fn viewer(&self) -> &Viewer {
        self.page.viewer()
    }

    /// What changed, of what: with the values in the sentence where there is one and it is short.
    pub(super) fn changed(&self, row: &Row, mut values: Vec<Changed>, of: String, name: Vec<Piece>) -> Sentence {
        let is_short = |piece: &Option<Piece>| piece.as_ref().is_none_or(|piece| piece.text.chars().count() <= 60);
        let labels: Vec<String> = values.iter().map(|one| one.label.clone()).collect();
        let of = [vec![words(of)], name].concat();
        match values.as_mut_slice() {
            [one] if row.action != Action::Create && is_short(&one.old) && is_short(&one.new) => {
                let (verb, told) = match (one.old.take(), one.new.take()) {
                    (Some(old), Some(new)) => ("changed", vec![words(" from "), old, words(" to "), new]),
                    (None, Some(new)) => ("set", vec![words(" to "), new]),
                    (Some(old), None) => ("cleared", vec![words(", before "), old]),
                    (None, None) => ("changed", Vec::new()),
                };
                sentence(format!("{verb} {}", one.label), [of, told].concat(), Vec::new())
            }
            _ => sentence(format!("changed {}", listed(&labels)), of, values),
        }
    }

    /// The client to which a contact or an entry belongs, unless it is what the history is about.
    pub(super) fn beside(&self, row: &Row, fields: &Fields, link: &str) -> (String, Vec<Piece>) {
        let client = self.client_of(row, fields);
        match client.filter(|client| self.about != Some(*client)) {
            Some(client) => (link.to_owned(), vec![self.named(client, &Fields::new())]),
            None => (String::new(), Vec::new()),
        }
    }

    pub(super) fn client(&self, row: &Row, fields: &Fields) -> Vec<Piece> {
        self.client_of(row, fields).map(|client| self.named(client, &Fields::new())).into_iter().collect()
    }

    fn client_of(&self, row: &Row, fields: &Fields) -> Option<RecordRef> {
        let told = fields.get("client_id").and_then(|(old, new)| new.as_i64().or_else(|| old.as_i64()));
        let told = told.map(|id| RecordRef { kind: RecordKind::Client, id });
        told.or_else(|| records_of(&self.subjects, row).into_iter().find(|record| record.kind == RecordKind::Client))
    }

    /// The name of a record, as a link where it still is; else as its own row tells it.
    pub(super) fn named(&self, record: RecordRef, fields: &Fields) -> Piece {
        if let Some(name) = self.names.get(&record) {
            return Piece { text: name.clone(), link: Some(record.address()) };
        }
        let told = fields.get(record.kind.name_column()).and_then(|(old, new)| new.as_str().or_else(|| old.as_str()));
        words(told.map_or_else(|| format!("a deleted {}", record.kind.singular()), ToOwned::to_owned))
    }

    /// The values of a row that say something, without some of them.
    pub(super) fn values(&self, row: &Row, fields: &Fields, without: &[&str]) -> Vec<Changed> {
        let is_new = matches!(row.action, Action::Create | Action::Delete);
        let told = fields.iter().filter(|(column, _)| !without.contains(&column.as_str()) && *column != COPY);
        // A tick that was not set says nothing of what is new or gone.
        let told =
            told.filter(|(_, (old, new))| !(is_new && (old == &Value::Bool(false) || new == &Value::Bool(false))));
        told.map(|(column, (old, new))| Changed {
            label: label(self.viewer(), &row.table_name, column),
            old: self.value(row, column, old),
            new: self.value(row, column, new),
        })
        .collect()
    }

    pub(super) fn value(&self, row: &Row, column: &str, value: &Value) -> Option<Piece> {
        if let (Some(kind), Some(id)) = (reference(&row.table_name, column), value.as_i64()) {
            return Some(self.named(RecordRef { kind, id }, &Fields::new()));
        }
        match value {
            Value::Null => None,
            Value::Bool(yes) => Some(words(if *yes { "yes" } else { "no" })),
            Value::String(text) => Some(words(match text.parse::<NaiveDate>() {
                Ok(day) => self.page.day(day).full(),
                Err(_) => text.clone(),
            })),
            other => Some(words(plain(other))),
        }
    }
}

pub(super) fn sentence(start: impl Into<String>, pieces: Vec<Piece>, values: Vec<Changed>) -> Sentence {
    Sentence { pieces: [vec![words(start)], pieces].concat(), values, follows: false }
}

/// “A”, “A and B”, “A, B and C”.
fn listed(words: &[String]) -> String {
    match words {
        [] => "nothing that is told".into(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
