//! A form that brings files (RFC 7578), read piece by piece as it arrives: no part is held as a whole. How many bytes
//! and parts it has, and how long it takes, is bounded.

use std::io::Write;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header;
use http_body_util::BodyExt;
use tokio::time::{Instant, timeout_at};

use crate::error::{Error, Result};

/// The head of a part is at most this large, and so is the value of a field that is no file.
const HEAD: usize = 8 * 1024;

/// A form has at most so many parts.
const PARTS: usize = 100;

/// Whoever sends nothing for this long has gone.
const PATIENCE: Duration = Duration::from_secs(30);

/// A form as it arrives.
pub struct Multipart {
    body: Body,
    /// What ends a part.
    boundary: Vec<u8>,
    /// What has arrived and was not handed on yet.
    held: Vec<u8>,
    /// Bytes that may still arrive, and until when; and parts.
    left: u64,
    until: Instant,
    parts_left: usize,
    is_in_part: bool,
}

/// What is said of a part before it.
pub struct Part {
    /// The name of its field.
    pub name: String,
    /// The name of the file, of one that is a file.
    pub file_name: Option<String>,
}

impl Multipart {
    /// The form of a request, which may hold so many bytes and take so long; `None` where it is none of this kind.
    pub fn of(request: Request, limit: u64, patience: Duration) -> Option<Self> {
        let kind = request.headers().get(header::CONTENT_TYPE)?.to_str().ok()?;
        let (kind, parameters) = kind.split_once(';')?;
        let is_form = kind.trim().eq_ignore_ascii_case("multipart/form-data");
        let boundary = parameters.split(';').find_map(|one| one.trim().strip_prefix("boundary="))?.trim_matches('"');
        let is_boundary = (1..=70).contains(&boundary.len());
        let boundary = format!("\r\n--{boundary}").into_bytes();
        // The first one stands at the beginning of a line too.
        let held = b"\r\n".to_vec();
        (is_form && is_boundary).then(|| Self {
            body: request.into_body(),
            boundary,
            held,
            left: limit,
            until: Instant::now() + patience,
            parts_left: PARTS,
            is_in_part: true,
        })
    }

    /// Goes on to the next part, whatever is left of the last one; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Part>> {
        while self.piece().await?.is_some() {}
        while self.held.len() < self.boundary.len() + 2 {
            self.arrive().await?;
        }
        let after = &self.held[self.boundary.len()..];
        if after.starts_with(b"--") {
            return Ok(None);
        }
        if !after.starts_with(b"\r\n") {
            return Err(cut_off());
        }
        self.parts_left = self.parts_left.checked_sub(1).ok_or(Error::TooLarge)?;
        self.held.drain(..self.boundary.len());
        let end = loop {
            match self.held.windows(4).position(|four| four == b"\r\n\r\n") {
                Some(end) => break end,
                None if self.held.len() > HEAD => return Err(cut_off()),
                None => self.arrive().await?,
            }
        };
        let head = String::from_utf8_lossy(&self.held[..end]).into_owned();
        self.held.drain(..end + 4);
        self.is_in_part = true;
        let told = head.lines().find(|line| starts_with(line, "content-disposition:")).unwrap_or_default();
        let name = parameter(told, "name").unwrap_or_default();
        Ok(Some(Part { name, file_name: parameter(told, "filename") }))
    }

    /// The next bytes of the part that has begun; `None` at its end.
    pub async fn piece(&mut self) -> Result<Option<Vec<u8>>> {
        while self.is_in_part {
            if let Some(end) = find(&self.held, &self.boundary) {
                self.is_in_part = false;
                let piece: Vec<u8> = self.held.drain(..end).collect();
                return Ok((!piece.is_empty()).then_some(piece));
            }
            // The end may have come in part.
            let safe = self.held.len().saturating_sub(self.boundary.len());
            if safe > 0 {
                return Ok(Some(self.held.drain(..safe).collect()));
            }
            self.arrive().await?;
        }
        Ok(None)
    }

    /// The value of a field that is no file.
    pub async fn value(&mut self) -> Result<String> {
        let mut value = Vec::new();
        while let Some(piece) = self.piece().await? {
            value.extend(piece);
            if value.len() > HEAD {
                return Err(Error::TooLarge);
            }
        }
        Ok(String::from_utf8_lossy(&value).into_owned())
    }

    /// Writes all of the part that has begun, a file; how many bytes it has.
    pub async fn write_to(&mut self, file: &mut impl Write) -> Result<usize> {
        let mut written = 0;
        while let Some(piece) = self.piece().await? {
            file.write_all(&piece)?;
            written += piece.len();
        }
        Ok(written)
    }

    async fn arrive(&mut self) -> Result<()> {
        let until = self.until.min(Instant::now() + PATIENCE);
        let frame = timeout_at(until, self.body.frame()).await.map_err(|_| Error::TooSlow)?;
        let frame = frame.ok_or_else(cut_off)?.map_err(|_| cut_off())?;
        let Ok(bytes) = frame.into_data() else { return Ok(()) };
        self.left = self.left.checked_sub(bytes.len() as u64).ok_or(Error::TooLarge)?;
        self.held.extend_from_slice(&bytes);
        Ok(())
    }
}

