//! The files of a maildir, of which each head is read.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::head::{HEAD, Head, Heard, Listing};
use super::letter::one_line;
use crate::error::{Error, Result};

/// Reads the heads of all messages, the earliest file names first; before any transaction, since there may be many.
pub fn listen(folder: &Path) -> Result<Listing> {
    Ok(Listing { heard: files(folder)?.iter().map(|file| heard(file)).collect(), left_out: 0 })
}

fn heard(file: &Path) -> Heard {
    let name = file.file_name().map(|name| one_line(&name.to_string_lossy())).unwrap_or_default();
    let mut bytes = Vec::new();
    // A file may be moved away while it is looked for.
    let Ok(_) = File::open(file).and_then(|file| file.take(HEAD.into()).read_to_end(&mut bytes)) else {
        return Heard(name, Err("it cannot be read"));
    };
    Heard(name, Head::read(&bytes))
}

/// The messages that were read and those that were not, in the order of their names.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let no_mailbox = || Error::Setup(format!("{} is no maildir: it has no folder cur", folder.display()));
    let mut files = Vec::new();
    for part in ["cur", "new"] {
        let entries = match std::fs::read_dir(folder.join(part)) {
            Ok(entries) => entries,
            Err(_) if part == "new" => continue,
            Err(_) => return Err(no_mailbox()),
        };
        for entry in entries {
            files.push(entry?.path());
        }
    }
    files.sort_by(|one, other| one.file_name().cmp(&other.file_name()));
    Ok(files)
}
