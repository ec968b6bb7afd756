//! Bringing a database to the schema of this program: what is pending is applied whole or not at all (product.md §5).

use std::path::PathBuf;

use chrono::NaiveDateTime;
use diesel::connection::SimpleConnection;
use diesel::dsl::max;
use diesel::prelude::*;
use diesel::sql_types::Text;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::assembled::Assembled;
use super::{Db, Lock, backup, hold_lock, write_transaction};
use crate::config::Config;
use crate::error::{Error, Result};

#[derive(RustEmbed)]
#[folder = "migrations"]
struct Files;

diesel::table! {
    schema_version (version) {
        version -> BigInt,
        description -> Text,
        checksum -> Text,
        applied_date -> Timestamp,
    }
}

/// What has to be there before the first step: the record of steps, and the lock that whoever applies them holds.
const RECORD: &str = "CREATE TABLE IF NOT EXISTS schema_version (\
     version BIGINT PRIMARY KEY, description TEXT NOT NULL, checksum TEXT NOT NULL, applied_date TIMESTAMP NOT NULL); \
     CREATE TABLE IF NOT EXISTS locks (lock_name TEXT NOT NULL PRIMARY KEY); \
     INSERT INTO locks (lock_name) VALUES ('migration') ON CONFLICT (lock_name) DO NOTHING;";

/// One step of the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// Its number, from 1 on.
    pub version: i64,
    /// What it is about.
    pub description: String,
    sql: String,
}

impl Migration {
    /// A new step, for tests of what happens when one fails.
    pub fn new(version: i64, description: &str, sql: &str) -> Self {
        Self { version, description: description.into(), sql: sql.into() }
    }

    fn checksum(&self) -> String {
        hex::encode(Sha256::digest(self.sql.as_bytes()))
    }
}

/// How a database stands to this program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The version of its schema, 0 for an empty one.
    pub version: i64,
    /// What is still to be applied, in order.
    pub pending: Vec<Migration>,
}

/// The steps that this program knows, in order.
pub fn known(db: &Db) -> Vec<Migration> {
    let folder = match db {
        Db::Sqlite(_) => "sqlite/",
        Db::Postgres(_) => "postgres/",
    };
    let mut all: Vec<Migration> = Files::iter()
        .filter_map(|path| {
            let name = path.strip_prefix(folder)?.strip_suffix(".sql")?;
            let (number, description) = name.split_once('_')?;
            let sql = String::from_utf8(Files::get(&path)?.data.into_owned()).ok()?;
            Some(Migration { version: number.parse().ok()?, description: description.replace('_', " "), sql })
        })
        .collect();
    all.sort_by_key(|migration| migration.version);
    all
}

/// How the database stands to the steps; refused when it is newer, or not what it says it is.
pub fn standing(db: &mut Db, steps: &[Migration]) -> Result<Standing> {
    let applied = applied(db)?;
    let newest = steps.last().map_or(0, |step| step.version);
    let version = applied.last().map_or(0, |(version, _)| *version);
    if version > newest {
        return Err(Error::Setup(format!(
            "the database has schema version {version}, this program knows {newest}: \
             use a newer program; nothing was changed"
        )));
    }
    for (version, checksum) in &applied {
        let fits = steps.iter().any(|step| step.version == *version && step.checksum() == *checksum);
        if !fits {
            return Err(Error::Setup(format!(
                "schema version {version} of the database is not the one this program knows; nothing was changed"
            )));
        }
    }
    Ok(Standing { version, pending: steps.iter().filter(|step| step.version > version).cloned().collect() })
}

/// What the database is, with its version, and the version of its schema.
pub fn in_words(db: &mut Db) -> Result<(String, i64)> {
    let (name, asked) = match db {
        Db::Sqlite(_) => ("SQLite", "SELECT sqlite_version()"),
        Db::Postgres(_) => ("PostgreSQL", "SELECT current_setting('server_version')"),
    };
    let version: String = Assembled::<Text>::default().words(asked).get_result(db)?;
    let schema: Option<i64> = schema_version::table.select(max(schema_version::version)).first(db)?;
    Ok((format!("{name} {version}"), schema.unwrap_or_default()))
}

