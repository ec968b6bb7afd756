//! All queries on links. The viewer is an argument of each: only visible rows come back, and counts count them.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use serde_json::json;

use super::store::*;
use super::{ClientLink, Link, LinkDraft, MarketLink, Reaching, Side};
use crate::access::{Viewer, Visit};
use crate::audit;
use crate::clients::{self, removal::Dependency};
use crate::db::ids::{ClientId, LinkId};
use crate::db::schema::{
    client_personnel_relationships as held_by, client_project_reach as reach, project_vendor_relationships as supply,
};
use crate::db::{ClosedList, Db};
use crate::error::Result;
use crate::records::{self, Kind};

/// The links of one kind of a client, with the names at the other end.
pub fn of_client(db: &mut Db, viewer: &Viewer, kind: ClientLink, client: ClientId) -> Result<Vec<Link>> {
    let rows = on_client_link!(kind, from(db, viewer, &[client.0]))?;
    named(db, kind.kind(), Side::To, rows)
}

fn named(db: &mut Db, kind: Kind, side: Side, rows: Vec<Row>) -> Result<Vec<Link>> {
    let end = |row: &Row| if side == Side::To { row.2 } else { row.1 };
    let ids: Vec<i32> = rows.iter().map(end).collect();
    let names = records::queries::names(db, kind, &ids)?;
    let link = |row: Row| {
        let other_id = end(&row);
        let (link_id, _, _, role, is_primary_contact, notes, is_confidential) = row;
        let name = names.get(&other_id).cloned().unwrap_or_default();
        Link { link_id, other_id, name, role, is_primary_contact, notes, is_confidential }
    };
    let mut links: Vec<Link> = rows.into_iter().map(link).collect();
    links.sort_by(|one, other| (!one.is_primary_contact, &one.name).cmp(&(!other.is_primary_contact, &other.name)));
    Ok(links)
}

/// How many links each of the clients has, of those that this person may see.
pub fn counts(db: &mut Db, viewer: &Viewer, ids: &[ClientId]) -> Result<HashMap<ClientId, i64>> {
    let ids: Vec<i32> = ids.iter().map(|id| id.0).collect();
    let mut counts = HashMap::new();
    for &kind in ClientLink::ALL {
        for (_, client, ..) in on_client_link!(kind, from(db, viewer, &ids))? {
            *counts.entry(ClientId(client)).or_default() += 1;
        }
    }
    Ok(counts)
}

/// What is linked to a client, by kind, before it is deleted.
pub fn dependencies(db: &mut Db, viewer: &Viewer, client: ClientId) -> Result<Vec<Dependency>> {
    let mut all = Vec::new();
    for &kind in ClientLink::ALL {
        let links = of_client(db, viewer, kind, client)?;
        let names = links.iter().take(5).map(|link| link.name.clone()).collect();
        all.push(Dependency { kind: kind.heading(), count: i64::try_from(links.len()).unwrap_or(i64::MAX), names });
    }
    Ok(all)
}

/// One link of a client that this person may see.
pub fn find(db: &mut Db, viewer: &Viewer, kind: ClientLink, client: ClientId, id: LinkId) -> Result<Option<Row>> {
    let row = on_client_link!(kind, find(db, viewer, id))?;
    Ok(row.filter(|row| row.1 == client.0))
}

/// Whether this person sees the two linked already.
pub fn is_linked(db: &mut Db, viewer: &Viewer, kind: ClientLink, client: ClientId, other: i32) -> Result<bool> {
    Ok(!on_client_link!(kind, between(db, viewer, client.0, other))?.is_empty())
}

