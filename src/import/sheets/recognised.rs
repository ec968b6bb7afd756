//! What is told of a file without asking: how it is written, where the names of its columns stand, in which order its
//! dates are, how its numbers.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::rows::{Cell, Keeping, Row, beginning, unreadable};
use super::texts::{Order, order_of, says_decimal_comma};
use super::{delimited, workbook};
use crate::error::Result;

/// Rows that are kept to be shown.
const SAMPLES: usize = 12;

/// Different words of a column that are kept, and letters of each: of more it is no column of a closed list.
const WORDS: usize = 60;
const LETTERS: usize = 60;

/// A file as it was recognised.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Recognised {
    /// How it is written.
    pub written: Written,
    /// The first rows of it.
    pub samples: Vec<Row>,
    /// The place of the names of the columns among those.
    pub head: usize,
    /// Whether they are names.
    pub has_head: bool,
    /// Rows that are not empty, names and what stands above them included.
    pub rows: u64,
    /// What is told of each column.
    pub columns: Vec<Seen>,
}

/// How a file is written.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "format", rename_all = "snake_case")]
pub enum Written {
    /// CSV.
    Csv { encoding: String, separator: char },
    /// A workbook, of which one sheet is read, and whether its days are counted from 1904.
    Xlsx {
        sheet: String,
        sheets: usize,
        #[serde(default)]
        is_1904: bool,
    },
}

/// What the values of a column tell.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Seen {
    /// Cells that are not empty.
    pub filled: u64,
    /// Dates that can only begin with the day.
    pub day_first: u64,
    /// Dates that can only begin with the month.
    pub month_first: u64,
    /// Dates that may begin with either.
    pub unclear: u64,
    /// Whether a comma stands before the decimals.
    pub has_decimal_comma: bool,
    /// The different words in it, where those are few and short.
    #[serde(default)]
    pub words: Vec<String>,
    /// Whether they are not.
    #[serde(default)]
    pub is_free: bool,
}

impl Seen {
    fn see(&mut self, cell: &Cell) {
        if cell.is_empty() {
            return;
        }
        self.filled += 1;
        let Cell::Text(text) = cell else { return };
        self.note(text.trim());
        match order_of(text) {
            Some(Order::DayFirst) => self.day_first += 1,
            Some(Order::MonthFirst) => self.month_first += 1,
            Some(Order::Unclear) => self.unclear += 1,
            None => self.has_decimal_comma |= says_decimal_comma(text),
        }
    }

    fn note(&mut self, word: &str) {
        if self.is_free || self.words.iter().any(|known| known == word) {
            return;
        }
        self.words.push(word.to_owned());
        if self.words.len() > WORDS || word.chars().count() > LETTERS {
            self.words.clear();
            self.is_free = true;
        }
    }

    /// In which order its dates are, as far as they tell.
    pub fn order(&self) -> Order {
        match (self.day_first, self.month_first) {
            (1.., 0) => Order::DayFirst,
            (0, 1..) => Order::MonthFirst,
            _ => Order::Unclear,
        }
    }
}

impl Recognised {
    /// Reads a file, and keeps its rows in another.
    pub fn read(file: &Path, kept: &Path) -> Result<Self> {
        let (mut samples, mut columns, mut rows) = (Vec::new(), Vec::new(), 0);
        let mut seen = |row: &Row| {
            rows += 1;
            if samples.len() < SAMPLES {
                samples.push(row.clone());
            }
            columns.resize(row.1.len().max(columns.len()), Seen::default());
            // What stands first is a name and tells nothing of the values.
            columns.iter_mut().zip(&row.1).filter(|_| rows > 1).for_each(|(column, cell)| column.see(cell));
        };
        let mut keeping = Keeping::create(kept, &mut seen)?;
        let written = written(file, &mut keeping)?;
        keeping.finish()?;
        let (head, has_head) = head_among(&samples);
        Ok(Self { written, samples, head, has_head, rows, columns })
    }

    /// The names of the columns, or their letters.
    pub fn heads(&self, has_head: bool) -> Vec<String> {
        let row = self.samples.get(self.head).filter(|_| has_head);
        let name = |column: usize| row.map(|row| row.cell(column).text()).unwrap_or_default();
        let name = |column: usize| Some(name(column).trim().to_owned()).filter(|name| !name.is_empty());
        (0..self.columns.len())
            .map(|column| name(column).unwrap_or_else(|| format!("Column {}", letters(column))))
            .collect()
    }

    /// Whether a row is one to be taken: it stands below the names.
    pub fn is_taken(&self, row: u64, has_head: bool) -> bool {
        self.samples.get(self.head).is_some_and(|head| row >= head.0 + u64::from(has_head))
    }

