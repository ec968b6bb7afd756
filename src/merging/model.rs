//! What a merge is, what it would do, and what it did.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::queries::{merge_steps, merges};
use crate::closed_list::{ClosedList, closed_list};
use crate::error::{Error, Result};
use crate::links::{LinkEnd, LinkRow};
use crate::records::{NamedRecord, RecordKind, RecordRef};

closed_list! {
    /// What a merge did to one row, so that it can be undone.
    StepKind {
        Archived = "archived",
        Filled = "filled",
        Cleared = "cleared",
        Removed = "removed",
        Moved = "moved",
    }
}

/// One step of a merge.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = merge_steps)]
pub struct Step {
    pub step: StepKind,
    pub table_name: String,
    /// The row that was changed.
    pub record_id: i64,
    /// The column that was changed.
    pub column_name: String,
    /// What it held, where that is not the merged record: a value that was cleared, a link that was removed, as JSON.
    pub held: Option<String>,
}

/// A merge that was made.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = merges)]
pub struct Merge {
    pub merge_id: i64,
    pub record_kind: String,
    pub merged_id: i64,
    pub survivor_id: i64,
    pub merged_name: String,
    pub survivor_name: String,
    pub merged_by: String,
    pub merged_date: NaiveDateTime,
    pub undone_date: Option<NaiveDateTime>,
}

impl Merge {
    /// The record that was merged into the other.
    pub fn merged(&self) -> Result<RecordRef> {
        let kind = RecordKind::parse(&self.record_kind).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(RecordRef { kind, id: self.merged_id })
    }

    /// What is said of it once it is undone.
    pub fn parted(&self) -> String {
        format!("{} stands on its own again", self.merged_name)
    }
}

/// Two links of one kind to the same record, of which one can stay.
pub struct Clash {
    pub place: LinkEnd,
    /// The name of the record that both lead to.
    pub name: String,
    /// The link of the record that stays.
    pub ours: LinkRow,
    /// The link of the record that is merged.
    pub theirs: LinkRow,
    /// What each of the two says.
    pub our_words: String,
    pub their_words: String,
}

impl Clash {
    /// The field in which it is decided: `ours` or `theirs`.
    pub fn field(&self) -> String {
        format!("keep-{}-{}", self.place.kind, self.theirs.link_id)
    }
}

/// What a merge would do.
pub struct Plan {
    /// The record that stays.
    pub survivor: NamedRecord,
    /// The record that is merged into it and archived.
    pub merged: NamedRecord,
    /// What moves: its name and how many.
    pub moves: Vec<(String, usize)>,
    pub clashes: Vec<Clash>,
    /// Links between the two, which would lead from a record to itself.
    pub inner: Vec<(LinkEnd, LinkRow)>,
    /// The columns that are empty where it stays and filled where it is merged.
    pub fills: Vec<String>,
    /// What whoever merges should know before.
    pub warnings: Vec<String>,
    /// Why it cannot be done.
    pub obstacles: Vec<String>,
}
