//! XLSX: its first sheet, cell by cell. A workbook is a zip, so that what it unpacks to is counted before it is read.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use calamine::{
    DataRef, ExcelDateTime, ExcelDateTimeType, Reader, SheetType, SheetVisible, Xlsx, XlsxError, XlsxFormulaMetadata,
};
use chrono::NaiveDate;
use zip::ZipArchive;

use super::rows::{BYTES, Cell, Keeping, ROWS, Row, unreadable};
use crate::error::Result;

/// Files that a workbook may hold.
const FILES: usize = 2_000;

/// The widest sheet that is read; the columns that are taken are counted once the empty ones are gone.
const WIDEST: u32 = 2_000;

/// What is known of the sheet that was read.
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// How many sheets the workbook has.
    pub sheets: usize,
    /// Whether its days are counted from 1904.
    pub is_1904: bool,
}

/// Reads the first sheet that can be seen.
pub fn read(path: &Path, keeping: &mut Keeping) -> Result<Sheet> {
    let is_1904 = check(path)?;
    let mut book: Xlsx<_> = Xlsx::new(BufReader::new(File::open(path)?)).map_err(damaged)?;
    let sheets = book.sheets_metadata();
    let is_seen =
        |sheet: &&calamine::Sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible;
    let sheet = sheets.iter().find(is_seen).ok_or_else(|| unreadable("The workbook has no sheet that can be seen."))?;
    let (name, sheets) = (sheet.name.clone(), sheets.len());
    let mut reader = book.worksheet_cells_reader(&name).map_err(damaged)?;
    let (mut row, mut cells) = (0, Vec::new());
    // By the metadata of a formula, which is never worked out: what is shared by a million cells stays one.
    while let Some(found) = reader.next_cell_with_formula_metadata().map_err(damaged)? {
        let (number, column) = found.pos;
        if found.formula.is_some_and(says_something) && matches!(found.value, DataRef::Empty) {
            let row = u64::from(number) + 1;
            let way = "Open the workbook in Excel or LibreOffice, and save it again.";
            return Err(unreadable(format!("Row {row} holds a formula without its value. {way}")));
        }
        let cell = cell(&found.value, is_1904);
        if cell.is_empty() {
            continue;
        }
        if number < row || column >= WIDEST || u64::from(number) > ROWS * 10 {
            return Err(unreadable(
                "The sheet is larger than 100,000 rows and 200 columns. Copy what matters to a sheet of its own.",
            ));
        }
        if number != row {
            keeping.add(Row(u64::from(row) + 1, std::mem::take(&mut cells)))?;
            row = number;
        }
        let column = column as usize;
        cells.resize(cells.len().max(column + 1), Cell::Empty(()));
        cells[column] = cell;
    }
    keeping.add(Row(u64::from(row) + 1, cells))?;
    Ok(Sheet { name, sheets, is_1904 })
}

fn damaged(error: XlsxError) -> crate::error::Error {
    tracing::info!(cause = %error, "a workbook that cannot be read");
    unreadable("The workbook cannot be read: it is damaged, or locked with a password. Save it again as XLSX or CSV.")
}

fn large() -> crate::error::Error {
    unreadable("The workbook unpacks to more than 100 MB. Split it, and import one part at a time.")
}

/// Whether a formula is one: some programs leave an empty one behind.
fn says_something(formula: XlsxFormulaMetadata) -> bool {
    !matches!(formula, XlsxFormulaMetadata::Normal { formula } if formula.is_empty())
}

/// Unpacks everything once without keeping it, and tells whether days are counted from 1904.
fn check(path: &Path) -> Result<bool> {
    let broken = |_| unreadable("The workbook is damaged. Save it again as XLSX or CSV.");
    let mut archive = ZipArchive::new(BufReader::new(File::open(path)?)).map_err(broken)?;
    if archive.len() > FILES {
        return Err(unreadable("The workbook holds too many parts. Copy the sheet into a new workbook."));
    }
    let (mut unpacked, mut is_1904, mut is_workbook) = (0, false, false);
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).map_err(broken)?;
        if file.size() > BYTES {
            return Err(large());
        }
        let is_main = file.name().is_ok_and(|name| name == "xl/workbook.xml");
        let mut kept = Vec::new();
        let mut limited = (&mut file).take(BYTES + 1 - unpacked);
        let read = if is_main {
            limited.read_to_end(&mut kept).map(|read| read as u64)
        } else {
            std::io::copy(&mut limited, &mut std::io::sink())
        };
        unpacked += read.map_err(|_| unreadable("The workbook is damaged. Save it again as XLSX or CSV."))?;
        if unpacked > BYTES {
            return Err(large());
        }
        if is_main {
            is_workbook = true;
            let text = String::from_utf8_lossy(&kept);
            is_1904 =
                ["\"1\"", "'1'", "\"true\"", "'true'"].iter().any(|yes| text.contains(&format!("date1904={yes}")));
        }
    }
    if is_workbook { Ok(is_1904) } else { Err(unreadable("This is no workbook. Save the table as XLSX or CSV.")) }
}

fn cell(value: &DataRef, is_1904: bool) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty(()),
        #[expect(clippy::cast_precision_loss, reason = "a workbook keeps its numbers as floating ones")]
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::String(text) => Cell::Text(text.clone()),
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::Bool(yes) => Cell::Tick(*yes),
        DataRef::DateTime(moment) => {
            day_of(moment, is_1904).map_or(Cell::Number(moment.as_f64()), |day| Cell::Day { day })
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::Text(text.clone()),
        DataRef::Error(error) => Cell::Text(error.to_string()),
    }
}

/// The day of a moment; none for a mere time of day.
fn day_of(moment: &ExcelDateTime, is_1904: bool) -> Option<NaiveDate> {
    let (number, is_day) = (moment.as_f64(), moment.is_datetime());
    is_day.then(|| day_of_number(number, is_1904)).flatten()
}

/// The day that a number of a workbook stands for.
pub fn day_of_number(number: f64, is_1904: bool) -> Option<NaiveDate> {
    let known = (1.0..2_958_466.0).contains(&number);
    let (year, month, day, ..) = ExcelDateTime::new(number, ExcelDateTimeType::DateTime, is_1904).to_ymd_hms_milli();
    NaiveDate::from_ymd_opt(year.into(), month.into(), day.into()).filter(|_| known)
}
