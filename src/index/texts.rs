//! Finding texts by their words, the newest first. Each class of readers has an index of its own, asked only with
//! the pass.

use super::finding_queries as queries;
use super::names::share_out;
use super::queries::{CONTACTS, ENTRY, FILES, ITEMS, Index, MEETING, Readers, kind_and_id};
use super::words::Asked;
use crate::access::{ConfidentialPass, TeamPass, Viewer};
use crate::db::Db;
use crate::error::Result;

/// Words that were asked for, each with what may stand in its place.
type Words = [Vec<String>];

/// The words of what someone typed that an index is asked for.
pub fn asked(typed: &str) -> Vec<Vec<String>> {
    Asked::parse(typed).long_words()
}

/// Records by the texts that everyone may read: the place of their kind, and their id. Each kind gets its part.
pub fn public_records(db: &mut Db, words: &Words, limit: usize) -> Result<Vec<(i64, i64)>> {
    let rows = queries::rows(db, Index::Public, None, words, i64::try_from(limit).unwrap_or(i64::MAX))?;
    Ok(share_out(rows.into_iter().map(kind_and_id).collect(), |(kind, _)| *kind, limit))
}

/// Contacts that everyone may read.
pub fn public_contacts(db: &mut Db, words: &Words, limit: i64) -> Result<Vec<i64>> {
    queries::in_order(db, &CONTACTS, &[Readers::Everyone], words, limit)
}

/// Contacts that only confidential access may read.
pub fn confidential_contacts(db: &mut Db, _pass: ConfidentialPass, words: &Words, limit: i64) -> Result<Vec<i64>> {
    queries::in_order(db, &CONTACTS, &[Readers::Confidential], words, limit)
}

/// Files by their names, of those that the person may see.
pub fn files(db: &mut Db, viewer: &Viewer, words: &Words, limit: i64) -> Result<Vec<i64>> {
    let confidential = viewer.confidential().map(|_| Readers::Confidential);
    let readers = [Some(Readers::Everyone), confidential, viewer.team().map(|_| Readers::Team)];
    let readers: Vec<Readers> = readers.into_iter().flatten().collect();
    queries::in_order(db, &FILES, &readers, words, limit)
}

/// Action items, of those that the person may see.
pub fn items(db: &mut Db, viewer: &Viewer, words: &Words, limit: i64) -> Result<Vec<i64>> {
    let readers = [Readers::Everyone, Readers::Team];
    let seen = if viewer.team().is_some() { &readers[..] } else { &readers[..1] };
    queries::in_order(db, &ITEMS, seen, words, limit)
}

/// Roundtable entries, in their latest version.
pub fn entries(db: &mut Db, pass: TeamPass, words: &Words, limit: i64) -> Result<Vec<i64>> {
    team_records(db, pass, ENTRY, words, limit)
}

/// Meetings by what they are called.
pub fn meetings(db: &mut Db, pass: TeamPass, words: &Words, limit: i64) -> Result<Vec<i64>> {
    team_records(db, pass, MEETING, words, limit)
}

/// Records of a kind by what the NED Team notes about them, archived ones too.
pub fn team_records(db: &mut Db, _pass: TeamPass, kind: i64, words: &Words, limit: i64) -> Result<Vec<i64>> {
    let rows = queries::rows(db, Index::Team, Some(kind), words, limit)?;
    Ok(rows.into_iter().map(|row| kind_and_id(row).1).collect())
}
