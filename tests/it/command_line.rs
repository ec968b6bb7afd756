//! The command line, as a newcomer and as other programs use it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};

use diesel::prelude::*;
use tempfile::TempDir;

pub fn roundtable(folder: &TempDir, arguments: &[&str]) -> Command {
    program(&format!("sqlite:{}", folder.path().join("r.db").display()), arguments)
}

/// The program with a database, and no settings of whoever runs the tests.
pub fn program(database: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_roundtable"));
    command.args(arguments).args(["--database", database]);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ROUNDTABLE_")) {
        command.env_remove(name);
    }
    command
}

fn run(folder: &TempDir, arguments: &[&str], input: &str) -> Output {
    let mut child = roundtable(folder, arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

pub fn succeeds(folder: &TempDir, arguments: &[&str], input: &str) -> String {
    let output = run(folder, arguments, input);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A server that ends with the test.
pub struct Server {
    pub child: Child,
    lines: Vec<String>,
    pub address: String,
}

impl Server {
    fn start(folder: &TempDir) -> Self {
        Self::spawn(&mut roundtable(folder, &["serve", "--listen", "127.0.0.1:0"]))
    }

    pub fn spawn(command: &mut Command) -> Self {
        Self::begin(command.stderr(Stdio::null()))
    }

    /// Waits until the program says where it listens.
    pub fn begin(command: &mut Command) -> Self {
        let child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut server = Self { child, lines: Vec::new(), address: String::new() };
        for line in BufReader::new(server.child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some(address) = line.strip_prefix("listening on http://") {
                address.clone_into(&mut server.address);
                return server;
            }
            server.lines.push(line);
        }
        panic!("the server did not say where it listens: {:?}", server.lines);
    }

    pub fn get(&self, path: &str) -> String {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address))
    }

    /// Sends a form of this site, with that cookie.
    pub fn post(&self, path: &str, cookie: &str, form: &str) -> String {
        let (host, length) = (&self.address, form.len());
        self.ask(&format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nConnection: close\r\nCookie: {cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{form}"
        ))
    }

    fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_new_database_gets_its_first_administrator_once() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder);
    assert!(server.lines.iter().any(|line| line.contains("user name admin, password ")), "{:?}", server.lines);
    assert!(server.get("/health").contains("200 OK"));
    assert!(server.get("/clients").contains("location: /sign-in"));
    drop(server);
    let again = Server::start(&folder);
    assert!(again.lines.is_empty(), "{:?}", again.lines);
    assert!(succeeds(&folder, &["user", "list"], "").contains("administrator"));
}

#[test]
fn users_are_added_listed_and_given_passwords() {
    let folder = tempfile::tempdir().unwrap();
    let add = [
        "user",
        "add",
        "ana",
        "--email",
        "ana@mpr.example",
        "--full-name",
        "Ana Reyes",
        "--ned-team",
        "--password-stdin",
    ];
    succeeds(&folder, &add, "a long enough one\n");
    let again = run(&folder, &add, "a long enough one\n");
    assert!(!again.status.success() && String::from_utf8_lossy(&again.stderr).contains("exists already"));
    assert!(succeeds(&folder, &["user", "list"], "").contains("NED Team"));
    assert!(succeeds(&folder, &["user", "password", "ana"], "").contains("shown once"));
    let short = run(&folder, &["user", "password", "ana", "--password-stdin"], "short");
    assert!(!short.status.success());
}

