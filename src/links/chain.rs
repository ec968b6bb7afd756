//! The chain from a client to the reactors: client → owner → project → vendor → technology, each step with its reason.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Group, LinkKind, queries};
use crate::access::Viewer;
use crate::db::Db;
use crate::error::Result;
use crate::ids::ClientId;
use crate::records::{self, RecordKind};

/// One named record on the way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    pub kind: RecordKind,
    pub id: i64,
    pub name: String,
}

/// One way from the client, as far as it leads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Chain {
    pub steps: Vec<Step>,
}

/// Every way from a client towards a technology, by links that this person may see.
pub fn chain(db: &mut Db, viewer: &Viewer, client: ClientId, groups: &[Group]) -> Result<Vec<Chain>> {
    let reached = queries::projects_of_client(db, viewer, client)?;
    let projects: Vec<i64> = reached.iter().map(|one| one.project_id).collect::<BTreeSet<_>>().into_iter().collect();
    let supply = queries::supply_of(db, viewer, &projects)?;
    let direct = |kind| groups.iter().filter(move |group| group.place.kind == kind).flat_map(|group| &group.links);
    let vendors: BTreeSet<i64> = supply
        .iter()
        .map(|(_, vendor, _)| *vendor)
        .chain(direct(LinkKind::ClientVendor).map(|link| link.other_id))
        .collect();
    let products: Vec<i64> = supply.iter().filter_map(|(_, _, product)| *product).collect();
    let owners: Vec<i64> = reached.iter().filter_map(|one| one.owner_id).collect();
    let mut names: BTreeMap<RecordKind, HashMap<i64, String>> = BTreeMap::new();
    let vendors: Vec<i64> = vendors.into_iter().collect();
    for (kind, ids) in [
        (RecordKind::Owner, &owners),
        (RecordKind::Project, &projects),
        (RecordKind::Vendor, &vendors),
        (RecordKind::Technology, &products),
    ] {
        names.insert(kind, records::queries::names(db, kind, ids)?);
    }
    let step = |kind: RecordKind, id: i64| Step {
        kind,
        id,
        name: names.get(&kind).and_then(|names| names.get(&id)).cloned().unwrap_or_default(),
    };
    let through_owner: BTreeSet<i64> =
        reached.iter().filter(|one| one.owner_id.is_some()).map(|one| one.project_id).collect();
    let mut chains = BTreeSet::new();
    // A project that is reached through an owner and directly too is shown once, with the longer reason.
    for one in reached.iter().filter(|one| one.owner_id.is_some() || !through_owner.contains(&one.project_id)) {
        let mut start: Vec<Step> = one.owner_id.map(|id| step(RecordKind::Owner, id)).into_iter().collect();
        start.push(step(RecordKind::Project, one.project_id));
        let supplied = supply.iter().filter(|(project, _, _)| *project == one.project_id);
        let mut ends = supplied.map(|(_, vendor, product)| (*vendor, *product)).peekable();
        if ends.peek().is_none() {
            chains.insert(Chain { steps: start.clone() });
        }
        for (vendor, product) in ends {
            let mut steps = start.clone();
            steps.push(step(RecordKind::Vendor, vendor));
            steps.extend(product.map(|product| step(RecordKind::Technology, product)));
            chains.insert(Chain { steps });
        }
    }
    let through: BTreeSet<i64> = owners.into_iter().collect();
    for link in direct(LinkKind::ClientOwner).filter(|link| !through.contains(&link.other_id)) {
        chains.insert(Chain {
            steps: vec![Step { kind: RecordKind::Owner, id: link.other_id, name: link.name.clone() }],
        });
    }
    for link in direct(LinkKind::ClientVendor) {
        chains.insert(Chain {
            steps: vec![Step { kind: RecordKind::Vendor, id: link.other_id, name: link.name.clone() }],
        });
    }
    Ok(chains.into_iter().collect())
}
