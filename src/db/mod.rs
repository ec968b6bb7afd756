//! The database: connections, the read and the write lane, the schema. The only place that knows which database it is.

mod address;
pub mod backup;
mod closed_list;
pub mod ids;
mod lane;
pub mod migrate;
pub mod name_key;
mod pointer;
mod rename;
pub mod schema;

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;

pub use address::{Address, Durability};
pub use closed_list::{ClosedList, UnknownValue};
pub(crate) use closed_list::{closed_list, record_id};
pub use lane::Database;
pub use pointer::Pointer;
pub(crate) use pointer::pointer;

use crate::error::Result;

/// One open connection to either database. Queries are written once against it and checked against both.
#[derive(diesel::MultiConnection)]
pub enum Db {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Keeps a connection from writing; PostgreSQL is told so with each transaction.
fn forbid_writing(db: &mut Db) -> Result<()> {
    match db {
        Db::Sqlite(c) => Ok(c.batch_execute("PRAGMA query_only = ON")?),
        Db::Postgres(_) => Ok(()),
    }
}

/// Begins a transaction that sees one state of the database, on a connection that cannot write.
fn begin_reading(db: &mut Db) -> Result<()> {
    match db {
        Db::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN DEFERRED")?,
        Db::Postgres(c) => {
            AnsiTransactionManager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?
        }
    }
    Ok(())
}

/// Begins a transaction that may write.
fn begin_writing(db: &mut Db) -> Result<()> {
    match db {
        // The write lock is taken at once: a later upgrade could fail half way.
        Db::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?,
        Db::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN")?,
    }
    Ok(())
}

/// Runs `work` in a transaction that is kept when it succeeds and leaves nothing when it fails.
pub fn write_transaction<T>(db: &mut Db, work: impl FnOnce(&mut Db) -> Result<T>) -> Result<T> {
    begin_writing(db)?;
    finish(db, work)
}

fn finish<T>(db: &mut Db, work: impl FnOnce(&mut Db) -> Result<T>) -> Result<T> {
    type Transactions = <Db as Connection>::TransactionManager;
    match work(db) {
        Ok(value) => {
            Transactions::commit_transaction(db)?;
            Ok(value)
        }
        Err(error) => {
            // The first error is the one to report; a rollback that fails leaves a connection that is not reused.
            let _ = Transactions::rollback_transaction(db);
            Err(error)
        }
    }
}

/// Brings the statistics up to date by which the database chooses between indexes; after many rows have come in.
pub fn refresh_statistics(db: &mut Db) -> Result<()> {
    match db {
        // 0x10002: every table that has grown much since it was last looked at.
        Db::Sqlite(connection) => connection.batch_execute("PRAGMA analysis_limit = 0; PRAGMA optimize = 0x10002")?,
        Db::Postgres(connection) => connection.batch_execute("ANALYZE")?,
    }
    Ok(())
}

/// The same before serving, where looking is cheap; PostgreSQL keeps its statistics itself.
pub fn refresh_statistics_at_start(db: &mut Db) -> Result<()> {
    match db {
        Db::Sqlite(_) => refresh_statistics(db),
        Db::Postgres(_) => Ok(()),
    }
}

/// What only one transaction at a time may decide, on a database with several writers.
#[derive(Clone, Copy, Debug)]
pub enum Turn {
    /// Which accounts are administrators.
    Accounts = 1,
    /// The schema itself.
    Migration = 2,
    /// An import, which looks before it writes.
    Import = 3,
    /// An attempt to sign in, which is counted before it is made.
    Attempt = 4,
    /// Handing over the work of a colleague, which holds many clients.
    Handover = 5,
    /// Merging records, which holds many.
    Merge = 6,
}

/// Waits until no other transaction holds the same turn; SQLite has one writer anyway.
pub fn one_at_a_time(db: &mut Db, turn: Turn) -> Result<()> {
    match db {
        Db::Sqlite(_) => Ok(()),
        Db::Postgres(connection) => {
            let number = 7_400_000 + turn as i32;
            Ok(connection.batch_execute(&format!("SELECT pg_advisory_xact_lock({number})"))?)
        }
    }
}
