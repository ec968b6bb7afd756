//! The way to the database thread: a bounded number of connections for reading, and of those for writing.

use std::any::Any;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout, timeout_at};

use super::Db;
use super::same_file::SameFile;
use super::time_limits::limit_statements;
use super::transactions::{begin_reading, begin_writing, finish, forbid_writing, try_reading, try_writing};
use crate::config::{Address, Durability};
use crate::error::{Error, Fault, Result};

/// How long a request waits for its turn and for a locked database, both together.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long it waits for SQLite's one writer while that is known to be at work for long.
const LONG_PATIENCE: Duration = Duration::from_secs(30);

/// How long what can be done with the next request as well waits for a writer.
const NO_PATIENCE: Duration = Duration::from_secs(1);

/// What work brought back, without its type: so the way to the database thread is compiled once and not once a page.
type Answer = Box<dyn Any + Send>;

/// Work as a database thread runs it, as often as it has to.
type Work = Box<dyn FnMut(&mut Db) -> Result<Answer> + Send>;

/// Connections to one database, shared by all requests of the process.
#[derive(Clone)]
pub struct Database {
    readers: Arc<Pool>,
    writers: Arc<Pool>,
    /// Whether the last write found a database that cannot be used.
    cannot_write: Arc<AtomicBool>,
    /// How many works hold the writer for long, as imports do.
    long_works: Arc<AtomicUsize>,
    /// Whose turn it is to rehearse in a copy.
    rehearsals: Arc<Semaphore>,
}

/// Work that holds SQLite's one writer for long: others wait longer for it meanwhile, and are told why.
pub struct LongWork(Arc<AtomicUsize>);

impl Drop for LongWork {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Database {
    /// A database with `readers` connections for reading; SQLite gets one for writing, by design.
    pub fn new(address: Address, durability: Durability, readers: usize) -> Self {
        let writers = if address.file().is_some() { 1 } else { readers };
        let file = Arc::new(SameFile::new(&address));
        let pool = |connections, purpose| {
            Arc::new(Pool {
                address: address.clone(),
                durability,
                purpose,
                permits: Arc::new(Semaphore::new(connections)),
                idle: Mutex::new(Vec::with_capacity(connections)),
                file: file.clone(),
            })
        };
        Self {
            readers: pool(readers, Use::Reading),
            writers: pool(writers, Use::Writing),
            cannot_write: Arc::new(AtomicBool::new(false)),
            long_works: Arc::default(),
            rehearsals: Arc::new(Semaphore::new(1)),
        }
    }

    /// Notes that work which holds the writer for long begins; it ends when this is dropped.
    pub fn begin_long_work(&self) -> LongWork {
        self.long_works.fetch_add(1, Ordering::Relaxed);
        LongWork(self.long_works.clone())
    }

    /// The turn of work that makes a copy of the database, unless another has it.
    pub fn try_to_rehearse(&self) -> Option<OwnedSemaphorePermit> {
        self.rehearsals.clone().try_acquire_owned().ok()
    }

    fn is_held_for_long(&self) -> bool {
        self.writers.address.file().is_some() && self.long_works.load(Ordering::Relaxed) > 0
    }

    /// One hop, one connection, one read transaction.
    pub async fn read<T: Send + 'static>(&self, work: impl FnOnce(&mut Db) -> Result<T> + Send + 'static) -> Result<T> {
        let mut work = Some(work);
        let once = move |db: &mut Db| match work.take() {
            Some(work) => work(db).map(sealed),
            None => Err(Error::Internal("a read ran twice".into())),
        };
        opened(hop(&self.readers, PATIENCE, Box::new(once)).await)
    }

    /// One hop, one connection, one write transaction. The work runs once more when another transaction stood in its
    /// way: a deadlock, a serialization failure, a file that was busy at the start.
    pub async fn write<T: Send + 'static>(&self, work: impl Fn(&mut Db) -> Result<T> + Send + 'static) -> Result<T> {
        self.write_within(PATIENCE, work).await
    }

    /// The same for what a person typed: while the writer is known to be held for long it is waited for longer, and
    /// whoever waits in vain is told why.
    pub async fn write_patiently<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Db) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let patience = if self.is_held_for_long() { LONG_PATIENCE } else { PATIENCE };
        match self.write_within(patience, work).await {
            Err(Error::Locked) if self.is_held_for_long() => Err(Error::Importing),
            outcome => outcome,
        }
    }

    /// The same for what nobody waits for: where the writer is not free, it is left for another time.
    pub async fn write_if_free<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Db) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        if self.is_held_for_long() {
            return Err(Error::Locked);
        }
        self.write_within(NO_PATIENCE, work).await
    }

    async fn write_within<T: Send + 'static>(
        &self,
        patience: Duration,
        work: impl Fn(&mut Db) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let outcome = hop(&self.writers, patience, Box::new(move |db| work(db).map(sealed))).await;
        self.cannot_write.store(matches!(&outcome, Err(Error::Unavailable(..))), Ordering::Relaxed);
        opened(outcome)
    }

    /// Whether the database can be used now: one small read, and a small write where the last one failed, since a full
    /// disk can still be read.
    pub async fn check(&self) -> Result<()> {
        self.read(try_reading).await?;
        if self.cannot_write.load(Ordering::Relaxed) { self.write(try_writing).await } else { Ok(()) }
    }
}

