//! No acknowledged save is lost, whoever is killed: sixteen people log contacts at once, the server is killed with
//! `kill -9` at a moment drawn by chance, started again, and every contact that it acknowledged must be there.
//!
//! `make verify`; `ROUNDTABLE_VERIFY_ROUNDS=10` chooses the number of rounds, on SQLite and on PostgreSQL each. There
//! the database server is killed in every other round instead, and writes through to the disk (fsync on). A power cut
//! is not made: that SQLite and PostgreSQL survive one is theirs to prove, that we ask for it stands in the settings.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use roundtable::config::{Address, Durability};
use roundtable::db::Db;

use crate::Outcome;
use crate::connection::Session;
use crate::postgres::Postgres;
use crate::server::{Program, Server};

const WRITERS: usize = 16;
const ROUNDS: &str = "50";
/// Between the first save of a round and the kill, in milliseconds.
const MOMENTS: std::ops::Range<u64> = 20..600;

/// What all rounds on one database came to.
#[derive(Default)]
struct Tally {
    acknowledged: HashSet<String>,
    kills_of_database: usize,
    slowest_start: Duration,
}

/// `verify`
pub fn run() -> Outcome<()> {
    let rounds = std::env::var("ROUNDTABLE_VERIFY_ROUNDS").unwrap_or_else(|_| ROUNDS.into()).parse::<usize>()?;
    on_sqlite(rounds)?;
    on_postgres(rounds)
}

fn on_sqlite(rounds: usize) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let address = format!("sqlite:{}", folder.path().join("verify.db").display());
    verify("SQLite", &address, rounds, None)
}

fn on_postgres(rounds: usize) -> Outcome<()> {
    let mut postgres = Postgres::start()?;
    let address = postgres.address();
    verify("PostgreSQL", &address, rounds, Some(&mut postgres))
}

fn verify(name: &str, address: &str, rounds: usize, mut postgres: Option<&mut Postgres>) -> Outcome<()> {
    let begun = Instant::now();
    let mut tally = Tally::default();
    let program = Program::ours(address.to_owned()).silent();
    program.add_account(&["verify", "--full-name", "Vera Fay", "--email", "vera@mpr.example"])?;
    let mut server = program.serve()?;
    let mut session = server.sign_in("verify")?;
    let clients = (0..WRITERS).map(|number| add_client(&session, number)).collect::<Outcome<Vec<_>>>()?;
    for round in 0..rounds {
        // Every other round, so that either is killed as often.
        let victim = postgres.as_deref_mut().filter(|_| round % 2 == 1);
        tally.kills_of_database += usize::from(victim.is_some());
        tally.acknowledged.extend(one_round(&mut server, victim, &session, &clients, round)?);
        server = program.serve()?;
        session.host.clone_from(&server.host);
        tally.slowest_start = tally.slowest_start.max(server.started_within);
        check(address, &tally.acknowledged)?;
        if (round + 1) % 10 == 0 {
            println!("{name}: round {} of {rounds}, {} saves acknowledged", round + 1, tally.acknowledged.len());
        }
    }
    let stored = stored(address)?;
    println!(
        "{name}: {rounds} rounds, {} kills of the server, {} of the database; {} saves acknowledged, 0 lost, {} \
         stored without an answer; back within {} ms each time; {:.0} s in all",
        rounds - tally.kills_of_database,
        tally.kills_of_database,
        tally.acknowledged.len(),
        stored.len() - tally.acknowledged.len(),
        tally.slowest_start.as_millis(),
        begun.elapsed().as_secs_f64(),
    );
    Ok(())
}

/// The address of a new client.
fn add_client(session: &Session, number: usize) -> Outcome<String> {
    let form = format!("client_name=Client+number+{number}&name_confirmed=on");
    let answer = session.send("/clients/new", &form)?.checked(303, "POST /clients/new")?;
    Ok(answer.header("location").ok_or("no address of a new client")?.to_owned())
}

