//! Requests per second of the main pages, each beside a static file of about the same size from the same process.
//!
//! `cargo bench --bench pages`; `ROUNDTABLE_BENCH_SIZES=1000,10000` chooses the numbers of clients. Each size gets
//! a new SQLite database in the temporary folder (`TMPDIR`), the binary serves it on a free port of 127.0.0.1, and
//! four keep-alive connections ask for one page after another. Client and server share the machine's processors:
//! only the ratios carry over to other machines. Any unexpected answer ends the bench with its body.

#[path = "load.rs"]
mod load;

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use load::{CONNECTIONS, Connection, Load, Outcome, Requests};
use tempfile::TempDir;

const SIZES: &str = "1000,10000,100000";
const PASSWORD: &str = "forty two brass lanterns";
const ASSETS: [&str; 7] = ["app.css", "app.js", "icons.svg", "favicon.svg", "early.js", "map.js", "world.svg"];
/// Neighbours of the client whose map is drawn, beside those that it has anyway.
const NEIGHBOURS: usize = 500;
const WORDS: [&str; 6] = ["Cedar", "Power", "0042", "Granite+Energy", "Yellow+Pine", "Grid"];
/// Longest time for a command that prepares, and for the server to come up.
const PREPARED_WITHIN: Duration = Duration::from_secs(1200);
const LISTENS_WITHIN: Duration = Duration::from_secs(60);

/// A child process that ends with its owner.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A served database of so many clients and the session of a signed-in colleague; ends and is removed when dropped.
struct Server {
    _process: Running,
    _folder: TempDir,
    host: String,
    cookie: String,
    /// Folder of the static files in the address.
    assets: String,
    clients: usize,
}

/// The program with the database of the folder; settings of the caller's environment do not count.
fn program(folder: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_roundtable"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("ROUNDTABLE_")) {
        command.env_remove(name);
    }
    let database = format!("sqlite:{}", folder.path().join("bench.db").display());
    command.args(arguments).args(["--database", &database, "--time-zone", "UTC"]);
    command.current_dir(folder.path()).env("RUST_LOG", "warn").stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// Runs a command to its end, with that text on standard input.
fn prepare(folder: &TempDir, arguments: &[&str], input: &str) -> Outcome<()> {
    let mut running = Running(program(folder, arguments).stdin(Stdio::piped()).spawn()?);
    if let Some(mut stdin) = running.0.stdin.take() {
        // A command that does not read its input may have closed it.
        let _ = stdin.write_all(input.as_bytes());
    }
    let begun = Instant::now();
    while begun.elapsed() < PREPARED_WITHIN {
        match running.0.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(format!("roundtable {}: {status}", arguments.join(" ")).into()),
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    }
    Err(format!("roundtable {} took longer than {PREPARED_WITHIN:?}", arguments.join(" ")).into())
}

