//! Backups that can be trusted: SQLite's own copy of one moment, checked after writing; PostgreSQL through its
//! `pg_dump`.

use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::Text;
use percent_encoding::percent_decode_str;
use url::Url;

use super::connect::{make_private, open_read_only};
use crate::config::{Address, Config};
use crate::error::{Error, Result};

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
    if let Err(error) = written.and_then(|()| keep(&unfinished, file)) {
        // A part of a backup must not be taken for one.
        let _ = std::fs::remove_file(&unfinished);
        return Err(error);
    }
    Ok(())
}

/// Gives a finished backup its name, and both to the disk.
fn keep(unfinished: &Path, file: &Path) -> Result<()> {
    std::fs::File::open(unfinished)?.sync_all()?;
    rename(unfinished, file)
}

/// Gives a file another name, also after a power cut: a name lives in its folder, which has to reach the disk.
pub fn rename(file: &Path, name: &Path) -> Result<()> {
    std::fs::rename(file, name)?;
    sync_folder_of(name)
}

/// Has the name of a file, or of a folder, reach the disk.
pub fn sync_folder_of(file: &Path) -> Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(std::fs::File::open(folder)?.sync_all()?)
}

/// The backup that is made before migrations, named after the version and the moment.
pub fn automatic(config: &Config, version: i64, now: NaiveDateTime) -> Result<PathBuf> {
    let folder = &config.backups;
    if !folder.exists() {
        std::fs::create_dir_all(folder)
            .map_err(|cause| Error::Setup(format!("cannot make the folder {}: {cause}", folder.display())))?;
        sync_folder_of(folder)?;
    }
    let ending = if config.database.file().is_some() { "db" } else { "dump" };
    let name = format!("roundtable-v{version}-{}.{ending}", now.format("%Y%m%d-%H%M%S%3f"));
    let file = folder.join(name);
    write(&config.database, &file)?;
    Ok(file)
}

#[derive(QueryableByName)]
struct Verdict {
    #[diesel(sql_type = Text)]
    integrity_check: String,
}

/// Copies what was committed at one moment while others read and write, without the pages that are free.
pub(super) fn copy_unchecked(source: &Path, target: &Path) -> Result<()> {
    let name = target.to_str().ok_or_else(|| Error::Setup("the name of the copy is not valid UTF-8".into()))?;
    make_private(target)?;
    let mut from = open_read_only(source)?;
    diesel::sql_query("VACUUM INTO ?").bind::<Text, _>(name).execute(&mut from)?;
    Ok(())
}

/// The same, and looks whether the copy is whole.
fn copy_sqlite(source: &Path, target: &Path) -> Result<()> {
    let failed = |cause: Error| match cause {
        Error::Locked => Error::Locked,
        cause => Error::Setup(format!("the backup failed: {cause}")),
    };
    copy_unchecked(source, target).map_err(failed)?;
    let mut to = open_read_only(target)?;
    let verdict: Verdict =
        diesel::sql_query("PRAGMA integrity_check").get_result(&mut to).map_err(Error::from).map_err(failed)?;
    match verdict.integrity_check.as_str() {
        "ok" => Ok(()),
        damage => Err(Error::Setup(format!("the backup is damaged: {damage}"))),
    }
}

fn dump_postgres(address: &str, target: &Path) -> Result<()> {
    let refused = || Error::Setup("the address of the PostgreSQL server cannot be read".into());
    let mut url = Url::parse(address).map_err(|_| refused())?;
    // The list of processes shows arguments to everyone: the password goes through the environment.
    let password = percent_decode_str(url.password().unwrap_or_default()).decode_utf8_lossy().into_owned();
    if url.password().is_some() {
        url.set_password(None).map_err(|()| refused())?;
    }
    make_private(target)?;
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
    verify_dump(target)
}

/// A dump that cannot be read back is none: its table of contents, then all that it holds.
fn verify_dump(target: &Path) -> Result<()> {
    let contents = read_dump(target, &["--list"])?;
    if !contents.contains("TABLE DATA public schema_version") {
        return Err(Error::Setup("the backup is damaged: it does not hold the tables".into()));
    }
    read_dump(target, &["--file", "/dev/null"])?;
    Ok(())
}

fn read_dump(target: &Path, how: &[&str]) -> Result<String> {
    let output = Command::new("pg_restore")
        .args(how)
        .arg(target)
        .output()
        .map_err(|cause| Error::Setup(format!("pg_restore, which checks backups, cannot be run: {cause}")))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        return Err(Error::Setup(format!("the backup is damaged: {}", words.trim())));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
