//! What came of a file, or would: how many rows of each fate, what is wrong where, what was known already.

use serde::{Deserialize, Serialize};

use super::model::Decision;
use crate::closed_list::{ClosedList, closed_list};

closed_list! {
    /// What became of a row, or would.
    Fate {
        New = "new",
        Filled = "filled",
        Overwritten = "overwritten",
        Unchanged = "unchanged",
        Left = "left out",
        Wrong = "not taken",
    }
}

impl Fate {
    /// As people read it above its number.
    pub fn words(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Filled => "Filled in",
            Self::Overwritten => "Overwritten",
            Self::Unchanged => "Unchanged",
            Self::Left => "Left out",
            Self::Wrong => "With a problem",
        }
    }

    /// The style of its number.
    pub fn style(self) -> &'static str {
        match self {
            Self::New => "rt-import-new",
            Self::Filled | Self::Overwritten => "rt-import-changed",
            Self::Unchanged | Self::Left => "rt-import-quiet",
            Self::Wrong => "rt-import-problem",
        }
    }

    /// Whether the database is another one for it.
    pub fn changes(self) -> bool {
        matches!(self, Self::New | Self::Filled | Self::Overwritten)
    }
}

/// Problems and known records that a page tells; the file with reasons tells all.
pub const TOLD: usize = 200;

/// What is wrong with a value.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Problem {
    /// The number of the row in the file.
    pub row: u64,
    /// The head of the column; empty for the row as a whole.
    pub column: String,
    /// What stands there.
    pub value: String,
    /// What to do about it.
    pub message: String,
}

/// A row whose record may be there already.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Known {
    /// The number of the row in the file.
    pub row: u64,
    /// What the row calls it.
    pub name: String,
    /// The records that may be meant, by address and name.
    pub others: Vec<(String, String)>,
    /// Whether only the name is nearly the same.
    pub is_near: bool,
    /// What was done with it, or would be.
    pub decision: Decision,
}

/// What became of one row, in the file of reasons.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reason {
    /// The number of the row in the file.
    pub row: u64,
    /// What became of it.
    pub fate: String,
    /// Why, or what is wrong.
    pub why: String,
}

/// What came of a file, or would.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Report {
    /// Whether it was carried out.
    pub is_run: bool,
    /// The rights by which it was made, since it may tell by them.
    pub rights: String,
    /// How many rows had each fate, in their order.
    pub counts: Vec<u64>,
    /// What became of the first rows, by their number.
    pub first: Vec<(u64, String)>,
    /// The first problems.
    pub problems: Vec<Problem>,
    /// How many there are.
    pub all_problems: usize,
    /// The first rows whose record may be there.
    pub known: Vec<Known>,
    /// How many there are.
    pub all_known: usize,
    /// Why it could not be carried out, or undone, at all, if it could not.
    pub failure: Option<String>,
    /// The rights by which that is told: those of whoever undid may be others.
    #[serde(default)]
    pub failure_rights: String,
}

impl Report {
    /// One without any row.
    pub fn begin(is_run: bool, rights: String) -> Self {
        Self { is_run, rights, counts: vec![0; Fate::ALL.len()], ..Self::default() }
    }

    /// One that tells why nothing came of it.
    pub fn failed(is_run: bool, rights: String, words: impl Into<String>) -> Self {
        Self::begin(is_run, rights.clone()).with_failure(rights, words)
    }

    /// The same, and why it could not be undone.
    pub fn with_failure(self, rights: String, words: impl Into<String>) -> Self {
        Self { failure: Some(words.into()), failure_rights: rights, ..self }
    }

    /// Why nothing came of the last act, in words that someone with these rights may read.
    pub fn failure_for(&self, rights: &str) -> Option<&str> {
        let told = "What stood in the way is told by the rights that someone had then. Try again to see it.";
        self.failure.as_deref().map(|words| if self.failure_rights == rights { words } else { told })
    }

    /// Notes what became of a row.
    pub fn note(&mut self, row: u64, fate: Fate) {
        if let Some(count) = Fate::ALL.iter().position(|one| *one == fate).and_then(|place| self.counts.get_mut(place))
        {
            *count += 1;
        }
        if self.first.len() < 12 {
            self.first.push((row, fate.to_string()));
        }
    }

    /// Notes what is wrong.
    pub fn wrong(&mut self, problem: Problem) {
        self.all_problems += 1;
        if self.problems.len() < TOLD {
            self.problems.push(problem);
        }
    }

    /// Notes that a record may be there.
    pub fn known(&mut self, known: Known) {
        self.all_known += 1;
        if self.known.len() < TOLD {
            self.known.push(known);
        }
    }

    /// How many rows had a fate.
    pub fn count(&self, fate: Fate) -> u64 {
        let place = Fate::ALL.iter().position(|one| *one == fate);
        place.and_then(|place| self.counts.get(place)).copied().unwrap_or_default()
    }

    /// Each fate that rows had, with their number.
    pub fn counted(&self) -> Vec<(Fate, u64)> {
        let all = Fate::ALL.iter().map(|fate| (*fate, self.count(*fate)));
        all.filter(|(fate, count)| *count > 0 || matches!(fate, Fate::New | Fate::Wrong)).collect()
    }

    /// How many rows change anything.
    pub fn changing(&self) -> u64 {
        Fate::ALL.iter().filter(|fate| fate.changes()).map(|fate| self.count(*fate)).sum()
    }

    /// What became of one of the first rows.
    pub fn fate_of(&self, row: u64) -> Option<Fate> {
        let (_, fate) = self.first.iter().find(|(number, _)| *number == row)?;
        Fate::parse(fate).ok()
    }
}
