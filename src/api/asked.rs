//! What a list is asked for: how many, from where, which keys, and what narrows it. What makes no sense is refused: a
//! program that mistypes a filter must not get everything.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::Collection;
use super::cursor::Cursor;
use crate::access::Viewer;
use crate::closed_list::ClosedList;
use crate::db::name_forms::name_key;
use crate::error::{Error, Result};
use crate::records::{RecordKind, RecordRef};
use crate::web::{COUNTED, FieldError, Invalid, Query, is_date};

/// Rows of a list at most.
pub const MOST: i64 = 200;

/// Rows of a list, unless it is asked for another number.
pub const USUAL: i64 = 50;

/// A parameter of a list.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// What it takes.
    pub takes: Takes,
}

/// What a parameter takes.
#[derive(Clone, Debug)]
pub enum Takes {
    Limit,
    Cursor,
    Text,
    Id,
    Ids,
    Day,
    Tick,
    /// A record as its address without the slash in front.
    Record,
    OneOf(Vec<String>),
}

impl Takes {
    /// Whether it takes this text, and if not what it should be.
    fn refusal(&self, text: &str) -> Option<String> {
        let words = |fits: bool, words: &str| (!fits).then(|| words.to_owned());
        let is_id = |text: &str| text.trim().parse::<i64>().is_ok();
        match self {
            Self::Limit => words(text.parse().is_ok_and(|limit| (1..=MOST).contains(&limit)), "Ask for 1 to 200."),
            Self::Cursor => words(Cursor::is_one(text), "Send the cursor as it was given."),
            Self::Text => None,
            Self::Id => words(is_id(text), "Send the id of a record."),
            Self::Ids => {
                let ids: Vec<&str> = text.split(',').collect();
                let few = i64::try_from(ids.len()).is_ok_and(|number| number <= MOST);
                words(few && ids.into_iter().all(is_id), "Send at most 200 ids with commas between.")
            }
            Self::Day => words(is_date(text), "Send a date as year-month-day, e.g. 2026-03-31."),
            Self::Tick => words(matches!(text, "true" | "false" | "on"), "Send true or false."),
            Self::Record => words(RecordRef::parse(text).is_some(), "Send a record as its address, e.g. clients/7."),
            Self::OneOf(list) => {
                let fits = list.iter().any(|known| known == text);
                (!fits).then(|| format!("Send one of: {}.", list.join(", ")))
            }
        }
    }

