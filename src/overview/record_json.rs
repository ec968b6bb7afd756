//! A record as JSON: column names as keys, its links by what they lead to; restricted keys are absent.

use axum::response::Response;
use serde_json::{Map, Value, json};

use crate::error::{Error, Result};
use crate::links::{self, Link, LinkEnd};
use crate::market::figures;
use crate::records::{self, RecordKind, RecordRef};
use crate::web::{Id, Reader, json as answer};

/// `GET /owners/api/{id}` and its like.
pub async fn show(reader: Reader, Id(id): Id<i64>, kind: RecordKind) -> Result<Response> {
    reader
        .page(move |db, page| {
            let record = records::queries::find(db, kind, id)?.ok_or(Error::NotFound)?;
            let mut keys = record.values;
            keys.insert(kind.id_column().into(), json!(id));
            keys.insert("is_archived".into(), json!(record.is_archived));
            keys.insert("version".into(), json!(record.version));
            if let (RecordKind::Project, Some(pass)) = (kind, page.viewer().confidential())
                && let Value::Object(figures) = json!(figures::find(db, pass, id)?)
            {
                keys.extend(figures);
            }
            let mut linked = Map::new();
            for (place, of_place) in links::queries::of(db, page.viewer(), RecordRef { kind, id }, i64::MAX)? {
                let links = of_place.links.iter().map(|link| of_link(place, link)).collect();
                linked.insert(place.segment().into(), links);
            }
            keys.insert("links".into(), Value::Object(linked));
            answer(&keys)
        })
        .await
}

fn of_link(place: LinkEnd, link: &Link) -> Value {
    let mut keys = json!({
        "relationship_id": link.link_id,
        place.field(): link.other_id,
        "name": link.name,
        "notes": link.draft.notes,
        "sources": link.draft.sources,
        "is_confidential": link.draft.is_confidential,
    });
    if let Some(role) = place.kind.role() {
        keys[role.name] = json!(link.draft.role);
    }
    if let Some((product, _)) = link.product {
        keys["product_id"] = json!(product);
    }
    if link.draft.contracted_volume.is_some() {
        keys["contracted_volume"] = json!(link.draft.contracted_volume);
    }
    keys
}