fn cut_off() -> Error {
    Error::Malformed("What was sent did not arrive whole. Send it again.".into())
}

fn starts_with(line: &str, start: &str) -> bool {
    line.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// Where a boundary begins: looked for by its first byte, which few bytes are.
fn find(held: &[u8], boundary: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(place) = held[from..].iter().position(|byte| *byte == boundary[0]) {
        let place = from + place;
        if held[place..].starts_with(boundary) {
            return Some(place);
        }
        from = place + 1;
    }
    None
}

/// A parameter of a header, as browsers write it: a quote and a line end within as `%22`, `%0D` and `%0A`.
fn parameter(header: &str, name: &str) -> Option<String> {
    let start = format!("{name}=");
    let mut rest = header;
    let value = loop {
        let place = rest.find(&start)?;
        let is_whole = rest[..place].ends_with([' ', ';', '\t']);
        rest = &rest[place + start.len()..];
        if is_whole {
            break rest;
        }
    };
    let Some(quoted) = value.strip_prefix('"') else {
        return Some(value.split(';').next().unwrap_or_default().trim().to_owned());
    };
    let mut text = String::new();
    let mut letters = quoted.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => break,
            '\\' if letters.peek() == Some(&'"') => text.extend(letters.next()),
            other => text.push(other),
        }
    }
    Some(text.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(body: Body) -> Request {
        let kind = "multipart/form-data; boundary=line";
        Request::builder().header(header::CONTENT_TYPE, kind).body(body).unwrap()
    }

    async fn parts(body: &str, pieces: usize) -> Result<Vec<(String, Option<String>, String)>> {
        let chunks: Vec<Result<Vec<u8>, std::io::Error>> =
            body.as_bytes().chunks(pieces).map(|piece| Ok(piece.to_vec())).collect();
        let body = Body::from_stream(futures_util::stream::iter(chunks));
        let mut form = Multipart::of(request(body), 10_000, Duration::from_secs(60)).unwrap();
        let mut found = Vec::new();
        while let Some(part) = form.next().await? {
            let value = form.value().await?;
            found.push((part.name, part.file_name, value));
        }
        Ok(found)
    }

    const FORM: &str = "--line\r\nContent-Disposition: form-data; name=\"who\"\r\n\r\nopen\r\n\
        --line\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a %22b%22.txt\"\r\n\
        Content-Type: text/plain\r\n\r\none\r\n--lin two\r\n\r\n--line\r\n\
        Content-Disposition: form-data; name=\"files\"; filename=\"\"\r\n\r\n\r\n--line--\r\n";

    #[tokio::test]
    async fn a_form_is_read_in_pieces_of_any_size() {
        let whole = parts(FORM, FORM.len()).await.unwrap();
        assert_eq!(whole[0], ("who".into(), None, "open".into()));
        assert_eq!(whole[1], ("files".into(), Some("a \"b\".txt".into()), "one\r\n--lin two\r\n".into()));
        assert_eq!(whole[2], ("files".into(), Some(String::new()), String::new()));
        for pieces in [1, 2, 3, 7, 50] {
            assert_eq!(parts(FORM, pieces).await.unwrap(), whole);
        }
    }

    #[tokio::test]
    async fn a_form_that_ends_early_is_refused() {
        for length in 0..FORM.len() - 4 {
            assert!(parts(&FORM[..length], 11).await.is_err(), "{length}");
        }
    }

    #[tokio::test]
    async fn a_form_of_too_many_parts_is_refused() {
        let form = |parts: usize| {
            "--line\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n\r\n".repeat(parts) + "--line--\r\n"
        };
        assert_eq!(parts(&form(PARTS), 1_000).await.unwrap().len(), PARTS);
        assert!(matches!(parts(&form(PARTS + 1), 1_000).await, Err(Error::TooLarge)));
    }

    #[tokio::test]
    async fn a_form_that_drips_is_refused_in_time() {
        let head = "--line\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\n";
        let drops = futures_util::stream::unfold(head.to_owned(), async |next| {
            tokio::time::sleep(Duration::from_millis(40)).await;
            Some((Ok::<_, std::io::Error>(next), "x".to_owned()))
        });
        let begun = Instant::now();
        let drops = Body::from_stream(drops);
        let mut form = Multipart::of(request(drops), 10_000, Duration::from_millis(400)).unwrap();
        form.next().await.unwrap();
        assert!(matches!(form.write_to(&mut Vec::new()).await, Err(Error::TooSlow)));
        assert!((300..3_000).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());
    }
}
