//! The file that was brought with a reason in each row, as it is read.

use axum::response::Response;
use chrono::NaiveDate;

use super::files::Files;
use super::model::{Import, State};
use super::queries;
use super::recognised::Written;
use super::report::Reason;
use super::rows::{Cell, Row, lines};
use crate::error::{Error, Result};
use crate::export::{self, Format, Sheet, Value};
use crate::ids::ImportId;
use crate::web::{Id, Reader};

/// Cells of a workbook at most: it is made in memory. What is larger comes as CSV.
const CELLS: u64 = 500_000;

/// `GET /import/{id}/reasons`: the rows of the file, each with what became of it, or would, and why.
pub async fn show(reader: Reader, Id(id): Id<ImportId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let import = queries::find(db, page.viewer(), id)?.ok_or(Error::NotFound)?;
            let files = Files::of(&page.config, &import);
            let rights = import.report.as_ref().map(|report| report.rights.as_str());
            // While work goes on, or after it was cut off, there are reasons for some rows only.
            let is_whole = matches!(import.state, State::Rehearsed | State::Done | State::Undone);
            let is_told = is_whole && rights == Some(page.viewer().rights_key().as_str());
            if !is_told || !files.rows.exists() || !files.reasons.exists() {
                return Err(Error::Refused("Rehearse this import first.".into()));
            }
            answer(import, &files, page.visit.today)
        })
        .await
}

fn answer(import: Import, files: &Files, today: NaiveDate) -> Result<Response> {
    let recognised = &import.recognised;
    let mut heads = recognised.heads(import.settings.has_head);
    let stem = import.file_name.rsplit_once('.').map_or(import.file_name.as_str(), |(stem, _)| stem);
    let title = format!("{stem} with reasons");
    let cells = recognised.rows * heads.len() as u64;
    let is_workbook = matches!(recognised.written, Written::Xlsx { .. }) && cells <= CELLS;
    let rows = told(&import, files)?;
    heads.extend(["Result".to_owned(), "Reason".to_owned()]);
    if !is_workbook {
        return export::answer_row_by_row(&title, &heads, rows, today);
    }
    export::answer(&Sheet { title, heads, rows: rows.collect::<Result<_>>()? }, Format::Xlsx, today)
}

/// The rows, one after the other. Both files are open already, so that they may be replaced meanwhile.
fn told(import: &Import, files: &Files) -> Result<impl Iterator<Item = Result<Vec<Value>>> + Send + Unpin + use<>> {
    let columns = import.recognised.columns.len();
    let mut rows = lines::<Row>(&files.rows)?;
    // Some rows have none: whether the first one holds names may have been said otherwise since.
    let mut row_of = move |number: u64| rows.find(|row| !matches!(row, Ok(row) if row.0 < number));
    let with_reason = move |reason: Result<Reason>| {
        let Reason { row, fate, why } = reason?;
        let row = row_of(row).unwrap_or_else(|| Ok(Row(row, Vec::new())))?;
        let cells = (0..columns).map(|column| match row.cell(column) {
            Cell::Empty(()) => Value::Empty,
            Cell::Number(number) => Value::Number(*number),
            Cell::Day { day } => Value::Day(*day),
            other => Value::Text(other.text()),
        });
        let why = if why.is_empty() { Value::Empty } else { Value::Text(why) };
        Ok(cells.chain([Value::Text(fate), why]).collect())
    };
    Ok(lines::<Reason>(&files.reasons)?.map(with_reason))
}
