//! What was found, as a file: the records by name, then the texts, as the page shows them.

use axum::response::Response;

use super::commands;
use super::pages::{SHOWN, groups, text_groups};
use crate::error::Result;
use crate::export::{self, Format, Sheet, Value};
use crate::index::marks::Piece;
use crate::web::{Query, Reader};

const HEADS: [&str; 5] = ["Kind", "Name", "About", "Text", "Address"];

/// `GET /search.csv?q=` and its like.
pub async fn export(reader: Reader, query: Query, format: Format) -> Result<Response> {
    reader
        .page(move |db, page| {
            let (_, words) = commands::read(query.get("q").unwrap_or_default());
            let found = super::hits(db, words, SHOWN)?;
            let row = |cells: [String; 5]| cells.map(|cell| Value::text((!cell.is_empty()).then_some(cell))).to_vec();
            let mut rows = Vec::new();
            for group in groups(db, &found)? {
                let of_line = |line: super::pages::Line| {
                    row([group.heading.into(), whole(&line.name), line.about, String::new(), line.link])
                };
                rows.extend(group.lines.into_iter().map(of_line));
            }
            for group in text_groups(db, page, &found.words)? {
                let of_hit = |hit: super::texts::TextHit| {
                    row([group.heading.into(), hit.title, hit.about, whole(&hit.excerpt), hit.link])
                };
                rows.extend(group.hits.into_iter().map(of_hit));
            }
            export::answer(&Sheet::new("Search", HEADS, rows), format, page.visit.today)
        })
        .await
}

/// A text without its marks.
fn whole(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| piece.text.as_str()).collect()
}
