//! Who asks more than once in one request: whoever follows a meeting, and an assistant, tool by tool.

use std::sync::Arc;

use super::request::{Asked, tell};
use super::{App, Page};
use crate::access::Audience;
use crate::db::Db;
use crate::error::Result;
use crate::tokens::Token;

/// Looks for a person who is signed in, for as long as they want to know what happens: each time as a page does, with
/// the rights that they have then.
#[derive(Clone)]
pub struct Watcher(pub(super) Arc<Asked>);

impl Watcher {
    /// Looks for the owner of a token, for whom an assistant on this machine asks.
    pub fn of_assistant(app: App, token: Token) -> Self {
        Self(Arc::new(Asked::of_assistant(app, token)))
    }

    /// The same for what is open to these people.
    pub fn open_to(&self, audience: Audience) -> Self {
        Self(Arc::new(self.0.open_to(audience)))
    }

    /// Runs `work` in a read transaction of its own.
    pub async fn look<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Db, &Page) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let asked = self.0.clone();
        self.0.app.database.read(move |db| asked.run(db, work)).await
    }

    /// Runs `work` in a write transaction of its own, and wakes those who wait for what it did.
    pub async fn change<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Db, &Page) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let asked = self.0.clone();
        let noted = move |db: &mut Db, page: &Page| {
            let done = work(db, page)?;
            tell(db, &page.visit)?;
            Ok(done)
        };
        let done = self.0.app.database.write(move |db| asked.run(db, &noted)).await?;
        self.0.app.live.wake();
        Ok(done)
    }
}
