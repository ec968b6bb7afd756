//! Records of the kinds around the clients: owners, vendors, technologies and so on, and people.

use serde_json::{Map, Value, json};

use super::answer::{Rows, cut};
use super::asked::Asked;
use crate::db::Db;
use crate::error::Result;
use crate::market::figures;
use crate::records::{self, ListFilter, Record, RecordKind};
use crate::web::Page;

/// A page of a kind: by name from row to row, in any other order as far as its pages go.
pub fn rows(db: &mut Db, page: &Page, kind: RecordKind, asked: &Asked) -> Result<Rows> {
    let walk = asked.walk()?;
    let (descending, column) = walk.sort.strip_prefix('-').map_or((false, &*walk.sort), |column| (true, column));
    let archived = asked.query.get("archived").is_some();
    let found = asked.query.get("search").map(|words| records::queries::ids_found(db, kind, archived, words));
    let values = kind.filters().filter_map(|spec| Some((spec.name, asked.query.get(spec.name)?.to_owned())));
    let filter = ListFilter {
        found: found.transpose()?,
        values: values.collect(),
        archived,
        sort: kind.fields().iter().map(|spec| spec.name).find(|name| *name == column).unwrap_or("name"),
        descending,
        after: walk.after.clone(),
        offset: walk.offset,
        limit: asked.limit + 1,
        ..ListFilter::default()
    };
    let after = |record: &Record| walk.next(&record.name, record.id);
    let (found, next) = cut(records::queries::list(db, kind, &filter)?, asked.limit, after);
    Ok(Rows { items: told(db, page, kind, found)?, next })
}

/// Some of a kind.
pub fn each(db: &mut Db, page: &Page, kind: RecordKind, ids: &[i64]) -> Result<Vec<Value>> {
    let found = records::queries::by_ids(db, kind, ids)?;
    told(db, page, kind, found)
}

/// Records with all their columns, the figures of projects for those who may see them.
fn told(db: &mut Db, page: &Page, kind: RecordKind, found: Vec<Record>) -> Result<Vec<Value>> {
    let ids: Vec<i64> = found.iter().map(|record| record.id).collect();
    let mut figures = match page.viewer().confidential().filter(|_| kind == RecordKind::Project) {
        Some(pass) => figures::find_each(db, pass, &ids)?,
        None => Default::default(),
    };
    let told = |record: Record| {
        let mut keys = Map::from_iter([(kind.id_column().to_owned(), json!(record.id))]);
        keys.extend(record.values);
        keys.insert("is_archived".into(), json!(record.is_archived));
        keys.insert("version".into(), json!(record.version));
        if let Some(Value::Object(figures)) = figures.remove(&record.id).map(|figures| json!(figures)) {
            keys.extend(figures);
        }
        Value::Object(keys)
    };
    Ok(found.into_iter().map(told).collect())
}