impl Server {
    /// Makes the database, serves it and signs in.
    async fn start(clients: usize) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        // A fifth as many projects, each with an owner, a vendor and a technology; enough for the map at any size.
        let projects = (clients / 5).max(NEIGHBOURS);
        let sizes = ["--clients", &clients.to_string(), "--projects", &projects.to_string()];
        prepare(&folder, &[&["generate", "--seed", "1"], &sizes[..]].concat(), "")?;
        let user = ["user", "add", "bench", "--email", "bench@mpr.example", "--ned-team", "--password-stdin"];
        prepare(&folder, &user, PASSWORD)?;
        let serve = program(&folder, &["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn()?;
        let mut process = Running(serve);
        let host = listening(&mut process.0)?;
        let (cookie, assets) = (String::new(), String::new());
        let mut server = Self { _process: process, _folder: folder, host, cookie, assets, clients };
        server.sign_in().await?;
        server.link_first_client().await?;
        Ok(server)
    }

    /// Links the first client to many projects and owners, so that its map has something to show.
    async fn link_first_client(&self) -> Outcome<()> {
        let mut connection = Connection::open(&self.host).await?;
        for number in 1..=NEIGHBOURS {
            let kind = if number % 2 == 0 { "owner" } else { "project" };
            let request = self.post(&format!("/clients/1/links/{kind}"), &format!("{kind}_id={number}"));
            let answer = connection.ask(&request).await?;
            // One that is linked already is refused, and is a neighbour all the same.
            if answer.status != 422 {
                answer.checked(303, &request)?;
            }
        }
        Ok(())
    }

    /// Takes the session's cookie, and the folder of the static files from the page.
    async fn sign_in(&mut self) -> Outcome<()> {
        let mut connection = Connection::open(&self.host).await?;
        let request = self.get("/sign-in");
        let page = String::from_utf8(connection.ask(&request).await?.checked(200, &request)?.body)?;
        let digest = page.split_once("/assets/").and_then(|(_, rest)| rest.split('/').next());
        self.assets = format!("/assets/{}", digest.ok_or("the sign-in page names no static file")?);
        let request = self.post("/sign-in", &format!("username=bench&password={}", PASSWORD.replace(' ', "+")));
        let answer = connection.ask(&request).await?.checked(303, &request)?;
        let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
        self.cookie = format!("Cookie: {}\r\n", cookie.ok_or("signing in set no cookie")?);
        Ok(())
    }

    /// A request for a page, in the session.
    fn get(&self, path: &str) -> String {
        format!("GET {path} HTTP/1.1\r\nHost: {}\r\n{}\r\n", self.host, self.cookie)
    }

    /// A form as a browser of the same origin sends it, in the session.
    fn post(&self, path: &str, form: &str) -> String {
        let (host, cookie) = (&self.host, &self.cookie);
        let origin = format!("Origin: http://{host}\r\nSec-Fetch-Site: same-origin\r\n");
        let kind = format!("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n", form.len());
        format!("POST {path} HTTP/1.1\r\nHost: {host}\r\n{origin}{kind}{cookie}\r\n{form}")
    }

    /// The id of some client: a new database numbers them from 1, and the step visits all before one comes again.
    fn client(&self, number: usize) -> usize {
        1 + number.wrapping_mul(7919) % self.clients
    }

    /// The text of a page's request of that number.
    fn request(&self, page: Page, number: usize) -> String {
        match page {
            Page::Fixed(path) => self.get(path),
            Page::Client => self.get(&format!("/clients/{}", self.client(number))),
            Page::Ways => {
                let (client, technology) = (self.client(number), 1 + number % 20);
                self.get(&format!("/paths/api?from=clients/{client}&to=technologies/{technology}"))
            }
            Page::Search => self.get(&format!("/clients/api/search?q={}", WORDS[number % WORDS.len()])),
            Page::Save => {
                let today = chrono::Utc::now().date_naive();
                let form = format!("meeting_date={today}&next_steps=Send+the+draft+of+part+{number}");
                self.post(&format!("/crm/roundtable/{}", self.client(number)), &form)
            }
        }
    }

    /// The static file nearest in size, among those that are embedded.
    async fn nearest_asset(&self, bytes: usize) -> Outcome<&'static str> {
        let mut connection = Connection::open(&self.host).await?;
        let mut nearest = None;
        for name in ASSETS {
            let answer = connection.ask(&self.get(&format!("{}/{name}", self.assets))).await?;
            let apart = answer.body.len().abs_diff(bytes);
            if answer.status == 200 && nearest.is_none_or(|(least, _)| apart < least) {
                nearest = Some((apart, name));
            }
        }
        Ok(nearest.ok_or("no static file is embedded: run `make web` first")?.1)
    }
}

/// The address in the line `listening on http://127.0.0.1:PORT`; a thread keeps reading so that the pipe never fills.
fn listening(process: &mut Child) -> Outcome<String> {
    let output = process.stdout.take().ok_or("no standard output")?;
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let lines = BufReader::new(output).lines().map_while(Result::ok);
        let hosts = lines.filter_map(|line| line.strip_prefix("listening on http://").map(str::to_owned));
        hosts.for_each(|host| drop(sender.send(host)));
    });
    Ok(receiver.recv_timeout(LISTENS_WITHIN).map_err(|_| "the server did not tell its address")?)
}

