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

/// An id by chance. The rows of a table that holds confidential ones must not be numbered in order: the gaps between
/// those that someone sees would tell of the others, how many and when (docs/decisions/0006).
pub fn by_chance(db: &mut Db, is_taken: impl Fn(&mut Db, i32) -> Result<bool>) -> Result<i32> {
    loop {
        let id = rand::random_range(1..=2_000_000_000);
        if !is_taken(db, id)? {
            return Ok(id);
        }
    }
}
