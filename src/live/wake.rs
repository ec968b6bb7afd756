//! Who waits for events in this process, how many may, and what wakes them: a change of this process at once, one of
//! another through PostgreSQL within a tenth of a second. Nothing that is woken is believed: everyone looks again.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::{Semaphore, watch};

use crate::config::Address;
use crate::db::Listener;
use crate::ids::by_chance;

/// Streams in all, well below the connections that the server takes.
const STREAMS: usize = 400;

/// Streams of one session: one a browser, and as many as a browser opens where it cannot share one.
const STREAMS_OF_ONE: usize = 8;

/// The streams of one process.
#[derive(Clone)]
pub struct Live(Arc<Streams>);

struct Streams {
    /// By which this process is told from others.
    process: i64,
    news: watch::Sender<()>,
    taken: Mutex<HashMap<String, usize>>,
    turns: Semaphore,
    address: Address,
    is_listening: AtomicBool,
    is_beating: AtomicBool,
}

impl Live {
    /// No stream yet; so many may look at the database at once, so that pages do not wait behind them.
    pub fn new(address: Address, turns: usize) -> Self {
        Self(Arc::new(Streams {
            process: by_chance(),
            news: watch::channel(()).0,
            taken: Mutex::default(),
            turns: Semaphore::new(turns.max(1)),
            address,
            is_listening: AtomicBool::new(false),
            is_beating: AtomicBool::new(false),
        }))
    }

    /// By which this process is told from others.
    pub fn process(&self) -> i64 {
        self.0.process
    }

    /// Wakes all who wait: there is something to be looked at.
    pub fn wake(&self) {
        self.0.news.send_replace(());
    }

    /// Waits for that.
    pub fn news(&self) -> watch::Receiver<()> {
        self.0.news.subscribe()
    }

    /// A turn at the database.
    pub fn turns(&self) -> &Semaphore {
        &self.0.turns
    }

    /// Whether it is up to the caller to say of the streams that they are open: one in a process does, while there are
    /// any.
    pub fn begin_beating(&self) -> bool {
        !self.0.is_beating.swap(true, Ordering::AcqRel)
    }

    /// Whether there are streams left to say it of.
    pub fn goes_on_beating(&self) -> bool {
        let taken = self.0.taken();
        if taken.is_empty() {
            self.0.is_beating.store(false, Ordering::Release);
        }
        !taken.is_empty()
    }

    /// Takes the place of a stream, unless the session, or the process, has its share.
    pub fn take(&self, session: &str) -> Option<Seat> {
        let mut taken = self.0.taken();
        let all: usize = taken.values().sum();
        if all >= STREAMS || taken.get(session).is_some_and(|of_session| *of_session >= STREAMS_OF_ONE) {
            return None;
        }
        *taken.entry(session.to_owned()).or_default() += 1;
        drop(taken);
        Streams::listen(&self.0);
        Some(Seat { streams: self.0.clone(), session: session.to_owned() })
    }
}

impl Streams {
    fn taken(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hears of what other processes change for as long as anyone waits for it. Who hears nothing looks all the same,
    /// only later (`together::stream`).
    fn listen(streams: &Arc<Self>) {
        let Address::Postgres(url) = &streams.address else { return };
        if streams.is_listening.swap(true, Ordering::AcqRel) {
            return;
        }
        let (url, streams) = (url.clone(), Arc::downgrade(streams));
        std::thread::spawn(move || {
            let mut listener = Listener::new(url);
            while let Some(streams) = wanted(&streams) {
                if listener.heard() {
                    streams.news.send_replace(());
                }
                drop(streams);
                listener.pause();
            }
        });
    }
}

/// The streams, if there are any left; without any, the next one begins to listen anew.
fn wanted(streams: &Weak<Streams>) -> Option<Arc<Streams>> {
    let streams = streams.upgrade()?;
    let taken = streams.taken();
    if taken.is_empty() {
        streams.is_listening.store(false, Ordering::Release);
        return None;
    }
    drop(taken);
    Some(streams)
}

/// The place of one stream, given back when it is dropped.
pub struct Seat {
    streams: Arc<Streams>,
    session: String,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.streams.taken();
        if let Some(count) = taken.get_mut(&self.session) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.session);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_and_a_process_have_their_share() {
        let live = Live::new(Address::Sqlite("x.db".into()), 1);
        let of_one: Vec<_> = (0..STREAMS_OF_ONE).map(|_| live.take("one").unwrap()).collect();
        assert!(live.take("one").is_none());
        let rest: Vec<_> = (STREAMS_OF_ONE..STREAMS).map(|number| live.take(&number.to_string()).unwrap()).collect();
        assert!(live.take("another").is_none());
        assert!(live.begin_beating() && !live.begin_beating() && live.goes_on_beating());
        drop((of_one, rest));
        assert!(!live.goes_on_beating() && live.begin_beating());
    }
}
