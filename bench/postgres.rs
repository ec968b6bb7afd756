//! A PostgreSQL of our own, with its durable settings as they come (`fsync`, `synchronous_commit` on).

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::Outcome;

const STARTS_WITHIN: Duration = Duration::from_secs(60);

/// Ends, and is removed, when dropped.
pub struct Postgres {
    programs: PathBuf,
    folder: TempDir,
    port: u16,
    launcher: Child,
}

impl Postgres {
    /// Makes an empty one on a free port.
    pub fn start() -> Outcome<Self> {
        let programs = newest_programs()?;
        // In /tmp by name: the path of a socket has at most 107 bytes, and user postgres must get there.
        let folder = tempfile::Builder::new().prefix("roundtable-bench.").tempdir_in("/tmp")?;
        if is_root() {
            succeed(Command::new("chown").arg("postgres:").arg(folder.path()))?;
        }
        let data = folder.path().join("data");
        let make = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"];
        succeed(as_postgres(&programs.join("initdb"), folder.path()).arg("--pgdata").arg(&data).args(make))?;
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let launcher = launch(&programs, folder.path(), port)?;
        let mut postgres = Self { programs, folder, port, launcher };
        postgres.await_ready()?;
        Ok(postgres)
    }

    /// As `--database` takes it.
    pub fn address(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// `kill -9` of the server's first process; the others end as they notice, and a new one repairs what they left.
    pub fn kill_and_restart(&mut self) -> Outcome<()> {
        self.signal("-9")?;
        let _ = self.launcher.wait();
        self.await_ready()
    }

    /// Starts again until it answers: as long as one of the old processes lives, a new server refuses to start.
    fn await_ready(&mut self) -> Outcome<()> {
        let begun = Instant::now();
        while begun.elapsed() < STARTS_WITHIN {
            if self.launcher.try_wait()?.is_some() {
                self.launcher = launch(&self.programs, self.folder.path(), self.port)?;
            }
            let mut ask = Command::new(self.programs.join("pg_isready"));
            ask.arg("--quiet").arg("--host").arg(self.folder.path()).arg("--port").arg(self.port.to_string());
            if ask.status()?.success() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        Err(format!("PostgreSQL did not start within {STARTS_WITHIN:?}:\n{log}").into())
    }

    /// Sent to the server's own id: what we started may be `runuser`, which stands between.
    fn signal(&self, signal: &str) -> Outcome<()> {
        let id = std::fs::read_to_string(self.folder.path().join("data/postmaster.pid"))?;
        succeed(Command::new("kill").arg(signal).arg(id.lines().next().ok_or("no id of the PostgreSQL server")?))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // At once, without waiting for whoever is still connected; the data go anyway.
        let _ = self.signal("-QUIT");
        let _ = self.launcher.wait();
    }
}

fn launch(programs: &Path, folder: &Path, port: u16) -> Outcome<Child> {
    let log = std::fs::OpenOptions::new().create(true).append(true).open(folder.join("log"))?;
    let mut command = as_postgres(&programs.join("postgres"), folder);
    command.arg("-D").arg(folder.join("data")).arg("-k").arg(folder).args(["-p", &port.to_string()]);
    command.args(["-c", "listen_addresses=127.0.0.1"]).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    Ok(command.spawn()?)
}

/// PostgreSQL refuses to run as root.
fn as_postgres(program: &Path, folder: &Path) -> Command {
    let mut command = if is_root() { Command::new("runuser") } else { Command::new(program) };
    if is_root() {
        command.args(["-u", "postgres", "--"]).arg(program);
    }
    // Where we were called may be closed to user postgres.
    command.current_dir(folder);
    command
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|process| std::os::unix::fs::MetadataExt::uid(&process) == 0)
}

fn newest_programs() -> Outcome<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").map_err(|_| "PostgreSQL is missing")?;
    let number = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
    let newest = versions.filter_map(|entry| Some(entry.ok()?.path())).max_by_key(number);
    Ok(newest.ok_or("PostgreSQL is missing")?.join("bin"))
}

fn succeed(command: &mut Command) -> Outcome<()> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into())
}
