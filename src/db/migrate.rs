//! Bringing a database to the schema of this program: what is pending is applied whole or not at all (product.md §5).

use std::path::PathBuf;

use chrono::NaiveDateTime;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::{Db, Turn, backup, one_at_a_time, rename, write_transaction};
use crate::config::Config;
use crate::error::{Error, Result};

#[derive(RustEmbed)]
#[folder = "migrations"]
struct Files;

diesel::table! {
    schema_version (version) {
        version -> Integer,
        description -> Text,
        checksum -> Text,
        applied_date -> Timestamp,
    }
}

const RECORD: &str = "CREATE TABLE IF NOT EXISTS schema_version (\
     version INTEGER PRIMARY KEY, description TEXT NOT NULL, checksum TEXT NOT NULL, applied_date TIMESTAMP NOT NULL)";

/// The step after which names have forms that no SQL computes.
const NEAR_NAMES: i32 = 8;

/// One step of the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// Its number, from 1 without gaps.
    pub version: i32,
    /// What it is about.
    pub description: String,
    sql: String,
}

impl Migration {
    /// A new step, for tests of what happens when one fails.
    pub fn new(version: i32, description: &str, sql: &str) -> Self {
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
    pub version: i32,
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

fn applied(db: &mut Db) -> Result<Vec<(i32, String)>> {
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

/// Applies what is pending: a backup first, then all steps in one transaction, so that an error leaves nothing half done.
pub fn apply(db: &mut Db, config: &Config, steps: &[Migration], now: NaiveDateTime) -> Result<Applied> {
    let before = standing(db, steps)?;
    if before.pending.is_empty() {
        return Ok(Applied { steps: Vec::new(), backup: None });
    }
    let backup = if before.version > 0 { Some(backup::automatic(config, before.version, now)?) } else { None };
    let done = write_transaction(db, |db| {
        one_at_a_time(db, Turn::Migration)?;
        db.batch_execute(RECORD)?;
        let mut done = Vec::new();
        for step in before.pending {
            if apply_one(db, &step, steps, now)? {
                done.push(step);
            }
        }
        Ok(done)
    })?;
    Ok(Applied { steps: done, backup })
}

/// Applies one step within the transaction of all, unless another process did so meanwhile.
fn apply_one(db: &mut Db, step: &Migration, steps: &[Migration], now: NaiveDateTime) -> Result<bool> {
    let version = standing(db, steps)?.version;
    if version >= step.version {
        return Ok(false);
    }
    if version + 1 != step.version {
        return Err(Error::Setup(format!("schema version {} is missing before {}", version + 1, step.version)));
    }
    db.batch_execute(&step.sql).map_err(|cause| match Error::from(cause) {
        Error::Locked => Error::Locked,
        cause => Error::Setup(format!("migration {} failed: {cause}; the database is as it was before", step.version)),
    })?;
    if step.version == NEAR_NAMES {
        rename::refresh_names(db)?;
    }
    let row = (
        schema_version::version.eq(step.version),
        schema_version::description.eq(&step.description),
        schema_version::checksum.eq(step.checksum()),
        schema_version::applied_date.eq(now),
    );
    diesel::insert_into(schema_version::table).values(row).execute(db)?;
    Ok(true)
}