    /// How many rows are to be taken.
    pub fn to_take(&self, has_head: bool) -> u64 {
        self.rows - self.head as u64 - u64::from(has_head)
    }

    /// The first rows that are to be taken.
    pub fn first(&self, has_head: bool) -> impl Iterator<Item = &Row> {
        self.samples.iter().filter(move |row| self.is_taken(row.0, has_head))
    }

    /// What is told of the dates, in words; nothing where there are none.
    pub fn dates(&self) -> Option<&'static str> {
        let sum = |count: fn(&Seen) -> u64| self.columns.iter().map(count).sum::<u64>();
        match (sum(|seen| seen.day_first), sum(|seen| seen.month_first), sum(|seen| seen.unclear)) {
            (0, 0, 0) => None,
            (1.., 0, _) => Some("day first, as in 31.12.2026"),
            (0, 1.., _) => Some("month first, as in 12/31/2026"),
            (0, 0, _) => Some("day or month first"),
            _ => Some("in more than one order"),
        }
    }

    /// Whether the dates of some column do not tell their order.
    pub fn has_unclear_dates(&self) -> bool {
        self.columns.iter().any(|seen| seen.unclear > 0 && seen.order() == Order::Unclear)
    }
}

fn written(file: &Path, keeping: &mut Keeping) -> Result<Written> {
    let first = beginning(file, 8)?;
    if first.starts_with(b"PK") {
        let workbook::Sheet { name, sheets, is_1904 } = workbook::read(file, keeping)?;
        return Ok(Written::Xlsx { sheet: name, sheets, is_1904 });
    }
    if first.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(unreadable(
            "This is a workbook of an older Excel, or one with a password. Save it as XLSX without a password.",
        ));
    }
    if first.starts_with(b"%PDF") || first.starts_with(b"{\\rtf") {
        return Err(unreadable("This is a document and no table. Save the table as CSV or XLSX."));
    }
    let delimited::Style { encoding, separator } = delimited::read(file, keeping)?;
    Ok(Written::Csv { encoding: encoding.to_owned(), separator })
}

/// The first row that is about as wide as the others, and whether it holds names: words, each once. A row below
/// two that are equally wide is no measure where it is wider than they are: it has separators in a text.
fn head_among(samples: &[Row]) -> (usize, bool) {
    let filled = |row: &Row| row.1.iter().filter(|cell| !cell.is_empty()).count();
    let mut widest = 0;
    let mut before = 0;
    for width in samples.iter().map(filled) {
        widest = width.max(widest);
        if width == before && width > 1 {
            break;
        }
        before = width;
    }
    let head = samples.iter().position(|row| filled(row) * 2 > widest).unwrap_or_default();
    let Some(row) = samples.get(head) else { return (0, true) };
    let is_name = |cell: &&Cell| match cell {
        Cell::Text(text) => !text.contains('@') && order_of(text).is_none() && text.trim().parse::<f64>().is_err(),
        _ => false,
    };
    let mut names: Vec<String> = row.1.iter().filter(is_name).map(|cell| cell.text().to_lowercase()).collect();
    names.sort();
    names.dedup();
    (head, names.len() == filled(row))
}

/// The letters by which a spreadsheet calls a column.
pub fn letters(column: usize) -> String {
    let (mut letters, mut rest) = (String::new(), column + 1);
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or_default();
        letters.insert(0, char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_letters_of_a_spreadsheet() {
        assert_eq!([0, 25, 26, 701, 702].map(letters), ["A", "Z", "AA", "ZZ", "AAA"]);
    }

    #[test]
    fn names_of_columns_are_found_below_a_title() {
        let row = |number: u64, words: &[&str]| Row(number, words.iter().map(|w| Cell::Text((*w).into())).collect());
        let titled = [row(1, &["Our clients"]), row(3, &["Name", "Type"]), row(4, &["Granite", "IPP"])];
        assert_eq!(head_among(&titled), (1, true));
        let wide = row(3, &["Basalt", "IPP", "one", "two", "three", "four", "five"]);
        let ragged = [row(1, &["Name", "Type", "Notes"]), row(2, &["Granite", "IPP", "note"]), wide];
        assert_eq!(head_among(&ragged), (0, true));
        let eight = ["Name", "Type", "Notes", "Owner", "City", "Web", "Since", "Until"];
        let sparse = [row(1, &["Clients", "May"]), row(2, &eight), row(3, &eight[..3]), row(4, &eight[..3])];
        assert_eq!(head_among(&sparse), (1, true));
        assert_eq!(head_among(&[row(1, &["Granite", "a@b.c"]), row(2, &["Basalt", "d@e.f"])]), (0, false));
    }
}
