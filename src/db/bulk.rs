//! Bringing in very many rows at once: what each row would pay for indexes and triggers is paid once, at the end.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::Db;
use crate::error::Result;

/// An index that only helps finding, or a trigger, and the statement that makes it.
#[derive(QueryableByName)]
struct Made {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    statement: String,
}

/// Runs `work` without the indexes of some tables, but for those that keep rows unique or by which the work finds its
/// rows, and makes them anew in the same transaction.
pub fn without_indexes<T>(
    db: &mut Db,
    tables: &[&str],
    needed: &[&str],
    work: impl FnOnce(&mut Db) -> Result<T>,
) -> Result<T> {
    let mut indexes = Vec::new();
    for table in tables {
        indexes.extend(indexes_of(db, table)?);
    }
    indexes.retain(|index| !needed.contains(&index.name.as_str()));
    for index in &indexes {
        db.batch_execute(&format!("DROP INDEX {}", index.name))?;
    }
    let done = work(db)?;
    for index in &indexes {
        db.batch_execute(&index.statement)?;
    }
    Ok(done)
}

/// Runs `work` without a trigger of a table; `after` does for all rows at once what the trigger does for each. The
/// migrations alone say what the trigger is.
pub fn without_trigger<T>(
    db: &mut Db,
    (table, trigger): (&str, &str),
    work: impl FnOnce(&mut Db) -> Result<T>,
    after: impl FnOnce(&mut Db) -> Result<()>,
) -> Result<T> {
    let back = match db {
        Db::Sqlite(db) => {
            let query = "SELECT name, sql AS statement FROM sqlite_master WHERE type = 'trigger' AND name = ?";
            let made: Made = diesel::sql_query(query).bind::<Text, _>(trigger).get_result(db)?;
            db.batch_execute(&format!("DROP TRIGGER {trigger}"))?;
            made.statement
        }
        Db::Postgres(db) => {
            db.batch_execute(&format!("ALTER TABLE {table} DISABLE TRIGGER {trigger}"))?;
            format!("ALTER TABLE {table} ENABLE TRIGGER {trigger}")
        }
    };
    let done = work(db)?;
    after(db)?;
    db.batch_execute(&back)?;
    Ok(done)
}

fn indexes_of(db: &mut Db, table: &str) -> Result<Vec<Made>> {
    Ok(match db {
        Db::Sqlite(db) => diesel::sql_query(
            "SELECT name, sql AS statement FROM sqlite_master \
             WHERE type = 'index' AND tbl_name = ? AND sql NOT LIKE 'CREATE UNIQUE %'",
        )
        .bind::<Text, _>(table)
        .load(db)?,
        Db::Postgres(db) => diesel::sql_query(
            "SELECT CAST(indexname AS TEXT) AS name, indexdef AS statement FROM pg_indexes \
             WHERE schemaname = current_schema() AND tablename = $1 AND indexdef NOT LIKE 'CREATE UNIQUE %'",
        )
        .bind::<Text, _>(table)
        .load(db)?,
    })
}

/// Megabytes for the pages that an import touches.
pub const ROOM: u32 = 128;

/// Gives a connection room for the pages that many rows touch, so that none is written twice: so many megabytes at
/// most, taken as they are needed. What is put aside beyond them goes to a file of the system.
pub fn make_room(db: &mut Db, megabytes: u32) -> Result<()> {
    match db {
        Db::Sqlite(db) => {
            Ok(db.batch_execute(&format!("PRAGMA cache_size = -{}; PRAGMA temp_store = FILE", megabytes * 1024))?)
        }
        Db::Postgres(_) => Ok(()),
    }
}
