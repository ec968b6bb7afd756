//! The search: records and texts that hold the words.

use axum::response::Response;
use serde_json::{Value, json};

use super::Collection;
use super::answer::{self, Rows};
use super::asked::Asked;
use crate::db::Db;
use crate::error::Result;
use crate::index::marks::Piece;
use crate::search;
use crate::web::{Page, Query, Reader};

/// `GET /api/v1/search?q=`
pub async fn list(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let asked = Asked::parse(Collection::Search, page.viewer(), query)?;
            let rows = rows(db, page, &asked)?;
            answer::list(Collection::Search, &asked, rows)
        })
        .await
}

/// The records, the best first, then the texts, the newest first.
pub fn rows(db: &mut Db, page: &Page, asked: &Asked) -> Result<Rows> {
    let Some(words) = asked.query.get("q") else { return Ok(Rows::whole(Vec::new())) };
    Ok(Rows::whole(found(db, page, words, usize::try_from(asked.limit).unwrap_or_default())?))
}

/// As many as are wanted of what holds the words.
pub fn found(db: &mut Db, page: &Page, words: &str, limit: usize) -> Result<Vec<Value>> {
    let found = search::hits(db, words, limit)?;
    let mut items: Vec<Value> = Vec::new();
    for hit in &found.named {
        let (kind, id) = (hit.record.kind, hit.record.id);
        items.push(json!({
            "type": kind.path(), "id": id, "title": hit.name, "address": hit.record.address(), "about": kind.singular(),
        }));
    }
    for (kind, hits) in search::text_hits(db, page, &found.words)? {
        let text = |pieces: &[Piece]| pieces.iter().map(|piece| piece.text.as_str()).collect::<String>();
        items.extend(hits.iter().map(|hit| {
            json!({
                "type": kind, "title": hit.title, "address": hit.link, "about": hit.about,
                "excerpt": text(&hit.excerpt),
            })
        }));
    }
    items.truncate(limit);
    Ok(items)
}
