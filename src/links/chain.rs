//! The chain from a client to the reactors: client → owner → project → vendor → technology, each step with its reason.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use super::{Group, LinkKind, queries};
use crate::access::Viewer;
use crate::db::Db;
use crate::error::Result;
use crate::ids::ClientId;
use crate::records::{RecordKind, RecordRef};

/// Chains that are shown.
const SHOWN: usize = 5;

/// Projects and suppliers of theirs that are looked at; of a client with more, the others are not counted out.
const LOOKED_AT: i64 = 500;

/// One named record on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub kind: RecordKind,
    pub id: i64,
    pub name: String,
}

/// One way from the client to a project, a vendor or a technology, as far as it leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    pub steps: Vec<Step>,
}

/// The chains of a client: those that lead furthest first.
#[derive(Clone, Debug, Default)]
pub struct Chains {
    /// The first few of them.
    pub shown: Vec<Chain>,
    /// How many there are besides.
    pub others: usize,
    /// Whether that is all of them; there may be more.
    pub is_whole: bool,
}

/// The chains of a client before their records have names.
pub struct Reached {
    shown: Vec<Vec<RecordRef>>,
    others: usize,
    is_whole: bool,
}

/// The ways from a client towards a technology, by links that this person may see.
pub fn reached(db: &mut Db, viewer: &Viewer, client: ClientId, groups: &[Group]) -> Result<Reached> {
    let reached = queries::projects_of_client(db, viewer, client, LOOKED_AT)?;
    let projects: BTreeSet<i64> = reached.iter().map(|one| one.project_id).collect();
    let projects: Vec<i64> = projects.into_iter().collect();
    let supply = queries::supply_of(db, viewer, &projects, LOOKED_AT)?;
    let is_cut = |count: usize| i64::try_from(count).is_ok_and(|count| count >= LOOKED_AT);
    let through_owner: BTreeSet<i64> =
        reached.iter().filter(|one| one.owner_id.is_some()).map(|one| one.project_id).collect();
    let record = |kind: RecordKind, id: i64| RecordRef { kind, id };
    let mut found: BTreeSet<Vec<RecordRef>> = BTreeSet::new();
    // A project that is reached through an owner and directly too is shown once, with the longer reason.
    for one in reached.iter().filter(|one| one.owner_id.is_some() || !through_owner.contains(&one.project_id)) {
        let mut start: Vec<RecordRef> = one.owner_id.map(|id| record(RecordKind::Owner, id)).into_iter().collect();
        start.push(record(RecordKind::Project, one.project_id));
        let mut ends = supply.iter().filter(|(project, _, _)| *project == one.project_id).peekable();
        if ends.peek().is_none() {
            found.insert(start.clone());
        }
        for (_, vendor, technology) in ends {
            let mut steps = start.clone();
            steps.push(record(RecordKind::Vendor, *vendor));
            steps.extend(technology.map(|technology| record(RecordKind::Technology, technology)));
            found.insert(steps);
        }
    }
    let vendors = groups.iter().filter(|group| group.place.kind == LinkKind::ClientVendor);
    for group in vendors.clone() {
        found.extend(group.links.iter().map(|link| vec![record(RecordKind::Vendor, link.other_id)]));
    }
    let is_whole = !is_cut(reached.len()) && !is_cut(supply.len());
    let mut found: Vec<Vec<RecordRef>> = found.into_iter().collect();
    found.sort_by_key(|steps| Reverse(furthest(steps)));
    // Each vendor that the page has no room for is a way more.
    let others = found.len().saturating_sub(SHOWN) + vendors.map(Group::left).sum::<usize>();
    found.truncate(SHOWN);
    Ok(Reached { shown: found, others, is_whole })
}

/// How far a chain leads: to the technology, to the vendor, or to the project.
fn furthest(steps: &[RecordRef]) -> usize {
    let order = [RecordKind::Project, RecordKind::Vendor, RecordKind::Technology];
    steps.last().and_then(|last| order.iter().position(|kind| *kind == last.kind)).unwrap_or_default()
}

impl Reached {
    /// The records on the way, whose names [`Self::named`] takes.
    pub fn mentioned(&self) -> impl Iterator<Item = RecordRef> {
        self.shown.iter().flatten().copied()
    }

    /// The chains with the names of their records.
    pub fn named(self, names: &HashMap<RecordRef, String>) -> Chains {
        let step = |record: RecordRef| Step {
            kind: record.kind,
            id: record.id,
            name: names.get(&record).cloned().unwrap_or_default(),
        };
        let chain = |steps: Vec<RecordRef>| Chain { steps: steps.into_iter().map(step).collect() };
        Chains { shown: self.shown.into_iter().map(chain).collect(), others: self.others, is_whole: self.is_whole }
    }
}
