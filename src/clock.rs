//! What tells the time: the machine, or a clock that is set by hand. It is read at the edge alone (ARCHITECTURE.md).

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, NaiveDateTime, Utc};

/// Tells the time; all copies of one show the same.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Microseconds since 1970 in UTC, if it is set by hand.
    hands: Option<Arc<AtomicI64>>,
}

/// By how many microseconds a clock that is set by hand goes on with each reading: what happens later has a later time.
const TICK: i64 = 1000;

impl Clock {
    /// A clock that stands at a moment in UTC and goes on only as it is read.
    pub fn set_by_hand(moment: NaiveDateTime) -> Self {
        Self { hands: Some(Arc::new(AtomicI64::new(moment.and_utc().timestamp_micros()))) }
    }

    /// Sets the hands; the machine's own time is left alone.
    pub fn set(&self, moment: NaiveDateTime) {
        if let Some(hands) = &self.hands {
            hands.store(moment.and_utc().timestamp_micros(), Ordering::Relaxed);
        }
    }

    /// The moment in UTC.
    pub fn now(&self) -> NaiveDateTime {
        let shown = self
            .hands
            .as_ref()
            .and_then(|hands| DateTime::from_timestamp_micros(hands.fetch_add(TICK, Ordering::Relaxed)));
        shown.unwrap_or_else(Utc::now).naive_utc()
    }
}
