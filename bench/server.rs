//! The program on a database of ours, and the server that it is.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::connection::Session;

const PASSWORD: &str = "forty two brass lanterns";
const LISTENS_WITHIN: Duration = Duration::from_secs(60);

/// A build of Roundtable, with a database.
pub struct Program {
    binary: PathBuf,
    /// Where the records are, as `--database` takes it.
    pub database: String,
    log: &'static str,
}

impl Program {
    /// The build that belongs to this bench.
    pub fn ours(database: String) -> Self {
        Self::of(env!("CARGO_BIN_EXE_roundtable").into(), database)
    }

    /// Any build.
    pub fn of(binary: PathBuf, database: String) -> Self {
        Self { binary, database, log: "warn" }
    }

    /// The same without its log, for a database that is taken away under it.
    pub fn silent(self) -> Self {
        Self { log: "off", ..self }
    }

    /// Settings of the caller's environment do not count.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("ROUNDTABLE_")) {
            command.env_remove(name);
        }
        command.args(arguments).args(["--database", &self.database, "--time-zone", "UTC"]).env("RUST_LOG", self.log);
        command
    }

    /// Runs a subcommand to its end, with that text on standard input.
    pub fn run(&self, arguments: &[&str], input: &str) -> Outcome<()> {
        let mut child = self.command(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
        child.stdin.take().ok_or("no standard input")?.write_all(input.as_bytes())?;
        let status = child.wait()?;
        if status.success() { Ok(()) } else { Err(format!("roundtable {}: {status}", arguments.join(" ")).into()) }
    }

    /// Adds an account, as which [`Server::sign_in`] signs in.
    pub fn add_account(&self, arguments: &[&str]) -> Outcome<()> {
        self.run(&[&["user", "add", "--password-stdin"][..], arguments].concat(), PASSWORD)
    }

    /// Serves on a free port.
    pub fn serve(&self) -> Outcome<Server> {
        Server::start(self.command(&["serve", "--listen", "127.0.0.1:0"]))
    }
}

/// A process that serves; killed when dropped.
pub struct Server {
    child: Child,
    /// `127.0.0.1:PORT`
    pub host: String,
    /// From the start of the process to the line that says where it listens.
    pub started_within: Duration,
}

impl Server {
    /// Starts whatever prints `listening on http://127.0.0.1:PORT`.
    pub fn start(mut command: Command) -> Outcome<Self> {
        let begun = Instant::now();
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let lines = BufReader::new(child.stdout.take().ok_or("no standard output")?).lines();
        let mut server = Self { child, host: String::new(), started_within: Duration::ZERO };
        let (found, told) = mpsc::channel();
        // It keeps reading, so that the pipe never fills.
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

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        // Whatever has ended already needs no kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to stop, and waits until it has.
    pub fn stop(&mut self) -> Outcome<()> {
        Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status()?;
        self.child.wait()?;
        Ok(())
    }

    /// A new session.
    pub fn sign_in(&self, username: &str) -> Outcome<Session> {
        let session = Session { host: self.host.clone(), cookie: String::new() };
        let form = format!("username={username}&password={}", PASSWORD.replace(' ', "+"));
        let answer = session.send("/sign-in", &form)?.checked(303, "POST /sign-in")?;
        let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
        Ok(Session { cookie: cookie.ok_or("no cookie at the sign-in")?.to_owned(), ..session })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
