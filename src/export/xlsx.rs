//! XLSX: numbers and days are what they are, all else is words; the head stays in sight and narrows the rows.

use chrono::NaiveDate;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::{Sheet, Value};
use crate::error::{Error, Result};

/// What a cell holds at most, by the format.
const LONGEST: usize = 32_767;

/// The narrowest and the widest column, in letters.
const WIDTHS: std::ops::RangeInclusive<usize> = 8..=60;

/// The whole file.
pub fn write(sheet: &Sheet, made: NaiveDate) -> Result<Vec<u8>> {
    build(sheet, made).map_err(|cause| Error::Internal(format!("a list as XLSX: {cause}")))
}

fn build(sheet: &Sheet, made: NaiveDate) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The day and not the moment: the same rows are the same file.
    let made = ExcelDateTime::parse_from_str(&made.to_string())?;
    book.set_properties(&DocProperties::new().set_title(&sheet.title).set_creation_datetime(&made));
    let page = book.add_worksheet();
    // A name of a sheet has 31 letters at most, and not these.
    let name: String = sheet.title.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(31).collect();
    page.set_name(if name.trim().is_empty() { "List" } else { name.trim() })?;
    let head = Format::new().set_bold();
    let day = Format::new().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left);
    for (column, words) in (0_u16..).zip(&sheet.heads) {
        page.write_string_with_format(0, column, words, &head)?;
    }
    let mut widths: Vec<usize> = sheet.heads.iter().map(|words| words.chars().count() + 3).collect();
    for (row, values) in (1_u32..).zip(&sheet.rows) {
        for ((column, value), width) in (0_u16..).zip(values).zip(&mut widths) {
            *width = (*width).max(cell(page, (row, column), value, &day)?);
        }
    }
    for (column, width) in (0_u16..).zip(widths) {
        let width = u32::try_from(width.clamp(*WIDTHS.start(), *WIDTHS.end())).unwrap_or(8);
        page.set_column_width(column, width)?;
    }
    page.set_freeze_panes(1, 0)?;
    let last_row = u32::try_from(sheet.rows.len()).unwrap_or(u32::MAX);
    if let Some(last_column) = u16::try_from(sheet.heads.len()).ok().and_then(|heads| heads.checked_sub(1)) {
        page.autofilter(0, 0, last_row, last_column)?;
    }
    book.save_to_buffer()
}

/// Writes a value, and tells how wide it is.
fn cell(page: &mut Worksheet, (row, column): (u32, u16), value: &Value, day: &Format) -> Result<usize, XlsxError> {
    match value {
        Value::Text(text) => {
            let text: String = text.chars().take(LONGEST).collect();
            page.write_string(row, column, &text)?;
            Ok(text.lines().map(|line| line.chars().count()).max().unwrap_or_default())
        }
        Value::Number(number) => {
            page.write_number(row, column, *number)?;
            Ok(number.to_string().len())
        }
        Value::Day(date) => {
            // A day before the first that the format knows stays words.
            match ExcelDateTime::parse_from_str(&date.to_string()) {
                Ok(known) => page.write_datetime_with_format(row, column, &known, day)?,
                Err(_) => page.write_string(row, column, date.to_string())?,
            };
            Ok(10)
        }
        Value::Empty => Ok(0),
    }
}
