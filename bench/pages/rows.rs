//! Rows per second that go out of the program, beside what the database itself copies from one table into another.

use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use roundtable::config::{Address, Durability};
use roundtable::db::Db;

use super::site::Site;
use crate::Outcome;
use crate::connection::{Connection, Encoding};

/// Lists as files: of which table they have the rows.
const FILES: [(&str, &str); 4] = [
    ("/clients.csv", "clients"),
    ("/clients.xlsx", "clients"),
    ("/contacts.csv", "contact_log"),
    ("/projects.xlsx", "projects"),
];

/// Prints rows per second of each file.
pub fn measure(site: &Site) -> Outcome<()> {
    println!("\nRows per second into a file: {}", site.name());
    println!("  file                       rows    rows/s  of the database's own copy");
    let mut db = Address::parse(site.database())?.connect(Durability::Full)?;
    for (path, table) in FILES {
        let (rows, copied) = copy(&mut db, table)?;
        let request = site.session().get(path, Encoding::Plain);
        let begun = Instant::now();
        let answer = Connection::open(&site.session().host)?.ask(&request)?;
        let took = begun.elapsed();
        if answer.status != 200 {
            println!("  {path:<20} answers {}: {rows} rows are more than a file holds", answer.status);
            continue;
        }
        let (rate, own) = (per_second(rows, took), per_second(rows, copied));
        println!("  {path:<20} {rows:>10} {rate:>9.0} {:>9.3}", rate / own);
    }
    Ok(())
}

/// Copies a table into a new one, which goes again: its rows, and how long that took.
fn copy(db: &mut Db, table: &str) -> Outcome<(u64, Duration)> {
    let begun = Instant::now();
    let batch = |db: &mut Db, words: &str| match db {
        Db::Sqlite(db) => db.batch_execute(words),
        Db::Postgres(db) => db.batch_execute(words),
    };
    batch(db, &format!("CREATE TABLE bench_rows AS SELECT * FROM {table}"))?;
    let took = begun.elapsed();
    let rows: Counted =
        diesel::RunQueryDsl::get_result(diesel::sql_query("SELECT count(*) AS rows FROM bench_rows"), db)?;
    batch(db, "DROP TABLE bench_rows")?;
    Ok((rows.rows.unsigned_abs(), took))
}

/// How many rows there are.
#[derive(diesel::QueryableByName)]
struct Counted {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    rows: i64,
}

#[expect(clippy::cast_precision_loss, reason = "a rate is not exact")]
fn per_second(rows: u64, took: Duration) -> f64 {
    rows as f64 / took.as_secs_f64()
}
