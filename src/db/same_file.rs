//! Whether the file that the connections have open is still the one under its name: what is written to a file that was
//! removed or replaced is lost when the last connection closes.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::config::Address;
use crate::error::{Error, Fault, Result};

/// Device and number of a file.
type Identity = (u64, u64);

/// The file of an embedded database as it was first opened; nothing for a server.
pub(super) struct SameFile {
    path: Option<PathBuf>,
    opened: OnceLock<Identity>,
}

impl SameFile {
    pub(super) fn new(address: &Address) -> Self {
        Self { path: address.file().map(Path::to_owned), opened: OnceLock::new() }
    }

    /// Refuses another file, or none, under the name of the one that was first seen there: one `stat`, about a
    /// microsecond.
    pub(super) fn check(&self) -> Result<()> {
        let Some(path) = &self.path else { return Ok(()) };
        match (self.opened.get(), identity(path)) {
            (Some(opened), found) if found != Some(*opened) => {
                Err(Error::Unavailable(Fault::Missing, format!("{} was removed or replaced", path.display())))
            }
            (None, Some(found)) => {
                self.opened.get_or_init(|| found);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

fn identity(path: &Path) -> Option<Identity> {
    let found = std::fs::metadata(path).ok()?;
    #[cfg(unix)]
    let identity = (std::os::unix::fs::MetadataExt::dev(&found), std::os::unix::fs::MetadataExt::ino(&found));
    // Elsewhere a file that is open can be neither removed nor replaced.
    #[cfg(not(unix))]
    let identity = (u64::from(found.is_file()), 0);
    Some(identity)
}
