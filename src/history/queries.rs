//! The queries on the figures of each day. They tell how the team ranks clients, so that reading them takes its pass.

use chrono::{Days, NaiveDate};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::DayFigures;
use crate::access::TeamPass;
use crate::clients::AttentionRule;
use crate::clients::assessment::StandingTotals;
use crate::clients::attention::Totals;
use crate::db::assembled::Assembled;
use crate::db::{Db, on_either};
use crate::error::Result;

diesel::table! {
    daily_figures (day) {
        day -> Date,
        clients -> BigInt,
        urgent -> BigInt,
        warning -> BigInt,
        never_contacted -> BigInt,
        high_priority -> Nullable<BigInt>,
    }
}

/// The days that are kept from one on, in order: at most one row a day.
pub fn since(db: &mut Db, _pass: TeamPass, day: NaiveDate) -> Result<Vec<DayFigures>> {
    let query = daily_figures::table.filter(daily_figures::day.ge(day)).order(daily_figures::day);
    Ok(query.select(DayFigures::as_select()).load(db)?)
}

/// Keeps the figures of a day, unless another process did.
pub fn insert(db: &mut Db, figures: &DayFigures) -> Result<()> {
    on_either!(db, |db| diesel::insert_into(daily_figures::table)
        .values(figures)
        .on_conflict_do_nothing()
        .execute(db))?;
    Ok(())
}

/// Gives the days of which it is not known how many clients were of high priority this number.
pub fn set_unknown_priorities(db: &mut Db, _pass: TeamPass, high: i64) -> Result<()> {
    let unknown = daily_figures::table.filter(daily_figures::high_priority.is_null());
    diesel::update(unknown).set(daily_figures::high_priority.eq(high)).execute(db)?;
    Ok(())
}

/// The figures of today, from counters.
pub fn now(totals: &Totals, standing: &StandingTotals, today: NaiveDate) -> DayFigures {
    DayFigures {
        day: today,
        clients: totals.clients,
        urgent: totals.urgent,
        warning: totals.warning,
        never_contacted: totals.never,
        high_priority: Some(standing.high()),
    }
}

/// What the contacts on record tell of a day gone by: of each client that is not archived and was known by then, the
/// latest contact until that day. It reads all contacts, so that no page asks it.
pub fn as_of(db: &mut Db, rule: &AttentionRule, day: NaiveDate) -> Result<DayFigures> {
    let (urgent, warning) = (rule.urgent_before.to_string(), rule.warning_before.to_string());
    let query = Assembled::<(BigInt, BigInt, BigInt, BigInt)>::default()
        .words("SELECT count(*), count(CASE WHEN latest < ")
        .text(&urgent)
        .words(" THEN 1 END), count(CASE WHEN latest >= ")
        .text(&urgent)
        .words(" AND latest < ")
        .text(&warning)
        .words(" THEN 1 END), count(CASE WHEN latest IS NULL THEN 1 END) FROM (")
        // A last contact that came with an import stands on the client alone.
        .words("SELECT clients.client_id, COALESCE(CAST(max(contact_log.contact_date) AS TEXT), max(CASE WHEN ")
        .words("CAST(clients.last_contact_date AS TEXT) <= ")
        .text(day.to_string())
        .words(" THEN CAST(clients.last_contact_date AS TEXT) END)) AS latest FROM clients LEFT JOIN contact_log ")
        .words("ON contact_log.client_id = clients.client_id AND CAST(contact_log.contact_date AS TEXT) <= ")
        .text(day.to_string())
        .words(" WHERE NOT clients.is_archived GROUP BY clients.client_id HAVING max(contact_log.contact_date) ")
        .words("IS NOT NULL OR CAST(min(clients.created_date) AS TEXT) < ")
        .text((day + Days::new(1)).to_string())
        .words(") AS known");
    let found: Vec<(i64, i64, i64, i64)> = query.load(db)?;
    let (clients, urgent, warning, never_contacted) = found.first().copied().unwrap_or_default();
    Ok(DayFigures { day, clients, urgent, warning, never_contacted, high_priority: None })
}
