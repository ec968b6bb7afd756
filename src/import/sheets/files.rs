//! Where the rows of a file are kept until they are taken, each reason beside them, and how far a process is with them:
//! files that only we may read, beside the backups.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::model::Import;
use crate::config::Config;
use crate::db::{private_file, private_folder};
use crate::error::Result;
use crate::import::keeping;

/// A file that nobody came back for is removed after this long.
const KEPT: Duration = Duration::from_secs(14 * 24 * 3600);

/// Work of which nothing was heard for so long has ended with its process.
const SILENT: Duration = Duration::from_secs(120);

/// Rows between two notes of how far it is.
const STEP: u64 = 100;

const ENDINGS: [&str; 3] = ["rows", "reasons", "progress"];

/// The files of one import.
pub struct Files {
    /// Its rows.
    pub rows: PathBuf,
    /// What became of each of them.
    pub reasons: PathBuf,
    /// How far a process is.
    pub progress: PathBuf,
}

fn folder(config: &Config) -> PathBuf {
    config.backups.with_file_name("imports")
}

impl Files {
    /// The files under a name of ours.
    pub fn named(config: &Config, name: &str) -> Self {
        let [rows, reasons, progress] = ENDINGS.map(|ending| folder(config).join(format!("{name}.{ending}")));
        Self { rows, reasons, progress }
    }

    /// The files of an import.
    pub fn of(config: &Config, import: &Import) -> Self {
        Self::named(config, &import.stored_name)
    }

    /// Removes them; what is not there is removed already.
    pub fn remove(&self) {
        for path in [&self.rows, &self.reasons, &self.progress] {
            let _ = std::fs::remove_file(path);
        }
    }
}

/// A place for a file that is being brought, and the name by which it is kept.
pub fn make_place(config: &Config) -> Result<(String, PathBuf)> {
    let folder = folder(config);
    private_folder(&folder)?;
    keeping::remove_old(&folder, KEPT, |name| name.split('.').next().is_some_and(keeping::is_name))?;
    let name = keeping::new_name();
    let path = folder.join(format!("{name}.brought"));
    Ok((name, path))
}

/// A place for a copy of the database.
pub fn place_for_copy(config: &Config) -> Result<PathBuf> {
    private_folder(&folder(config))?;
    Ok(folder(config).join(format!("{}.copy", keeping::new_name())))
}

/// Removes copies of the database that a process left, which was killed while it made them; one that grows stays.
pub fn remove_copies(config: &Config) -> Result<()> {
    let is_copy = |name: &str| {
        name.split_once('.').is_some_and(|(stem, rest)| keeping::is_name(stem) && rest.starts_with("copy"))
    };
    match folder(config).exists() {
        true => keeping::remove_old(&folder(config), SILENT, is_copy),
        false => Ok(()),
    }
}

/// How far a process is with an import, for others to see; gone with the work.
pub struct Progress {
    file: std::cell::RefCell<File>,
    path: PathBuf,
}

impl Progress {
    /// Has it be seen that work is about to begin; what is there is of work that ended before.
    pub fn announce(path: &Path) -> Result<()> {
        if let Some(folder) = path.parent() {
            private_folder(folder)?;
        }
        let _ = std::fs::remove_file(path);
        private_file(path)?;
        Ok(())
    }

    /// Begins to tell of work that was announced.
    pub fn begin(path: &Path) -> Result<Self> {
        Ok(Self { file: File::options().write(true).open(path)?.into(), path: path.to_owned() })
    }

    /// Tells how far it is, now and then.
    pub fn tell(&self, done: u64, all: u64) -> Result<()> {
        if done.is_multiple_of(STEP) {
            let mut file = self.file.borrow_mut();
            file.seek(SeekFrom::Start(0))?;
            file.write_all(format!("{done:>12} {all:>12}").as_bytes())?;
        }
        Ok(())
    }

    /// How far it is: rows done, and all of them; `None` where nobody is at work.
    pub fn of(path: &Path) -> Option<(u64, u64)> {
        let mut file = File::open(path).ok()?;
        let changed = file.metadata().and_then(|known| known.modified()).ok()?;
        if changed.elapsed().is_ok_and(|age| age > SILENT) {
            return None;
        }
        let mut text = String::new();
        file.read_to_string(&mut text).ok()?;
        let mut numbers = text.split_whitespace().map(|number| number.parse().unwrap_or_default());
        Some((numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default()))
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}
