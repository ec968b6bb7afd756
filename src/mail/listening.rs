//! The messages of the mailbox that the settings name, wherever it is.

use super::head::Listing;
use super::{imap, maildir};
use crate::config::MailSource;
use crate::error::{Error, Result};

/// Reads the heads of its messages, where no transaction waits for them; of a mailbox that cannot be read, what to do
/// about it (`Error::Setup`).
pub async fn listen(source: &MailSource) -> Result<Listing> {
    match source {
        MailSource::Server(server) => imap::listen(server).await,
        MailSource::Folder(folder) => {
            let folder = folder.clone();
            let task = tokio::task::spawn_blocking(move || maildir::listen(&folder)).await;
            task.map_err(|_| Error::Internal("reading the mailbox panicked".into()))?
        }
    }
}
