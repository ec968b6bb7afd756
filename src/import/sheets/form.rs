//! The form with which a table is brought: what its rows are, and the file, which goes straight to the disk.

use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::extract::Request;

use crate::db::private_file;
use crate::error::Result;
use crate::files;
use crate::import::keeping::Unfinished;
use crate::web::Multipart;

/// A file is at most this large, and has arrived after at most this long.
const LARGEST: u64 = 50 * 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(300);

/// What stands in the form around the file is at most this large.
const AROUND: u64 = 64 * 1024;

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
    let Some(mut form) = Multipart::of(request, LARGEST + AROUND, PATIENCE) else { return Ok(None) };
    let (mut kind, mut file) = (String::new(), None);
    while let Some(part) = form.next().await? {
        match part.name.as_str() {
            "kind" => kind = form.value().await?.trim().to_owned(),
            "file" if file.is_none() => {
                let begun = Unfinished::at(path);
                if form.write_to(&mut private_file(path)?).await? > 0 {
                    let name = files::cleaned(&part.file_name.unwrap_or_default());
                    file = Some((if name.is_empty() { "file".into() } else { name }, begun));
                }
            }
            _ => {}
        }
    }
    Ok(file.map(|(file_name, begun)| Sent { kind, file_name, file: begun.keep() }))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    async fn parts(body: &[u8]) -> Option<(String, String, Vec<u8>)> {
        let folder = tempfile::tempdir().unwrap();
        let request = Request::builder().header("content-type", "multipart/form-data; boundary=edge");
        let request = request.body(Body::from(body.to_vec())).unwrap();
        let sent = receive(request, &folder.path().join("file")).await.unwrap();
        let found = sent.map(|sent| (sent.kind, sent.file_name, std::fs::read(&sent.file).unwrap()));
        let left = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, usize::from(found.is_some()), "what holds no file leaves none");
        found
    }

    #[tokio::test]
    async fn a_file_is_found_before_and_behind_the_other_field() {
        let kind = "--edge\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nclients\r\n";
        let head = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\a\\b.csv\"\r\n\r\n";
        let file = [head.as_bytes(), b"a\r\n--edg\r\n", &b"x".repeat(300_000), b"\r\n"].concat();
        let content = [&b"a\r\n--edg\r\n"[..], &b"x".repeat(300_000)].concat();
        let expected = Some(("clients".to_owned(), "b.csv".to_owned(), content));
        assert_eq!(parts(&[kind.as_bytes(), &file, b"--edge--\r\n"].concat()).await, expected);
        assert_eq!(parts(&[&file, kind.as_bytes(), b"--edge--\r\n"].concat()).await, expected);
        assert_eq!(parts(b"--edge--\r\n").await, None);
        assert_eq!(parts(&[kind.as_bytes(), head.as_bytes(), b"\r\n--edge--\r\n"].concat()).await, None);
    }
}
