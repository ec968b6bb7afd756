//! All queries on merges and what they did.

use diesel::prelude::*;

use super::{Merge, Plan, Step};
use crate::access::{AdminPass, Visit};
use crate::audit;
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::error::Result;
use crate::records::{RecordKind, RecordRef};
use crate::web::Dependency;

diesel::table! {
    merges (merge_id) {
        merge_id -> BigInt,
        record_kind -> Text,
        merged_id -> BigInt,
        survivor_id -> BigInt,
        merged_name -> Text,
        survivor_name -> Text,
        merged_by -> Text,
        merged_date -> Timestamp,
        undone_date -> Nullable<Timestamp>,
    }
}

diesel::table! {
    merge_steps (step_id) {
        step_id -> BigInt,
        merge_id -> BigInt,
        step -> Text,
        table_name -> Text,
        record_id -> BigInt,
        column_name -> Text,
        held -> Nullable<Text>,
    }
}

/// The latest merges, those that were undone included.
pub fn list(db: &mut Db, _pass: AdminPass, limit: i64) -> Result<Vec<Merge>> {
    Ok(merges::table.order(merges::merge_id.desc()).limit(limit).select(Merge::as_select()).load(db)?)
}

/// One merge.
pub fn find(db: &mut Db, _pass: AdminPass, id: i64) -> Result<Option<Merge>> {
    Ok(merges::table.find(id).select(Merge::as_select()).first(db).optional()?)
}

/// The merge that took a record in and is in force.
pub fn of_merged(db: &mut Db, record: RecordRef) -> Result<Option<Merge>> {
    let of_record =
        merges::table.filter(merges::record_kind.eq(record.kind.as_str())).filter(merges::merged_id.eq(record.id));
    Ok(of_record.filter(merges::undone_date.is_null()).select(Merge::as_select()).first(db).optional()?)
}

/// The record that stands for another today: itself, or what it was merged into.
pub fn survivor_of(db: &mut Db, kind: RecordKind, id: i64) -> Result<i64> {
    let mut seen = vec![id];
    while let Some(merge) = of_merged(db, RecordRef { kind, id: seen[seen.len() - 1] })? {
        if seen.contains(&merge.survivor_id) {
            break;
        }
        seen.push(merge.survivor_id);
    }
    Ok(seen[seen.len() - 1])
}

/// The merges in force that a record took in, the latest first.
pub fn into(db: &mut Db, record: RecordRef) -> Result<Vec<Merge>> {
    let of_record =
        merges::table.filter(merges::record_kind.eq(record.kind.as_str())).filter(merges::survivor_id.eq(record.id));
    let in_force = of_record.filter(merges::undone_date.is_null()).order(merges::merge_id.desc());
    Ok(in_force.select(Merge::as_select()).load(db)?)
}

/// What a record took in stands in the way of its deletion: undoing needs both.
pub fn dependency(db: &mut Db, _pass: AdminPass, record: RecordRef) -> Result<Option<Dependency>> {
    let names: Vec<String> = into(db, record)?.into_iter().map(|merge| merge.merged_name).collect();
    let count = i64::try_from(names.len()).unwrap_or(i64::MAX);
    let names = names.into_iter().take(5).collect();
    Ok((count > 0).then_some(Dependency { kind: "Records merged into it", count, names }))
}

/// Notes a merge, before it is carried out.
pub fn insert(db: &mut Db, visit: &Visit, _pass: AdminPass, plan: &Plan) -> Result<i64> {
    let (survivor, merged) = (&plan.survivor, &plan.merged);
    let row = (
        merges::record_kind.eq(survivor.record.kind.as_str()),
        merges::merged_id.eq(merged.record.id),
        merges::survivor_id.eq(survivor.record.id),
        merges::merged_name.eq(&merged.name),
        merges::survivor_name.eq(&survivor.name),
        merges::merged_by.eq(&visit.viewer.full_name),
        merges::merged_date.eq(visit.now),
    );
    let id = diesel::insert_into(merges::table).values(row).returning(merges::merge_id).get_result(db)?;
    let noted = serde_json::json!({
        "record_kind": survivor.record.kind.as_str(),
        "merged_id": merged.record.id,
        "survivor_id": survivor.record.id,
        "merged_name": merged.name,
        "survivor_name": survivor.name,
    });
    audit::created(db, visit, "merges", id, &noted)?;
    Ok(id)
}

/// Notes a step of a merge.
pub fn insert_step(db: &mut Db, _pass: AdminPass, merge: i64, step: &Step) -> Result<()> {
    diesel::insert_into(merge_steps::table).values((merge_steps::merge_id.eq(merge), step)).execute(db)?;
    Ok(())
}

/// The steps of a merge, the last first.
pub fn steps(db: &mut Db, _pass: AdminPass, merge: i64) -> Result<Vec<Step>> {
    let of_merge = merge_steps::table.filter(merge_steps::merge_id.eq(merge));
    Ok(of_merge.order(merge_steps::step_id.desc()).select(Step::as_select()).load(db)?)
}

/// Notes that a merge is undone.
pub fn set_undone(db: &mut Db, visit: &Visit, _pass: AdminPass, merge: &Merge) -> Result<()> {
    let target = merges::table.filter(merges::merge_id.eq(merge.merge_id));
    diesel::update(target).set(merges::undone_date.eq(Some(visit.now))).execute(db)?;
    let state = |at: Option<chrono::NaiveDateTime>| serde_json::json!({ "undone_date": at });
    audit::updated(db, visit, "merges", merge.merge_id, &state(None), &state(Some(visit.now)))
}