/// Sixteen write until the kill; the words of the contacts that were acknowledged.
fn one_round(
    server: &mut Server,
    victim: Option<&mut Postgres>,
    session: &Session,
    clients: &[String],
    round: usize,
) -> Outcome<Vec<String>> {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let mut writers = Vec::new();
        for (number, client) in clients.iter().enumerate() {
            let stop = &stop;
            writers.push(scope.spawn(move || log_contacts(session, stop, client, &format!("{round}-{number}"))));
        }
        std::thread::sleep(Duration::from_millis(rand::random_range(MOMENTS)));
        let killed = match victim {
            Some(postgres) => postgres.kill_and_restart(),
            None => Ok(()),
        };
        // The server outlives its database for a moment; then it is killed too, so that each round begins alike.
        stop.store(true, Ordering::Relaxed);
        server.kill();
        let mut acknowledged = Vec::new();
        for writer in writers {
            acknowledged.extend(writer.join().map_err(|_| "a writer panicked")??);
        }
        killed.map(|()| acknowledged)
    })
}

/// Logs one contact after the other; an answer that does not come, or says 503, acknowledges nothing.
fn log_contacts(session: &Session, stop: &AtomicBool, client: &str, name: &str) -> Outcome<Vec<String>> {
    let mut acknowledged = Vec::new();
    for number in 0.. {
        let summary = format!("{name}-{number}");
        let today = chrono::Utc::now().date_naive();
        let form = format!("contact_date={today}&contact_type=Phone&summary={summary}");
        let Ok(answer) = session.send(&format!("{client}/contact"), &form) else { break };
        match answer.status {
            303 => acknowledged.push(summary),
            503 if stop.load(Ordering::Relaxed) => break,
            503 => std::thread::sleep(Duration::from_millis(10)),
            other => return Err(format!("a contact was answered with {other}: {}", answer.text()).into()),
        }
    }
    Ok(acknowledged)
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = diesel::sql_types::Text)]
    text: String,
}

fn texts(address: &str, query: &str) -> Outcome<Vec<String>> {
    let query = diesel::sql_query(query);
    let rows: Vec<Row> = match Address::parse(address)?.connect(Durability::Full)? {
        Db::Sqlite(mut db) => query.load(&mut db)?,
        Db::Postgres(mut db) => query.load(&mut db)?,
    };
    Ok(rows.into_iter().map(|row| row.text).collect())
}

fn stored(address: &str) -> Outcome<HashSet<String>> {
    Ok(texts(address, "SELECT summary AS text FROM contact_log")?.into_iter().collect())
}

/// Every acknowledged contact is there, and whatever is there is whole: with its audit row, and as its client's last.
fn check(address: &str, acknowledged: &HashSet<String>) -> Outcome<()> {
    let stored = stored(address)?;
    let lost: Vec<_> = acknowledged.difference(&stored).collect();
    if !lost.is_empty() {
        return Err(format!("{} acknowledged contacts are lost: {lost:?}", lost.len()).into());
    }
    let halves = [
        "SELECT summary AS text FROM contact_log WHERE NOT EXISTS (SELECT 1 FROM audit_log \
         WHERE table_name = 'contact_log' AND record_id = contact_id)",
        "SELECT client_name AS text FROM clients WHERE last_contact_date IS NULL \
         AND EXISTS (SELECT 1 FROM contact_log WHERE contact_log.client_id = clients.client_id)",
    ];
    for query in halves {
        let found = texts(address, query)?;
        if !found.is_empty() {
            return Err(format!("half a save was kept: {found:?}").into());
        }
    }
    if address.starts_with("sqlite:") {
        let verdict = texts(address, "SELECT integrity_check AS text FROM pragma_integrity_check")?;
        if verdict != ["ok"] {
            return Err(format!("the file is damaged: {verdict:?}").into());
        }
    }
    Ok(())
}
