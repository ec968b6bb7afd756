//! The settings in force in this process.

use std::sync::{Arc, PoisonError, RwLock};

use super::queries;
use crate::config::Config;
use crate::db::Db;
use crate::error::Result;

/// What the server was started with, and over it what the firm has set since. Whoever looks a session up learns of
/// which version the firm's settings are, so that one process follows another with its next page.
#[derive(Clone)]
pub struct Settings {
    given: Arc<Config>,
    kept: Arc<RwLock<(i64, Arc<Config>)>>,
}

/// Before the firm's settings were read.
const UNREAD: i64 = 0;

impl Settings {
    /// As the server is started, before the database is asked.
    pub fn new(given: Config) -> Self {
        let given = Arc::new(given);
        Self { kept: Arc::new(RwLock::new((UNREAD, given.clone()))), given }
    }

    /// As they were known last, for what asks no database.
    pub fn config(&self) -> Arc<Config> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    /// As the server was started.
    pub fn given(&self) -> &Config {
        &self.given
    }

    /// As they are in that version, which is read once.
    pub fn at(&self, db: &mut Db, version: i64) -> Result<Arc<Config>> {
        let (known, config) = self.kept.read().unwrap_or_else(PoisonError::into_inner).clone();
        if known == version { Ok(config) } else { self.read(db) }
    }

    /// Reads what the firm has set. What does not fit what the server was started with leaves that in force.
    pub fn read(&self, db: &mut Db) -> Result<Arc<Config>> {
        let (firm, version) = queries::find(db)?;
        let config = match firm.over(&self.given) {
            Ok(config) => Arc::new(config),
            Err(cause) => {
                tracing::warn!(%cause, "the firm's settings do not fit those of the server and are left out");
                self.given.clone()
            }
        };
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) = (version, config.clone());
        Ok(config)
    }
}
