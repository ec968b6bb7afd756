//! The server that is killed, and what people do at it.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::client::{Answer, Outcome, post};

const PASSWORD: &str = "forty two brass lanterns";
const LISTENS_WITHIN: Duration = Duration::from_secs(60);

/// A server of the release's own settings, durable ones; killed when dropped.
pub struct Server {
    child: Child,
    pub host: String,
    /// From the start of the process to the line that says where it listens.
    pub started_within: Duration,
}

fn program(address: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_roundtable"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("ROUNDTABLE_")) {
        command.env_remove(name);
    }
    command.args(arguments).args(["--database", address, "--time-zone", "UTC"]).env("RUST_LOG", "off");
    command
}

/// Makes the database, and the account that all writers use, with a colleague of its name who makes the contacts.
pub fn add_account(address: &str) -> Outcome<()> {
    let person = ["--full-name", "Vera Fay", "--email", "vera@mpr.example"];
    let user = [&["user", "add", "verify", "--password-stdin"][..], &person].concat();
    let mut child = program(address, &user).stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
    child.stdin.take().ok_or("no standard input")?.write_all(PASSWORD.as_bytes())?;
    let status = child.wait()?;
    if status.success() { Ok(()) } else { Err(format!("user add: {status}").into()) }
}

impl Server {
    pub fn start(address: &str) -> Outcome<Self> {
        let begun = Instant::now();
        let mut child = program(address, &["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn()?;
        let lines = BufReader::new(child.stdout.take().ok_or("no standard output")?).lines();
        let mut server = Self { child, host: String::new(), started_within: Duration::ZERO };
        let (found, told) = mpsc::channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if let Some(host) = line.strip_prefix("listening on http://") {
                    let _ = found.send(host.to_owned());
                }
            }
        });
        server.host = told.recv_timeout(LISTENS_WITHIN).map_err(|_| "the server did not start")?;
        server.started_within = begun.elapsed();
        Ok(server)
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        // Whatever has ended already needs no kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// The cookie of a new session.
    pub fn sign_in(&self) -> Outcome<String> {
        let form = format!("username=verify&password={}", PASSWORD.replace(' ', "+"));
        let answer = self.accepted("/sign-in", "", &form)?;
        let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
        Ok(cookie.ok_or("no cookie at the sign-in")?.to_owned())
    }

    /// The address of a new client.
    pub fn add_client(&self, cookie: &str, number: usize) -> Outcome<String> {
        let answer =
            self.accepted("/clients/new", cookie, &format!("client_name=Client+number+{number}&name_confirmed=on"))?;
        Ok(answer.header("location").ok_or("no address of a new client")?.to_owned())
    }

    fn accepted(&self, path: &str, cookie: &str, form: &str) -> Outcome<Answer> {
        let answer = post(&self.host, path, cookie, form)?;
        if answer.status == 303 { Ok(answer) } else { Err(format!("{path}: {}", answer.text).into()) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
