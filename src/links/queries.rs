//! All queries on links. The viewer is an argument of each: only visible rows come back, and counts count them.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde_json::{Value, json};

pub use super::gathered_queries::{Linked, of, of_kind};
use super::listing_queries::{KindAndRow, LinkFilter, after};
use super::tables::*;
use super::{Direction, LinkDraft, LinkEnd, LinkKind, Reaching};
use crate::access::{AdminPass, Viewer, Visit};
use crate::audit;
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::db::expressions::among;
use crate::db::schema::{
    client_personnel_relationships as held_by, client_project_reach as reach, project_vendor_relationships as supply,
};
use crate::db::statements::WrittenOnce;
use crate::error::Result;
use crate::ids::{ClientId, LinkId};
use crate::records::{self, RecordKind, RecordRef, ReferenceColumn, reference_column};
use crate::web::Dependency;

/// What is linked to a record, by kind, before it is deleted.
pub fn dependencies(db: &mut Db, viewer: &Viewer, record: RecordRef) -> Result<Vec<Dependency>> {
    let dependency = |(place, linked): (LinkEnd, Linked)| Dependency {
        kind: place.heading(),
        count: linked.total.rows,
        names: linked.links.into_iter().map(|link| link.name).collect(),
    };
    Ok(of(db, viewer, record, 5)?.into_iter().map(dependency).collect())
}

/// One link of a record that this person may see, kept from other writers for the rest of the transaction.
pub fn find_held(db: &mut Db, viewer: &Viewer, place: LinkEnd, here: i64, id: LinkId) -> Result<Option<Row>> {
    on_table!(place.kind, hold(db, id))?;
    let row = by_id(db, viewer, place.kind, id)?;
    Ok(row.filter(|row| here == if place.direction == Direction::From { row.from } else { row.to }))
}

/// Whether this person sees the two linked already.
pub fn is_linked(db: &mut Db, viewer: &Viewer, kind: LinkKind, from: i64, to: i64) -> Result<bool> {
    Ok(!on_table!(kind, between(db, viewer, from, to))?.is_empty())
}

/// Links two records. A new primary contact takes the place of the one before (product.md §1); an open and a
/// confidential one stand beside each other, so that neither tells of the other (docs/decisions/0003).
pub fn insert(db: &mut Db, visit: &Visit, kind: LinkKind, (from, to): (i64, i64), draft: &LinkDraft) -> Result<LinkId> {
    if draft.is_primary_contact {
        make_room(db, visit, from, draft.is_confidential)?;
    }
    on_table!(kind, insert(db, visit, from, to, draft))
}

/// Changes what a link says, not its ends nor its mark; a new primary contact takes the place of the one before.
pub fn update(db: &mut Db, visit: &Visit, kind: LinkKind, row: &Row, draft: &LinkDraft) -> Result<()> {
    if draft.is_primary_contact && !row.draft.is_primary_contact {
        make_room(db, visit, row.from, row.draft.is_confidential)?;
    }
    on_table!(kind, update(db, visit, row, draft))
}

/// Lets nobody be the primary contact of a client, among the open or the confidential ones.
fn make_room(db: &mut Db, visit: &Visit, client: i64, is_confidential: bool) -> Result<()> {
    records::queries::hold(db, ClientId(client).into())?;
    if let Some(held) = primary_among(db, client, is_confidential)?
        && let Some(row) = by_id(db, &visit.viewer, LinkKind::ClientPersonnel, held)?
    {
        change_primary(db, visit, &row, false)?;
    }
    Ok(())
}

/// The links of one kind of a record, as far as this person may see them.
pub fn rows(db: &mut Db, viewer: &Viewer, place: LinkEnd, id: i64) -> Result<Vec<Row>> {
    match place.direction {
        Direction::From => on_table!(place.kind, from(db, viewer, &[id])),
        Direction::To => on_table!(place.kind, to(db, viewer, &[id])),
    }
}

