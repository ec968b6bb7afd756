//! A file that a browser sends with a form of one field: it goes straight to the disk, within bounds, and is gone when
//! it is dropped.

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::extract::Request;
use axum::http::header;
use http_body_util::BodyExt;

use super::keeping;
use crate::config::Config;
use crate::db::{private_file, private_folder};
use crate::error::{Error, Result};

/// A file is at most this large, and has arrived after at most this long.
const LARGEST: u64 = 512 * 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(600);

/// The head of the field is at most this large.
const HEAD: usize = 8 * 1024;

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
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let Some((_, boundary)) = kind.split_once("boundary=").filter(|_| kind.starts_with("multipart/form-data"))
        else {
            return Ok(None);
        };
        let boundary = format!("\r\n--{}", boundary.trim_matches('"'));
        let folder = folder(config);
        private_folder(&folder)?;
        remove_old(&folder)?;
        let name = keeping::new_name();
        let path = folder.join(&name);
        let mut file = private_file(&path)?;
        let upload = Self { name, path };
        let written = tokio::time::timeout(PATIENCE, write(request, &mut file)).await;
        let is_whole = match written.map_err(|_| Error::TooSlow).and_then(|written| written) {
            Ok(is_headed) => is_headed && cut(&mut file, boundary.as_bytes())?,
            Err(error) => {
                upload.remove()?;
                return Err(error);
            }
        };
        if !is_whole {
            upload.remove()?;
        }
        Ok(is_whole.then_some(upload))
    }
}

/// Removes the files that nobody came back for.
pub fn sweep(config: &Config) -> Result<()> {
    let folder = folder(config);
    if folder.is_dir() { remove_old(&folder) } else { Ok(()) }
}

fn remove_old(folder: &Path) -> Result<()> {
    keeping::remove_old(folder, KEPT, keeping::is_name)
}

/// Writes what stands behind the head of the field; whether there was a head.
async fn write(request: Request, file: &mut File) -> Result<bool> {
    let mut body = request.into_body();
    let mut head: Option<Vec<u8>> = Some(Vec::new());
    let mut written = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Error::TooLarge)?;
        let Ok(bytes) = frame.into_data() else { continue };
        written += bytes.len() as u64;
        if written > LARGEST {
            return Err(Error::TooLarge);
        }
        let Some(mut begun) = head.take() else {
            file.write_all(&bytes)?;
            continue;
        };
        begun.extend_from_slice(&bytes);
        match begun.windows(4).take(HEAD).position(|four| four == b"\r\n\r\n") {
            Some(end) => file.write_all(&begun[end + 4..])?,
            None if begun.len() > HEAD => return Ok(false),
            None => head = Some(begun),
        }
    }
    Ok(head.is_none())
}

/// Cuts the file off where the field ends; whether it does, and holds anything.
fn cut(file: &mut File, boundary: &[u8]) -> Result<bool> {
    let length = file.metadata()?.len();
    let from = length.saturating_sub(boundary.len() as u64 + 256);
    file.seek(SeekFrom::Start(from))?;
    let mut end = Vec::new();
    file.read_to_end(&mut end)?;
    let Some(at) = end.windows(boundary.len()).rposition(|part| part == boundary) else { return Ok(false) };
    let length = from + at as u64;
    file.set_len(length)?;
    Ok(length > 0)
}
