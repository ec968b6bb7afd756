//! Backups that can be trusted: SQLite's online backup, checked after writing; PostgreSQL through its own `pg_dump`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use chrono::NaiveDateTime;
use percent_encoding::percent_decode_str;
use rusqlite::backup::StepResult;
use rusqlite::{Connection, OpenFlags};
use url::Url;

use super::Address;
use crate::config::Config;
use crate::error::{Error, Result};

/// How long a backup waits for a database that is locked.
const PATIENCE: Duration = Duration::from_secs(60);

/// Writes a backup of the database to a new file; what is there already stays.
pub fn write(address: &Address, file: &Path) -> Result<()> {
    if file.exists() {
        return Err(Error::Setup(format!("{} exists already; choose another name", file.display())));
    }
    let unfinished = file.with_extension("unfinished");
    let written = match address {
        Address::Sqlite(source) => copy_sqlite(source, &unfinished),
        Address::Postgres(url) => dump_postgres(url, &unfinished),
    };
    if let Err(error) = written {
        // A part of a backup must not be taken for one.
        let _ = std::fs::remove_file(&unfinished);
        return Err(error);
    }
    std::fs::rename(&unfinished, file)?;
    Ok(())
}

/// The backup that is made before migrations, named after the version and the moment.
pub fn automatic(config: &Config, version: i32, now: NaiveDateTime) -> Result<PathBuf> {
    std::fs::create_dir_all(&config.backups)
        .map_err(|cause| Error::Setup(format!("cannot make the folder {}: {cause}", config.backups.display())))?;
    let ending = if config.database.file().is_some() { "db" } else { "dump" };
    let name = format!("roundtable-v{version}-{}.{ending}", now.format("%Y%m%d-%H%M%S%3f"));
    let file = config.backups.join(name);
    write(&config.database, &file)?;
    Ok(file)
}

fn copy_sqlite(source: &Path, target: &Path) -> Result<()> {
    let failed = |cause: rusqlite::Error| Error::Setup(format!("the backup failed: {cause}"));
    let from = Connection::open_with_flags(source, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(failed)?;
    from.busy_timeout(Duration::from_secs(5)).map_err(failed)?;
    super::make_private(target)?;
    let mut to = Connection::open(target).map_err(failed)?;
    let backup = rusqlite::backup::Backup::new(&from, &mut to).map_err(failed)?;
    // All pages in one step: readers do not block writers, and a copy in parts begins anew with each write.
    let begun = Instant::now();
    while backup.step(-1).map_err(failed)? != StepResult::Done {
        if begun.elapsed() > PATIENCE {
            return Err(Error::Locked);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(backup);
    let verdict: String = to.query_row("PRAGMA integrity_check", [], |row| row.get(0)).map_err(failed)?;
    if verdict != "ok" {
        return Err(Error::Setup(format!("the backup is damaged: {verdict}")));
    }
    to.close().map_err(|(_, cause)| failed(cause))?;
    std::fs::File::open(target)?.sync_all()?;
    Ok(())
}

fn dump_postgres(address: &str, target: &Path) -> Result<()> {
    let refused = || Error::Setup("the address of the PostgreSQL server cannot be read".into());
    let mut url = Url::parse(address).map_err(|_| refused())?;
    // The list of processes shows arguments to everyone: the password goes through the environment.
    let password = percent_decode_str(url.password().unwrap_or_default()).decode_utf8_lossy().into_owned();
    if url.password().is_some() {
        url.set_password(None).map_err(|()| refused())?;
    }
    let output = Command::new("pg_dump")
        .args(["--format=custom", "--file"])
        .arg(target)
        .arg(format!("--dbname={url}"))
        .env("PGPASSWORD", password)
        .output()
        .map_err(|cause| Error::Setup(format!("pg_dump, which makes backups of PostgreSQL, cannot be run: {cause}")))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        return Err(Error::Setup(format!("pg_dump failed: {}", words.trim())));
    }
    Ok(())
}
