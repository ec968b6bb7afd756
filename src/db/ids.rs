//! The typed ids of the records, so that a client's id cannot be taken for a person's.

use super::{Db, record_id};
use crate::error::Result;

record_id!(/// A client.
    ClientId);
record_id!(/// A person, internal or external.
    PersonnelId);
record_id!(/// An account that signs in.
    UserId);
record_id!(/// An entry of the contact log.
    ContactId);
record_id!(/// A roundtable entry, one version of it.
    HistoryId);
record_id!(/// A link between two records, within its table.
    LinkId);

record_id!(/// A change: everything that one save did.
    ChangeId);

impl ChangeId {
    /// A new one, by chance: a page may name a change, and must not tell how many there were.
    pub fn generate() -> Self {
        Self(at_random())
    }
}

/// Below what JavaScript can count exactly, and so large that no two ever meet.
fn at_random() -> i64 {
    rand::random_range(1..1 << 53)
}

/// An id by chance. The rows of a table that holds confidential ones must not be numbered in order: the gaps between
/// those that someone sees would tell of the others, how many and when (docs/decisions/0006).
pub fn by_chance(db: &mut Db, is_taken: impl Fn(&mut Db, i64) -> Result<bool>) -> Result<i64> {
    loop {
        let id = at_random();
        if !is_taken(db, id)? {
            return Ok(id);
        }
    }
}
