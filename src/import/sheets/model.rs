//! An import: a file that someone brought, how its columns are taken, what became of it.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::kinds::Kind;
use super::queries::imports;
use super::recognised::Recognised;
use super::report::Report;
use super::texts::Order;
use crate::closed_list::closed_list;
use crate::error::{Error, Result};
use crate::ids::{ChangeId, ImportId};

closed_list! {
    /// How far an import is.
    State {
        Brought = "brought",
        Rehearsing = "rehearsing",
        Rehearsed = "rehearsed",
        Running = "running",
        Done = "done",
        Undoing = "undoing",
        Undone = "undone",
    }
}

impl State {
    /// Whether a process is at work on it.
    pub fn is_at_work(self) -> bool {
        matches!(self, Self::Rehearsing | Self::Running | Self::Undoing)
    }

    /// Whether it was carried out, and stands unless the audit log knows otherwise; also while it is being undone.
    pub fn is_taken(self) -> bool {
        matches!(self, Self::Done | Self::Undoing)
    }

    /// As people read it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Brought => "Not rehearsed yet",
            Self::Rehearsing => "Being rehearsed",
            Self::Rehearsed => "Rehearsed",
            Self::Running => "Being imported",
            Self::Done => "Imported",
            Self::Undoing => "Being undone",
            Self::Undone => "Undone",
        }
    }
}

closed_list! {
    /// What is done with a row whose record may be there already.
    Decision {
        Skip = "skip",
        Fill = "fill",
        Overwrite = "overwrite",
        Create = "create",
    }
}

impl Decision {
    /// As people read it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Skip => "Leave the row out",
            Self::Fill => "Fill what is empty",
            Self::Overwrite => "Overwrite with the row",
            Self::Create => "Create another one",
        }
    }
}

/// How the rows of a file are taken.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// The field that each column goes to, if any.
    pub columns: Vec<Option<String>>,
    /// Whether the first row holds names.
    pub has_head: bool,
    /// The order of dates that do not tell it.
    pub dates: Order,
    /// What is done with a row whose record is known.
    pub known: Decision,
    /// What is done with a row whose record has nearly the name of another.
    pub near: Decision,
    /// Whether archived records are brought back.
    pub brings_back: bool,
    /// What all rows have in a field to which no column goes.
    #[serde(default)]
    pub fixed: BTreeMap<String, String>,
    /// What words of the file mean that are on no list: by field and word, without case and accents, the value, or
    /// nothing where the cell is to count as empty.
    #[serde(default)]
    pub meant: BTreeMap<String, BTreeMap<String, String>>,
    /// What is done with single rows instead.
    pub rows: BTreeMap<u64, Decision>,
}

impl Settings {
    /// The column that goes to a field.
    pub fn column_of(&self, field: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.as_deref() == Some(field))
    }
}

/// An import as its row keeps it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = imports)]
pub struct Kept {
    pub import_id: ImportId,
    kind: String,
    pub file_name: String,
    pub stored_name: String,
    recognised: String,
    settings: String,
    pub state: State,
    report: Option<String>,
    pub change_id: Option<ChangeId>,
}

/// An import.
pub struct Import {
    pub id: ImportId,
    pub kind: Kind,
    pub file_name: String,
    pub stored_name: String,
    pub recognised: Recognised,
    pub settings: Settings,
    pub state: State,
    pub report: Option<Report>,
    pub change_id: Option<ChangeId>,
    /// Whether whoever asks brought it.
    pub is_own: bool,
}

impl TryFrom<Kept> for Import {
    type Error = Error;

    fn try_from(kept: Kept) -> Result<Self> {
        Ok(Self {
            id: kept.import_id,
            kind: Kind::parse(&kept.kind).ok_or(Error::NotFound)?,
            file_name: kept.file_name,
            stored_name: kept.stored_name,
            recognised: read(&kept.recognised)?,
            settings: read(&kept.settings)?,
            state: kept.state,
            report: kept.report.as_deref().map(read).transpose()?,
            change_id: kept.change_id,
            is_own: true,
        })
    }
}

fn read<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Error::Internal(format!("an import that was kept: {error}")))
}

/// What is kept of an import as JSON.
pub fn written(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Internal(error.to_string()))
}
