//! Columns that name another record, so that a merge can point them at the record that stays.

use serde_json::{Value, json};

use crate::access::AdminPass;
use crate::db::Db;
use crate::error::Result;

/// The rows of a table whose column names a record.
type Rows = fn(&mut Db, i64) -> Result<Vec<i64>>;

/// Points rows from one record to another; those that name a third by now stay.
type Point = fn(&mut Db, &[i64], i64, i64) -> Result<()>;

/// What a mark says.
#[derive(Clone, Copy, Debug)]
enum Mark {
    Flag(bool),
    Word(&'static str),
}

/// A column that names another record.
#[derive(Clone, Copy, Debug)]
pub struct ReferenceColumn {
    /// What the rows are called, for whoever decides on a merge.
    pub label: &'static str,
    /// Its table.
    pub table: &'static str,
    /// Its name.
    pub column: &'static str,
    /// The mark of a row, as restricted as such rows may be.
    mark: (&'static str, Mark),
    rows: Rows,
    point: Point,
}

impl ReferenceColumn {
    /// Made by `reference_column!`.
    pub const fn new(label: &'static str, table: &'static str, column: &'static str, rows: Rows, point: Point) -> Self {
        Self { label, table, column, mark: ("is_confidential", Mark::Flag(false)), rows, point }
    }

    /// The same for a table whose rows may be confidential.
    pub const fn marked(self) -> Self {
        Self { mark: ("is_confidential", Mark::Flag(true)), ..self }
    }

    /// The same for a table whose rows may be the NED Team's.
    pub const fn of_team(self) -> Self {
        Self { mark: ("is_open", Mark::Flag(false)), ..self }
    }

    /// The same for a table whose rows say who may see them.
    pub const fn of_some(self) -> Self {
        Self { mark: ("visibility", Mark::Word("team")), ..self }
    }

    /// What the audit log takes of a row that names a record: as restricted as such rows may be.
    pub fn noted(&self, record: i64) -> Value {
        let (name, mark) = self.mark;
        match mark {
            Mark::Flag(value) => json!({ self.column: record, name: value }),
            Mark::Word(value) => json!({ self.column: record, name: value }),
        }
    }

    /// The ids of the rows that name a record.
    pub fn rows(&self, db: &mut Db, _pass: AdminPass, record: i64) -> Result<Vec<i64>> {
        (self.rows)(db, record)
    }

    /// Points rows from one record to another.
    pub fn point(&self, db: &mut Db, _pass: AdminPass, rows: &[i64], from: i64, to: i64) -> Result<()> {
        // A statement takes so many values at most.
        rows.chunks(10_000).try_for_each(|rows| (self.point)(db, rows, from, to))
    }
}

/// The reference column of a table; `versioned` where a form begun on the old value must come second.
macro_rules! reference_column {
    ($label:literal, $table:ident.$column:ident by $key:ident $(, versioned $version:ident)?) => {
        $crate::records::ReferenceColumn::new(
            $label,
            stringify!($table),
            stringify!($column),
            |db, record| {
                let query = $table::table.filter($table::$column.eq(record)).order($table::$key);
                Ok(query.select($table::$key).load(db)?)
            },
            |db, rows, from, to| {
                let rows = $crate::db::expressions::among($table::$key, rows.iter().copied());
                let target = $table::table.filter(rows).filter($table::$column.eq(from));
                let values = ($table::$column.eq(to), $($table::$version.eq($table::$version + 1),)?);
                diesel::update(target).set(values).execute(db)?;
                Ok(())
            },
        )
    };
}
pub(crate) use reference_column;
