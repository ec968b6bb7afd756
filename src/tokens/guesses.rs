//! Tokens that never were, counted in memory by the network they come from: whoever guesses is answered slowly, and
//! keeps neither the database nor a program with a token waiting.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{NaiveDateTime, TimeDelta};
use tokio::sync::Semaphore;

use crate::error::Error;
use crate::sessions::attempts::network_of;

/// So many of a network are answered at once within so many minutes.
const AT_ONCE: u32 = 60;
const MINUTES: i64 = 15;

/// How long the answer to each later one takes, and how many of a network are held back at a time: more would take the
/// places of others who ask from there.
const PAUSE: Duration = Duration::from_secs(1);
const HELD_BACK: usize = 8;

/// So many networks are known; beyond, those are forgotten whose minutes are over, or else all.
const NETWORKS: usize = 10_000;

/// Who guessed.
#[derive(Clone, Default)]
pub struct Guesses(Arc<Mutex<HashMap<String, Guessed>>>);

struct Guessed {
    since: NaiveDateTime,
    number: u32,
    places: Arc<Semaphore>,
}

impl Guesses {
    /// Counts a guess and gives the refusal, after a pause when there were too many.
    pub async fn refuse(&self, remote_address: &str, now: NaiveDateTime) -> Error {
        let Some(places) = self.count(network_of(remote_address), now) else {
            tracing::warn!(from = remote_address, "refused, the token is not valid");
            return Error::SignedOut;
        };
        tracing::warn!(from = remote_address, "refused, too many tokens tried");
        if let Ok(_place) = places.try_acquire() {
            tokio::time::sleep(PAUSE).await;
        }
        Error::TooManyAttempts
    }

    /// Counts a guess; of one too many, the places in which it may wait.
    fn count(&self, network: String, now: NaiveDateTime) -> Option<Arc<Semaphore>> {
        let is_over = |guessed: &Guessed| now - guessed.since >= TimeDelta::minutes(MINUTES);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= NETWORKS {
            all.retain(|_, guessed| !is_over(guessed));
        }
        if all.len() >= NETWORKS {
            all.clear();
        }
        let first = || Guessed { since: now, number: 0, places: Arc::new(Semaphore::new(HELD_BACK)) };
        let guessed = all.entry(network).or_insert_with(first);
        if is_over(guessed) {
            *guessed = first();
        }
        guessed.number += 1;
        (guessed.number > AT_ONCE).then(|| guessed.places.clone())
    }
}
