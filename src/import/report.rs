//! What an import did, in words.

use std::collections::BTreeMap;
use std::fmt;

/// What an import did.
#[derive(Debug, Default)]
pub struct Report {
    counts: BTreeMap<String, Counts>,
    /// What was not taken, and why.
    pub refused: Vec<String>,
    /// What was kept in another place than it stood.
    pub moved: Vec<String>,
}

/// Records or links of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// New ones.
    pub added: usize,
    /// Known ones that were empty somewhere.
    pub filled: usize,
    /// Known ones that stay as they are.
    pub unchanged: usize,
    /// Those that were not taken.
    pub refused: usize,
}

/// What became of one record or link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is new.
    Added,
    /// It was known, and empty somewhere.
    Filled,
    /// It was known.
    Unchanged,
}

impl Report {
    /// Notes what became of one.
    pub fn note(&mut self, kind: &str, outcome: Outcome) {
        let counts = self.counts.entry(kind.to_owned()).or_default();
        match outcome {
            Outcome::Added => counts.added += 1,
            Outcome::Filled => counts.filled += 1,
            Outcome::Unchanged => counts.unchanged += 1,
        }
    }

    /// Notes that one was not taken.
    pub fn refuse(&mut self, kind: &str, why: String) {
        self.counts.entry(kind.to_owned()).or_default().refused += 1;
        self.refused.push(format!("{kind}: {why}"));
    }

    /// The counts of one kind.
    pub fn counts(&self, kind: &str) -> Counts {
        self.counts.get(kind).copied().unwrap_or_default()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (kind, counts) in &self.counts {
            let Counts { added, filled, unchanged, refused } = counts;
            writeln!(out, "{kind}: {added} added, {filled} filled in, {unchanged} unchanged, {refused} not taken")?;
        }
        for line in &self.moved {
            writeln!(out, "kept in the notes: {line}")?;
        }
        for line in &self.refused {
            writeln!(out, "not taken: {line}")?;
        }
        Ok(())
    }
}
