//! What merging two records would do, looked at before it is done, and again when it is.

use super::{Clash, Plan, fill, queries};
use crate::access::Visit;
use crate::db::Db;
use crate::db::name_forms::name_core;
use crate::error::{Error, Result};
use crate::ids::PersonnelId;
use crate::links::{self, LinkEnd, LinkRow};
use crate::records::{self, NamedRecord, RecordKind, RecordRef, ReferenceColumn, references};
use crate::{accounts, action_items, clients, contacts, files, market, roundtable};

/// The columns of other records, links aside, that name a record of a kind.
pub fn reference_columns(kind: RecordKind) -> Vec<ReferenceColumn> {
    match kind {
        RecordKind::Client => {
            vec![
                contacts::queries::OF_CLIENT,
                roundtable::queries::OF_CLIENT,
                action_items::queries::OF_CLIENT,
                files::queries::OF_CLIENT,
            ]
        }
        RecordKind::Vendor => vec![market::queries::OF_VENDOR],
        RecordKind::Technology => vec![links::queries::CHOSEN],
        RecordKind::Person => {
            let mut all = clients::queries::OF_PERSON.to_vec();
            all.extend(contacts::queries::OF_PERSON);
            all.push(action_items::queries::OF_PERSON);
            all.push(accounts::queries::OF_PERSON);
            all
        }
        RecordKind::Project => vec![files::queries::OF_PROJECT],
        RecordKind::Owner | RecordKind::Operator | RecordKind::Constructor | RecordKind::Offtaker => Vec::new(),
    }
}

/// The rows that move with a record. A technology that was merged into another stays where it is, out of the lists:
/// the one it became part of may have its name.
pub fn movable(db: &mut Db, visit: &Visit, reference_column: &ReferenceColumn, record: i64) -> Result<Vec<i64>> {
    let rows = reference_column.rows(db, visit.viewer.require_admin()?, record)?;
    if reference_column.table != RecordKind::Technology.table() {
        return Ok(rows);
    }
    let mut movable = Vec::new();
    for id in rows {
        if !is_merged_design(db, id)? {
            movable.push(id);
        }
    }
    Ok(movable)
}

fn is_merged_design(db: &mut Db, id: i64) -> Result<bool> {
    Ok(queries::of_merged(db, RecordRef { kind: RecordKind::Technology, id })?.is_some())
}

/// What becomes of the links of the merged record at one place.
pub struct Sorted {
    /// Those that move as they are.
    pub free: Vec<LinkRow>,
    /// Those that meet one like them: theirs and ours.
    pub clashing: Vec<(LinkRow, LinkRow)>,
    /// Those that lead to the record that stays.
    pub inner: Vec<LinkRow>,
}

/// Sorts the links of the merged record at one place.
pub fn sorted(db: &mut Db, visit: &Visit, place: LinkEnd, survivor: i64, merged: i64) -> Result<Sorted> {
    let ours = links::queries::rows(db, &visit.viewer, place, survivor)?;
    let mut sorted = Sorted { free: Vec::new(), clashing: Vec::new(), inner: Vec::new() };
    for row in links::queries::rows(db, &visit.viewer, place, merged)? {
        let other = row.other(place.direction);
        let is_like = |one: &&LinkRow| {
            one.other(place.direction) == other && one.draft.is_confidential == row.draft.is_confidential
        };
        if place.there() == place.here() && other == survivor {
            sorted.inner.push(row);
        } else if let Some(like) = ours.iter().find(is_like) {
            sorted.clashing.push((row, like.clone()));
        } else {
            sorted.free.push(row);
        }
    }
    Ok(sorted)
}

