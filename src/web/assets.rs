//! Styles, scripts and icons, embedded in the binary and compressed beforehand; cached for ever under their digest.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Files;

static DIGEST: LazyLock<String> = LazyLock::new(|| {
    let mut all = Sha256::new();
    for name in Files::iter() {
        if let Some(file) = Files::get(&name) {
            all.update(file.metadata.sha256_hash());
        }
    }
    hex::encode(all.finalize())[..16].to_owned()
});

static ADDRESSES: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let address = |name: &str| format!("/assets/{}/{name}", *DIGEST);
    Files::iter().map(|name| (name.to_string(), address(&name))).collect()
});

/// The address of an embedded file, which changes with its content; empty where the file is missing.
pub fn asset_address(name: &str) -> &'static str {
    ADDRESSES.get(name).map(String::as_str).unwrap_or_default()
}

/// An embedded file that the program itself needs.
pub(super) fn embedded(name: &str) -> Option<Vec<u8>> {
    Files::get(name).map(|file| file.data.into_owned())
}

/// `GET /assets/{digest}/{name}`
pub async fn show(Path((digest, name)): Path<(String, String)>, headers: HeaderMap) -> Result<Response> {
    // Another version's address must not be remembered with this version's file.
    file(&name, &headers, if digest == *DIGEST { "public, max-age=31536000, immutable" } else { "no-store" })
}

/// `GET /favicon.ico`, for browsers that do not ask the page.
pub async fn favicon(headers: HeaderMap) -> Result<Response> {
    file("favicon.svg", &headers, "public, max-age=3600")
}

fn file(name: &str, headers: &HeaderMap, cache: &'static str) -> Result<Response> {
    let kind = match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("json") => "application/speculationrules+json",
        _ => return Err(Error::NotFound),
    };
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let small = accepted.contains("br").then(|| Files::get(&format!("{name}.br"))).flatten();
    let encoded = small.is_some();
    let found = small.or_else(|| Files::get(name)).ok_or(Error::NotFound)?;
    let bytes = match found.data {
        Cow::Borrowed(data) => Bytes::from_static(data),
        Cow::Owned(data) => Bytes::from(data),
    };
    let mut response = bytes.into_response();
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if encoded {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    Ok(response)
}
