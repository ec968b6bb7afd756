//! Work that is only tried out: what it writes is taken back.

use std::path::{Path, PathBuf};

use diesel::connection::TransactionManager;
use diesel::prelude::*;

use super::backup::copy_unchecked;
use super::transactions::begin_writing;
use super::{Db, bulk};
use crate::config::{Address, Durability};
use crate::error::Result;

/// Runs `work` and takes back what it wrote, for those who ask what it would do.
pub fn rehearse<T>(db: &mut Db, work: impl FnOnce(&mut Db) -> Result<T>) -> Result<T> {
    type Transactions = <Db as Connection>::TransactionManager;
    begin_writing(db)?;
    let outcome = work(db);
    let taken_back = Transactions::rollback_transaction(db);
    let value = outcome?;
    taken_back?;
    Ok(value)
}

/// The same, while others save: SQLite has one writer, so that the work is done on a copy of the database, made in that
/// place; on PostgreSQL nobody waits for rows that are not theirs.
pub fn rehearse_aside<T>(address: &Address, place: &Path, work: impl FnOnce(&mut Db) -> Result<T>) -> Result<T> {
    match address {
        Address::Postgres(_) => rehearse(&mut address.connect(Durability::Normal)?, work),
        Address::Sqlite(source) => {
            let copy = Copy(place.to_owned());
            copy_unchecked(source, place)?;
            let mut db = Address::Sqlite(place.to_owned()).connect(Durability::Normal)?;
            bulk::make_room(&mut db, bulk::ROOM)?;
            rehearse(&mut db, |db| {
                // All files are open once the transaction is. Without names nothing is left of them, however the
                // process ends.
                drop(copy);
                work(db)
            })
        }
    }
}

/// The name of a copy of the database, which goes when it is dropped.
struct Copy(PathBuf);

impl Drop for Copy {
    fn drop(&mut self) {
        for ending in ["", "-wal", "-shm", "-journal"] {
            let mut file = self.0.clone().into_os_string();
            file.push(ending);
            let _ = std::fs::remove_file(file);
        }
    }
}
