//! All queries on the restricted columns of clients.

use std::collections::HashMap;

use diesel::dsl::sql;
use diesel::expression::{SqlLiteral, TypedExpressionType};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, SqlType, Text};

use super::{Assessment, ClientPriority, ClientStatus, TeamFilter};
use crate::access::{TeamPass, Visit};
use crate::audit;
use crate::clients::ClientId;
use crate::clients::filter::Selection;
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::db::schema::clients;
use crate::error::{Error, Result};

diesel::table! {
    #[sql_name = "clients"]
    assessed_clients (client_id) {
        client_id -> BigInt,
        name_key -> Text,
        is_archived -> Bool,
        relationship_strength -> Nullable<Text>,
        relationship_notes -> Nullable<Text>,
        client_priority -> Nullable<Text>,
        client_status -> Nullable<Text>,
        priority_rank -> BigInt,
        assessment_version -> BigInt,
        assessment_modified_date -> Nullable<Timestamp>,
    }
}

diesel::table! {
    client_standing_totals (client_priority, client_status, shard) {
        client_priority -> Text,
        client_status -> Text,
        shard -> BigInt,
        clients -> BigInt,
    }
}

use assessed_clients as assessed;

/// A restricted column within a query on open ones; the caller has the team's filter, and so the pass.
fn column<T>(name: &'static str) -> SqlLiteral<T>
where
    T: SqlType + TypedExpressionType,
{
    sql(name)
}

/// Narrows a selection to the clients that the team's filter fits.
pub fn selected(filter: &TeamFilter, selection: Selection) -> Selection {
    let mut selection = selection;
    if let Some(priority) = filter.priority {
        // The rank stands for the priority and leads its index.
        selection = selection.filter(column::<BigInt>("clients.priority_rank").eq(rank_of(priority)));
    }
    if filter.high {
        selection = selection.filter(column::<BigInt>("clients.priority_rank").le(2));
    }
    if let Some(status) = filter.status {
        selection = selection.filter(column::<Nullable<Text>>("clients.client_status").eq(status));
    }
    selection
}

/// The rank of a priority, from 1, as the generated column counts it.
fn rank_of(priority: ClientPriority) -> i64 {
    ClientPriority::ALL.iter().zip(1..).find(|(one, _)| **one == priority).map_or(6, |(_, rank)| rank)
}

/// Puts a selection in rank order, where the filter asks for it.
pub fn ranked(filter: &TeamFilter, selection: Selection) -> Option<Selection> {
    let rank = column::<BigInt>("clients.priority_rank");
    Some(match filter.by_rank? {
        false => selection.order((rank.asc(), clients::name_key.asc(), clients::client_id.asc())),
        true => selection.order((rank.desc(), clients::name_key.desc(), clients::client_id.desc())),
    })
}

/// The assessment of a client, and the version a form of it is begun on.
pub fn find(db: &mut Db, _pass: TeamPass, id: ClientId) -> Result<Option<Assessment>> {
    Ok(assessed::table.find(id).select(Assessment::as_select()).first(db).optional()?)
}

/// The version a form of the assessment is begun on: its own, so that the open one tells nothing.
pub fn version(db: &mut Db, _pass: TeamPass, id: ClientId) -> Result<i64> {
    Ok(assessed::table.find(id).select(assessed::assessment_version).first(db)?)
}

/// The assessments of several clients.
pub fn of_clients(db: &mut Db, _pass: TeamPass, ids: &[ClientId]) -> Result<HashMap<ClientId, Assessment>> {
    let query = assessed::table.filter(assessed::client_id.eq_any(ids));
    let rows: Vec<(ClientId, Assessment)> = query.select((assessed::client_id, Assessment::as_select())).load(db)?;
    Ok(rows.into_iter().collect())
}

/// Changes the assessment of a client that is held.
pub fn update(db: &mut Db, visit: &Visit, pass: TeamPass, id: ClientId, assessment: &Assessment) -> Result<()> {
    let before = find(db, pass, id)?.ok_or(Error::NotFound)?;
    if before == *assessment {
        return Ok(());
    }
    let next = assessed::assessment_version.eq(assessed::assessment_version + 1);
    let stamp = (next, assessed::assessment_modified_date.eq(Some(visit.now)));
    diesel::update(assessed::table.find(id)).set((assessment, stamp)).execute(db)?;
    audit::updated(db, visit, "clients", id.0, &before, assessment)
}

/// How many clients are Strategic or High, from counters that triggers keep.
pub fn high_priority(db: &mut Db, _pass: TeamPass) -> Result<i64> {
    let high = [ClientPriority::Strategic, ClientPriority::High];
    Ok(standing(db)?.into_iter().filter(|(p, _, _)| high.iter().any(|one| one.as_str() == p)).map(|(_, _, n)| n).sum())
}

type Assessed = assessed::BoxedQuery<'static, <Db as Connection>::Backend>;

/// The clients of the roundtable: Active, Warm, Strategic and High (product.md §4).
fn called() -> Assessed {
    let warm = assessed::client_status.eq_any([ClientStatus::Active, ClientStatus::Warm]);
    let query = assessed::table.filter(assessed::is_archived.eq(false)).into_boxed();
    query.filter(warm.or(assessed::priority_rank.le(2)))
}

/// How many of the clients the roundtable goes through.
pub fn on_agenda(db: &mut Db, _pass: TeamPass, ids: Vec<ClientId>) -> Result<i64> {
    Ok(called().filter(assessed::client_id.eq_any(ids)).count().get_result(db)?)
}

/// The clients of the roundtable in rank order.
pub fn agenda(db: &mut Db, _pass: TeamPass, offset: i64, limit: i64) -> Result<Vec<ClientId>> {
    let query = called();
    let order = (assessed::priority_rank.asc(), assessed::name_key.asc(), assessed::client_id.asc());
    Ok(query.order(order).offset(offset).limit(limit).select(assessed::client_id).load(db)?)
}

/// How many clients the team's filter alone fits, from the same counters.
pub fn count(db: &mut Db, filter: &TeamFilter) -> Result<i64> {
    let fits = |priority: &str, status: &str| {
        let is_high = matches!(priority, "Strategic" | "High");
        filter.priority.is_none_or(|asked| asked.as_str() == priority)
            && filter.status.is_none_or(|asked| asked.as_str() == status)
            && (!filter.high || is_high)
    };
    Ok(standing(db)?.into_iter().filter(|(p, s, _)| fits(p, s)).map(|(_, _, number)| number).sum())
}

/// How many clients the roundtable goes through.
pub fn agenda_size(db: &mut Db, _pass: TeamPass) -> Result<i64> {
    let called =
        |priority: &str, status: &str| matches!(status, "Active" | "Warm") || matches!(priority, "Strategic" | "High");
    Ok(standing(db)?.into_iter().filter(|(p, s, _)| called(p, s)).map(|(_, _, number)| number).sum())
}

fn standing(db: &mut Db) -> Result<Vec<(String, String, i64)>> {
    use client_standing_totals as totals;
    Ok(totals::table.select((totals::client_priority, totals::client_status, totals::clients)).load(db)?)
}
