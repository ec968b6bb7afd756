//! All links of a record in one query. The viewer is an argument: only visible rows come back, and counts count them.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

use super::{Link, LinkDraft, LinkEnd, LinkKind};
use crate::access::Viewer;
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::db::assembled::Assembled;
use crate::db::name_forms::name_key;
use crate::error::Result;
use crate::ids::LinkId;
use crate::records::RecordRef;
use crate::web::Count;

/// Links of one kind of a record, and how many there are in all.
pub struct Linked {
    /// How many this person may see.
    pub total: Count,
    /// Those that were asked for, by name.
    pub links: Vec<Link>,
}

/// A link as it comes back when all kinds are asked at once.
#[derive(Queryable)]
struct Gathered {
    place: i64,
    link_id: LinkId,
    other_id: i64,
    name: String,
    technology: Option<String>,
    total: i64,
    draft: LinkDraft,
}

type GatheredColumns = (BigInt, BigInt, BigInt, Text, Nullable<Text>, BigInt, DraftColumns);
type DraftColumns = (Nullable<Text>, Nullable<Text>, Nullable<BigInt>, Bool, Nullable<Text>, Nullable<Text>, Bool);

/// All links of a record with the names at the other end, in one query: at most `limit` of a kind, the primary contact
/// first, then by name. Kinds without a link are there too.
pub fn of(db: &mut Db, viewer: &Viewer, record: RecordRef, limit: i64) -> Result<Vec<(LinkEnd, Linked)>> {
    let places = LinkEnd::of(record.kind);
    let mut all: Vec<(LinkEnd, Linked)> = places.iter().map(|place| (*place, Linked::none())).collect();
    if places.is_empty() {
        return Ok(all);
    }
    let mut query = Assembled::<GatheredColumns>::default();
    for (number, place) in places.iter().enumerate() {
        query = of_place(query, viewer, number, *place, record.id, (0, limit));
    }
    for row in in_order(query.load(db)?) {
        let Some((_, linked)) = usize::try_from(row.place).ok().and_then(|place| all.get_mut(place)) else { continue };
        linked.take(row);
    }
    Ok(all)
}

/// A part of the links of one kind, in the same order.
pub fn of_kind(db: &mut Db, viewer: &Viewer, place: LinkEnd, id: i64, (offset, limit): (i64, i64)) -> Result<Linked> {
    let mut linked = Linked::none();
    let query = of_place(Assembled::<GatheredColumns>::default(), viewer, 0, place, id, (offset, limit));
    in_order(query.load(db)?).into_iter().for_each(|row| linked.take(row));
    Ok(linked)
}

fn in_order(mut rows: Vec<Gathered>) -> Vec<Gathered> {
    rows.sort_by_cached_key(|row| (!row.draft.is_primary_contact, name_key(&row.name), row.link_id));
    rows
}

impl Linked {
    fn none() -> Self {
        Self { total: Count::exactly(0), links: Vec::new() }
    }

    fn take(&mut self, row: Gathered) {
        self.total = Count::exactly(row.total);
        self.links.push(Link {
            link_id: row.link_id,
            other_id: row.other_id,
            name: row.name,
            product: row.draft.product_id.zip(row.technology),
            draft: row.draft,
        });
    }
}

/// Adds the links of one kind. They are counted before they are cut off.
fn of_place(
    query: Assembled<GatheredColumns>,
    viewer: &Viewer,
    number: usize,
    place: LinkEnd,
    id: i64,
    (offset, limit): (i64, i64),
) -> Assembled<GatheredColumns> {
    let (kind, there) = (place.kind, place.there());
    let text = |column: Option<&str>| match column {
        Some(column) => format!("link.{column}"),
        None => "CAST(NULL AS TEXT)".into(),
    };
    let role = text(kind.role().map(|role| role.name));
    let volume = text((kind == LinkKind::ProjectOfftaker).then_some("contracted_volume"));
    let primary = if kind == LinkKind::ClientPersonnel { "link.is_primary_contact" } else { "FALSE" };
    let (product, technology, chosen) = match kind {
        LinkKind::ProjectVendor => (
            "link.product_id",
            "chosen.product_name",
            "LEFT JOIN products AS chosen ON chosen.product_id = link.product_id",
        ),
        _ => ("CAST(NULL AS BIGINT)", "CAST(NULL AS TEXT)", ""),
    };
    let (table, own, other) = (kind.as_str(), place.own_column(), place.field());
    let (there_table, there_id, there_name) = (there.table(), there.id_column(), there.name_column());
    let open = if viewer.confidential().is_some() { "" } else { "AND NOT link.is_confidential" };
    let union = if number == 0 { "" } else { " UNION ALL " };
    query
        .words(format!(
            "{union}SELECT * FROM (SELECT CAST({number} AS BIGINT) AS place, link.relationship_id, \
             link.{other} AS other_id, named.{there_name} AS name, {technology} AS technology, \
             count(*) OVER () AS total, {role} AS role, {volume} AS volume, {product} AS product_id, \
             {primary} AS is_primary_contact, link.notes, link.sources, link.is_confidential \
             FROM {table} AS link JOIN {there_table} AS named ON named.{there_id} = link.{other} {chosen} \
             WHERE link.{own} = "
        ))
        .number(id)
        .words(format!(" {open} ORDER BY is_primary_contact DESC, named.name_key, link.relationship_id LIMIT "))
        .number(limit)
        .words(" OFFSET ")
        .number(offset)
        .words(format!(") AS kind_{number}"))
}
