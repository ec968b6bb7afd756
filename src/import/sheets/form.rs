//! A form with a file, as browsers send it (multipart/form-data): it goes straight to the disk, within bounds, and its
//! fields are found there.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::extract::Request;
use axum::http::header;
use http_body_util::BodyExt;

use crate::db::private_file;
use crate::error::{Error, Result};

/// A file is at most this large, and has arrived after at most this long.
const LARGEST: u64 = 50 * 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(300);

/// Fields of a form, bytes of the head of one, and of a value that is no file, at most.
const FIELDS: usize = 20;
const HEAD: usize = 4 * 1024;
const VALUE: u64 = 1024;

/// What a form says: the kind of what its file holds, and the file under the name that it had.
pub struct Sent {
    /// The field `kind`.
    pub kind: String,
    /// The name of the file.
    pub file_name: String,
    /// Where the file stands on the disk, alone.
    pub file: PathBuf,
}

/// Takes a form to the disk; `None` where it holds no file.
pub async fn receive(request: Request, path: &Path) -> Result<Option<Sent>> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_form = kind.get(..19).is_some_and(|kind| kind.eq_ignore_ascii_case("multipart/form-data"));
    let boundary = kind.split_once("boundary=").filter(|_| is_form).map(|(_, boundary)| boundary);
    let Some(boundary) = boundary.and_then(|text| text.split(';').next()).map(|text| text.trim().trim_matches('"'))
    else {
        return Ok(None);
    };
    let boundary = format!("\r\n--{boundary}").into_bytes();
    let whole = path.with_extension("form");
    let received = tokio::time::timeout(PATIENCE, write(request, &whole)).await.map_err(|_| Error::TooSlow);
    let path = path.to_owned();
    let taken = move || {
        let sent = received.flatten().and_then(|()| take_apart(&whole, &boundary, &path));
        let _ = std::fs::remove_file(&whole);
        sent
    };
    tokio::task::spawn_blocking(taken).await.map_err(|error| Error::Internal(error.to_string()))?
}

async fn write(request: Request, path: &Path) -> Result<()> {
    let mut file = BufWriter::new(private_file(path)?);
    // The first boundary has no line before it.
    file.write_all(b"\r\n")?;
    let (mut body, mut written) = (request.into_body(), 0);
    while let Some(frame) = body.frame().await {
        let Ok(bytes) = frame.map_err(|_| Error::TooLarge)?.into_data() else { continue };
        written += bytes.len() as u64;
        if written > LARGEST + 64 * 1024 {
            return Err(Error::TooLarge);
        }
        file.write_all(&bytes)?;
    }
    Ok(file.flush()?)
}

/// Finds the fields of a form on the disk.
fn take_apart(whole: &Path, boundary: &[u8], path: &Path) -> Result<Option<Sent>> {
    let edges = edges(whole, boundary)?;
    let mut form = File::open(whole)?;
    let (mut kind, mut file) = (String::new(), None);
    for pair in edges.windows(2).take(FIELDS) {
        let (from, to) = (pair[0] + boundary.len() as u64, pair[1]);
        let head = read(&mut form, from, (to - from).min(HEAD as u64))?;
        let Some(end) = head.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let body = from + end as u64 + 4;
        let head = String::from_utf8_lossy(&head[..end]).into_owned();
        match parameter(&head, "name").as_deref() {
            Some("kind") => {
                kind = String::from_utf8_lossy(&read(&mut form, body, (to - body).min(VALUE))?).trim().to_owned();
            }
            Some("file") if to > body && file.is_none() => {
                form.seek(SeekFrom::Start(body))?;
                std::io::copy(&mut (&mut form).take(to - body), &mut private_file(path)?)?;
                file = Some(named(&parameter(&head, "filename").unwrap_or_default()));
            }
            _ => {}
        }
    }
    Ok(file.map(|file_name| Sent { kind, file_name, file: path.to_owned() }))
}

/// Where a boundary begins.
fn edges(path: &Path, boundary: &[u8]) -> Result<Vec<u64>> {
    let mut file = BufReader::new(File::open(path)?);
    let (mut edges, mut window, mut start) = (Vec::new(), Vec::new(), 0_u64);
    loop {
        let kept = window.len();
        let read = (&mut file).take(256 * 1024).read_to_end(&mut window)?;
        if read == 0 {
            return Ok(edges);
        }
        // A boundary that is cut by the end of a block is found with the next one.
        let mut at = kept.saturating_sub(boundary.len() - 1);
        while let Some(found) = find(&window[at..], boundary) {
            edges.push(start + (at + found) as u64);
            at += found + boundary.len();
        }
        let spare = window.len().saturating_sub(boundary.len() - 1).max(at.min(window.len()));
        window.drain(..spare);
        start += spare as u64;
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = text[from..].iter().position(|byte| *byte == wanted[0]) {
        if text[from + at..].starts_with(wanted) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

fn read(file: &mut File, from: u64, length: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(from))?;
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A parameter of the disposition of a field.
fn parameter(head: &str, name: &str) -> Option<String> {
    let is_disposition = |line: &&str| line.get(..20).is_some_and(|l| l.eq_ignore_ascii_case("content-disposition:"));
    let line = head.lines().find(is_disposition)?;
    let mut rest = line;
    let wanted = format!("{name}=");
    loop {
        let at = rest.find(&wanted)?;
        // `name=` is the end of `filename=` as well.
        let stands_alone = rest[..at].ends_with([' ', ';', '\t']);
        let value = &rest[at + wanted.len()..];
        if stands_alone {
            return Some(match value.strip_prefix('"') {
                Some(quoted) => quoted.split('"').next().unwrap_or_default().to_owned(),
                None => value.split(';').next().unwrap_or_default().trim().to_owned(),
            });
        }
        rest = value;
    }
}

/// The name of a file without its folder, in letters that a page can show.
fn named(text: &str) -> String {
    let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|c| !c.is_control()).take(100).collect();
    let name = name.trim();
    if name.is_empty() { "file".into() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(body: &[u8]) -> Option<(String, String, Vec<u8>)> {
        let folder = tempfile::tempdir().unwrap();
        let (whole, path) = (folder.path().join("whole"), folder.path().join("file"));
        std::fs::write(&whole, [b"\r\n", body].concat()).unwrap();
        let sent = take_apart(&whole, b"\r\n--edge", &path).unwrap()?;
        Some((sent.kind, sent.file_name, std::fs::read(sent.file).unwrap()))
    }

    #[test]
    fn a_file_is_found_before_and_behind_the_other_field() {
        let kind = "--edge\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nclients\r\n";
        let head = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\a\\b.csv\"\r\n\r\n";
        let file = [head.as_bytes(), b"a\r\n--edg\r\n", &b"x".repeat(300_000), b"\r\n"].concat();
        let content = [&b"a\r\n--edg\r\n"[..], &b"x".repeat(300_000)].concat();
        let expected = Some(("clients".to_owned(), "b.csv".to_owned(), content));
        assert_eq!(parts(&[kind.as_bytes(), &file, b"--edge--\r\n"].concat()), expected);
        assert_eq!(parts(&[&file, kind.as_bytes(), b"--edge--\r\n"].concat()), expected);
        assert_eq!(parts(b"--edge--\r\n"), None);
        assert_eq!(parts(kind.as_bytes()), None);
    }
}
