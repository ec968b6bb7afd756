//! A meeting of many: open streams and people who write at once. How fast its page is meanwhile, and what it takes of
//! memory. `make bench-meeting`; `ROUNDTABLE_BENCH_SECONDS=300`, `_STREAMS=200` and `_WRITERS=20` say how much, on
//! SQLite and on PostgreSQL each.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::connection::{Connection, Encoding, Session};
use crate::postgres::Postgres;
use crate::server::{Program, Server};
use crate::settings::setting;

const CLIENTS: &str = "300";

/// So many MiB more than a tenth the memory may differ between the middle and the end.
const STEADY: usize = 8;

/// What a page of the meeting may take (product.md, decision 0021).
const MARK: Duration = Duration::from_millis(50);

/// Between two saves of one writer.
const PAUSE: Duration = Duration::from_millis(1000);

/// Streams of one person.
const STREAMS_OF_ONE: usize = 4;

/// What happened while it was measured.
#[derive(Default)]
struct Tally {
    stop: AtomicBool,
    told: AtomicUsize,
    ended: AtomicUsize,
}

/// `meeting`
pub fn run() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    measure("SQLite", &format!("sqlite:{}", folder.path().join("meeting.db").display()))?;
    let postgres = Postgres::start()?;
    measure("PostgreSQL", &postgres.address())
}

fn measure(name: &str, address: &str) -> Outcome<()> {
    let time = Duration::try_from_secs_f64(setting("SECONDS", 300.0)?)?;
    let (streams, writers) = (setting("STREAMS", 200_usize)?, setting("WRITERS", 20_usize)?);
    let program = Program::ours(address.to_owned());
    program.run(&["generate", "--clients", CLIENTS, "--seed", "1"], "")?;
    let people: Vec<String> =
        (0..streams.div_ceil(STREAMS_OF_ONE).max(writers)).map(|n| format!("person{n}")).collect();
    for person in &people {
        let mail = format!("{person}@mpr.example");
        program.add_account(&[person, "--full-name", person, "--email", &mail, "--ned-team"])?;
    }
    let server = program.serve()?;
    let sessions = people.iter().map(|person| server.sign_in(person)).collect::<Outcome<Vec<_>>>()?;
    let meeting = begin(&sessions[0])?;
    let clients = clients(&sessions[0], &meeting)?;
    let tally = Tally::default();
    let before = memory(&server)?;
    let (mut pages, mut saves, middle) = std::thread::scope(|scope| -> Outcome<_> {
        for number in 0..streams {
            let (session, tally, meeting) = (&sessions[number / STREAMS_OF_ONE], &tally, &meeting);
            std::thread::Builder::new()
                .stack_size(128 * 1024)
                .spawn_scoped(scope, move || follow(session, meeting, tally))?;
        }
        let writing: Vec<_> = (0..writers)
            .map(|number| {
                let (session, tally, meeting, clients) = (&sessions[number], &tally, &meeting, &clients);
                scope.spawn(move || write(session, meeting, &clients[number % clients.len()], tally))
            })
            .collect();
        std::thread::sleep(time / 2);
        let middle = memory(&server);
        std::thread::sleep(time / 2);
        tally.stop.store(true, Ordering::Relaxed);
        let (mut pages, mut saves) = (Vec::new(), Vec::new());
        for writer in writing {
            let (of_pages, of_saves) = writer.join().map_err(|_| "a writer panicked")??;
            pages.extend(of_pages);
            saves.extend(of_saves);
        }
        Ok((pages, saves, middle?))
    })?;
    let (page, save) = (percentile(&mut pages, 99), percentile(&mut saves, 99));
    let after = memory(&server)?;
    println!(
        "{name}: {streams} streams and {writers} writers for {} s: {} pages, p50 {:.1} ms, p99 {:.1} ms; {} saves, p99 \
         {:.1} ms; {} events told; memory {before} MiB, {middle} MiB, {after} MiB; {} streams ended",
        time.as_secs(),
        pages.len(),
        millis(percentile(&mut pages, 50)),
        millis(page),
        saves.len(),
        millis(save),
        tally.told.load(Ordering::Relaxed),
        tally.ended.load(Ordering::Relaxed),
    );
    if after > middle + middle / 10 + STEADY {
        return Err(format!("memory grew from {middle} to {after} MiB in the second half").into());
    }
    if tally.ended.load(Ordering::Relaxed) > 0 {
        return Err("streams ended".into());
    }
    if page > MARK { Err(format!("p99 of a page is above {MARK:?}").into()) } else { Ok(()) }
}

