//! What pages and saves are held against: a static answer of the same size, a bare durable commit on the same disk.

use std::cell::RefCell;
use std::collections::HashMap;
use std::process::Command;
use std::sync::LazyLock;
use std::time::Instant;

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use roundtable::access::Audience;
use roundtable::config::{Address, Config, Durability, Flags};
use roundtable::db::{Database, Db};
use roundtable::firm;
use roundtable::live::Live;
use roundtable::sessions::Hashing;
use roundtable::tokens::Bounds;
use roundtable::web::server::{Limits, serve};
use roundtable::web::{App, Routes, guarded};

use super::load::Load;
use crate::Outcome;
use crate::connection::{Encoding, Session};
use crate::server::Server;
use crate::settings::Settings;

/// The word by which this program serves static answers.
pub const STILL: &str = "still";

/// The largest static answer.
const LARGEST: usize = 8 * 1024 * 1024;

static BYTES: LazyLock<Bytes> = LazyLock::new(|| Bytes::from(vec![b'x'; LARGEST]));

/// `still`: serves static answers of any size, behind the same guards and by the same loop as the pages.
pub fn serve_still() -> Outcome<()> {
    // Nothing is ever asked of this database; its file is not made.
    let file = std::env::temp_dir().join("roundtable-bench-still.db");
    let flags = Flags { database: Some(format!("sqlite:{}", file.display())), ..Flags::default() };
    let config = Config::load(flags)?;
    let database = Database::new(config.database.clone(), config.durability, config.connections);
    let live = Live::new(config.database.clone(), 1);
    let bounds = Bounds::new(config.requests_per_minute);
    let app = App { settings: firm::Settings::new(config), database, hashing: Hashing::new(1), live, bounds };
    let router = guarded(Routes::default().get("/still/{bytes}", Audience::Public, still), app);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    Ok(runtime.block_on(serve(router, ([127, 0, 0, 1], 0).into(), Limits::default()))?)
}

/// Like an embedded file: compressed beforehand for those who accept it, so that nothing is left to do.
async fn still(Path(bytes): Path<usize>, headers: HeaderMap) -> Response {
    let body = BYTES.slice(..bytes.min(LARGEST));
    let kind = (header::CONTENT_TYPE, "text/html; charset=utf-8");
    if headers.contains_key(header::ACCEPT_ENCODING) {
        return ([kind, (header::CONTENT_ENCODING, "br")], body).into_response();
    }
    ([kind], body).into_response()
}

/// A server of static answers, and how many of each size it gave in a second.
pub struct Still {
    server: Server,
    rates: RefCell<HashMap<(usize, Encoding), f64>>,
}

impl Still {
    /// In a process of its own, as the pages are.
    pub fn start() -> Outcome<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(STILL).env("RUST_LOG", "warn");
        Ok(Self { server: Server::start(command)?, rates: RefCell::default() })
    }

    /// Requests per second of an answer of that size, to the kilobyte; measured once.
    pub fn rate(&self, bytes: usize, encoding: Encoding, settings: &Settings) -> Outcome<f64> {
        let kilobytes = bytes.div_ceil(1024);
        if let Some(rate) = self.rates.borrow().get(&(kilobytes, encoding)) {
            return Ok(*rate);
        }
        // As long as the request for a page.
        let session = Session { host: self.server.host.clone(), cookie: format!("roundtable={}", "0".repeat(64)) };
        let request = session.get(&format!("/still/{}", kilobytes * 1024), encoding);
        let asked = || request.clone();
        let load = Load::measure(&session.host, settings.connections, settings.measured, &asked, 200)?;
        self.rates.borrow_mut().insert((kilobytes, encoding), load.rate);
        Ok(load.rate)
    }
}

/// Bare commits per second of one row each, one after the other, by the settings of the server's own connections.
pub fn bare_commits(database: &str, settings: &Settings) -> Outcome<f64> {
    let mut db = Address::parse(database)?.connect(Durability::Full)?;
    let table = "CREATE TABLE IF NOT EXISTS bench_commits (words TEXT NOT NULL)";
    match &mut db {
        Db::Sqlite(db) => db.batch_execute(table)?,
        Db::Postgres(db) => db.batch_execute(table)?,
    }
    let insert = || diesel::sql_query("INSERT INTO bench_commits (words) VALUES ('Spoke about the schedule.')");
    let begun = Instant::now();
    let mut commits = 0;
    while begun.elapsed() < settings.measured {
        match &mut db {
            Db::Sqlite(db) => insert().execute(db)?,
            Db::Postgres(db) => insert().execute(db)?,
        };
        commits += 1;
    }
    Ok(f64::from(commits) / begun.elapsed().as_secs_f64())
}