/// Links a client that is held. A new primary contact takes the place of the one before (product.md §1); an open and a
/// confidential one stand beside each other, so that neither tells of the other (docs/decisions/0003).
pub fn insert(
    db: &mut Db,
    visit: &Visit,
    kind: ClientLink,
    client: ClientId,
    other: i32,
    draft: &LinkDraft,
) -> Result<LinkId> {
    if draft.is_primary_contact {
        let before = held_by::table
            .filter(held_by::client_id.eq(client.0))
            .filter(held_by::is_primary_contact.eq(true))
            .filter(held_by::is_confidential.eq(draft.is_confidential));
        let held: Option<i32> = before.select(held_by::relationship_id).first(db).optional()?;
        diesel::update(before).set(held_by::is_primary_contact.eq(false)).execute(db)?;
        if let Some(id) = held {
            let state = |is_primary: bool| json!({ "is_primary_contact": is_primary, "is_confidential": draft.is_confidential });
            audit::updated(db, visit, kind.table(), id, &state(true), &state(false))?;
        }
    }
    on_client_link!(kind, insert(db, visit, client.0, other, draft))
}

/// Removes a link of a client.
pub fn delete(db: &mut Db, visit: &Visit, kind: ClientLink, row: &Row) -> Result<()> {
    on_client_link!(kind, delete(db, visit, row))
}

/// Adds a link between two records around the clients.
pub fn insert_market(
    db: &mut Db,
    visit: &Visit,
    kind: MarketLink,
    from: i32,
    to: i32,
    draft: &LinkDraft,
) -> Result<LinkId> {
    on_market_link!(kind, insert(db, visit, from, to, draft))
}

/// Whether two records around the clients are linked, as far as this person sees.
pub fn is_market_linked(db: &mut Db, viewer: &Viewer, kind: MarketLink, from: i32, to: i32) -> Result<bool> {
    Ok(!on_market_link!(kind, between(db, viewer, from, to))?.is_empty())
}

/// The links of a record to others around the clients, by the kind of the other end; empty groups are left out.
pub fn of_record(db: &mut Db, viewer: &Viewer, kind: Kind, id: i32) -> Result<Vec<(Kind, &'static str, Vec<Link>)>> {
    let mut groups = Vec::new();
    for &link in MarketLink::ALL {
        let (from, to) = link.ends();
        if from == kind {
            let rows = on_market_link!(link, from(db, viewer, &[id]))?;
            groups.push((to, link.forward(), named(db, to, Side::To, rows)?));
        }
        if to == kind {
            let rows = on_market_link!(link, to(db, viewer, &[id]))?;
            groups.push((from, link.backward(), named(db, from, Side::From, rows)?));
        }
    }
    groups.retain(|(_, _, links)| !links.is_empty());
    Ok(groups)
}

/// A project that a client reaches, and the owner through which, if not directly.
pub struct Reached {
    pub client_id: i32,
    pub project_id: i32,
    pub owner_id: Option<i32>,
}

type Reach = reach::BoxedQuery<'static, <Db as Connection>::Backend>;

fn reached(db: &mut Db, viewer: &Viewer, narrow: impl FnOnce(Reach) -> Reach) -> Result<Vec<Reached>> {
    let mut query = narrow(reach::table.into_boxed());
    if viewer.confidential().is_none() {
        query = query.filter(reach::is_confidential.eq(false));
    }
    let columns = (reach::client_id, reach::project_id, reach::owner_id);
    let rows: Vec<(i32, i32, Option<i32>)> = query.select(columns).load(db)?;
    Ok(rows.into_iter().map(|(client_id, project_id, owner_id)| Reached { client_id, project_id, owner_id }).collect())
}

/// The projects of a client, directly or through an owner, by visible links only.
pub fn projects_of_client(db: &mut Db, viewer: &Viewer, client: ClientId) -> Result<Vec<Reached>> {
    reached(db, viewer, |query| query.filter(reach::client_id.eq(client.0)))
}

