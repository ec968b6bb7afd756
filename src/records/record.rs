//! A record as its columns say it, and which records a list shows.

use serde_json::{Map, Value};

use crate::web::plain;

/// One record of any kind, with its open columns.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its id within its kind.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Hidden from lists and pickers.
    pub is_archived: bool,
    /// Which save it is.
    pub version: i64,
    /// Its columns.
    pub values: Map<String, Value>,
}

impl Record {
    /// A column as text.
    pub fn text(&self, column: &str) -> Option<String> {
        match self.values.get(column)? {
            Value::Null => None,
            Value::Bool(yes) => Some(if *yes { "yes" } else { "no" }.into()),
            other => Some(plain(other)),
        }
    }

    /// A column that names another record.
    pub fn reference(&self, column: &str) -> Option<i64> {
        self.values.get(column)?.as_i64()
    }
}

/// The records that were found by words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// Their ids.
    pub ids: Vec<i64>,
    /// Whether the words fit more than were looked at.
    pub is_cut: bool,
}

/// Which records of a kind a list shows.
#[derive(Clone, Debug, Default)]
pub struct ListFilter {
    /// The records that were found by name, where that was asked for.
    pub found: Option<Found>,
    /// Columns and the values that they have.
    pub values: Vec<(&'static str, String)>,
    /// The archived ones instead of the others.
    pub archived: bool,
    /// Columns that are filled.
    pub filled: &'static [&'static str],
    /// The column that orders them; the name for any other.
    pub sort: &'static str,
    /// The order turned round.
    pub descending: bool,
    /// Where the rows before ended that stand in the order of their names: that name, as it is sorted, and the id.
    pub after: Option<(String, i64)>,
    /// Rows to skip.
    pub offset: i64,
    /// Rows at most.
    pub limit: i64,
}