/// Whether two records are linked by one that is as confidential as the link.
pub fn has_like(db: &mut Db, viewer: &Viewer, kind: LinkKind, (from, to): (i64, i64), of: &LinkDraft) -> Result<bool> {
    let rows = on_table!(kind, between(db, viewer, from, to))?;
    Ok(rows.iter().any(|row| row.draft.is_confidential == of.is_confidential))
}

/// Gives a link another record at this end.
pub fn point(db: &mut Db, visit: &Visit, _pass: AdminPass, place: LinkEnd, row: &Row, here: i64) -> Result<()> {
    let (from, to) = place.ordered(here, row.other(place.direction));
    on_table!(place.kind, point(db, visit, row, from, to))
}

/// Puts a link back that was removed, unless there is one like it by now.
pub fn restore(db: &mut Db, visit: &Visit, pass: AdminPass, kind: LinkKind, row: &Row) -> Result<()> {
    if has_like(db, &visit.viewer, kind, (row.from, row.to), &row.draft)? {
        return Ok(());
    }
    let mut row = row.clone();
    // Who became the primary contact since stays it.
    if row.draft.is_primary_contact && primary_contact(db, pass, row.from, row.draft.is_confidential)?.is_some() {
        row.draft.is_primary_contact = false;
    }
    on_table!(kind, put(db, visit, &row))
}

/// The link to the primary contact of a client, among the open or the confidential ones.
pub fn primary_contact(db: &mut Db, _pass: AdminPass, client: i64, is_confidential: bool) -> Result<Option<LinkId>> {
    primary_among(db, client, is_confidential)
}

fn primary_among(db: &mut Db, client: i64, is_confidential: bool) -> Result<Option<LinkId>> {
    let held = held_by::table
        .filter(held_by::client_id.eq(client))
        .filter(held_by::is_primary_contact.eq(true))
        .filter(held_by::is_confidential.eq(is_confidential));
    Ok(held.select(held_by::relationship_id).first(db).optional()?)
}

/// Makes the person of a link the primary contact if the client has none, or no longer.
pub fn set_primary(db: &mut Db, visit: &Visit, pass: AdminPass, id: LinkId, is_primary: bool) -> Result<()> {
    if let Some(row) = by_id(db, &visit.viewer, LinkKind::ClientPersonnel, id)?
        && !(is_primary && primary_contact(db, pass, row.from, row.draft.is_confidential)?.is_some())
    {
        change_primary(db, visit, &row, is_primary)?;
    }
    Ok(())
}

fn change_primary(db: &mut Db, visit: &Visit, row: &Row, is_primary: bool) -> Result<()> {
    let (id, is_confidential) = (row.link_id, row.draft.is_confidential);
    let target = held_by::table.filter(held_by::relationship_id.eq(id));
    diesel::update(target).set(held_by::is_primary_contact.eq(is_primary)).execute(db)?;
    let state = |is_primary: bool| json!({ "is_primary_contact": is_primary, "is_confidential": is_confidential });
    audit::updated(db, visit, LinkKind::ClientPersonnel.as_str(), id.0, &state(!is_primary), &state(is_primary))
}

/// One link that this person may see, by its id alone.
pub fn by_id(db: &mut Db, viewer: &Viewer, kind: LinkKind, id: LinkId) -> Result<Option<Row>> {
    on_table!(kind, find(db, viewer, id))
}

/// A link of whatever kind that this person may see.
pub fn find(db: &mut Db, viewer: &Viewer, id: LinkId) -> Result<Option<KindAndRow>> {
    let filter = LinkFilter { ids: Some(vec![id.0]), ..LinkFilter::default() };
    Ok(after(db, viewer, &filter, None, 1)?.pop())
}

/// The same, kept from other writers for the rest of the transaction.
pub fn find_any_held(db: &mut Db, viewer: &Viewer, id: LinkId) -> Result<Option<KindAndRow>> {
    let Some((kind, _)) = find(db, viewer, id)? else { return Ok(None) };
    on_table!(kind, hold(db, id))?;
    Ok(by_id(db, viewer, kind, id)?.map(|row| (kind, row)))
}

