//! Reading tables whatever they hold: their columns as the database declares them, their rows one after the other.

use chrono::NaiveDateTime;
use diesel::connection::DefaultLoadingMode;
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use serde_json::{Value, json};

use crate::audit::columns as classified;
use crate::db::Db;
use crate::error::{Error, Result};

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Whole,
    Number,
    Text,
    YesOrNo,
    Day,
    Moment,
}

impl Kind {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Whole => "integer",
            Self::Number => "number",
            Self::Text => "text",
            Self::YesOrNo => "boolean",
            Self::Day => "date",
            Self::Moment => "moment",
        }
    }

    /// From the word of either database.
    fn of(declared: &str) -> Self {
        match declared.to_lowercase().as_str() {
            "integer" | "bigint" => Self::Whole,
            "double" | "double precision" | "real" => Self::Number,
            "boolean" => Self::YesOrNo,
            "date" => Self::Day,
            declared if declared.starts_with("timestamp") => Self::Moment,
            _ => Self::Text,
        }
    }

    /// The value in the one form that it has in an archive.
    fn told(self, value: Value) -> Value {
        match (self, value) {
            (Self::YesOrNo, Value::Number(number)) => json!(number.as_i64() != Some(0)),
            (Self::Number, Value::Number(number)) => json!(number.as_f64()),
            (Self::Moment, Value::String(text)) => {
                let moment = NaiveDateTime::parse_from_str(&text.replacen(' ', "T", 1), "%Y-%m-%dT%H:%M:%S%.f");
                json!(moment.map_or(text, |at| at.format("%Y-%m-%dT%H:%M:%S%.6f").to_string()))
            }
            (_, value) => value,
        }
    }
}

/// A column that goes into the archive.
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
    pub class: &'static str,
}

#[derive(QueryableByName)]
struct Declared {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// The columns of a table that may be written down, by name.
pub fn columns(db: &mut Db, table: &str) -> Result<Vec<Column>> {
    let declared: Vec<Declared> = match db {
        Db::Sqlite(db) => {
            diesel::sql_query("SELECT name, type AS kind FROM pragma_table_xinfo(?)").bind::<Text, _>(table).load(db)?
        }
        Db::Postgres(db) => diesel::sql_query(
            "SELECT CAST(column_name AS TEXT) AS name, CAST(data_type AS TEXT) AS kind FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = $1",
        )
        .bind::<Text, _>(table)
        .load(db)?,
    };
    let of = |(name, class): (&'static str, &'static str)| {
        // What the log says is as restricted as each of its rows, which says so itself.
        let is_told = class != "secret" || (table, name) == ("audit_log", "changes");
        let found = declared.iter().find(|column| column.name == name).filter(|_| is_told)?;
        Some(Column { name, kind: Kind::of(&found.kind), class })
    };
    Ok(classified::of_table(table).into_iter().filter_map(of).collect())
}

/// The columns of the key of a table.
fn key(db: &mut Db, table: &str) -> Result<Vec<String>> {
    let key: Vec<Line> = match db {
        Db::Sqlite(db) => diesel::sql_query("SELECT name AS line FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk")
            .bind::<Text, _>(table)
            .load(db)?,
        Db::Postgres(db) => diesel::sql_query(
            "SELECT CAST(column_name AS TEXT) AS line FROM information_schema.key_column_usage \
             JOIN information_schema.table_constraints USING (constraint_schema, constraint_name, table_name) \
             WHERE constraint_type = 'PRIMARY KEY' AND constraint_schema = current_schema() AND table_name = $1 \
             ORDER BY ordinal_position",
        )
        .bind::<Text, _>(table)
        .load(db)?,
    };
    Ok(key.into_iter().map(|column| column.line).collect())
}

/// Hands on each row of a table, its values in the order of the columns, the rows in the order of their key.
pub fn each(
    db: &mut Db,
    table: &str,
    columns: &[Column],
    mut take: impl FnMut(Vec<Value>) -> Result<()>,
) -> Result<()> {
    let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
    let is_server = matches!(db, Db::Postgres(_));
    let order = |name: String| match columns.iter().find(|column| column.name == name).map(|column| column.kind) {
        // Letters in the order of their bytes, as SQLite has them.
        Some(Kind::Text) if is_server => format!("{name} COLLATE \"C\""),
        _ => name,
    };
    let key: Vec<String> = key(db, table)?.into_iter().map(order).collect();
    let order = if key.is_empty() { String::new() } else { format!(" ORDER BY {}", key.join(", ")) };
    let names = names.join(", ");
    let mut row = |line: QueryResult<Line>| {
        let values: Vec<Value> = serde_json::from_str(&line?.line)
            .map_err(|cause| Error::Internal(format!("a row of {table} in the archive: {cause}")))?;
        take(columns.iter().zip(values).map(|(column, value)| column.kind.told(value)).collect())
    };
    match db {
        Db::Sqlite(db) => {
            let query = format!("SELECT json_array({names}) AS line FROM {table}{order}");
            let mut rows = diesel::sql_query(query).load_iter::<Line, DefaultLoadingMode>(db)?;
            rows.try_for_each(&mut row)
        }
        Db::Postgres(db) => {
            let query = format!("SELECT CAST(json_build_array({names}) AS TEXT) AS line FROM {table}{order}");
            let mut rows = diesel::sql_query(query).load_iter::<Line, PgRowByRowLoadingMode>(db)?;
            rows.try_for_each(&mut row)
        }
    }
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = BigInt)]
    version: i64,
}

/// The version of the schema.
pub fn schema_version(db: &mut Db) -> Result<i64> {
    let query = diesel::sql_query("SELECT CAST(max(version) AS BIGINT) AS version FROM schema_version");
    let version: Version = match db {
        Db::Sqlite(db) => query.get_result(db)?,
        Db::Postgres(db) => query.get_result(db)?,
    };
    Ok(version.version)
}
