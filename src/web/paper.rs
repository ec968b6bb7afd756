//! Answers that are files: what is set for paper, and what is taken away as it is.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use roundtable_pdf::{Sheet, Typeface};

use super::{assets, streamed};
use crate::error::{Error, Result};

/// A file under a name, shown where the browser can and else kept.
pub fn file(kind: &'static str, name: &str, bytes: Vec<u8>) -> Result<Response> {
    named(kind, ("inline", name), bytes)
}

/// A file under a name, to be kept.
pub fn download(kind: &'static str, name: &str, bytes: Vec<u8>) -> Result<Response> {
    named(kind, ("attachment", name), bytes)
}

/// The same, made piece by piece while it is taken.
pub fn download_as_made(kind: &'static str, name: &str, next: impl streamed::Source) -> Result<Response> {
    named(kind, ("attachment", name), streamed::made(next))
}

fn named(kind: &'static str, (way, name): (&str, &str), bytes: impl Into<Body>) -> Result<Response> {
    let shown = format!("{way}; filename=\"{name}\"");
    let shown = HeaderValue::from_str(&shown).map_err(|error| Error::Internal(error.to_string()))?;
    let kind = HeaderValue::from_static(kind);
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, shown)], bytes.into()).into_response())
}

/// A sheet as PDF.
pub fn pdf(name: &str, sheet: &Sheet) -> Result<Response> {
    pdf_of(name, &sheet.title, std::slice::from_ref(sheet))
}

/// Several sheets as one PDF, each from a page of its own.
pub fn pdf_of(name: &str, title: &str, sheets: &[Sheet]) -> Result<Response> {
    let cut = |name: &str| assets::embedded(name).ok_or_else(|| Error::Internal(format!("{name} is not built")));
    let typeface = Typeface { regular: cut("inter-regular.ttf")?, bold: cut("inter-semibold.ttf")? };
    let bytes = roundtable_pdf::write(title, sheets, &typeface).map_err(|error| Error::Internal(error.to_string()))?;
    file("application/pdf", name, bytes)
}
