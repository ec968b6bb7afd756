//! Transactions that read one state or write all or nothing, and the statistics by which queries find their index.

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::Db;
use super::assembled::Assembled;
use crate::error::Result;

/// Keeps a connection from writing; PostgreSQL is told so with each transaction.
pub(super) fn forbid_writing(db: &mut Db) -> Result<()> {
    match db {
        Db::Sqlite(c) => Ok(c.batch_execute("PRAGMA query_only = ON")?),
        Db::Postgres(_) => Ok(()),
    }
}

/// Begins a transaction that sees one state of the database, on a connection that cannot write.
pub(super) fn begin_reading(db: &mut Db) -> Result<()> {
    match db {
        Db::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN DEFERRED")?,
        Db::Postgres(c) => {
            AnsiTransactionManager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?
        }
    }
    Ok(())
}

/// Begins a transaction that may write.
pub(super) fn begin_writing(db: &mut Db) -> Result<()> {
    match db {
        // The write lock is taken at once: a later upgrade could fail half way.
        Db::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?,
        Db::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN")?,
    }
    Ok(())
}

/// Runs `work` on one state of the database.
pub fn read_transaction<T>(db: &mut Db, work: impl FnOnce(&mut Db) -> Result<T>) -> Result<T> {
    begin_reading(db)?;
    finish(db, work)
}

/// Runs `work` in a transaction that is kept when it succeeds and leaves nothing when it fails.
pub fn write_transaction<T>(db: &mut Db, work: impl FnOnce(&mut Db) -> Result<T>) -> Result<T> {
    begin_writing(db)?;
    finish(db, work)
}

/// Runs `work` within a transaction; what it wrote goes when it fails, and the transaction goes on.
pub fn attempt<T>(db: &mut Db, work: impl FnOnce(&mut Db) -> Result<T>) -> Result<T> {
    db.transaction(work)
}

/// Runs `work` in a transaction that is kept when it succeeds and says that there is something to keep.
pub fn write_if_changed<T>(db: &mut Db, work: impl FnOnce(&mut Db) -> Result<(T, bool)>) -> Result<T> {
    type Transactions = <Db as Connection>::TransactionManager;
    begin_writing(db)?;
    match work(db) {
        Ok((value, true)) => {
            Transactions::commit_transaction(db)?;
            Ok(value)
        }
        Ok((value, false)) => {
            Transactions::rollback_transaction(db)?;
            Ok(value)
        }
        Err(error) => {
            let _ = Transactions::rollback_transaction(db);
            Err(error)
        }
    }
}

pub(super) fn finish<T>(db: &mut Db, work: impl FnOnce(&mut Db) -> Result<T>) -> Result<T> {
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

/// One small read, which has to look into the database.
pub(super) fn try_reading(db: &mut Db) -> Result<()> {
    let version = Assembled::<BigInt>::default().words("SELECT CAST(version AS BIGINT) FROM schema_version LIMIT 1");
    version.get_result::<i64>(db)?;
    Ok(())
}

/// One small write that changes nothing and has to reach the disk all the same.
pub(super) fn try_writing(db: &mut Db) -> Result<()> {
    match db {
        // A row that stays the same SQLite does not write; the head of the file it does.
        Db::Sqlite(c) => c.batch_execute("PRAGMA user_version = 0")?,
        Db::Postgres(c) => c.batch_execute("UPDATE locks SET lock_name = lock_name WHERE lock_name = 'attempt'")?,
    }
    Ok(())
}

/// Looks at every table that has grown much since it was last looked at (0x10002). One change of very many rows, an
/// import, says nothing of the others: each save asks for its own rows by it, and never for a part of the whole log.
/// That a table is small today says nothing of tomorrow: where SQLite knows it, it reads the whole table instead of its
/// index, also when it has grown; so that is forgotten of those with fewer than 1,000 rows, which are found as quickly
/// by their indexes.
const REFRESH: &str = "PRAGMA analysis_limit = 0; PRAGMA optimize = 0x10002; ANALYZE sqlite_schema; \
     UPDATE sqlite_stat1 SET stat = substr(stat, 1, instr(stat, ' ')) || '10' WHERE idx = 'audit_of_change'; \
     DELETE FROM sqlite_stat1 WHERE tbl IN \
     (SELECT tbl FROM sqlite_stat1 GROUP BY tbl HAVING max(CAST(stat AS INTEGER)) < 1000); \
     ANALYZE sqlite_schema";

/// Brings the statistics up to date by which the database chooses between indexes; after many rows have come in.
pub fn refresh_statistics(db: &mut Db) -> Result<()> {
    match db {
        Db::Sqlite(connection) => connection.batch_execute(REFRESH)?,
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
