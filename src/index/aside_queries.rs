//! Work that writes very many rows: the words of these are put aside meanwhile, and indexed at its end or never.

use std::time::Duration;

use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;
use diesel::sql_types::BigInt;

use super::queries::Index;
use crate::db::assembled::Assembled;
use crate::db::{Db, refresh_statistics, write_transaction};
use crate::error::Result;

/// The tables of FTS5.
const FTS5: [Index; 4] = [Index::Names, Index::Public, Index::Confidential, Index::Team];

/// Where on PostgreSQL one who saves waits for another: words that are there once, and counts of few rows.
const SHARED: [&str; 5] =
    ["search_terms", "record_totals", "client_standing_totals", "contact_totals", "contact_months"];

/// Runs `work`, which adds or changes very many rows, and indexes their words at the end: FTS5 writes what it holds
/// back before each savepoint and each statement that has triggers, and merges what it wrote again and again.
pub fn at_once<T>(db: &mut Db, work: impl FnOnce(&mut Db) -> Result<T>) -> Result<T> {
    if let Db::Sqlite(db) = db {
        for table in FTS5.map(Index::table) {
            db.batch_execute(&format!(
                "CREATE TEMP TABLE new_in_{table} (row_id INTEGER PRIMARY KEY, words TEXT NOT NULL);
                 CREATE TEMP TABLE gone_of_{table} (row_id INTEGER PRIMARY KEY)"
            ))?;
            let rows = format!("SELECT row_id, words FROM new_in_{table} UNION ALL SELECT rowid, '' FROM main.{table}");
            let add = format!("INSERT INTO new_in_{table} (row_id, words) VALUES (NEW.rowid, NEW.words)");
            let take = format!(
                "DELETE FROM new_in_{table} WHERE row_id = OLD.rowid;
                 INSERT INTO gone_of_{table} (row_id) VALUES (OLD.rowid) ON CONFLICT DO NOTHING"
            );
            stand_in(db, table, &rows, (&add, &take))?;
        }
    }
    let done = work(db)?;
    if let Db::Sqlite(db) = db {
        for table in FTS5.map(Index::table) {
            db.batch_execute(&format!(
                "DELETE FROM main.{table} WHERE rowid IN (SELECT row_id FROM temp.gone_of_{table});
                 INSERT INTO main.{table} (rowid, words) SELECT row_id, words FROM temp.new_in_{table} ORDER BY row_id;
                 DROP VIEW temp.{table}; DROP TABLE temp.new_in_{table}; DROP TABLE temp.gone_of_{table}"
            ))?;
        }
    }
    Ok(done)
}

/// From here to the end of the transaction, which is taken back anyway, no word is indexed; and nobody else waits for a
/// row that is shared by all: a temporary table is taken for another of its name.
pub fn set_aside(db: &mut Db) -> Result<()> {
    match db {
        Db::Sqlite(db) => FTS5.map(Index::table).into_iter().try_for_each(|table| {
            stand_in(db, table, &format!("SELECT rowid, '' FROM main.{table}"), ("SELECT 1", "SELECT 1"))
        }),
        Db::Postgres(db) => {
            for table in SHARED {
                let like = "INCLUDING DEFAULTS INCLUDING INDEXES";
                db.batch_execute(&format!("CREATE TEMP TABLE {table} (LIKE {table} {like}) ON COMMIT DROP"))?;
            }
            Ok(())
        }
    }
}

/// Pages of FTS5 that are brought together in one transaction, which takes some 50 ms.
const AT_ONCE: i64 = 200;

/// Between two of them, so that whoever waits to save comes in between: SQLite looks again each 100 ms at most.
const PAUSE: Duration = Duration::from_millis(120);

/// Brings statistics and indexes in order after work that wrote very many rows. They leave FTS5 with large parts among
/// small ones, and each save that follows would bring some of the large ones together. What was written is kept
/// already: that this fails is no more than noted.
pub fn settle(db: &mut Db, others_save: bool) {
    let pause = if others_save { PAUSE } else { Duration::ZERO };
    if let Err(error) = refresh_statistics(db).and_then(|()| merge_all(db, pause)) {
        tracing::warn!(cause = %error, "what many rows left was not brought in order");
    }
}

fn merge_all(db: &mut Db, pause: Duration) -> Result<()> {
    if let Db::Postgres(_) = db {
        return Ok(());
    }
    for table in FTS5.map(Index::table) {
        // Less than zero begins with all parts there are.
        let mut pages = -AT_ONCE;
        while write_transaction(db, |db| merge(db, table, pages))? {
            pages = AT_ONCE;
            std::thread::sleep(pause);
        }
    }
    Ok(())
}

/// Whether there was anything to bring together, as <https://sqlite.org/fts5.html#the_merge_command> tells it.
fn merge(db: &mut Db, table: &str, pages: i64) -> Result<bool> {
    let written = |db: &mut Db| Assembled::<BigInt>::default().words("SELECT total_changes()").get_result::<i64>(db);
    let before = written(db)?;
    db.batch_execute(&format!("INSERT INTO {table} ({table}, rank) VALUES ('merge', {pages})"))?;
    Ok(written(db)? - before >= 2)
}

/// Has a view be taken for a table of FTS5, and what is added and taken out there be done otherwise.
fn stand_in(db: &mut SqliteConnection, table: &str, rows: &str, (add, take): (&str, &str)) -> Result<()> {
    Ok(db.batch_execute(&format!(
        "CREATE TEMP VIEW {table} (rowid, words) AS {rows};
         CREATE TEMP TRIGGER add_to_{table} INSTEAD OF INSERT ON {table} BEGIN {add}; END;
         CREATE TEMP TRIGGER take_from_{table} INSTEAD OF DELETE ON {table} BEGIN {take}; END"
    ))?)
}