/// The columns of a link as the audit log has them.
pub fn columns(kind: LinkKind, row: &Row) -> Value {
    on_table!(kind, noted(row.from, row.to, &row.draft))
}

/// Puts a link back as it was, which this person may see, and tells whether nothing took its place meanwhile.
pub fn put_back(db: &mut Db, visit: &Visit, kind: LinkKind, row: &Row) -> Result<bool> {
    let is_confidential = row.draft.is_confidential;
    let is_taken = has_like(db, &visit.viewer, kind, (row.from, row.to), &row.draft)?
        || (row.draft.is_primary_contact && primary_among(db, row.from, is_confidential)?.is_some());
    if !is_taken {
        on_table!(kind, put(db, visit, row))?;
    }
    Ok(!is_taken)
}

/// Lets a link say again what it said, and tells whether nobody else is the primary contact by now.
pub fn restate(db: &mut Db, visit: &Visit, kind: LinkKind, row: &Row, draft: &LinkDraft) -> Result<bool> {
    let takes_place = draft.is_primary_contact && !row.draft.is_primary_contact;
    let is_free = !takes_place || primary_among(db, row.from, row.draft.is_confidential)?.is_none();
    if is_free {
        on_table!(kind, update(db, visit, row, draft))?;
    }
    Ok(is_free)
}

/// The technology that a project chose.
pub const CHOSEN: ReferenceColumn = {
    use crate::db::schema::project_vendor_relationships;
    reference_column!("Projects that chose it", project_vendor_relationships.product_id by relationship_id)
};

/// Removes a link.
pub fn delete(db: &mut Db, visit: &Visit, kind: LinkKind, row: &Row) -> Result<()> {
    on_table!(kind, delete(db, visit, row))
}

/// A project that a client reaches, and the owner through which, if not directly.
pub struct Reached {
    pub client_id: i64,
    pub project_id: i64,
    pub owner_id: Option<i64>,
}

type Reach = reach::BoxedQuery<'static, <Db as Connection>::Backend>;

fn reached(db: &mut Db, viewer: &Viewer, narrow: impl FnOnce(Reach) -> Reach) -> Result<Vec<Reached>> {
    let mut query = narrow(reach::table.into_boxed());
    if viewer.confidential().is_none() {
        query = query.filter(reach::is_confidential.eq(false));
    }
    let columns = (reach::client_id, reach::project_id, reach::owner_id);
    let rows: Vec<(i64, i64, Option<i64>)> = query.select(columns).once().load(db)?;
    Ok(rows.into_iter().map(|(client_id, project_id, owner_id)| Reached { client_id, project_id, owner_id }).collect())
}

/// The first projects of a client, directly or through an owner, by visible links only.
pub fn projects_of_client(db: &mut Db, viewer: &Viewer, client: ClientId, limit: i64) -> Result<Vec<Reached>> {
    let order = (reach::project_id, reach::owner_id);
    reached(db, viewer, |query| query.filter(reach::client_id.eq(client.0)).order(order).limit(limit))
}

/// Vendor and chosen technology of projects, by visible links only, so many at most: (project, vendor, technology).
pub fn supply_of(db: &mut Db, viewer: &Viewer, projects: &[i64], limit: i64) -> Result<Vec<(i64, i64, Option<i64>)>> {
    let mut query = supply::table.filter(among(supply::project_id, projects.iter().copied())).into_boxed();
    if viewer.confidential().is_none() {
        query = query.filter(supply::is_confidential.eq(false));
    }
    query = query.order((supply::project_id, supply::vendor_id, supply::relationship_id)).limit(limit);
    Ok(query.select((supply::project_id, supply::vendor_id, supply::product_id)).once().load(db)?)
}

/// How many clients the page of a record shows at most.
const SHOWN: usize = 200;

