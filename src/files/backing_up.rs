//! The contents of files beside a backup or within an archive of the rows that name them.

use std::collections::BTreeMap;
use std::io::Read;

use super::queries;
use super::store::Store;
use crate::access::AdminPass;
use crate::db::Db;
use crate::error::Result;

/// What became of contents that were copied.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// How many are there.
    pub contents: usize,
    /// The hashes of those that are missing or damaged.
    pub missing: Vec<String>,
}

/// The contents that rows name, with their sizes, to be asked for before the rows are copied and after: what is removed
/// in between stays for a while, so that one of the two answers has it.
pub fn named(db: &mut Db, pass: AdminPass) -> Result<BTreeMap<String, i64>> {
    Ok(queries::contents(db, pass)?.into_iter().collect())
}

/// Copies contents from one folder to another, each held against its hash.
pub fn copy(named: &BTreeMap<String, i64>, from: &Store, to: &Store) -> Result<Copied> {
    let mut copied = Copied::default();
    for sha256 in named.keys() {
        match from.copy_to(to, sha256)? {
            true => copied.contents += 1,
            false => copied.missing.push(sha256.clone()),
        }
    }
    to.settle()?;
    Ok(copied)
}

/// Hands on each content that is there, as a file to be read.
pub fn each(
    db: &mut Db,
    pass: AdminPass,
    store: &Store,
    mut take: impl FnMut(&str, &mut dyn Read) -> Result<()>,
) -> Result<()> {
    for sha256 in named(db, pass)?.keys() {
        match store.open(sha256) {
            Some(mut content) => take(sha256, &mut content)?,
            None => tracing::error!(sha256, "the content of a file is missing"),
        }
    }
    Ok(())
}
