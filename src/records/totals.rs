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

/// Reads the counters of a kind.
pub fn of_kind(db: &mut Db, kind: RecordKind) -> Result<KindTotals> {
    let query = Assembled::<(Text, Text, BigInt)>::default()
        .words("SELECT column_name, value, CAST(SUM(records) AS BIGINT) FROM record_totals WHERE table_name = ")
        .text(kind.table())
        .words(" GROUP BY column_name, value");
    Ok(KindTotals(query.load(db)?))
}

/// How many records of a kind there are.
pub fn all(db: &mut Db, kind: RecordKind) -> Result<i64> {
    holding(db, kind, &[(ALL, ALL)])
}

/// How many hold these values, each in its column; one that holds two is counted twice.
pub fn holding(db: &mut Db, kind: RecordKind, values: &[(&'static str, &str)]) -> Result<i64> {
    let mut query = Assembled::<BigInt>::default()
        .words("SELECT CAST(COALESCE(SUM(records), 0) AS BIGINT) FROM record_totals WHERE ");
    for (number, (column, value)) in values.iter().enumerate() {
        let or = if number == 0 { "(table_name = " } else { " OR (table_name = " };
        query = query.words(or).text(kind.table()).words(" AND column_name = ").text(*column);
        query = query.words(" AND value = ").text(*value).words(")");
    }
    Ok(query.get_result(db)?)
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
        let held = self.0.iter().filter(move |(of_column, _, records)| of_column == column && *records > 0);
        held.map(|(_, value, _)| value.as_str())
    }

    fn of(&self, column: &str, value: &str) -> i64 {
        let counted = self.0.iter().find(|(of_column, held, _)| of_column == column && held == value);
        counted.map_or(0, |(_, _, records)| *records)
    }
}