/// What is measured: an address of its own, or one client (word, client to save an entry for) after another.
#[derive(Clone, Copy)]
enum Page {
    Fixed(&'static str),
    Client,
    Ways,
    Search,
    Save,
}

const PAGES: [(&str, Page); 8] = [
    ("/clients", Page::Fixed("/clients")),
    ("/clients/{id}", Page::Client),
    ("/crm/dashboard", Page::Fixed("/crm/dashboard")),
    ("/crm/roundtable", Page::Fixed("/crm/roundtable")),
    ("/clients/api/search?q=", Page::Search),
    ("map of 500 neighbours", Page::Fixed("/graph/api?of=clients/1")),
    ("/paths/api?from=&to=", Page::Ways),
    ("POST /crm/roundtable/{id}", Page::Save),
];

/// Measures every page of a database of that size, prints the table, returns the requests per second.
async fn table(clients: usize) -> Outcome<Vec<f64>> {
    let server = Arc::new(Server::start(clients).await?);
    println!("\n{} clients, {CONNECTIONS} connections; each with its chain to the reactor", grouped(clients));
    println!("page                         bytes requests/s   p50 ms   p99 ms  static       requests/s   ratio");
    let mut rates = Vec::new();
    for (name, page) in PAGES {
        let asking = server.clone();
        let requests: Requests = Arc::new(move |number| asking.request(page, number));
        let expected = if matches!(page, Page::Save) { 303 } else { 200 };
        let load = Load::measure(&server.host, requests, expected).await?;
        let bytes = load.body_bytes();
        let asset = server.nearest_asset(bytes).await?;
        let request = server.get(&format!("{}/{asset}", server.assets));
        let still = Load::measure(&server.host, Arc::new(move |_| request.clone()), 200).await?;
        let (p50, p99) = (load.percentile(50), load.percentile(99));
        let (rate, beside, ratio) = (load.rate, still.rate, load.rate / still.rate);
        println!("{name:<26}{bytes:>8}{rate:>11.1}{p50:>9.2}{p99:>9.2}  {asset:<12}{beside:>11.1}{ratio:>8.3}");
        rates.push(rate);
    }
    Ok(rates)
}

/// A number as people write it: `100,000`.
fn grouped(number: usize) -> String {
    if number < 1000 { number.to_string() } else { format!("{},{:03}", grouped(number / 1000), number % 1000) }
}

/// Measures all sizes, the smallest first, then compares the largest with it.
async fn run() -> Outcome<()> {
    let list = std::env::var("ROUNDTABLE_BENCH_SIZES").unwrap_or_else(|_| SIZES.into());
    let mut sizes = list.split(',').map(|size| size.trim().parse()).collect::<Result<Vec<usize>, _>>()?;
    sizes.sort_unstable();
    sizes.dedup();
    if sizes.first().is_none_or(|least| *least == 0) {
        return Err("ROUNDTABLE_BENCH_SIZES lists numbers of clients, e.g. 1000,10000".into());
    }
    let mut measured = Vec::new();
    for clients in sizes {
        measured.push((clients, table(clients).await?));
    }
    if let [(least, few), .., (most, many)] = measured.as_slice() {
        println!();
        for ((name, _), (few, many)) in PAGES.iter().zip(few.iter().zip(many)) {
            println!("{name} at {} : at {} = {:.2}", grouped(*most), grouped(*least), many / few);
        }
    }
    Ok(())
}

/// Measures only for `cargo bench`, which says `--bench`: test runners that list or run targets get nothing.
#[tokio::main]
async fn main() -> ExitCode {
    let said = |wanted: &str| std::env::args().any(|argument| argument == wanted);
    if said("--list") || said("--test") || !said("--bench") {
        return ExitCode::SUCCESS;
    }
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