#[test]
fn a_token_is_printed_alone_and_lets_a_program_in() {
    let folder = tempfile::tempdir().unwrap();
    let ana = ["user", "add", "ana", "--email", "ana@mpr.example", "--ned-team", "--password-stdin"];
    succeeds(&folder, &ana, "a long enough one\n");
    let made = |more: &[&str]| {
        let printed = succeeds(&folder, &[&["token", "add", "Nightly report", "--user", "ana"], more].concat(), "");
        assert!(printed.starts_with("rt_") && printed.trim_end().len() == 67 && printed.lines().count() == 1);
        printed.trim_end().to_owned()
    };
    let tokens = [made(&["--scope", "read"]), made(&["--scope", "write"]), made(&["--areas", "confidential"])];
    for wrong in [
        &["token", "add", "x", "--user", "nobody"][..],
        &["token", "add", "x", "--user", "ana", "--scope", "all"],
        &["token", "add", " ", "--user", "ana"],
        &["token", "add", "x", "--user", "ana", "--days", "0"],
    ] {
        assert!(!run(&folder, wrong, "").status.success(), "{wrong:?}");
    }
    let server = Server::start(&folder);
    let status = |method: &str, path: &str, token: &str, body: &str| {
        let (host, length) = (&server.address, body.len());
        let answer = server.ask(&format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        ));
        answer.split(' ').nth(1).unwrap().to_owned()
    };
    let client = r#"{ "client_name": "Granite Power" }"#;
    assert_eq!(status("GET", "/api/v1/entries", &tokens[0], ""), "200");
    assert_eq!(status("POST", "/api/v1/clients", &tokens[0], client), "403", "it may only read");
    assert_eq!(status("POST", "/api/v1/clients", &tokens[1], client), "201");
    assert_eq!(status("GET", "/api/v1/entries", &tokens[2], ""), "403", "it does not reach the team's");
    succeeds(&folder, &["user", "password", "ana", "--password-stdin"], "another long one\n");
    assert_eq!(status("GET", "/api/v1/clients", &tokens[0], ""), "401", "a new password ends them");
}

#[test]
fn migrations_are_told_and_applied() {
    let folder = tempfile::tempdir().unwrap();
    assert!(succeeds(&folder, &["check-migrations"], "").contains("no database yet"));
    assert!(succeeds(&folder, &["apply-migrations"], "").contains("applied: 1"));
    assert!(succeeds(&folder, &["check-migrations"], "").contains("nothing is pending"));
    assert!(succeeds(&folder, &["apply-migrations"], "").contains("nothing was pending"));
}

#[test]
fn synthetic_clients_are_the_same_for_the_same_seed() {
    let names = || {
        let folder = tempfile::tempdir().unwrap();
        succeeds(&folder, &["generate", "--clients", "30", "--seed", "7"], "");
        let mut clients = stored_clients(&folder);
        clients.sort();
        clients
    };
    let one = names();
    assert_eq!(one.len(), 30);
    assert_eq!(one, names());
}

#[test]
fn what_is_generated_at_once_is_what_comes_row_by_row() {
    let (empty, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    succeeds(&empty, &["apply-migrations"], "");
    succeeds(&folder, &["generate", "--clients", "40", "--projects", "10", "--seed", "7"], "");
    let made = "SELECT sql AS text FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' ORDER BY name";
    assert_eq!(texts(&folder, made), texts(&empty, made), "indexes and triggers are there again");
    let columns = "audit_id, client_id, sensitivity, occurred_date, fell_to";
    let told = format!("SELECT {columns} FROM told_of_clients WHERE client_id IS NOT NULL");
    let kept = format!("SELECT {columns} FROM client_changes");
    for (these, those) in [(&told, &kept), (&kept, &told)] {
        let more = format!("SELECT CAST(audit_id AS TEXT) AS text FROM ({these} EXCEPT {those})");
        assert_eq!(texts(&folder, &more), Vec::<String>::new(), "changes of clients");
    }
    let count = |query: &str| texts(&folder, &format!("SELECT CAST(count(*) AS TEXT) AS text FROM {query}"));
    for (index, word, rows) in [
        ("find_names", "colleague", "personnel"),
        ("find_team", "licensing", "roundtable_history"),
        ("find_team", "notes", "clients"),
        ("find_public", "deliverable", "contact_log WHERE NOT is_confidential"),
        ("find_confidential", "deliverable", "contact_log WHERE is_confidential"),
    ] {
        let found = count(&format!("{index} WHERE {index} MATCH '{word}'"));
        assert!(found == count(rows) && found != ["0"], "{index}: {found:?} hold “{word}”");
    }
}

#[test]
fn very_many_rows_leave_each_index_of_words_in_one_part() {
    let folder = tempfile::tempdir().unwrap();
    succeeds(&folder, &["generate", "--clients", "30", "--seed", "7"], "");
    succeeds(&folder, &["generate", "--clients", "30", "--seed", "8"], "");
    for index in ["find_names", "find_public", "find_confidential", "find_team"] {
        let parts = format!("SELECT CAST(count(DISTINCT segid) AS TEXT) AS text FROM {index}_idx");
        assert_eq!(texts(&folder, &parts), ["1"], "{index}");
    }
    let named = "SELECT CAST(count(*) AS TEXT) AS text FROM find_names WHERE find_names MATCH 'colleague'";
    let colleagues = "SELECT CAST(count(*) AS TEXT) AS text FROM personnel";
    assert_eq!(texts(&folder, named), texts(&folder, colleagues));
}

fn stored_clients(folder: &TempDir) -> Vec<String> {
    texts(folder, "SELECT client_name || coalesce(last_contact_date, '') AS text FROM clients")
}

/// The column `text` of the rows of a query.
fn texts(folder: &TempDir, query: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        text: String,
    }
    let mut db = SqliteConnection::establish(folder.path().join("r.db").to_str().unwrap()).unwrap();
    diesel::sql_query(query).load::<Row>(&mut db).unwrap().into_iter().map(|row| row.text).collect()
}

