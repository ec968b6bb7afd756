//! What each subcommand does; results go to standard output, the log and errors to standard error.

mod accounts;
mod line;
mod serving;
mod taking_in;

use std::path::Path;

use crate::archive;
use crate::config::{Config, files_of};
use crate::db::{Db, backup as backups, migrate, private_file, read_transaction};
use crate::error::{Error, Result};
use crate::files::{backing_up, store::Store};

pub use line::run;

use self::accounts::{add_token, add_user, answer_assistant, list_users, set_password};
use self::serving::{demo, do_errand, serve};
use self::taking_in::{generate, import_clients, import_industry, import_mailbox, import_maildir, import_nukeworks};

/// Opens a database that must be there: a mistyped path makes no new one.
fn open_existing(config: &Config) -> Result<Db> {
    match config.database.file() {
        Some(file) if !file.exists() => Err(Error::Setup(format!("there is no database {}", file.display()))),
        _ => open(config),
    }
}

/// Opens the database; a new one gets its schema, an old one is refused until it is migrated.
fn open(config: &Config) -> Result<Db> {
    config.database.refuse_foreign()?;
    let mut db = config.database.connect(config.durability)?;
    let steps = migrate::known(&db);
    let standing = migrate::standing(&mut db, &steps)?;
    if standing.version == 0 {
        migrate::apply(&mut db, config, &steps, config.clock.now())?;
    } else if !standing.pending.is_empty() {
        return Err(Error::Setup(format!(
            "the database has schema version {}, {} migrations are pending: run `roundtable apply-migrations`",
            standing.version,
            standing.pending.len()
        )));
    }
    Ok(db)
}

fn read(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).map_err(|cause| Error::Setup(format!("cannot read {}: {cause}", file.display())))
}

/// `check-migrations`
pub fn check_migrations(config: &Config) -> Result<()> {
    if config.database.file().is_some_and(|file| !file.exists()) {
        println!("there is no database yet");
        return Ok(());
    }
    config.database.refuse_foreign()?;
    let mut db = config.database.connect(config.durability)?;
    let steps = migrate::known(&db);
    let standing = migrate::standing(&mut db, &steps)?;
    println!("schema version {}, newest {}", standing.version, steps.len());
    for step in &standing.pending {
        println!("pending: {} {}", step.version, step.description);
    }
    if standing.pending.is_empty() {
        println!("nothing is pending");
    }
    Ok(())
}

/// `apply-migrations`
pub fn apply_migrations(config: &Config) -> Result<()> {
    config.database.refuse_foreign()?;
    let mut db = config.database.connect(config.durability)?;
    let steps = migrate::known(&db);
    let done = migrate::apply(&mut db, config, &steps, config.clock.now())?;
    if let Some(file) = &done.backup {
        println!("backup: {}", file.display());
    }
    for step in &done.steps {
        println!("applied: {} {}", step.version, step.description);
    }
    if done.steps.is_empty() {
        println!("nothing was pending");
    }
    Ok(())
}

/// `backup`
pub fn backup(config: &Config, file: &Path) -> Result<()> {
    let mut db = open_existing(config)?;
    let pass = config.command_line_visit().viewer.require_admin()?;
    let mut named = backing_up::named(&mut db, pass)?;
    backups::write(&config.database, file)?;
    println!("backup: {}", file.display());
    named.extend(backing_up::named(&mut db, pass)?);
    if named.is_empty() {
        return Ok(());
    }
    let folder = files_of(file);
    let copied = backing_up::copy(&named, &Store::of(config), &Store::at(&folder))?;
    println!("files: {} ({})", folder.display(), copied.contents);
    match copied.missing.len() {
        0 => Ok(()),
        missing => Err(Error::Setup(format!(
            "the contents of {missing} files are missing or damaged in {}: {}",
            config.files.display(),
            copied.missing.join(", ")
        ))),
    }
}

/// `archive`
pub fn archive(config: &Config, file: &Path) -> Result<()> {
    let mut db = open_existing(config)?;
    let pass = config.command_line_visit().viewer.require_admin()?;
    let cannot = |cause| Error::Setup(format!("cannot make {}: {cause}", file.display()));
    let mut target = std::io::BufWriter::new(private_file(file).map_err(cannot)?);
    let store = Store::of(config);
    let written = read_transaction(&mut db, |db| archive::write(db, pass, &store, &mut target))
        .and_then(|rows| target.into_inner().map_err(|error| error.into_error().into()).map(|file| (rows, file)))
        .and_then(|(rows, file)| file.sync_all().map(|()| rows).map_err(Into::into));
    match written {
        Ok(rows) => println!("archive: {} ({rows} rows)", file.display()),
        Err(error) => {
            // A part of an archive must not be taken for one.
            let _ = std::fs::remove_file(file);
            return Err(error);
        }
    }
    Ok(())
}
