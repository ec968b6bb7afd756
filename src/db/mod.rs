//! The database: connections, the read and the write lane, the schema. The only place that knows which database it is.

pub mod backup;
mod closed_list;

pub mod ids;
mod lane;
pub mod migrate;
pub mod name_key;
mod pointer;
mod rename;
pub mod schema;

use std::path::{Path, PathBuf};

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;

pub use closed_list::{ClosedList, UnknownValue};
pub(crate) use closed_list::{closed_list, record_id};
pub use lane::Database;
pub use pointer::Pointer;
pub(crate) use pointer::pointer;

use crate::error::{Error, Result};

/// One open connection to either database. Queries are written once against it and checked against both.
#[derive(diesel::MultiConnection)]
pub enum Db {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Where the records are kept, as given by the setting `database`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A file of embedded SQLite.
    Sqlite(PathBuf),
    /// A `postgres://` address, which may hold a password.
    Postgres(String),
}

impl Address {
    /// Reads `sqlite:PATH` or `postgres://…`; anything else is refused with a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() {
                return Err("the database setting names no file, e.g. sqlite:roundtable.db".into());
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err("the database setting must be sqlite:PATH or postgres://…".into())
    }

    /// The file of an embedded database, `None` for a server.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(path) => Some(path),
            Self::Postgres(_) => None,
        }
    }

    /// Refuses a file that is somebody else's, before a connection changes its mode.
    pub fn refuse_foreign(&self) -> Result<()> {
        let Some(file) = self.file().filter(|file| file.exists()) else { return Ok(()) };
        let unreadable = |cause: rusqlite::Error| Error::Setup(format!("cannot read {}: {cause}", file.display()));
        let db = rusqlite::Connection::open_with_flags(file, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)
            .map_err(unreadable)?;
        let number = |query: &str| db.query_row(query, [], |row| row.get::<_, i64>(0)).map_err(unreadable);
        let tables = number("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")?;
        let ours = number("SELECT count(*) FROM pragma_table_info('schema_version') WHERE name = 'checksum'")?;
        if tables > 0 && ours == 0 {
            return Err(Error::Setup(format!("{} is no database of Roundtable; nothing was changed", file.display())));
        }
        Ok(())
    }

    /// Opens a connection with the settings that every connection needs.
    pub fn connect(&self, durability: Durability) -> Result<Db> {
        match self {
            Self::Sqlite(path) => {
                let path = path.to_str().ok_or_else(|| Error::Setup("the database path is not valid UTF-8".into()))?;
                make_private(Path::new(path))?;
                let mut connection = SqliteConnection::establish(path)
                    .map_err(|cause| Error::Setup(format!("cannot open the database {path}: {cause}")))?;
                let synchronous = durability.pragma();
                connection.batch_execute(&format!(
                    "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; \
                     PRAGMA synchronous = {synchronous}; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY; \
                     PRAGMA mmap_size = 268435456;"
                ))?;
                Ok(Db::Sqlite(connection))
            }
            Self::Postgres(url) => {
                let mut connection = PgConnection::establish(url)
                    .map_err(|cause| Error::Setup(format!("cannot reach the PostgreSQL server: {cause}")))?;
                connection.batch_execute("SET TIME ZONE 'UTC'; SET lock_timeout = '10s'")?;
                Ok(Db::Postgres(connection))
            }
        }
    }
}

/// Makes a missing file that nobody else on the machine can read; SQLite gives its `-wal` and `-shm` the same mode.
fn make_private(path: &Path) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(Error::Setup(format!("cannot make {}: {error}", path.display())))
        }
        _ => Ok(()),
    }
}

/// How soon an acknowledged write must be on the disk (SQLite's `synchronous`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, serde::Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Durability {
    /// Each acknowledged write survives a power cut.
    #[default]
    Full,
    /// A power cut may lose the last writes, never the database.
    Normal,
}

impl Durability {
    fn pragma(self) -> &'static str {
        match self {
            Self::Full => "FULL",
            Self::Normal => "NORMAL",
        }
    }
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