/// What merging one record into another would do.
pub fn plan(db: &mut Db, visit: &Visit, survivor: RecordRef, merged: RecordRef) -> Result<Plan> {
    let named_records = references::all_named(db, &[survivor, merged].into())?;
    let named = |record: &RecordRef| named_records.get(record).cloned().ok_or(Error::NotFound);
    let (named_survivor, named_merged) = (named(&survivor)?, named(&merged)?);
    let mut plan = Plan {
        obstacles: obstacles(db, visit, &named_survivor, &named_merged)?,
        warnings: Vec::new(),
        survivor: named_survivor,
        merged: named_merged,
        moves: Vec::new(),
        clashes: Vec::new(),
        inner: Vec::new(),
        fills: fill::preview(db, visit, survivor, merged)?,
    };
    if survivor.kind == RecordKind::Technology
        && let Some(words) = of_two_vendors(db, &plan.survivor, &plan.merged)?
    {
        // Vendors with a technology of one name each can be merged only once the two are one.
        let is_in_the_way = name_core(&plan.survivor.name) == name_core(&plan.merged.name);
        if is_in_the_way { plan.warnings.push(words) } else { plan.obstacles.push(words + " Merge those two first.") }
    }
    for place in LinkEnd::of(survivor.kind) {
        let sorted = sorted(db, visit, place, survivor.id, merged.id)?;
        plan.moves.push((place.heading().to_owned(), sorted.free.len()));
        let others: Vec<i64> = sorted.clashing.iter().map(|(row, _)| row.other(place.direction)).collect();
        let names = records::queries::names(db, place.there(), &others)?;
        let designs =
            sorted.clashing.iter().flat_map(|(theirs, ours)| [theirs.draft.product_id, ours.draft.product_id]);
        let designs: Vec<i64> = designs.flatten().collect();
        let designs = records::queries::names(db, RecordKind::Technology, &designs)?;
        let words = |row: &LinkRow| {
            let design = row.draft.product_id.and_then(|id| designs.get(&id).cloned());
            design.into_iter().chain([row.draft.in_words()]).collect::<Vec<_>>().join(": ")
        };
        plan.clashes.extend(sorted.clashing.into_iter().map(|(theirs, ours)| {
            let name = names.get(&theirs.other(place.direction)).cloned().unwrap_or_default();
            Clash { place, name, our_words: words(&ours), their_words: words(&theirs), ours, theirs }
        }));
        plan.inner.extend(sorted.inner.into_iter().map(|row| (place, row)));
    }
    for reference_column in reference_columns(survivor.kind) {
        plan.moves.push((reference_column.label.to_owned(), movable(db, visit, &reference_column, merged.id)?.len()));
    }
    plan.moves.retain(|(_, count)| *count > 0);
    Ok(plan)
}

/// Whose the two technologies are, if they are two vendors'.
fn of_two_vendors(db: &mut Db, survivor: &NamedRecord, merged: &NamedRecord) -> Result<Option<String>> {
    let mut vendors = Vec::new();
    for named in [survivor, merged] {
        let technology = records::queries::find(db, RecordKind::Technology, named.record.id)?;
        vendors.extend(technology.and_then(|technology| technology.reference("vendor_id")));
    }
    let [ours, theirs] = vendors[..] else { return Ok(None) };
    let names = records::queries::names(db, RecordKind::Vendor, &vendors)?;
    let name = |id| names.get(&id).cloned().unwrap_or_default();
    let (one, other) = (&survivor.name, &merged.name);
    let words = format!("{one} is by {}, {other} by {}: two vendors.", name(ours), name(theirs));
    Ok((ours != theirs).then_some(words))
}

/// Why the two cannot be merged as they are.
fn obstacles(db: &mut Db, visit: &Visit, survivor: &NamedRecord, merged: &NamedRecord) -> Result<Vec<String>> {
    let pass = visit.viewer.require_admin()?;
    let mut reasons = Vec::new();
    if survivor.record == merged.record {
        reasons.push("Both are the same record.".to_owned());
    }
    if is_archived(db, survivor.record)? {
        reasons.push(format!("{} is archived. Bring it back first.", survivor.name));
    }
    for named in [merged, survivor] {
        if let Some(merge) = queries::of_merged(db, named.record)? {
            reasons.push(format!("{} is merged into {} already.", named.name, merge.survivor_name));
        }
    }
    match survivor.record.kind {
        RecordKind::Vendor => {
            let ours = market::queries::technologies_of(db, survivor.record.id)?;
            for (id, name) in market::queries::technologies_of(db, merged.record.id)? {
                if !is_merged_design(db, id)? && ours.iter().any(|(_, other)| name_core(other) == name_core(&name)) {
                    reasons.push(format!("Both have a technology called {name}. Merge those two first."));
                }
            }
        }
        RecordKind::Person => {
            if survivor.is_past && !merged.is_past {
                reasons.push(format!("{} left. Merge into {}, who is active.", survivor.name, merged.name));
            }
            let kind_of = |db: &mut Db, id| {
                Ok(records::queries::find(db, RecordKind::Person, id)?.and_then(|one| one.text("personnel_type")))
            };
            let kinds: Result<Vec<Option<String>>> =
                [survivor.record.id, merged.record.id].into_iter().map(|id| kind_of(db, id)).collect();
            let kinds = kinds?;
            if kinds[0] != kinds[1] {
                reasons.push("One of them is internal, the other external. Correct that first.".into());
            }
            let tied = |db: &mut Db, id| Ok(accounts::queries::tied_to(db, pass, PersonnelId(id))?.0 > 0);
            let both: Result<Vec<bool>> =
                [survivor.record.id, merged.record.id].into_iter().map(|id| tied(db, id)).collect();
            if both?.into_iter().all(|is_tied| is_tied) {
                reasons.push("Both sign in with an account of their own, and one person has one.".into());
            }
        }
        RecordKind::Client
        | RecordKind::Owner
        | RecordKind::Technology
        | RecordKind::Project
        | RecordKind::Operator
        | RecordKind::Constructor
        | RecordKind::Offtaker => {}
    }
    Ok(reasons)
}

/// Whether a record is out of the lists.
pub fn is_archived(db: &mut Db, record: RecordRef) -> Result<bool> {
    Ok(records::queries::find(db, record.kind, record.id)?.is_some_and(|found| found.is_archived))
}