/// The clients that reach a record, linked to it or through a project or owner that is, and how many there are in all.
pub fn clients_reaching(db: &mut Db, viewer: &Viewer, kind: RecordKind, id: i64) -> Result<(usize, Vec<Reaching>)> {
    let record = |kind, id| RecordRef { kind, id };
    let mut found: BTreeMap<i64, String> = BTreeMap::new();
    let direct = match kind {
        RecordKind::Owner => client_owner_relationships::to(db, viewer, &[id])?,
        RecordKind::Project => client_project_relationships::to(db, viewer, &[id])?,
        RecordKind::Vendor => client_vendor_relationships::to(db, viewer, &[id])?,
        RecordKind::Operator => client_operator_relationships::to(db, viewer, &[id])?,
        RecordKind::Person => client_personnel_relationships::to(db, viewer, &[id])?,
        RecordKind::Client | RecordKind::Technology | RecordKind::Constructor | RecordKind::Offtaker => Vec::new(),
    };
    for row in direct {
        found.insert(row.from, row.draft.role.unwrap_or_else(|| "directly".into()));
    }
    let projects = match kind {
        RecordKind::Project => vec![id],
        RecordKind::Vendor => project_vendor_relationships::to(db, viewer, &[id])?.iter().map(|row| row.from).collect(),
        RecordKind::Operator => {
            project_operator_relationships::to(db, viewer, &[id])?.iter().map(|row| row.from).collect()
        }
        RecordKind::Constructor => {
            project_constructor_relationships::to(db, viewer, &[id])?.iter().map(|row| row.from).collect()
        }
        RecordKind::Offtaker => {
            project_offtaker_relationships::to(db, viewer, &[id])?.iter().map(|row| row.from).collect()
        }
        RecordKind::Technology => projects_with(db, viewer, id)?,
        RecordKind::Client | RecordKind::Owner | RecordKind::Person => Vec::new(),
    };
    if !projects.is_empty() {
        let through = reached(db, viewer, |query| query.filter(among(reach::project_id, projects)))?;
        let of_project = through.iter().map(|one| record(RecordKind::Project, one.project_id));
        let of_owner = through.iter().filter_map(|one| one.owner_id).map(|id| record(RecordKind::Owner, id));
        let names = records::queries::names_of(db, of_project.chain(of_owner))?;
        for one in through {
            let project = names.get(&record(RecordKind::Project, one.project_id)).cloned().unwrap_or_default();
            let owner = one.owner_id.and_then(|id| names.get(&record(RecordKind::Owner, id)));
            let reason = match (kind, owner) {
                (RecordKind::Project, Some(owner)) => format!("through owner {owner}"),
                (_, Some(owner)) => format!("through {project} of {owner}"),
                (_, None) => format!("through project {project}"),
            };
            found.entry(one.client_id).or_insert(reason);
        }
    }
    let total = found.len();
    let ids: Vec<i64> = found.keys().take(SHOWN).copied().collect();
    let names = records::queries::names(db, RecordKind::Client, &ids)?;
    let reaching = |(id, client_name): (i64, String)| Reaching {
        client_id: ClientId(id),
        reason: found.remove(&id).unwrap_or_default(),
        client_name,
    };
    let mut clients: Vec<Reaching> = names.into_iter().map(reaching).collect();
    clients.sort_by(|one, other| (&one.client_name, one.client_id).cmp(&(&other.client_name, other.client_id)));
    Ok((total, clients))
}

/// How many projects chose a technology, and the names of the first, before it is deleted.
pub fn choices_of(db: &mut Db, _pass: AdminPass, product: i64) -> Result<(i64, Vec<String>)> {
    let projects: Vec<i64> =
        supply::table.filter(supply::product_id.eq(product)).select(supply::project_id).load(db)?;
    let names = records::queries::names(db, RecordKind::Project, &projects)?;
    Ok((i64::try_from(projects.len()).unwrap_or(i64::MAX), names.into_values().take(5).collect()))
}

/// The projects that chose a technology, by visible links only.
pub fn projects_with(db: &mut Db, viewer: &Viewer, product: i64) -> Result<Vec<i64>> {
    let mut query = supply::table.filter(supply::product_id.eq(product)).into_boxed();
    if viewer.confidential().is_none() {
        query = query.filter(supply::is_confidential.eq(false));
    }
    Ok(query.select(supply::project_id).load(db)?)
}
