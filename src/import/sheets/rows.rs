//! The rows of a file as they are kept until they are taken: one line a row, its number and its cells, whatever the
//! file was. They are read one after the other, so that no file is ever in memory as a whole.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::db::private_file;
use crate::error::{Error, Result};

/// Rows, columns and letters of a cell that a file may have at most, and bytes of all cells together.
pub const ROWS: u64 = 100_000;
pub const COLUMNS: usize = 200;
pub const LETTERS: usize = 32_767;
pub const BYTES: u64 = 100 * 1024 * 1024;

/// One cell of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cell {
    /// Nothing.
    Empty(()),
    /// A number of a workbook.
    Number(f64),
    /// Yes or no of a workbook.
    Tick(bool),
    /// Words, and all cells of a CSV.
    Text(String),
    /// A day of a workbook.
    Day {
        /// The day.
        day: NaiveDate,
    },
}

impl Cell {
    /// As it is shown; nothing for an empty one.
    pub fn text(&self) -> String {
        match self {
            Self::Empty(()) => String::new(),
            Self::Number(number) => number.to_string(),
            Self::Tick(yes) => if *yes { "yes" } else { "no" }.into(),
            Self::Text(text) => text.clone(),
            Self::Day { day } => day.to_string(),
        }
    }

    /// Whether nothing but white space stands in it.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Empty(()) => true,
            Self::Text(text) => text.trim().is_empty(),
            Self::Number(_) | Self::Tick(_) | Self::Day { .. } => false,
        }
    }
}

/// A row of a file, by its number there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row(pub u64, pub Vec<Cell>);

impl Row {
    /// The cell of a column; a short row has empty ones.
    pub fn cell(&self, column: usize) -> &Cell {
        self.1.get(column).unwrap_or(&Cell::Empty(()))
    }
}

/// Why a file cannot be read, in a sentence for whoever sent it.
pub fn unreadable(words: impl Into<String>) -> Error {
    Error::Setup(words.into())
}

/// Lines of JSON that are being written to a file of ours.
pub struct Lines {
    out: BufWriter<File>,
    bytes: u64,
}

impl Lines {
    /// A file that only we may read, in place of one of an earlier time.
    pub fn create(path: &Path) -> Result<Self> {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        Ok(Self { out: BufWriter::new(private_file(path)?), bytes: 0 })
    }

    /// Adds one.
    pub fn add(&mut self, line: &impl Serialize) -> Result<()> {
        let text = serde_json::to_vec(line).map_err(|error| Error::Internal(error.to_string()))?;
        self.bytes += text.len() as u64 + 1;
        // JSON may need twice the bytes of the cells.
        if self.bytes > BYTES * 2 {
            return Err(unreadable(
                "The file holds more than 100 MB of words. Split it, and import one part at a time.",
            ));
        }
        self.out.write_all(&text)?;
        Ok(self.out.write_all(b"\n")?)
    }

    /// Ends the file.
    pub fn finish(mut self) -> Result<()> {
        Ok(self.out.flush()?)
    }
}

/// Reads lines of JSON one after the other.
pub fn lines<T: for<'d> Deserialize<'d>>(path: &Path) -> Result<impl Iterator<Item = Result<T>> + use<T>> {
    let file = BufReader::new(File::open(path)?);
    let damaged = |error: serde_json::Error| Error::Internal(format!("a file that was kept: {error}"));
    Ok(file.lines().map(move |line| serde_json::from_str(&line?).map_err(damaged)))
}

/// The rows of a file on their way to where they are kept: within bounds, without empty ones.
pub struct Keeping<'k> {
    lines: Lines,
    /// Hears of each row that is kept.
    seen: &'k mut dyn FnMut(&Row),
    rows: u64,
}

impl<'k> Keeping<'k> {
    /// Keeps rows in a file.
    pub fn create(path: &Path, seen: &'k mut dyn FnMut(&Row)) -> Result<Self> {
        Ok(Self { lines: Lines::create(path)?, seen, rows: 0 })
    }

    /// Keeps a row.
    pub fn add(&mut self, mut row: Row) -> Result<()> {
        while row.1.last().is_some_and(Cell::is_empty) {
            row.1.pop();
        }
        let Row(number, cells) = &row;
        if cells.is_empty() {
            return Ok(());
        }
        self.rows += 1;
        // One more, for the names of the columns.
        if self.rows > ROWS + 1 {
            return Err(unreadable("The file has more than 100,000 rows. Split it, and import one part at a time."));
        }
        if cells.len() > COLUMNS {
            let words = format!("Row {number} has {} columns; 200 are taken at most.", cells.len());
            return Err(unreadable(words));
        }
        let is_long = |cell: &Cell| matches!(cell, Cell::Text(text) if text.chars().count() > LETTERS);
        if cells.iter().any(is_long) {
            let words = format!("Row {number} has a cell of more than 32,767 letters, the most that Excel knows.");
            return Err(unreadable(words));
        }
        (self.seen)(&row);
        self.lines.add(&row)
    }

    /// Ends the file; a file without any row is none.
    pub fn finish(self) -> Result<()> {
        if self.rows == 0 {
            return Err(unreadable("The file is empty."));
        }
        self.lines.finish()
    }
}

/// The first bytes of a file.
pub fn beginning(path: &Path, most: u64) -> Result<Vec<u8>> {
    let mut first = Vec::new();
    File::open(path)?.take(most).read_to_end(&mut first)?;
    Ok(first)
}
