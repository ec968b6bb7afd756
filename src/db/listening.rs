//! Telling other processes on PostgreSQL that there is something to be looked at. It carries no word and no number: who
//! is woken looks into the tables. `NOTIFY` reaches whoever listens when the transaction ends, and not if it fails.

use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::Db;
use super::time_limits::with_parameters;
use crate::error::Result;

/// How often is listened, and how long after a failure.
const PAUSE: Duration = Duration::from_millis(60);
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);

/// How often a connection on which nothing is heard is tried: the other side may be gone without a word.
const TRIED: Duration = Duration::from_secs(10);

/// Wakes whoever listens in other processes, once the transaction is kept; SQLite has nobody to tell.
pub fn notify(db: &mut Db) -> Result<()> {
    match db {
        Db::Sqlite(_) => Ok(()),
        Db::Postgres(connection) => Ok(connection.batch_execute("NOTIFY roundtable_live")?),
    }
}

/// One connection that listens; it is opened again after it failed.
pub struct Listener {
    url: String,
    connection: Option<PgConnection>,
    tried: Instant,
}

impl Listener {
    /// Listens from the first question on.
    pub fn new(url: String) -> Self {
        Self { url, connection: None, tried: Instant::now() }
    }

    /// Whether anything was told since it was asked last, or may have been missed.
    pub fn heard(&mut self) -> bool {
        let heard = match &mut self.connection {
            Some(connection) => hear(connection, &mut self.tried),
            None => {
                self.connection = open(&self.url);
                self.tried = Instant::now();
                Some(self.connection.is_some())
            }
        };
        if heard.is_none() {
            self.connection = None;
        }
        heard.unwrap_or(true)
    }

    /// Waits until it is worth asking again.
    pub fn pause(&self) {
        std::thread::sleep(if self.connection.is_some() { PAUSE } else { PAUSE_AFTER_FAILURE });
    }
}

fn open(url: &str) -> Option<PgConnection> {
    let mut connection = PgConnection::establish(&with_parameters(url)).ok()?;
    connection.batch_execute("LISTEN roundtable_live").ok()?;
    Some(connection)
}

/// Whether anything was told; `None` when the connection is gone.
fn hear(connection: &mut PgConnection, tried: &mut Instant) -> Option<bool> {
    let mut heard = false;
    for notification in connection.notifications_iter() {
        heard |= notification.ok().map(|_| true)?;
    }
    if tried.elapsed() > TRIED {
        connection.batch_execute("SELECT 1").ok()?;
        *tried = Instant::now();
    }
    Some(heard)
}
