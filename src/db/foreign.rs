//! The SQLite file of another program, table by table and row by row. It is opened for reading alone, and nothing in it
//! is believed: neither its schema nor the types and lengths of its values.

use std::path::Path;

use diesel::connection::{DefaultLoadingMode, SimpleConnection};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::connect::read_only_address;
use crate::error::{Error, Result};

/// The most bytes that a value may have.
const LONGEST: usize = 400_000;

/// The most columns that a table may have: each is part of one expression, whose depth SQLite bounds.
const WIDEST: usize = 120;

/// A file that another program wrote.
pub struct ForeignFile {
    connection: SqliteConnection,
    shown: String,
    encoding: String,
}

/// An ordinary table of it.
#[derive(Clone, Debug)]
pub struct ForeignTable {
    /// Its name, as the file writes it.
    pub name: String,
    /// Its columns, in small letters.
    pub columns: Vec<String>,
    chosen: String,
}

/// A value of it, whatever its column says it should be.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    /// Nothing.
    #[default]
    Null,
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Real(f64),
    /// A text; what was no text of Unicode in it is replaced.
    Text(String),
    /// Bytes that are no text.
    Binary,
    /// More than is taken.
    TooLong,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    line: String,
    #[diesel(sql_type = BigInt)]
    hidden: i64,
}

impl ForeignFile {
    /// Opens a file that is there; one that is no database of SQLite, or a damaged one, is refused with a sentence.
    pub fn open(path: &Path) -> Result<Self> {
        let shown = path.display().to_string();
        let beginning = beginning_of(path).map_err(|cause| Error::Setup(format!("cannot read {shown}: {cause}")))?;
        if beginning != b"SQLite format 3\0" {
            return Err(Error::Setup(format!("{shown} is no SQLite database")));
        }
        let mut connection = SqliteConnection::establish(&read_only_address(path, is_settled(path))?)
            .map_err(|cause| Error::Setup(format!("cannot read {shown}: {cause}")))?;
        let mut file = || {
            connection.batch_execute(
                "PRAGMA busy_timeout = 5000; PRAGMA trusted_schema = OFF; PRAGMA query_only = ON; \
                 PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA ignore_check_constraints = ON",
            )?;
            let first = |words: &str, db: &mut SqliteConnection| diesel::sql_query(words).get_result::<Line>(db);
            let encoding = first("SELECT encoding AS line FROM pragma_encoding", &mut connection)?.line;
            let state = first("SELECT quick_check AS line FROM pragma_quick_check LIMIT 1", &mut connection)?.line;
            Ok::<_, diesel::result::Error>((encoding, state))
        };
        let (encoding, state) = file().map_err(|cause| Error::Setup(format!("cannot read {shown}: {cause}")))?;
        // Constraints that its rows break say nothing of the file itself.
        if state != "ok" && !state.starts_with("NULL value in ") {
            return Err(Error::Setup(format!("{shown} is damaged: {state}")));
        }
        Ok(Self { connection, shown, encoding })
    }

    fn failed(&self, cause: &diesel::result::Error) -> Error {
        Error::Setup(format!("cannot read {}: {cause}", self.shown))
    }

    /// Its ordinary tables; what computes (a view, a virtual table, a column that is generated) is no row of data.
    pub fn tables(&mut self) -> Result<Vec<ForeignTable>> {
        let query = "SELECT name AS line FROM pragma_table_list \
                     WHERE type = 'table' AND schema = 'main' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
        let names: Vec<Line> =
            diesel::sql_query(query).load(&mut self.connection).map_err(|cause| self.failed(&cause))?;
        names.into_iter().map(|name| self.table(name.line)).collect()
    }

    fn table(&mut self, name: String) -> Result<ForeignTable> {
        let query = diesel::sql_query("SELECT name AS line, hidden FROM pragma_table_xinfo(?)").bind::<Text, _>(&name);
        let mut columns: Vec<Column> = query.load(&mut self.connection).map_err(|cause| self.failed(&cause))?;
        columns.retain(|column| column.hidden == 0);
        if columns.len() > WIDEST {
            let words = format!("{}: the table {name} has {} columns", self.shown, columns.len());
            return Err(Error::Setup(words));
        }
        let value = |column: &Column| {
            let column = quoted(&column.line);
            format!(
                "substr(typeof({column}), 1, 1) || CASE WHEN typeof({column}) = 'blob' THEN '' \
                 WHEN length(CAST({column} AS BLOB)) > {LONGEST} THEN 'long' ELSE hex({column}) END"
            )
        };
        let chosen = columns.iter().map(value).collect::<Vec<_>>().join(" || ';' || ");
        Ok(ForeignTable { name, columns: columns.into_iter().map(|it| it.line.to_lowercase()).collect(), chosen })
    }

    /// Hands on each row of a table, its values in the order of the columns.
    pub fn each(&mut self, table: &ForeignTable, mut take: impl FnMut(Vec<Cell>) -> Result<()>) -> Result<()> {
        if table.columns.is_empty() {
            return Ok(());
        }
        let query = diesel::sql_query(format!("SELECT {} AS line FROM {}", table.chosen, quoted(&table.name)));
        let (shown, encoding) = (self.shown.clone(), self.encoding.clone());
        let failed = |cause| Error::Setup(format!("cannot read {shown}: {cause}"));
        let rows = query.load_iter::<Line, DefaultLoadingMode>(&mut self.connection).map_err(failed)?;
        for row in rows {
            take(row.map_err(failed)?.line.split(';').map(|value| Cell::read(value, &encoding)).collect())?;
        }
        Ok(())
    }
}

impl Cell {
    /// Reads the first letter of its type and its bytes in hexadecimal.
    fn read(value: &str, encoding: &str) -> Self {
        let (kind, bytes) = value.split_at_checked(1).unwrap_or_default();
        if bytes == "long" {
            return Self::TooLong;
        }
        let bytes = hex::decode(bytes).unwrap_or_default();
        let wide = |of: fn([u8; 2]) -> u16| {
            let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| of([pair[0], pair[1]])).collect();
            String::from_utf16_lossy(&units)
        };
        // Numbers were turned to text by `hex` itself, which speaks UTF-8 in any file.
        let text = match encoding {
            "UTF-16le" if kind == "t" => wide(u16::from_le_bytes),
            "UTF-16be" if kind == "t" => wide(u16::from_be_bytes),
            _ => String::from_utf8_lossy(&bytes).into_owned(),
        };
        match kind {
            "i" => text.parse().map_or(Self::Null, Self::Integer),
            "r" => text.parse().map_or(Self::Null, Self::Real),
            "t" => Self::Text(text),
            "b" => Self::Binary,
            _ => Self::Null,
        }
    }
}

/// A name of the file in a statement.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn beginning_of(path: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::{Error, ErrorKind, Read};
    // Before it is opened: a pipe would be waited for.
    if !std::fs::metadata(path)?.is_file() {
        return Err(Error::new(ErrorKind::InvalidInput, "it is no file"));
    }
    let mut beginning = Vec::new();
    std::fs::File::open(path)?.take(16).read_to_end(&mut beginning)?;
    Ok(beginning)
}

/// Whether everything stands in the file itself, so that SQLite needs no file beside it, which it would make.
fn is_settled(path: &Path) -> bool {
    ["-wal", "-journal"].iter().all(|ending| {
        let mut beside = path.as_os_str().to_owned();
        beside.push(ending);
        std::fs::metadata(beside).map_or(true, |found| found.len() == 0)
    })
}