#[test]
fn the_demonstration_fills_an_empty_database_and_leaves_a_real_one_alone() {
    let folder = tempfile::tempdir().unwrap();
    succeeds(&folder, &["demo", "--fill-only"], "");
    succeeds(&folder, &["demo", "--fill-only"], "");
    let file = folder.path().join("copy.db");
    succeeds(&folder, &["backup", file.to_str().unwrap()], "");
    assert!(file.exists());
    let real = tempfile::tempdir().unwrap();
    succeeds(&real, &["user", "add", "ana", "--email", "ana@mpr.com"], "");
    let refused = run(&real, &["demo", "--fill-only"], "");
    assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("real accounts"));
}

#[test]
fn the_demonstration_says_where_it_is_and_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Server::spawn(&mut roundtable(&folder, &["demo", "--listen", "127.0.0.1:0"]));
    assert!(demo.lines.iter().any(|line| line.contains("demonstration data")), "{:?}", demo.lines);
    assert!(!demo.lines.iter().any(|line| line.contains("127.0.0.1")), "{:?}", demo.lines);
    assert!(!demo.address.ends_with(":0"));
}

#[test]
fn a_demonstration_of_an_older_build_is_put_aside() {
    let folder = tempfile::tempdir().unwrap();
    succeeds(&folder, &["demo", "--fill-only"], "");
    let older = "UPDATE schema_version SET checksum = 'older' WHERE version = 1";
    let mut db = SqliteConnection::establish(folder.path().join("r.db").to_str().unwrap()).unwrap();
    diesel::sql_query(older).execute(&mut db).unwrap();
    drop(db);
    assert!(!run(&folder, &["demo", "--fill-only"], "").status.success());
    let told = run(&folder, &["demo", "--fill-only", "--put-aside"], "");
    assert!(told.status.success() && String::from_utf8_lossy(&told.stdout).contains("is put aside as"));
    let aside = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(aside.filter(|name| name.to_string_lossy().ends_with(".old")).count(), 1);
    assert!(!stored_clients(&folder).is_empty());
}

#[test]
fn nonsense_settings_are_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        &["check-migrations", "--urgent-after-days", "30"][..],
        &["check-migrations", "--time-zone", "Mars/Olympus"],
        &["check-migrations", "--public-url", "crm.example"],
        &["import", "industry", "missing.json"],
        &["check-migrations", "--config", "missing.toml"],
    ] {
        assert!(!run(&folder, arguments, "").status.success(), "{arguments:?}");
    }
}