/// A meeting that is on.
fn begin(session: &Session) -> Outcome<String> {
    let about = "title=The+bench&meeting_date=2026-11-26";
    let made = session.send("/crm/meetings/new", about)?.checked(303, "POST /crm/meetings/new")?;
    let meeting = made.header("location").ok_or("no address of a meeting")?.to_owned();
    session.send(&format!("{meeting}/start"), "")?.checked(303, "POST start")?;
    Ok(meeting)
}

/// The clients on its agenda.
fn clients(session: &Session, meeting: &str) -> Outcome<Vec<String>> {
    let mut connection = Connection::open(&session.host)?;
    let page = connection.ask(&session.get(meeting, Encoding::Plain))?.checked(200, meeting)?.text();
    let links = page.split("client=").skip(1).map(|rest| rest.chars().take_while(char::is_ascii_digit).collect());
    let mut clients: Vec<String> = links.filter(|id: &String| !id.is_empty()).collect();
    clients.sort();
    clients.dedup();
    if clients.is_empty() { Err("nothing is on the agenda".into()) } else { Ok(clients) }
}

/// Reads a stream for as long as is measured; one that ends is an error.
fn follow(session: &Session, meeting: &str, tally: &Tally) {
    let number = meeting.rsplit('/').next().unwrap_or_default();
    let request = session.get(&format!("/crm/events?meeting={number}"), Encoding::Plain);
    let read = || -> Outcome<()> {
        let mut stream = TcpStream::connect(&session.host)?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream.write_all(request.as_bytes())?;
        let mut lines = BufReader::new(stream);
        let mut line = String::new();
        while !tally.stop.load(Ordering::Relaxed) {
            match lines.read_line(&mut line) {
                Ok(0) => return Err("the stream ended".into()),
                Ok(_) if line.starts_with("event: end") || line.starts_with("HTTP/1.1 4") => return Err(line.into()),
                Ok(_) => {
                    tally.told.fetch_add(usize::from(line.starts_with("event: ")), Ordering::Relaxed);
                    line.clear();
                }
                // What was read of a line stays in it.
                Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    };
    if let Err(error) = read() {
        eprintln!("a stream ended: {error}");
        tally.ended.fetch_add(1, Ordering::Relaxed);
    }
}

/// Looks at a client of the meeting, keeps a draft and files an entry, again and again; how long each took.
fn write(session: &Session, meeting: &str, client: &str, tally: &Tally) -> Outcome<(Vec<Duration>, Vec<Duration>)> {
    let mut connection = Connection::open(&session.host)?;
    let (mut pages, mut saves) = (Vec::new(), Vec::new());
    let page = session.get(&format!("{meeting}?client={client}"), Encoding::Compressed);
    let number = meeting.rsplit('/').next().unwrap_or_default();
    let words = "What+was+said+of+them.+".repeat(10);
    let form = format!("meeting_id={number}&meeting_date=2026-11-26&next_steps={words}");
    let draft = session.post(&format!("/drafts/crm-roundtable/{client}"), &form).replacen("POST", "PUT", 1);
    let entry = session.post(&format!("/crm/roundtable/{client}"), &form);
    while !tally.stop.load(Ordering::Relaxed) {
        let begun = Instant::now();
        connection.ask(&page)?.checked(200, &page)?;
        pages.push(begun.elapsed());
        connection.ask(&draft)?.checked(200, &draft)?;
        let begun = Instant::now();
        connection.ask(&entry)?.checked(303, &entry)?;
        saves.push(begun.elapsed());
        std::thread::sleep(PAUSE);
    }
    Ok((pages, saves))
}

fn percentile(times: &mut [Duration], part: usize) -> Duration {
    times.sort_unstable();
    times.get((times.len() * part / 100).min(times.len().saturating_sub(1))).copied().unwrap_or_default()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// What the server holds of memory, in MiB.
fn memory(server: &Server) -> Outcome<usize> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id()))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").trim().parse::<usize>()? / 1024)
}
