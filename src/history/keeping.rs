//! When the figures of a day are kept: by the server, once a day, and the first time those of the months before.

use chrono::{Datelike, Months, NaiveDate};

use super::{DayFigures, queries};
use crate::access::Visit;
use crate::clients::assessment;
use crate::clients::{AttentionRule, attention};
use crate::config::Config;
use crate::db::Db;
use crate::error::Result;
use crate::meetings::queries::last_two;

/// The figures that are to be kept: none once those of today are, or while there are no clients. Where there are none
/// of days before, what the contacts tell of the months before, and of the days of the last meetings, comes with them.
pub fn due(db: &mut Db, config: &Config, visit: &Visit) -> Result<Vec<DayFigures>> {
    let pass = visit.viewer.require_team()?;
    let kept = queries::since(db, pass, begin(visit.today))?;
    let rule = AttentionRule::new(config, visit.today);
    let totals = attention::totals(db, &rule)?;
    if totals.clients == 0 || kept.last().is_some_and(|last| last.day == visit.today) {
        return Ok(Vec::new());
    }
    let standing = assessment::standing(db, pass)?;
    let mut figures = vec![queries::now(&totals, &standing, visit.today)];
    if kept.is_empty() {
        let meetings = last_two(db, pass, visit.today)?.into_iter().filter(|day| *day < visit.today);
        for day in months(visit.today).chain(meetings) {
            figures.push(queries::as_of(db, &AttentionRule::new(config, day), day)?);
        }
    }
    Ok(figures)
}

/// Keeps figures; days that are kept already stay as they are.
pub fn keep(db: &mut Db, figures: &[DayFigures]) -> Result<()> {
    figures.iter().try_for_each(|day| queries::insert(db, day))
}

/// Keeps what is due of demonstration data, whose priorities have stood as they are: it has no other past.
pub fn of_demonstration(db: &mut Db, config: &Config, visit: &Visit) -> Result<()> {
    let due = due(db, config, visit)?;
    keep(db, &due)?;
    let pass = visit.viewer.require_team()?;
    let high = assessment::standing(db, pass)?.high();
    queries::set_unknown_priorities(db, pass, high)
}

/// The first day of the month eleven months ago: with this month, that makes twelve.
pub fn begin(today: NaiveDate) -> NaiveDate {
    let first = today.with_day(1).unwrap_or(today);
    first.checked_sub_months(Months::new(11)).unwrap_or(first)
}

/// The first days of the twelve months, as far as they are gone by.
fn months(today: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let first = begin(today);
    (0..12).filter_map(move |month| first.checked_add_months(Months::new(month))).filter(move |day| *day < today)
}