    /// What it takes, as a schema.
    pub fn schema(&self) -> Value {
        match self {
            Self::Limit => json!({ "type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL }),
            Self::Cursor => json!({ "type": "string", "pattern": Cursor::PATTERN }),
            Self::Text => json!({ "type": "string" }),
            Self::Id => json!({ "type": "integer", "format": "int64" }),
            Self::Ids => json!({ "type": "string", "pattern": "^-?[0-9]{1,18}(,-?[0-9]{1,18}){0,199}$" }),
            Self::Day => json!({ "type": "string", "format": "date" }),
            Self::Tick => json!({ "type": "boolean", "default": false }),
            Self::Record => {
                let kinds: Vec<&str> = RecordKind::ALL.iter().map(|kind| kind.path()).collect();
                json!({ "type": "string", "pattern": format!("^({})/-?[0-9]{{1,18}}$", kinds.join("|")) })
            }
            Self::OneOf(list) => json!({ "type": "string", "enum": list }),
        }
    }
}

/// What is said of a cursor that looks like one and is none of ours.
fn nothing_there() -> Error {
    Error::Refused("No page of this list begins there. Send the cursor as it was given.".into())
}

/// What every list is asked for.
pub struct Asked {
    /// How many rows at most.
    pub limit: i64,
    /// Where the rows before ended.
    pub cursor: Option<Cursor>,
    /// These alone.
    pub ids: Option<Vec<i64>>,
    /// The keys that are wanted; all without any.
    pub fields: BTreeSet<String>,
    /// What else is asked, as the pages read it.
    pub query: Query,
}

impl Asked {
    /// Reads the parameters of a list; one that is not for this person is none.
    pub fn parse(collection: Collection, viewer: &Viewer, query: Query) -> Result<Self> {
        let parameters = collection.parameters(viewer);
        let has_cursor = parameters.iter().any(|parameter| parameter.name == "cursor");
        let refused = parameters.into_iter().filter_map(|Parameter { name, takes, .. }| {
            // One that is empty is no other than one that makes no sense.
            let message = takes.refusal(query.all(name).next()?)?;
            Some(FieldError { field: name.into(), message })
        });
        let refused: Vec<FieldError> = refused.collect();
        if !refused.is_empty() {
            return Err(Invalid(refused).into());
        }
        let cursor = query.get("cursor").filter(|_| has_cursor);
        let cursor = cursor.map(|text| Cursor::parse(text).ok_or_else(nothing_there)).transpose()?;
        let ids = query.get("ids").map(|ids| ids.split(',').filter_map(|id| id.trim().parse().ok()).collect());
        // The pages take any value for a tick that is set.
        let is_archived = query.get("archived").is_none_or(|value| value != "false");
        Ok(Self {
            limit: query.get("limit").and_then(|limit| limit.parse().ok()).unwrap_or(USUAL),
            cursor,
            ids,
            fields: fields(&query),
            query: if is_archived { query } else { query.without("archived") },
        })
    }

    /// A number that is asked for.
    pub fn id(&self, name: &str) -> Option<i64> {
        self.query.get(name)?.parse().ok()
    }

    /// A day that is asked for.
    pub fn day(&self, name: &str) -> Option<NaiveDate> {
        self.query.get(name)?.parse().ok()
    }

    /// A record that is asked for.
    pub fn record(&self, name: &str) -> Option<RecordRef> {
        RecordRef::parse(self.query.get(name)?)
    }

    /// The order that is asked for, or the usual one.
    pub fn sort(&self, usual: &'static str) -> String {
        self.query.get("sort").unwrap_or(usual).to_owned()
    }

    /// Where a list of records goes on.
    pub fn walk(&self) -> Result<Walk> {
        let sort = self.sort("name");
        let cursor = self.cursor_of(&sort)?;
        let is_by_name = sort.trim_start_matches('-') == "name";
        let after = cursor.filter(|_| is_by_name).and_then(|cursor| Some((cursor.key(0)?, cursor.id)));
        let offset = cursor.filter(|_| !is_by_name).map_or(0, |cursor| cursor.id);
        if offset >= COUNTED {
            // What is cut off must not look like the end.
            let words = "This order ends after 10,000 rows. Narrow the list, or go through it by name.";
            return Err(Invalid::one("cursor", words).into());
        }
        Ok(Walk { sort, after, offset, is_by_name, limit: self.limit })
    }

    /// The cursor, which must be of this order.
    pub fn cursor_of(&self, sort: &str) -> Result<Option<&Cursor>> {
        match &self.cursor {
            Some(cursor) if cursor.sort != sort => {
                Err(Invalid::one("cursor", "This cursor belongs to another order. Begin again without it.").into())
            }
            cursor => Ok(cursor.as_ref()),
        }
    }
}

/// Where a list is gone on with that is walked by name from row to row, and in any other order as far as its pages go,
/// beyond which going on is refused.
pub struct Walk {
    /// The order, with its direction.
    pub sort: String,
    /// The row before, by its name as it is sorted.
    pub after: Option<(String, i64)>,
    /// The rows before, in an order that is walked by pages.
    pub offset: i64,
    is_by_name: bool,
    limit: i64,
}

impl Walk {
    /// The place after the last row of a page.
    pub fn next(&self, name: &str, id: i64) -> Cursor {
        match self.is_by_name {
            true => Cursor::after(&self.sort, json!([name_key(name)]), id),
            false => Cursor::at(&self.sort, self.offset + self.limit),
        }
    }
}

/// The keys that are wanted.
pub fn fields(query: &Query) -> BTreeSet<String> {
    let wanted = query.get("fields").unwrap_or_default().split(',').map(str::trim);
    wanted.filter(|name| !name.is_empty()).map(ToOwned::to_owned).collect()
}
