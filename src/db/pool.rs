//! The way to the database thread: a bounded number of connections for reading, and of those for writing.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

use super::Db;
use super::transactions::{begin_reading, begin_writing, finish, forbid_writing};
use crate::config::{Address, Durability};
use crate::error::{Error, Result};

/// How long a request waits for its turn and for a locked database, both together.
const PATIENCE: Duration = Duration::from_secs(5);

/// Connections to one database, shared by all requests of the process.
#[derive(Clone)]
pub struct Database {
    readers: Arc<Pool>,
    writers: Arc<Pool>,
}

impl Database {
    /// A database with `readers` connections for reading; SQLite gets one for writing, by design.
    pub fn new(address: Address, durability: Durability, readers: usize) -> Self {
        let writers = if address.file().is_some() { 1 } else { readers };
        Self {
            readers: Arc::new(Pool::new(address.clone(), durability, readers, Use::Reading)),
            writers: Arc::new(Pool::new(address, durability, writers, Use::Writing)),
        }
    }

    /// One hop, one connection, one read transaction.
    pub async fn read<T: Send + 'static>(&self, work: impl FnOnce(&mut Db) -> Result<T> + Send + 'static) -> Result<T> {
        let deadline = Instant::now() + PATIENCE;
        hop(&self.readers, deadline, move |pool| pool.run(deadline, work)).await
    }

    /// One hop, one connection, one write transaction. The work runs once more when another transaction stood in its
    /// way: a deadlock, a serialization failure, a file that was busy at the start.
    pub async fn write<T: Send + 'static>(&self, work: impl Fn(&mut Db) -> Result<T> + Send + 'static) -> Result<T> {
        let deadline = Instant::now() + PATIENCE;
        hop(&self.writers, deadline, move |pool| match pool.run(deadline, &work) {
            Err(error) if error.may_pass_again() && Instant::now() < deadline => pool.run(deadline, &work),
            outcome => outcome,
        })
        .await
    }
}

/// What the connections of a pool are for.
#[derive(Clone, Copy)]
enum Use {
    Reading,
    Writing,
}

struct Pool {
    address: Address,
    durability: Durability,
    purpose: Use,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Db>>,
}

impl Pool {
    fn new(address: Address, durability: Durability, connections: usize, purpose: Use) -> Self {
        let permits = Arc::new(Semaphore::new(connections));
        Self { address, durability, purpose, permits, idle: Mutex::new(Vec::with_capacity(connections)) }
    }

    fn take(&self) -> Result<Db> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| self.connect(), Ok)
    }

    fn connect(&self) -> Result<Db> {
        let mut db = self.address.connect(self.durability)?;
        if let Use::Reading = self.purpose {
            forbid_writing(&mut db)?;
        }
        Ok(db)
    }

    /// Runs `work` in a transaction of its own.
    fn run<T>(&self, deadline: Instant, work: impl FnOnce(&mut Db) -> Result<T>) -> Result<T> {
        let mut db = self.begin(deadline)?;
        let outcome = finish(&mut db, work);
        // A connection that failed below the level of a statement is not used again.
        if !matches!(&outcome, Err(error) if error.breaks_connection()) {
            self.give_back(db);
        }
        outcome
    }

    /// A connection with a transaction begun; one that died while it was idle is replaced.
    fn begin(&self, deadline: Instant) -> Result<Db> {
        let begin = match self.purpose {
            Use::Reading => begin_reading,
            Use::Writing => begin_writing,
        };
        let mut db = self.take()?;
        self.limit_waiting(&mut db, deadline)?;
        match begin(&mut db) {
            Ok(()) => Ok(db),
            Err(error) if error.breaks_connection() => {
                let mut fresh = self.connect()?;
                begin(&mut fresh)?;
                Ok(fresh)
            }
            Err(error) => {
                self.give_back(db);
                Err(error)
            }
        }
    }

    /// A file that is locked is waited for as long as the request has time left, so that those behind it do not wait
    /// one after the other.
    fn limit_waiting(&self, db: &mut Db, deadline: Instant) -> Result<()> {
        match self.purpose {
            Use::Reading => Ok(()),
            Use::Writing => super::connect::wait_at_most(db, deadline - Instant::now()),
        }
    }

    fn give_back(&self, db: Db) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(db);
    }
}

/// Runs `work` on a thread of its own once a connection is free.
async fn hop<T: Send + 'static>(
    pool: &Arc<Pool>,
    deadline: Instant,
    work: impl FnOnce(&Pool) -> Result<T> + Send + 'static,
) -> Result<T> {
    let turn = timeout_at(deadline, pool.permits.clone().acquire_owned()).await.map_err(|_| Error::Locked)?;
    let permit = turn.map_err(|_| Error::Stopping)?;
    let pool = pool.clone();
    let task = tokio::task::spawn_blocking(move || {
        let outcome = work(&pool);
        drop(permit);
        outcome
    });
    // The panic itself is in the log, without the words that may quote a record.
    task.await.map_err(|_| Error::Internal("database work panicked".into()))?
}
