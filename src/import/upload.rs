//! A file that a browser sends with a form of one field: it goes straight to the disk, within bounds, and waits there
//! for whoever sent it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::extract::Request;

use super::keeping::{self, Unfinished};
use super::sheets;
use crate::config::Config;
use crate::db::{private_file, private_folder};
use crate::error::Result;
use crate::web::Multipart;

/// A file is at most this large, and has arrived after at most this long.
const LARGEST: u64 = 512 * 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(600);

/// A file that nobody came back for is removed after this long.
const KEPT: Duration = Duration::from_secs(24 * 3600);

/// A file that was sent, under a name that nobody guesses.
pub struct Upload {
    /// The name, for whoever sent it.
    pub name: String,
    path: PathBuf,
}

/// Where they are kept meanwhile: beside the backups, readable by nobody else.
fn folder(config: &Config) -> PathBuf {
    config.backups.with_file_name("uploads")
}

impl Upload {
    /// The one of that name, if it is there still.
    pub fn find(config: &Config, name: &str) -> Option<Self> {
        let is_name = name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        let path = folder(config).join(name);
        (is_name && path.is_file()).then(|| Self { name: name.to_owned(), path })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Removes it; another who took it may have been quicker.
    pub fn remove(&self) -> Result<()> {
        match std::fs::remove_file(&self.path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Takes the file out of a form; `None` where the form holds none.
    pub async fn receive(config: &Config, request: Request) -> Result<Option<Self>> {
        let Some(mut form) = Multipart::of(request, LARGEST, PATIENCE) else { return Ok(None) };
        let folder = folder(config);
        private_folder(&folder)?;
        remove_old(&folder)?;
        let name = keeping::new_name();
        let path = folder.join(&name);
        let mut begun = None;
        while let Some(part) = form.next().await? {
            if part.file_name.is_some() && begun.is_none() {
                let unfinished = Unfinished::at(&path);
                if form.write_to(&mut private_file(&path)?).await? > 0 {
                    begun = Some(unfinished);
                }
            }
        }
        Ok(begun.map(|begun| Self { name, path: begun.keep() }))
    }
}

/// Removes the files that nobody came back for.
pub fn sweep(config: &Config) -> Result<()> {
    sheets::remove_copies(config)?;
    let folder = folder(config);
    if folder.is_dir() { remove_old(&folder) } else { Ok(()) }
}

fn remove_old(folder: &Path) -> Result<()> {
    keeping::remove_old(folder, KEPT, keeping::is_name)
}
