//! Lists as files: the same rows and columns as the page, for Excel and for programs that read CSV. Nothing in a file
//! is a formula, whatever someone wrote into a record.

mod csv;
mod xlsx;

use axum::handler::Handler;
use axum::response::Response;
use chrono::NaiveDate;

use crate::access::Audience;
use crate::closed_list::{ClosedList, closed_list};
use crate::error::{Error, Result};
use crate::web::{App, PIECE, Routes, download, download_as_made};

/// Rows of a file at most, so that its making stays within bounds.
const LONGEST: usize = 100_000;

/// So many rows a list asks for: one more than a file may have, so that it sees what would be cut off.
pub const EXPORTED: i64 = LONGEST as i64 + 1;

closed_list! {
    /// As which kind of file a list is wanted; the word is the ending of its name.
    Format { Csv = "csv", Xlsx = "xlsx" }
}

/// One value of a list.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Words, never a formula.
    Text(String),
    /// A number.
    Number(f64),
    /// A day.
    Day(NaiveDate),
    /// Nothing.
    Empty,
}

impl Value {
    /// Words, or nothing.
    pub fn text(words: Option<impl Into<String>>) -> Self {
        words.map_or(Self::Empty, |words| Self::Text(words.into()))
    }

    /// A day, or nothing.
    pub fn day(day: Option<NaiveDate>) -> Self {
        day.map_or(Self::Empty, Self::Day)
    }

    /// A count.
    #[expect(clippy::cast_precision_loss, reason = "no list has as many rows as a number has digits")]
    pub fn count(number: i64) -> Self {
        Self::Number(number as f64)
    }
}

/// A list as it goes into a file.
pub struct Sheet {
    /// What it is a list of, the name of its sheet and of its file.
    pub title: String,
    /// The heads of its columns.
    pub heads: Vec<String>,
    /// Its rows, as wide as the heads.
    pub rows: Vec<Vec<Value>>,
}

impl Sheet {
    /// With these heads.
    pub fn new<'h>(title: impl Into<String>, heads: impl IntoIterator<Item = &'h str>, rows: Vec<Vec<Value>>) -> Self {
        Self { title: title.into(), heads: heads.into_iter().map(ToOwned::to_owned).collect(), rows }
    }
}

/// The file as an answer that a browser keeps; refused where it would not hold the whole list.
pub fn answer(sheet: &Sheet, format: Format, day: NaiveDate) -> Result<Response> {
    if sheet.rows.len() > LONGEST {
        return Err(Error::Refused("The list has more than 100,000 rows: narrow it, then export it again.".into()));
    }
    let (kind, bytes) = match format {
        Format::Csv => (CSV, csv::write(sheet)?),
        Format::Xlsx => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx::write(sheet, day)?),
    };
    download(kind, &file_name(&sheet.title, format, day), bytes)
}

/// Registers the files of a list beside its page: `/clients.csv` and `/clients.xlsx` beside `/clients`.
pub fn as_files<H: Handler<T, App>, T: 'static>(
    routes: Routes,
    path: &str,
    audience: Audience,
    handler: impl Fn(Format) -> H,
) -> Routes {
    Format::ALL.iter().fold(routes, |routes, &format| routes.get(format!("{path}.{format}"), audience, handler(format)))
}

/// The media type of CSV.
const CSV: &str = "text/csv; charset=utf-8";

fn file_name(title: &str, format: Format, day: NaiveDate) -> String {
    let letters = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let name: String = title.chars().map(letters).collect();
    format!("{}-{day}.{format}", name.trim_matches('-'))
}

/// A list of any length and width as CSV, of which only a piece is ever in memory.
pub fn answer_row_by_row(
    title: &str,
    heads: &[String],
    mut rows: impl Iterator<Item = Result<Vec<Value>>> + Send + Unpin + 'static,
    day: NaiveDate,
) -> Result<Response> {
    let mut begun = Some(csv::beginning(heads)?);
    let next = move || -> std::io::Result<Vec<u8>> {
        let mut piece = begun.take().unwrap_or_default();
        while piece.len() < PIECE
            && let Some(row) = rows.next()
        {
            piece.extend(row.and_then(|row| csv::lines(&[row])).map_err(std::io::Error::other)?);
        }
        Ok(piece)
    };
    download_as_made(CSV, &file_name(title, Format::Csv, day), next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_a_file_cannot_hold_is_refused_and_not_cut() {
        let of = |rows: usize| {
            let sheet = Sheet::new("Contacts", [], vec![Vec::new(); rows]);
            answer(&sheet, Format::Csv, NaiveDate::MIN)
        };
        assert!(of(100_000).is_ok());
        assert!(matches!(of(100_001), Err(Error::Refused(words)) if words.contains("narrow it")));
    }
}
