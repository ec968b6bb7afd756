//! Where the contents of files stand: a folder beside the database, private, each under its hash. What arrives has
//! another name until all of it is on the disk; what no row names any more stays for a while, so that a removal can be
//! undone.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Days, NaiveDateTime, Utc};
use sha2::{Digest, Sha256};

use super::kinds::Seen;
use super::queries;
use crate::access::AdminPass;
use crate::config::Config;
use crate::db::{Db, Lock, backup, hold_lock, private_file, private_folder, write_transaction};
use crate::error::Result;

/// A content that no row names stays this long, so that it is there for whoever takes a removal back.
pub const KEPT: Days = Days::new(30);

/// What did not arrive whole, and was left by a process that ended, is removed after this long.
const ARRIVING: Days = Days::new(1);

/// So much of the beginning of a content is looked at, and so much of its end.
const START: usize = 4 * 1_024;
const END: u64 = 64 * 1_024;

/// The folder.
pub struct Store {
    folder: PathBuf,
}

impl Store {
    /// The one of these settings.
    pub fn of(config: &Config) -> Self {
        Self::at(&config.files)
    }

    /// The one in a folder, which need not be there yet.
    pub fn at(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    fn arriving(&self) -> PathBuf {
        self.folder.join("arriving")
    }

    fn path(&self, sha256: &str) -> PathBuf {
        // Folders of few files each: a hash begins with each pair of digits alike.
        self.folder.join(sha256.get(..2).unwrap_or_default()).join(sha256)
    }

    /// Whether a content is there.
    pub fn has(&self, sha256: &str) -> bool {
        self.open(sha256).is_some()
    }

    /// A content, if it is there.
    pub fn open(&self, sha256: &str) -> Option<File> {
        File::open(self.path(sha256)).ok()
    }

    /// Begins to take in a content.
    pub fn begin(&self) -> io::Result<Arriving> {
        let folder = self.arriving();
        private_folder(&folder)?;
        let path = folder.join(hex::encode(rand::random::<[u8; 16]>()));
        let file = private_file(&path)?;
        Ok(Arriving { path, file, hash: Sha256::new(), bytes: 0, start: Vec::new(), is_text: true })
    }

    /// Keeps a content that is sealed under its hash, also after a power cut; what is kept already stays kept.
    pub fn keep(&self, arrived: &Arriving) -> Result<()> {
        let path = self.path(&arrived.sha256());
        let folder = path.parent().unwrap_or(&self.folder);
        if !folder.is_dir() {
            private_folder(folder)?;
            // The names of new folders have to reach the disk too.
            backup::sync_folder_of(folder)?;
            backup::sync_folder_of(&self.folder)?;
        }
        // A transaction that runs again has renamed it before.
        if arrived.path.exists() || !path.exists() {
            backup::rename(&arrived.path, &path)?;
        }
        Ok(())
    }

    /// How many bytes are on the disk: what rows name, what they no longer do, and what arrives.
    pub fn bytes(&self) -> u64 {
        let files = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten();
        let of_folder = |folder: fs::DirEntry| -> u64 {
            files(&folder.path()).filter_map(|file| Some(file.metadata().ok()?.len())).sum()
        };
        files(&self.folder).map(of_folder).sum()
    }

    /// Notes that a content is no longer named since a moment (UTC), from which on it stays for a while.
    pub fn let_go(&self, sha256: &str, now: NaiveDateTime) -> io::Result<()> {
        match self.open(sha256) {
            Some(file) => file.set_modified(DateTime::<Utc>::from_naive_utc_and_offset(now, Utc).into()),
            None => Ok(()),
        }
    }

    /// Removes what no row has named for a while before a moment (UTC), and what did not arrive whole; how many
    /// contents.
    pub fn sweep(&self, db: &mut Db, pass: AdminPass, now: NaiveDateTime) -> Result<usize> {
        for (path, _) in older_than(&self.arriving(), now - ARRIVING) {
            // Another process may have been quicker.
            let _ = fs::remove_file(path);
        }
        let mut swept = 0;
        let folders = fs::read_dir(&self.folder).into_iter().flatten().flatten().map(|entry| entry.path());
        for folder in folders.filter(|folder| folder.file_name().is_some_and(|name| name.len() == 2)) {
            let old: Vec<(PathBuf, String)> =
                older_than(&folder, now - KEPT).into_iter().filter(|(_, name)| name.len() == 64).collect();
            if old.is_empty() {
                continue;
            }
            swept += write_transaction(db, |db| {
                hold_lock(db, Lock::Files)?;
                let named = queries::named(db, pass, old.iter().map(|(_, name)| name.as_str()))?;
                let orphans = old.iter().filter(|(_, name)| !named.contains(name));
                Ok(orphans.filter(|(path, _)| fs::remove_file(path).is_ok()).count())
            })?;
        }
        Ok(swept)
    }

    /// Copies a content into another folder and holds the copy against its hash; whether it was there.
    pub fn copy_to(&self, other: &Self, sha256: &str) -> Result<bool> {
        let Some(mut file) = self.open(sha256) else { return Ok(false) };
        if other.path(sha256).exists() {
            return Ok(true);
        }
        let mut copy = other.begin()?;
        let mut piece = vec![0; 256 * 1_024];
        loop {
            match file.read(&mut piece)? {
                0 => break,
                read => copy.write(&piece[..read])?,
            }
        }
        let is_whole = copy.sha256() == sha256;
        if is_whole {
            copy.seal()?;
            other.keep(&copy)?;
        }
        Ok(is_whole)
    }
}

impl Store {
    /// Removes the folder in which contents arrive, once none does.
    pub fn settle(&self) -> io::Result<()> {
        match fs::remove_dir(self.arriving()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// The files of a folder that were changed last before a moment (UTC), with their names.
fn older_than(folder: &Path, moment: NaiveDateTime) -> Vec<(PathBuf, String)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let is_old = |entry: &fs::DirEntry| {
        let changed = entry.metadata().ok().filter(fs::Metadata::is_file).and_then(|known| known.modified().ok());
        changed.is_some_and(|changed| DateTime::<Utc>::from(changed).naive_utc() < moment)
    };
    let named = |entry: fs::DirEntry| Some((entry.path(), entry.file_name().into_string().ok()?));
    entries.filter(is_old).filter_map(named).collect()
}

/// A content that is arriving; what is dropped before it is kept is gone.
pub struct Arriving {
    path: PathBuf,
    file: File,
    hash: Sha256,
    bytes: u64,
    start: Vec<u8>,
    is_text: bool,
}

impl Arriving {
    /// Takes in more of it.
    pub fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        self.hash.update(piece);
        self.bytes += piece.len() as u64;
        let room = START.saturating_sub(self.start.len());
        self.start.extend(&piece[..room.min(piece.len())]);
        let is_of_text = |byte: &u8| *byte >= 0x20 && *byte != 0x7f || matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c);
        self.is_text = self.is_text && piece.iter().all(is_of_text);
        self.file.write_all(piece)
    }

    /// Has it reach the disk once it is whole.
    pub fn seal(&self) -> io::Result<()> {
        self.file.sync_all()
    }

    /// The hash of what has arrived.
    pub fn sha256(&self) -> String {
        hex::encode(self.hash.clone().finalize())
    }

    /// How many bytes have arrived.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Looks at it once it is whole.
    pub fn look<T>(&mut self, judge: impl FnOnce(&Seen<'_>) -> T) -> io::Result<T> {
        let mut end = Vec::new();
        self.file.seek(SeekFrom::Start(self.bytes.saturating_sub(END)))?;
        self.file.read_to_end(&mut end)?;
        Ok(judge(&Seen { start: &self.start, end: &end, is_text: self.is_text }))
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        // One that is kept has another name by now.
        let _ = fs::remove_file(&self.path);
    }
}
