//! What the NED Team judged in the earlier system; a word outside its list is kept among the strategy notes.

use super::row::Row;
use super::{Import, with_words};
use crate::clients::assessment::{self, Assessment};
use crate::closed_list::ClosedList;
use crate::error::{Error, Result};
use crate::ids::ClientId;

/// The columns of it.
pub const COLUMNS: [&str; 4] = ["relationship_strength", "relationship_notes", "client_priority", "client_status"];

impl Import<'_> {
    /// Fills in the assessment of a client; `of` says whose row it is where that is not the client's own.
    pub(super) fn assess(&mut self, row: &mut Row, id: ClientId, of: &str) -> Result<()> {
        let before = assessment::find(self.db, self.team, id)?.ok_or(Error::NotFound)?;
        let mut words = Vec::new();
        let after = Assessment {
            relationship_strength: filled(before.relationship_strength, row, COLUMNS[0], "Strength", &mut words),
            client_priority: filled(before.client_priority, row, COLUMNS[2], "Priority", &mut words),
            client_status: filled(before.client_status, row, COLUMNS[3], "Status", &mut words),
            ..before.clone()
        };
        let mut notes = before.relationship_notes.clone();
        if let Some(said) = row.text(COLUMNS[1]) {
            notes = Some(with_words(notes.as_deref(), &said));
        }
        if !words.is_empty() {
            let words = format!("In the earlier system{of}: {}", words.join("; "));
            notes = Some(with_words(notes.as_deref(), &words));
        }
        let after = Assessment { relationship_notes: notes, ..after };
        if after != before {
            self.begin()?;
            assessment::update(self.db, &self.visit, self.team, id, &after)?;
        }
        Ok(())
    }
}

/// What is held, else what the row says; what finds no place goes into words.
fn filled<T: ClosedList>(
    held: Option<T>,
    row: &mut Row,
    column: &str,
    label: &str,
    words: &mut Vec<String>,
) -> Option<T> {
    match (row.choice::<T>(column), held) {
        (Ok(None), held) => held,
        (Ok(Some(said)), None) => Some(said),
        (Ok(Some(said)), Some(held)) => {
            if said != held {
                words.push(format!("{label}: {}", said.as_str()));
            }
            Some(held)
        }
        (Err(word), held) => {
            words.push(format!("{label}: {word}"));
            held
        }
    }
}
