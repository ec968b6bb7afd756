//! Files that are kept beside the backups until someone comes back for them, under names that nobody guesses.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::error::Result;

/// A name for a new one.
pub fn new_name() -> String {
    hex::encode(rand::random::<[u8; 16]>())
}

/// Whether a name is one of those.
pub fn is_name(name: &str) -> bool {
    name.len() == 32 && hex::decode(name).is_ok()
}

/// Removes those of a folder that nobody came back for. A folder that others keep files in is no reason to lose theirs.
pub fn remove_old(folder: &Path, kept: Duration, is_ours: impl Fn(&str) -> bool) -> Result<()> {
    for file in std::fs::read_dir(folder)?.flatten() {
        if !file.file_name().to_str().is_some_and(&is_ours) {
            continue;
        }
        let changed = file.metadata().and_then(|known| known.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
        if changed.elapsed().is_ok_and(|age| age > kept) {
            // Another process may have been quicker.
            let _ = std::fs::remove_file(file.path());
        }
    }
    Ok(())
}

/// A file that is removed unless all of it arrives.
pub struct Unfinished(Option<PathBuf>);

impl Unfinished {
    /// The one there.
    pub fn at(path: &Path) -> Self {
        Self(Some(path.to_owned()))
    }

    /// It is whole.
    pub fn keep(mut self) -> PathBuf {
        self.0.take().unwrap_or_default()
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(path) = self.0.take() {
            let _ = std::fs::remove_file(path);
        }
    }
}