fn applied(db: &mut Db) -> Result<Vec<(i64, String)>> {
    let exists = match db {
        Db::Sqlite(c) => {
            let query = "SELECT COUNT(*) AS number FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'";
            diesel::sql_query(query).get_result::<Number>(c)?
        }
        Db::Postgres(c) => {
            let query = "SELECT COUNT(*) AS number FROM pg_class WHERE oid = to_regclass('schema_version')";
            diesel::sql_query(query).get_result::<Number>(c)?
        }
    };
    if exists.number == 0 {
        return Ok(Vec::new());
    }
    let columns = (schema_version::version, schema_version::checksum);
    Ok(schema_version::table.order(schema_version::version).select(columns).load(db)?)
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    number: i64,
}

/// What applying did.
#[derive(Debug, PartialEq, Eq)]
pub struct Applied {
    /// The steps that were applied.
    pub steps: Vec<Migration>,
    /// Where the database was kept as it was before, if it held anything.
    pub backup: Option<PathBuf>,
}

/// Applies what is pending: a backup first, then all steps in one transaction, so that an error leaves nothing half
/// done. Whoever waited for another process looks again, and makes no backup when nothing is left to do.
pub fn apply(db: &mut Db, config: &Config, steps: &[Migration], now: NaiveDateTime) -> Result<Applied> {
    if standing(db, steps)?.pending.is_empty() {
        return Ok(Applied { steps: Vec::new(), backup: None });
    }
    enforce_foreign_keys(db, false)?;
    let done = match write_transaction(db, |db| apply_locked(db, config, steps, now)) {
        // Two that make the first tables at once: PostgreSQL refuses the second, which then finds them.
        Err(error) if error.is_duplicate() => write_transaction(db, |db| apply_locked(db, config, steps, now)),
        outcome => outcome,
    };
    enforce_foreign_keys(db, true)?;
    done
}

/// A step may rebuild a table that others refer to, which SQLite allows only while it does not look; what the steps
/// leave is checked before it is kept (sqlite.org/lang_altertable.html#otheralter).
fn enforce_foreign_keys(db: &mut Db, enforced: bool) -> Result<()> {
    match db {
        Db::Sqlite(c) => {
            Ok(c.batch_execute(if enforced { "PRAGMA foreign_keys = ON" } else { "PRAGMA foreign_keys = OFF" })?)
        }
        Db::Postgres(_) => Ok(()),
    }
}

fn apply_locked(db: &mut Db, config: &Config, steps: &[Migration], now: NaiveDateTime) -> Result<Applied> {
    db.batch_execute(RECORD)?;
    hold_lock(db, Lock::Migration)?;
    let before = standing(db, steps)?;
    let is_kept = before.version > 0 && !before.pending.is_empty();
    // What others committed meanwhile is in it: nobody else writes while the lock is held.
    let backup = is_kept.then(|| backup::automatic(config, before.version, now)).transpose()?;
    for step in &before.pending {
        apply_one(db, step, now)?;
    }
    refuse_loose_ends(db)?;
    Ok(Applied { steps: before.pending, backup })
}

#[derive(QueryableByName)]
struct LooseEnd {
    #[diesel(sql_type = diesel::sql_types::Text)]
    table: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    parent: String,
}

/// Refuses rows that refer to nothing, which SQLite did not look for meanwhile.
fn refuse_loose_ends(db: &mut Db) -> Result<()> {
    let Db::Sqlite(c) = db else { return Ok(()) };
    let loose: Option<LooseEnd> = diesel::sql_query("PRAGMA foreign_key_check").load(c)?.into_iter().next();
    let words = |end: LooseEnd| {
        format!("rows of {} refer to nothing in {}; the database is as it was before", end.table, end.parent)
    };
    loose.map_or(Ok(()), |end| Err(Error::Setup(words(end))))
}

/// Applies one step within the transaction of all.
fn apply_one(db: &mut Db, step: &Migration, now: NaiveDateTime) -> Result<()> {
    db.batch_execute(&step.sql).map_err(|cause| match Error::from(cause) {
        Error::Locked => Error::Locked,
        cause => Error::Setup(format!("migration {} failed: {cause}; the database is as it was before", step.version)),
    })?;
    let row = (
        schema_version::version.eq(step.version),
        schema_version::description.eq(&step.description),
        schema_version::checksum.eq(step.checksum()),
        schema_version::applied_date.eq(now),
    );
    diesel::insert_into(schema_version::table).values(row).execute(db)?;
    Ok(())
}
