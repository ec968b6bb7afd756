//! A file as it goes out: as it came, to be kept and never shown as a page of ours, in parts if asked.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::store::Store;
use super::{FileRow, names, queries};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::ids::FileId;
use crate::web::{Id, Reader, streamed};

/// Nothing in it runs, loads or is sent, should a browser show it after all.
const POLICY: &str = "default-src 'none'; sandbox";

/// `GET /files/{id}`
pub async fn show(reader: Reader, Id(id): Id<FileId>, headers: HeaderMap) -> Result<Response> {
    reader
        .page(move |db, page| {
            let file = queries::find(db, page.viewer(), id)?.ok_or(Error::NotFound)?;
            answer(&page.config, &file, &headers)
        })
        .await
}

/// The answer that brings a file.
pub fn answer(config: &Config, file: &FileRow, headers: &HeaderMap) -> Result<Response> {
    let Some(content) = Store::of(config).open(&file.sha256) else {
        tracing::error!(sha256 = file.sha256, "the content of a file is missing");
        let words = "What this file holds is missing on the server. An administrator can bring it back from a backup.";
        return Err(Error::Refused(words.into()));
    };
    let length = content.metadata()?.len();
    let tag = format!("\"{}\"", file.sha256);
    let value = |text: &str| HeaderValue::from_str(text).map_err(|error| Error::Internal(error.to_string()));
    let fixed = [
        (header::CONTENT_TYPE, value(file.kind().media_type)?),
        (header::CONTENT_DISPOSITION, value(&names::disposition(&file.file_name))?),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::ACCEPT_RANGES, HeaderValue::from_static("bytes")),
        (header::ETAG, value(&tag)?),
    ];
    // A part is of what it was begun with, which may be another file by now.
    let is_same = headers.get(header::IF_RANGE).is_none_or(|known| known.as_bytes() == tag.as_bytes());
    let asked = headers.get(header::RANGE).filter(|_| is_same).and_then(|range| range.to_str().ok());
    let (from, to) = match asked.map_or(Part::All, |asked| part(asked, length)) {
        Part::All => (0, length),
        Part::Bytes(from, to) => (from, to),
        Part::Beyond => {
            let range = (header::CONTENT_RANGE, value(&format!("bytes */{length}"))?);
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, fixed, [range]).into_response());
        }
    };
    let body = streamed(content, from, to - from)?;
    let size = (header::CONTENT_LENGTH, HeaderValue::from(to - from));
    if (from, to) == (0, length) {
        return Ok((fixed, [size], body).into_response());
    }
    let range = (header::CONTENT_RANGE, value(&format!("bytes {from}-{}/{length}", to - 1))?);
    Ok((StatusCode::PARTIAL_CONTENT, fixed, [size, range], body).into_response())
}

/// What of a content is asked for.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    All,
    /// From the first on, before the second.
    Bytes(u64, u64),
    Beyond,
}

/// Reads `Range` (RFC 9110 §14): one part; several at once, and what cannot be read, are answered with all of it.
fn part(asked: &str, length: u64) -> Part {
    let Some((from, to)) = asked.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Part::All;
    };
    let number = |text: &str| text.trim().parse::<u64>().ok();
    match (number(from), number(to)) {
        (Some(from), None) if to.trim().is_empty() && from < length => Part::Bytes(from, length),
        (Some(from), Some(to)) if from <= to && from < length => Part::Bytes(from, length.min(to.saturating_add(1))),
        (None, Some(last)) if from.trim().is_empty() && last > 0 => Part::Bytes(length.saturating_sub(last), length),
        (Some(from), None) if to.trim().is_empty() && from >= length => Part::Beyond,
        (Some(from), Some(to)) if from <= to => Part::Beyond,
        _ => Part::All,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_read_as_the_standard_has_it() {
        for (asked, found) in [
            ("bytes=0-", Part::Bytes(0, 100)),
            ("bytes=0-0", Part::Bytes(0, 1)),
            ("bytes=90-999", Part::Bytes(90, 100)),
            ("bytes=-10", Part::Bytes(90, 100)),
            ("bytes=-999", Part::Bytes(0, 100)),
            ("bytes=100-", Part::Beyond),
            ("bytes=100-200", Part::Beyond),
            ("bytes=9-3", Part::All),
            ("bytes=0-1,5-6", Part::All),
            ("lines=1-2", Part::All),
            ("bytes=-", Part::All),
        ] {
            assert_eq!(part(asked, 100), found, "{asked}");
        }
    }
}
