//! Links of every kind as programs go through them: kind after kind in the order of their ends, in one query. The
//! viewer is an argument: only visible rows come back.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamp};

use super::{LinkDraft, LinkKind, LinkRow};
use crate::access::Viewer;
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::db::assembled::Assembled;
use crate::error::Result;
use crate::ids::LinkId;
use crate::records::{RecordKind, RecordRef};

/// Which links a program asks for.
#[derive(Clone, Debug, Default)]
pub struct LinkFilter {
    /// Of one kind.
    pub kind: Option<LinkKind>,
    /// With this record at one of their ends.
    pub of: Option<RecordRef>,
    /// These alone.
    pub ids: Option<Vec<i64>>,
}

/// A link with its kind.
pub type KindAndRow = (LinkKind, LinkRow);

type Columns = (BigInt, BigInt, BigInt, BigInt, DraftColumns, Timestamp);
type DraftColumns = (Nullable<Text>, Nullable<Text>, Nullable<BigInt>, Bool, Nullable<Text>, Nullable<Text>, Bool);

#[derive(Queryable)]
struct Listed {
    place: i64,
    link_id: LinkId,
    from: i64,
    to: i64,
    draft: LinkDraft,
    created_date: NaiveDateTime,
}

/// Where a link stands: its kind, its ends, and which it is of an open and a confidential one between the same two.
pub type Place = (LinkKind, i64, i64, bool);

/// The links that fit, after a place.
pub fn after(
    db: &mut Db,
    viewer: &Viewer,
    filter: &LinkFilter,
    last: Option<Place>,
    limit: i64,
) -> Result<Vec<KindAndRow>> {
    let place_of = |kind: LinkKind| LinkKind::ALL.iter().position(|one| *one == kind).unwrap_or_default();
    let begin = last.map_or(0, |(kind, ..)| place_of(kind));
    let mut query = Assembled::<Columns>::default();
    for (place, &kind) in LinkKind::ALL.iter().enumerate().skip(begin) {
        let is_of = |record: RecordRef| [kind.ends().0, kind.ends().1].contains(&record.kind);
        if filter.kind.is_some_and(|asked| asked != kind) || !filter.of.is_none_or(is_of) {
            continue;
        }
        let union = if query.is_empty() { "" } else { " UNION ALL " };
        let after = last.filter(|(of_kind, ..)| *of_kind == kind);
        query = of_kind(query.words(union), viewer, filter, (place, kind), after, limit);
    }
    if query.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Listed> = query.words(" ORDER BY 1, 3, 4, 11 LIMIT ").number(limit).load(db)?;
    let row = |row: Listed| {
        let kind = LinkKind::ALL.get(usize::try_from(row.place).ok()?)?;
        let Listed { link_id, from, to, draft, created_date, .. } = row;
        Some((*kind, LinkRow { link_id, from, to, draft, created_date }))
    };
    Ok(rows.into_iter().filter_map(row).collect())
}

/// Adds the links of one kind.
fn of_kind(
    query: Assembled<Columns>,
    viewer: &Viewer,
    filter: &LinkFilter,
    (place, kind): (usize, LinkKind),
    last: Option<Place>,
    limit: i64,
) -> Assembled<Columns> {
    let (from, to) = kind.columns();
    let role = kind.role().map_or("CAST(NULL AS TEXT)", |role| role.name);
    let volume = if kind == LinkKind::ProjectOfftaker { "contracted_volume" } else { "CAST(NULL AS TEXT)" };
    let product = if kind == LinkKind::ProjectVendor { "product_id" } else { "CAST(NULL AS BIGINT)" };
    let primary = if kind == LinkKind::ClientPersonnel { "is_primary_contact" } else { "FALSE" };
    let open = if viewer.confidential().is_some() { "TRUE" } else { "NOT is_confidential" };
    let mut query = query.words(format!(
        "SELECT * FROM (SELECT CAST({place} AS BIGINT) AS place, relationship_id, {from} AS first, {to} AS second, \
         {role} AS role, {volume} AS volume, {product} AS product, {primary} AS is_primary, notes, sources, \
         is_confidential, created_date FROM {} WHERE {open}",
        kind.as_str()
    ));
    if let Some(RecordRef { kind: end, id }) = filter.of {
        let ends: [(RecordKind, &str); 2] = [(kind.ends().0, from), (kind.ends().1, to)];
        let mut columns = ends.into_iter().filter(|(of, _)| *of == end).map(|(_, column)| column);
        if let Some(column) = columns.next() {
            query = query.words(format!(" AND ({column} = ")).number(id);
        }
        if let Some(column) = columns.next() {
            query = query.words(format!(" OR {column} = ")).number(id);
        }
        query = query.words(")");
    }
    if let Some(ids) = &filter.ids {
        query = query.words(" AND relationship_id").among(ids.iter().copied());
    }
    if let Some((_, first, second, is_confidential)) = last {
        // The first condition leads to the place in the index, the second leaves out what stands before.
        query = query.words(format!(" AND {from} >= ")).number(first);
        query = query.words(format!(" AND ({from} > ")).number(first).words(format!(" OR {to} > ")).number(second);
        if !is_confidential {
            query = query.words(format!(" OR ({to} = ")).number(second).words(" AND is_confidential)");
        }
        query = query.words(")");
    }
    let order = format!(" ORDER BY {from}, {to}, is_confidential LIMIT ");
    query.words(order).number(limit).words(format!(") AS kind_{place}"))
}
