//! What was found, as a file: the records by name, then the texts, as the page shows them.

use axum::response::Response;

use super::pages::{Line, SHOWN, groups, text_groups};
use super::{commands, texts};
use crate::error::Result;
use crate::export::{self, Format, Sheet, Value};
use crate::index::marks::Piece;
use crate::web::{Query, Reader};

/// What is said where the file ends though there may be more.
const CUT: &str = "The best are told: at most 50 records, and 10 texts of each kind.";

const HEADS: [&str; 4] = ["Kind", "Name", "About", "Text"];

/// `GET /search.csv?q=` and its like.
pub async fn export(reader: Reader, query: Query, format: Format) -> Result<Response> {
    reader
        .page(move |db, page| {
            let (_, words) = commands::read(query.get("q").unwrap_or_default());
            let found = super::hits(db, words, SHOWN)?;
            let row = |cells: [String; 4]| cells.map(|cell| Value::text((!cell.is_empty()).then_some(cell))).to_vec();
            let mut rows = Vec::new();
            for group in groups(db, &found)? {
                let of_line = |line: Line| row([group.heading.into(), whole(&line.name), line.about, String::new()]);
                rows.extend(group.lines.into_iter().map(of_line));
            }
            let texts = text_groups(db, page, &found.words)?;
            let texts_shown = texts.iter().map(|group| group.hits.len()).max();
            for group in texts {
                let of_hit =
                    |hit: texts::TextHit| row([group.heading.into(), hit.title, hit.about, whole(&hit.excerpt)]);
                rows.extend(group.hits.into_iter().map(of_hit));
            }
            if found.named.len() == SHOWN || texts_shown == Some(texts::SHOWN) {
                rows.push(row([String::new(), CUT.into(), String::new(), String::new()]));
            }
            export::answer(&Sheet::new("Search", HEADS, rows), format, page.visit.today)
        })
        .await
}

/// A text without its marks.
fn whole(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| piece.text.as_str()).collect()
}
