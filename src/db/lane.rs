//! The way to the database thread: a bounded number of connections for reading, and the lane for writing.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;

use super::{Address, Db, Durability, begin_reading, begin_writing, finish, forbid_writing};
use crate::error::{Error, Result};

/// Connections to one database, shared by all requests of the process.
#[derive(Clone)]
pub struct Database {
    readers: Arc<Lane>,
    writers: Arc<Lane>,
}

impl Database {
    /// A database with `readers` connections for reading; SQLite gets one for writing, by design.
    pub fn new(address: Address, durability: Durability, readers: usize) -> Self {
        let writers = if address.file().is_some() { 1 } else { readers };
        Self {
            readers: Arc::new(Lane::new(address.clone(), durability, readers, Use::Reading)),
            writers: Arc::new(Lane::new(address, durability, writers, Use::Writing)),
        }
    }

    /// One hop, one connection, one read transaction.
    pub async fn read<T: Send + 'static>(&self, work: impl FnOnce(&mut Db) -> Result<T> + Send + 'static) -> Result<T> {
        run(&self.readers, work).await
    }

    /// One hop, one connection, one write transaction.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Db) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        run(&self.writers, work).await
    }
}

/// What the connections of a lane are for.
#[derive(Clone, Copy)]
enum Use {
    Reading,
    Writing,
}

struct Lane {
    address: Address,
    durability: Durability,
    purpose: Use,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Db>>,
}

impl Lane {
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

    /// A connection with a transaction begun; one that died while it was idle is replaced.
    fn begin(&self) -> Result<Db> {
        let begin = match self.purpose {
            Use::Reading => begin_reading,
            Use::Writing => begin_writing,
        };
        let mut db = self.take()?;
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

    fn give_back(&self, db: Db) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(db);
    }
}

async fn run<T: Send + 'static>(
    lane: &Arc<Lane>,
    work: impl FnOnce(&mut Db) -> Result<T> + Send + 'static,
) -> Result<T> {
    let permit = lane.permits.clone().acquire_owned().await.map_err(|_| Error::Stopping)?;
    let lane = lane.clone();
    let task = tokio::task::spawn_blocking(move || {
        let mut db = lane.begin()?;
        let outcome = finish(&mut db, work);
        // A connection that failed below the level of a statement is not used again.
        if !matches!(&outcome, Err(error) if error.breaks_connection()) {
            lane.give_back(db);
        }
        drop(permit);
        outcome
    });
    task.await.map_err(|panic| Error::Internal(format!("database work panicked: {panic}")))?
}
