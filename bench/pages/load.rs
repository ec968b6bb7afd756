//! The load: several connections, each of which asks for one page after another.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::connection::Connection;

/// At most this long a server is asked before anything counts.
const WARM_UP: Duration = Duration::from_millis(500);

/// What a load came to.
#[derive(Default)]
pub struct Load {
    /// Requests in a second, all connections together.
    pub rate: f64,
    /// Bytes of all bodies.
    bytes: usize,
    /// How long each answer took, the quickest first.
    took: Vec<Duration>,
}

impl Load {
    /// Asks on so many connections for so long, after a warm-up; every answer must have the expected status.
    pub fn measure(
        host: &str,
        connections: usize,
        measured: Duration,
        request: &(impl Fn() -> String + Sync),
        expected: u16,
    ) -> Outcome<Self> {
        let all = Mutex::new(Self::default());
        std::thread::scope(|scope| {
            let one = || -> Outcome<()> {
                let part = one_connection(host, measured, request, expected)?;
                let mut all = all.lock().map_err(|_| "another connection panicked")?;
                all.rate += part.rate;
                all.bytes += part.bytes;
                all.took.extend(part.took);
                Ok(())
            };
            let threads: Vec<_> = (0..connections).map(|_| scope.spawn(one)).collect();
            threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| "a connection panicked")?)
        })?;
        let mut all = all.into_inner().map_err(|_| "a connection panicked")?;
        all.took.sort_unstable();
        Ok(all)
    }

    /// Milliseconds within which that many of a hundred answers came.
    pub fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.took.len() * percent).div_ceil(100).max(1);
        self.took.get(rank - 1).map_or(f64::NAN, |took| took.as_secs_f64() * 1000.0)
    }

    /// Mean size of a body.
    pub fn body_bytes(&self) -> usize {
        self.bytes / self.took.len().max(1)
    }
}

/// At least one request is measured, however slow; the rate counts to the end of the last answer.
fn one_connection(host: &str, measured: Duration, request: &impl Fn() -> String, expected: u16) -> Outcome<Load> {
    let mut connection = Connection::open(host)?;
    let begun = Instant::now();
    while begun.elapsed() < WARM_UP.min(measured) {
        let text = request();
        connection.ask(&text)?.checked(expected, &text)?;
    }
    let mut load = Load::default();
    let begun = Instant::now();
    while load.took.is_empty() || begun.elapsed() < measured {
        let text = request();
        let asked = Instant::now();
        let answer = connection.ask(&text)?.checked(expected, &text)?;
        load.took.push(asked.elapsed());
        load.bytes += answer.body.len();
    }
    load.rate = load.took.len() as f64 / begun.elapsed().as_secs_f64();
    Ok(load)
}