/// Vendor and chosen technology of projects, by visible links only: (project, vendor, technology).
pub fn supply_of(db: &mut Db, viewer: &Viewer, projects: &[i32]) -> Result<Vec<(i32, i32, Option<i32>)>> {
    let mut query = supply::table.filter(supply::project_id.eq_any(projects.to_vec())).into_boxed();
    if viewer.confidential().is_none() {
        query = query.filter(supply::is_confidential.eq(false));
    }
    Ok(query.select((supply::project_id, supply::vendor_id, supply::product_id)).load(db)?)
}

/// How many clients the page of a record shows at most.
const SHOWN: usize = 200;

/// The clients that reach a record: linked to it, or through a project or owner that is.
pub fn clients_reaching(db: &mut Db, viewer: &Viewer, kind: Kind, id: i32) -> Result<Vec<Reaching>> {
    let mut found: BTreeMap<i32, String> = BTreeMap::new();
    let direct = match kind {
        Kind::Owner => client_owner_relationships::to(db, viewer, &[id])?,
        Kind::Project => client_project_relationships::to(db, viewer, &[id])?,
        Kind::Vendor => client_vendor_relationships::to(db, viewer, &[id])?,
        Kind::Operator => client_operator_relationships::to(db, viewer, &[id])?,
        Kind::Person => client_personnel_relationships::to(db, viewer, &[id])?,
        Kind::Technology | Kind::Constructor | Kind::Offtaker => Vec::new(),
    };
    for (_, client, _, role, ..) in direct {
        found.insert(client, role.unwrap_or_else(|| "directly".into()));
    }
    let projects = match kind {
        Kind::Project => vec![id],
        Kind::Vendor => project_vendor_relationships::to(db, viewer, &[id])?.iter().map(|row| row.1).collect(),
        Kind::Operator => project_operator_relationships::to(db, viewer, &[id])?.iter().map(|row| row.1).collect(),
        Kind::Constructor => {
            project_constructor_relationships::to(db, viewer, &[id])?.iter().map(|row| row.1).collect()
        }
        Kind::Offtaker => project_offtaker_relationships::to(db, viewer, &[id])?.iter().map(|row| row.1).collect(),
        Kind::Technology => projects_with(db, viewer, id)?,
        Kind::Owner | Kind::Person => Vec::new(),
    };
    if !projects.is_empty() {
        let through = reached(db, viewer, |query| query.filter(reach::project_id.eq_any(projects)))?;
        let project_ids: Vec<i32> = through.iter().map(|one| one.project_id).collect();
        let project_names = records::queries::names(db, Kind::Project, &project_ids)?;
        let owner_ids: Vec<i32> = through.iter().filter_map(|one| one.owner_id).collect();
        let owner_names = records::queries::names(db, Kind::Owner, &owner_ids)?;
        for one in through {
            let project = project_names.get(&one.project_id).cloned().unwrap_or_default();
            let owner = one.owner_id.and_then(|id| owner_names.get(&id));
            let reason = match (kind, owner) {
                (Kind::Project, Some(owner)) => format!("through owner {owner}"),
                (_, Some(owner)) => format!("through {project} of {owner}"),
                (_, None) => format!("through project {project}"),
            };
            found.entry(one.client_id).or_insert(reason);
        }
    }
    let ids: Vec<ClientId> = found.keys().take(SHOWN).map(|id| ClientId(*id)).collect();
    let mut clients = clients::queries::by_ids(db, &ids)?;
    clients.sort_by(|one, other| one.client_name.cmp(&other.client_name));
    let reaching = |row: clients::ClientRow| Reaching {
        client_id: row.client_id,
        reason: found.remove(&row.client_id.0).unwrap_or_default(),
        client_name: row.client_name,
    };
    Ok(clients.into_iter().map(reaching).collect())
}

fn projects_with(db: &mut Db, viewer: &Viewer, product: i32) -> Result<Vec<i32>> {
    let mut query = supply::table.filter(supply::product_id.eq(product)).into_boxed();
    if viewer.confidential().is_none() {
        query = query.filter(supply::is_confidential.eq(false));
    }
    Ok(query.select(supply::project_id).load(db)?)
}
