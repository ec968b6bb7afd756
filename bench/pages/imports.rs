//! Rows per second that an import takes in, beside what the database itself loads into the same table, with its indexes
//! and triggers, from a table beside it.

use std::fmt::Write;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use roundtable::config::{Address, Durability};
use roundtable::db::Db;

use super::marks::Verdicts;
use super::site::Site;
use crate::Outcome;
use crate::connection::{Connection, Encoding};

/// Rows of the file: as many as one may have.
const ROWS: u32 = 100_000;

/// How much longer than the load of the database itself an import may take.
const WANTED: f64 = 4.0;

/// What every imported client has in its notes, and no other.
const MARK: &str = "Brought by the bench";

/// Brings a file of new clients, rehearses and imports it, and prints how long that took.
pub fn measure(site: &Site, verdicts: &mut Verdicts) -> Outcome<()> {
    let session = site.session();
    let mut connection = Connection::open(&session.host)?;
    let request = session.bring("/import", "clients", &file());
    let brought = connection.ask(&request)?.checked(303, "POST /import")?;
    let import = brought.header("location").ok_or("an import has no address")?.to_owned();
    println!("\nRows per second from a file: {}", site.name());
    let mut took = Duration::ZERO;
    for act in ["rehearse", "run"] {
        let begun = Instant::now();
        let path = format!("{import}/{act}");
        session.send(&path, "near=create")?.checked(303, &path)?;
        while connection
            .ask(&session.get(&import, Encoding::Plain))?
            .checked(200, &import)?
            .text()
            .contains("Rows done")
        {
            std::thread::sleep(Duration::from_millis(100));
        }
        took = begun.elapsed();
        println!("  {act:<10} {:>9.0} rows/s", f64::from(ROWS) / took.as_secs_f64());
    }
    let own = load(&mut Address::parse(site.database())?.connect(Durability::Full)?)?;
    let factor = took.as_secs_f64() / own.as_secs_f64();
    println!("  own load   {:>9.0} rows/s", f64::from(ROWS) / own.as_secs_f64());
    let mark = format!("{}: an import of {ROWS} rows takes {factor:.1} times the database's own load", site.name());
    println!("  {mark}: {}", verdicts.judge(mark.clone(), factor <= WANTED));
    Ok(())
}

/// New clients, of names that are as alike as those of a trade are.
fn file() -> String {
    const PLACES: [&str; 8] = ["Alder", "Birch", "Chestnut", "Dogwood", "Elm", "Fir", "Gum", "Hazel"];
    const TRADES: [&str; 6] = ["Power", "Electric", "Energy", "Cooperative", "Utilities", "Resources"];
    let mut file = String::from("Client name,Type,Notes\n");
    for row in 0..ROWS {
        let (place, trade) = (PLACES[row as usize % 8], TRADES[row as usize / 8 % 6]);
        // Writing to a text cannot fail.
        let _ = writeln!(file, "{place} {trade} of Town {row:06},Utility,{MARK} as the one of row {row}");
    }
    file
}

/// How long the database takes to load the same rows, which go again.
fn load(db: &mut Db) -> Outcome<Duration> {
    let batch = |db: &mut Db, words: &str| match db {
        Db::Sqlite(db) => db.batch_execute(words),
        Db::Postgres(db) => db.batch_execute(words),
    };
    let columns = "client_name, name_key, name_core, name_initials, client_type, notes, created_date";
    batch(db, &format!("CREATE TABLE bench_rows AS SELECT {columns} FROM clients WHERE notes LIKE '{MARK}%'"))?;
    let begun = Instant::now();
    batch(db, &format!("BEGIN; INSERT INTO clients ({columns}) SELECT {columns} FROM bench_rows"))?;
    let took = begun.elapsed();
    batch(db, "ROLLBACK; DROP TABLE bench_rows")?;
    Ok(took)
}
