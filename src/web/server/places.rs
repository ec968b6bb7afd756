//! How many connections there may be, in all and of one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Limits;
use crate::sessions::network;

/// All places, and how many each address has taken.
pub struct Places {
    all: Arc<Semaphore>,
    taken: Arc<Taken>,
    limits: Arc<Limits>,
}

#[derive(Default)]
struct Taken(Mutex<HashMap<IpAddr, usize>>);

impl Taken {
    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of one connection, given back when it is dropped.
pub struct Place {
    _free: OwnedSemaphorePermit,
    address: IpAddr,
    taken: Arc<Taken>,
}

impl Places {
    /// Places within the limits.
    pub fn new(limits: &Arc<Limits>) -> Self {
        Self { all: Arc::new(Semaphore::new(limits.connections)), taken: Arc::default(), limits: limits.clone() }
    }

    /// Waits until one of all places is free.
    pub async fn free(&self) -> OwnedSemaphorePermit {
        self.all.clone().acquire_owned().await.expect("the places are never closed")
    }

    /// Takes the free place for an address, unless that has its share already.
    pub fn take(&self, free: OwnedSemaphorePermit, address: IpAddr) -> Option<Place> {
        let is_proxy = self.limits.proxies.contains(&address.to_canonical());
        let address = network(address);
        let mut taken = self.taken.lock();
        let count = taken.entry(address).or_default();
        if *count >= self.limits.connections_of_one && !is_proxy {
            return None;
        }
        *count += 1;
        Some(Place { _free: free, address, taken: self.taken.clone() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.taken.lock();
        if let Some(count) = taken.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.address);
            }
        }
    }
}
