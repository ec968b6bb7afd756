//! Links of all kinds, each with the columns that its kind has.

use serde_json::{Value, json};

use super::answer::{Rows, cut};
use super::asked::Asked;
use super::cursor::Cursor;
use super::logged::moment;
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::error::Result;
use crate::links::LinkKind;
use crate::links::listing_queries::{KindAndRow, LinkFilter, after};
use crate::web::Page;

/// A page of the links that whoever asks may see, kind by kind.
pub fn rows(db: &mut Db, page: &Page, asked: &Asked) -> Result<Rows> {
    const SORT: &str = "kind";
    let filter = LinkFilter {
        kind: asked.query.get("kind").and_then(|text| LinkKind::parse(text).ok()),
        of: asked.record("of"),
        ids: None,
    };
    let last = asked.cursor_of(SORT)?;
    let last = last.and_then(|cursor| Some((cursor.key(0)?, cursor.key(1)?, cursor.key(2)?, cursor.id > 0)));
    let found = after(db, page.viewer(), &filter, last, asked.limit + 1)?;
    let place = |(kind, row): &KindAndRow| {
        Cursor::after(SORT, json!([kind, row.from, row.to]), i64::from(row.draft.is_confidential))
    };
    let (found, next) = cut(found, asked.limit, place);
    Ok(Rows { items: found.iter().map(link).collect(), next })
}

/// Some links.
pub fn each(db: &mut Db, page: &Page, ids: &[i64]) -> Result<Vec<Value>> {
    let filter = LinkFilter { ids: Some(ids.to_vec()), ..LinkFilter::default() };
    let found = after(db, page.viewer(), &filter, None, i64::try_from(ids.len()).unwrap_or(i64::MAX))?;
    Ok(found.iter().map(link).collect())
}

fn link((kind, row): &KindAndRow) -> Value {
    let (from, to) = kind.columns();
    let mut keys = json!({
        "relationship_id": row.link_id,
        "kind": kind,
        from: row.from,
        to: row.to,
        "notes": row.draft.notes,
        "is_confidential": row.draft.is_confidential,
        "created_date": moment(row.created_date),
    });
    if let Some(role) = kind.role() {
        keys[role.name] = json!(row.draft.role);
    }
    match kind {
        LinkKind::ProjectVendor => keys["product_id"] = json!(row.draft.product_id),
        LinkKind::ProjectOfftaker => keys["contracted_volume"] = json!(row.draft.contracted_volume),
        LinkKind::ClientPersonnel => keys["is_primary_contact"] = json!(row.draft.is_primary_contact),
        _ => {}
    }
    if !kind.is_of_client() {
        keys["sources"] = json!(row.draft.sources);
    }
    keys
}
