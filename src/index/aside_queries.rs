//! Work that writes very many rows: the words of these are put aside meanwhile, and indexed at its end or never.

use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;

use super::queries::Index;
use crate::db::Db;
use crate::error::Result;

/// The tables of FTS5.
const FTS5: [Index; 4] = [Index::Names, Index::Public, Index::Confidential, Index::Team];

/// Where on PostgreSQL one who saves waits for another: words that are there once, and counts of few rows.
const SHARED: [&str; 5] =
    ["search_terms", "record_totals", "client_standing_totals", "contact_totals", "contact_months"];

/// What becomes of words that are put aside.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Words {
    Kept,
    Dropped,
}

/// Runs `work`, which adds or changes very many rows, and indexes their words at the end: FTS5 writes what it holds
/// back before each savepoint and each statement that has triggers, and merges what it wrote again and again.
pub fn at_once<T>(db: &mut Db, work: impl FnOnce(&mut Db) -> Result<T>) -> Result<T> {
    if let Db::Sqlite(db) = db {
        put_aside(db, Words::Kept)?;
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
        Db::Sqlite(db) => put_aside(db, Words::Dropped),
        Db::Postgres(db) => {
            for table in SHARED {
                let like = "INCLUDING DEFAULTS INCLUDING INDEXES";
                db.batch_execute(&format!("CREATE TEMP TABLE {table} (LIKE {table} {like}) ON COMMIT DROP"))?;
            }
            Ok(())
        }
    }
}

fn put_aside(db: &mut SqliteConnection, words: Words) -> Result<()> {
    for table in FTS5.map(Index::table) {
        let keep = match words {
            Words::Kept => format!("INSERT INTO new_in_{table} (row_id, words) VALUES (NEW.rowid, NEW.words)"),
            Words::Dropped => "SELECT 1".to_owned(),
        };
        db.batch_execute(&format!(
            "CREATE TEMP TABLE new_in_{table} (row_id INTEGER PRIMARY KEY, words TEXT NOT NULL);
             CREATE TEMP TABLE gone_of_{table} (row_id INTEGER PRIMARY KEY);
             CREATE TEMP VIEW {table} (rowid, words) AS
                 SELECT row_id, words FROM new_in_{table} UNION ALL SELECT rowid, '' FROM main.{table};
             CREATE TEMP TRIGGER add_to_{table} INSTEAD OF INSERT ON {table} BEGIN {keep}; END;
             CREATE TEMP TRIGGER take_from_{table} INSTEAD OF DELETE ON {table} BEGIN
                 DELETE FROM new_in_{table} WHERE row_id = OLD.rowid;
                 INSERT INTO gone_of_{table} (row_id) VALUES (OLD.rowid) ON CONFLICT DO NOTHING;
             END"
        ))?;
    }
    Ok(())
}
