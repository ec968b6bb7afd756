//! Records of the kinds around the clients: owners, vendors, technologies and so on, and people.

use serde_json::{Map, Value, json};

use super::answer::{Rows, cut};
use super::asked::Asked;
use super::cursor::Cursor;
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::db::name_forms::name_key;
use crate::error::Result;
use crate::market::figures;
use crate::records::{self, ListFilter, Record, RecordKind};
use crate::web::{COUNTED, Page};

/// Every kind of record.
pub fn kinds() -> impl Iterator<Item = RecordKind> {
    RecordKind::ALL.iter().copied()
}

/// A page of a kind: by name from row to row, in any other order as far as its pages go.
pub fn rows(db: &mut Db, page: &Page, kind: RecordKind, asked: &Asked) -> Result<Rows> {
    let sort = asked.sort("name");
    let (descending, column) = sort.strip_prefix('-').map_or((false, &*sort), |column| (true, column));
    let cursor = asked.cursor_of(&sort)?;
    let archived = asked.query.get("archived").is_some();
    let found = asked.query.get("search").map(|words| records::queries::ids_found(db, kind, archived, words));
    let values = kind.filters().filter_map(|spec| Some((spec.name, asked.query.get(spec.name)?.to_owned())));
    let is_by_name = column == "name";
    let offset = cursor.filter(|_| !is_by_name).map_or(0, |cursor| cursor.id.min(COUNTED));
    let filter = ListFilter {
        found: found.transpose()?,
        values: values.collect(),
        archived,
        sort: kind.fields().iter().map(|spec| spec.name).find(|name| *name == column).unwrap_or("name"),
        descending,
        after: cursor.filter(|_| is_by_name).and_then(|cursor| Some((cursor.key(0)?, cursor.id))),
        offset,
        limit: asked.limit + 1,
        ..ListFilter::default()
    };
    let after = |record: &Record| match is_by_name {
        true => Cursor::after(&sort, json!([name_key(&record.name)]), record.id),
        false => Cursor::at(&sort, offset + asked.limit),
    };
    let (found, next) = cut(records::queries::list(db, kind, &filter)?, asked.limit, after);
    let next = next.filter(|next| is_by_name || next.id < COUNTED);
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