/// What the connections of a pool are for.
#[derive(Clone, Copy)]
enum Use {
    Reading,
    Writing,
}

impl Use {
    /// How long work on a server may take before whoever waits for it is told that the server is silent.
    fn time_limit(self) -> Duration {
        match self {
            Self::Reading => Duration::from_secs(10),
            Self::Writing => Duration::from_secs(20),
        }
    }
}

/// What a request sends to the database thread: until when it waits, and whether it gave up.
#[derive(Clone)]
struct Errand {
    deadline: Instant,
    given_up: Arc<AtomicBool>,
}

impl Errand {
    /// What stood in the way has not gone in time. That PostgreSQL waited for a row as long as it may (55P03) reaches
    /// us without a kind, so what has none when the time is up is taken for that; its own words are in the log.
    fn too_late(&self, error: Error) -> Error {
        if Instant::now() < self.deadline || error.is_duplicate() || !error.may_pass_again() {
            return error;
        }
        tracing::warn!(cause = %error, "not written in time");
        Error::Locked
    }
}

struct Pool {
    address: Address,
    durability: Durability,
    purpose: Use,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Db>>,
    file: Arc<SameFile>,
}

impl Pool {
    fn take(&self) -> Result<Db> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| self.connect(), Ok)
    }

    fn connect(&self) -> Result<Db> {
        let fault = if self.address.file().is_some() { Fault::Missing } else { Fault::Unreachable };
        let mut db = self.address.connect(self.durability).map_err(|error| match error {
            Error::Setup(cause) => Error::Unavailable(fault, cause),
            error => error,
        })?;
        if let Use::Reading = self.purpose {
            forbid_writing(&mut db)?;
        }
        limit_statements(&mut db, &self.address, self.purpose.time_limit())?;
        Ok(db)
    }

    /// Runs `work`, and what may write once more where it may pass then.
    fn run(&self, errand: &Errand, mut work: Work) -> Result<Answer> {
        let outcome = self.attempt(errand, &mut work);
        if let Use::Reading = self.purpose {
            return outcome;
        }
        let outcome = match outcome {
            Err(error) if error.may_pass_again() && Instant::now() < errand.deadline => self.attempt(errand, &mut work),
            outcome => outcome,
        };
        outcome.map_err(|error| errand.too_late(error))
    }

    /// Runs `work` in a transaction of its own.
    fn attempt(&self, errand: &Errand, work: &mut Work) -> Result<Answer> {
        // Before a connection is opened, which would make a file that is missing.
        self.file.check()?;
        let mut db = self.begin(errand.deadline)?;
        let outcome = finish(&mut db, |db| {
            let value = work(db)?;
            self.may_keep(errand)?;
            Ok(value)
        });
        // A connection that failed below the level of a statement is not used again.
        if !matches!(&outcome, Err(error) if error.breaks_connection()) {
            self.give_back(db);
        }
        outcome
    }

    /// Refuses what would be lost, and what its sender was told is in doubt.
    fn may_keep(&self, errand: &Errand) -> Result<()> {
        if errand.given_up.load(Ordering::Relaxed) {
            return Err(self.silent());
        }
        match self.purpose {
            Use::Reading => Ok(()),
            Use::Writing => self.file.check(),
        }
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
                drop(db);
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

    /// What to say when no connection came free in time.
    fn no_turn(&self) -> Error {
        if self.address.file().is_some() { Error::Locked } else { self.silent() }
    }

    fn silent(&self) -> Error {
        Error::Unavailable(Fault::Silent, "no answer in time".into())
    }
}

/// Runs `work` on a thread of its own once a connection is free.
async fn hop(pool: &Arc<Pool>, patience: Duration, work: Work) -> Result<Answer> {
    let errand = Errand { deadline: Instant::now() + patience, given_up: Arc::new(AtomicBool::new(false)) };
    let turn = timeout_at(errand.deadline, pool.permits.clone().acquire_owned()).await.map_err(|_| pool.no_turn())?;
    let permit = turn.map_err(|_| Error::Stopping)?;
    let (its_pool, its_errand) = (pool.clone(), errand.clone());
    let task = tokio::task::spawn_blocking(move || {
        let outcome = its_pool.run(&its_errand, work);
        drop(permit);
        outcome
    });
    let outcome = match &pool.address {
        Address::Sqlite(_) => task.await,
        // No limit of the system ends the wait for a server that is there and says nothing; the thread goes on waiting
        // and keeps its turn, so that there are never more such threads than connections.
        Address::Postgres(_) => timeout(pool.purpose.time_limit(), task).await.map_err(|_| {
            errand.given_up.store(true, Ordering::Relaxed);
            pool.silent()
        })?,
    };
    // The panic itself is in the log, without the words that may quote a record.
    outcome.map_err(|_| Error::Internal("database work panicked".into()))?
}

fn sealed<T: Send + 'static>(value: T) -> Answer {
    Box::new(value)
}

/// What `sealed` closed, with its type again.
fn opened<T: 'static>(answer: Result<Answer>) -> Result<T> {
    let value = answer?.downcast().map_err(|_| Error::Internal("an answer of another type".into()))?;
    Ok(*value)
}
