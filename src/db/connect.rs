//! Connections: with the settings that every one needs, to a file that is ours, private from the first byte.

use std::path::Path;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::Db;
use super::time_limits::{limit_locks, with_parameters};
use crate::config::{Address, Durability};
use crate::error::{Error, Result};

#[derive(QueryableByName)]
struct Contents {
    #[diesel(sql_type = BigInt)]
    tables: i64,
    #[diesel(sql_type = BigInt)]
    ours: i64,
}

const CONTENTS: &str = "SELECT \
     (SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%') AS tables, \
     (SELECT count(*) FROM pragma_table_info('schema_version') WHERE name = 'checksum') AS ours";

impl Address {
    /// Refuses a file that is somebody else's, before a connection changes its mode.
    pub fn refuse_foreign(&self) -> Result<()> {
        let Some(file) = self.file().filter(|file| file.exists()) else { return Ok(()) };
        let unreadable = |cause| Error::Setup(format!("cannot read {}: {cause}", file.display()));
        let contents: Contents =
            diesel::sql_query(CONTENTS).get_result(&mut open_read_only(file)?).map_err(unreadable)?;
        if contents.tables > 0 && contents.ours == 0 {
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
                let synchronous = synchronous(durability);
                // As much of the file as SQLite maps is read without a copy. The log is written back after 16 MB: pages
                // that many saves touch go back once.
                connection.batch_execute(&format!(
                    "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; \
                     PRAGMA synchronous = {synchronous}; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY; \
                     PRAGMA mmap_size = 2147418112; PRAGMA wal_autocheckpoint = 4000;"
                ))?;
                Ok(Db::Sqlite(connection))
            }
            Self::Postgres(url) => {
                let mut connection = PgConnection::establish(&with_parameters(url))
                    .map_err(|cause| Error::Setup(format!("cannot reach the PostgreSQL server: {cause}")))?;
                connection.batch_execute(AS_POSTGRES_PLANS)?;
                let mut db = Db::Postgres(connection);
                limit_locks(&mut db, url)?;
                Ok(db)
            }
        }
    }
}

/// Every question is short: compiling its plan, or making it anew for each value, takes longer than running it. A plan
/// that is made once knows no values, so that it has to be kept from reading whole tables: each question has its index.
const AS_POSTGRES_PLANS: &str = "SET TIME ZONE 'UTC'; SET jit = off; SET plan_cache_mode = force_generic_plan; \
     SET enable_seqscan = off; SET random_page_cost = 1.1";

/// Opens a SQLite file that stays as it is, whosever it may be.
pub(super) fn open_read_only(path: &Path) -> Result<SqliteConnection> {
    let mut connection = SqliteConnection::establish(&read_only_address(path, false)?)
        .map_err(|cause| Error::Setup(format!("cannot read {}: {cause}", path.display())))?;
    connection.batch_execute("PRAGMA busy_timeout = 5000")?;
    Ok(connection)
}

/// The address by which SQLite only reads a file; of one that nobody writes, also without a file beside it.
pub(super) fn read_only_address(path: &Path, is_settled: bool) -> Result<String> {
    /// What ends the path in a URI (RFC 3986 §3.3).
    const IN_PATH: &AsciiSet = &CONTROLS.add(b'%').add(b'?').add(b'#');
    let text = path.to_str().ok_or_else(|| Error::Setup(format!("{} is not valid UTF-8", path.display())))?;
    let settled = if is_settled { "&immutable=1" } else { "" };
    Ok(format!("file:{}?mode=ro{settled}", utf8_percent_encode(text, IN_PATH)))
}

/// How long the next statement may wait for a file that another process has locked; PostgreSQL has a limit of its own.
pub fn wait_at_most(db: &mut Db, time: Duration) -> Result<()> {
    match db {
        Db::Sqlite(c) => Ok(c.batch_execute(&format!("PRAGMA busy_timeout = {}", time.as_millis().max(1)))?),
        Db::Postgres(_) => Ok(()),
    }
}

/// Makes a missing file that nobody else on the machine can read; SQLite gives its `-wal` and `-shm` the same mode.
pub(super) fn make_private(path: &Path) -> Result<()> {
    match private_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(Error::Setup(format!("cannot make {}: {error}", path.display())))
        }
        _ => Ok(()),
    }
}

/// A new file that nobody else on the machine can read.
pub fn private_file(path: &Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes a folder that nobody else on the machine looks into, unless it is there.
pub fn private_folder(folder: &Path) -> std::io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// SQLite's word for it.
fn synchronous(durability: Durability) -> &'static str {
    match durability {
        Durability::Full => "FULL",
        Durability::Normal => "NORMAL",
    }
}
