//! How many records of a kind there are, from counters that triggers keep: no list counts its table.

use diesel::sql_types::{BigInt, Text};

use super::{ListFilter, RecordKind};
use crate::db::Db;
use crate::db::assembled::Assembled;
use crate::error::Result;

/// How many records of a kind are not archived: all of them, and those with each value by which their list is narrowed.
pub struct KindTotals(Vec<(String, String, i64)>);

/// The column under which all records of a kind are counted.
const ALL: &str = "";

/// Which records are meant.
#[derive(Clone, Copy, Debug)]
pub enum Holding<'v> {
    /// All of them.
    Any,
    /// Those with this value in a column.
    Value(&'static str, &'v str),
    /// Those with a value in a column that comes before this one, as texts and days do.
    Before(&'static str, &'v str),
    /// Those with the first of two values in a column, or one that comes after it and before the second.
    Between(&'static str, &'v str, &'v str),
    /// Those with this value in a column, or one that comes after it.
    From(&'static str, &'v str),
}

/// How many records there are of all kinds together.
pub fn of_all(db: &mut Db) -> Result<i64> {
    let query = Assembled::<BigInt>::default()
        .words("SELECT CAST(COALESCE(SUM(records), 0) AS BIGINT) FROM record_totals WHERE column_name = ")
        .text(ALL);
    Ok(query.get_result(db)?)
}

/// Reads the counters of a kind.
pub fn of_kind(db: &mut Db, kind: RecordKind) -> Result<KindTotals> {
    let query = Assembled::<(Text, Text, BigInt)>::default()
        .words("SELECT column_name, value, CAST(SUM(records) AS BIGINT) FROM record_totals WHERE table_name = ")
        .text(kind.table())
        .words(" GROUP BY column_name, value HAVING SUM(records) > 0 ORDER BY column_name, value");
    Ok(KindTotals(query.load(db)?))
}

/// How many records of a kind there are of each value of two columns.
pub fn of_columns(db: &mut Db, kind: RecordKind, columns: [&str; 2]) -> Result<Vec<(String, String, i64)>> {
    let query = Assembled::<(Text, Text, BigInt)>::default()
        .words("SELECT column_name, value, CAST(SUM(records) AS BIGINT) FROM record_totals WHERE table_name = ")
        .text(kind.table())
        .words(" AND column_name IN (")
        .text(columns[0])
        .words(", ")
        .text(columns[1])
        .words(") GROUP BY column_name, value HAVING SUM(records) > 0 ORDER BY column_name, value");
    Ok(query.load(db)?)
}

/// How many records of a kind there are of each of these.
pub fn of<const N: usize>(db: &mut Db, kind: RecordKind, asked: [Holding<'_>; N]) -> Result<[i64; N]> {
    let mut query = Assembled::<(BigInt, BigInt)>::default();
    for (number, holding) in asked.into_iter().enumerate() {
        let union = if number == 0 { "" } else { " UNION ALL " };
        query = query
            .words(format!("{union}SELECT CAST({number} AS BIGINT), CAST(COALESCE(SUM(records), 0) AS BIGINT) "))
            .words("FROM record_totals WHERE table_name = ")
            .text(kind.table())
            .words(" AND column_name = ");
        query = match holding {
            Holding::Any => query.text(ALL),
            Holding::Value(column, value) => query.text(column).words(" AND value = ").text(value),
            Holding::Before(column, value) => query.text(column).words(" AND value < ").text(value),
            Holding::Between(column, first, end) => {
                query.text(column).words(" AND value >= ").text(first).words(" AND value < ").text(end)
            }
            Holding::From(column, value) => query.text(column).words(" AND value >= ").text(value),
        };
    }
    let mut sums = [0; N];
    for (number, records) in query.load::<(i64, i64)>(db)? {
        if let Some(sum) = usize::try_from(number).ok().and_then(|number| sums.get_mut(number)) {
            *sum = records;
        }
    }
    Ok(sums)
}

impl KindTotals {
    /// How many fit, where the counters know: all of them, or those of one value.
    pub fn fitting(&self, filter: &ListFilter) -> Option<i64> {
        let is_counted = filter.found.is_none() && !filter.archived && filter.filled.is_empty();
        match filter.values.as_slice() {
            _ if !is_counted => None,
            [] => Some(self.of(ALL, ALL)),
            [(column, value)] => Some(self.of(column, value)),
            _ => None,
        }
    }

    /// The values in use in a column by which the list is narrowed.
    pub fn in_use(&self, column: &str) -> impl Iterator<Item = &str> {
        let held = self.0.iter().filter(move |(of_column, ..)| of_column == column);
        held.map(|(_, value, _)| value.as_str())
    }

    fn of(&self, column: &str, value: &str) -> i64 {
        let counted = self.0.iter().find(|(of_column, held, _)| of_column == column && held == value);
        counted.map_or(0, |(_, _, records)| *records)
    }
}
