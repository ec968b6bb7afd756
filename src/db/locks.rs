//! What only one transaction at a time may decide, on a database with several writers: it holds a row of `locks`. No
//! advisory locks, which not every engine that speaks PostgreSQL has (docs/decisions/0010).

use diesel::prelude::*;

use super::Db;
use crate::error::Result;

diesel::table! {
    locks (lock_name) {
        lock_name -> Text,
    }
}

/// What only one transaction at a time may decide.
#[derive(Clone, Copy, Debug)]
pub enum Lock {
    /// Which accounts are administrators.
    Accounts,
    /// The schema itself.
    Migration,
    /// An import, which looks before it writes.
    Import,
    /// An attempt to sign in, which is counted before it is made.
    Attempt,
    /// The number of the next event of a meeting: it is given in the order in which transactions end.
    LiveEvents,
    /// Handing over the work of a colleague, or merging: both hold many records.
    ManyRecords,
    /// Which contents of files are kept: one that is named must not be swept.
    Files,
}

impl Lock {
    /// The name of its row.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accounts => "accounts",
            Self::Migration => "migration",
            Self::Import => "import",
            Self::Attempt => "attempt",
            Self::LiveEvents => "live events",
            Self::ManyRecords => "many records",
            Self::Files => "files",
        }
    }
}

/// Waits until no other transaction holds the same lock, and holds it to the end; SQLite has one writer anyway.
pub fn hold_lock(db: &mut Db, lock: Lock) -> Result<()> {
    match db {
        Db::Sqlite(_) => Ok(()),
        Db::Postgres(connection) => {
            let row = locks::table.find(lock.name()).select(locks::lock_name).for_update();
            row.first::<String>(connection)?;
            Ok(())
        }
    }
}
