//! One row of the earlier system, read leniently: what its columns hold, and in words what they do not.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;

use super::tally::shown;
use crate::closed_list::ClosedList;
use crate::db::foreign::Cell;

/// The longest line, and the longest text of several lines, that a form takes as well.
const LINE: usize = 200;
const TEXT: usize = 20_000;

/// In which zone a moment was noted that says none.
#[derive(Clone, Copy, Debug)]
pub enum Zone {
    /// As the tables note when a row was made.
    Utc,
    /// As the clock on the wall, where a person did something.
    Local(Tz),
}

/// One row.
#[derive(Debug, Default)]
pub struct Row {
    cells: HashMap<String, Cell>,
    /// Columns whose words only some may read, and which have no such place here.
    pub hidden: BTreeSet<String>,
    /// The id that it had.
    pub id: Option<i64>,
    /// What was not taken as it stood.
    pub remarks: Vec<String>,
    /// Whether the marks of its columns make it confidential as a whole.
    pub is_marked: bool,
}

impl Row {
    /// A row from its cells; the first column that is named like an id is its key.
    pub fn new(columns: &[String], cells: Vec<Cell>) -> Self {
        let mut row = Self { cells: columns.iter().cloned().zip(cells).collect(), ..Self::default() };
        row.id = columns.first().and_then(|key| whole(row.cells.get(key)?));
        row
    }

    /// What it is called in the report.
    pub fn shown_id(&self) -> String {
        self.id.map_or_else(|| "without id".into(), |id| id.to_string())
    }

    /// Whether its table has that column.
    pub fn has(&self, column: &str) -> bool {
        self.cells.contains_key(column)
    }

    /// Whether a column says anything.
    pub fn holds(&self, column: &str) -> bool {
        match self.cells.get(column) {
            None | Some(Cell::Null) => false,
            Some(Cell::Text(text)) => !text.trim().is_empty(),
            Some(_) => true,
        }
    }

    fn cell(&mut self, column: &str) -> Cell {
        let cell = self.cells.get(column).cloned().unwrap_or_default();
        if cell != Cell::Null && self.hidden.contains(column) {
            self.remark(format!("{column} was marked confidential, which no such field is here: it is left out"));
            return Cell::Null;
        }
        match cell {
            Cell::Binary => self.refuse(column, "bytes that are no text"),
            Cell::TooLong => self.refuse(column, "more than any field holds"),
            other => return other,
        }
        Cell::Null
    }

    /// Notes something about the row.
    pub fn remark(&mut self, words: impl Into<String>) {
        self.remarks.push(words.into());
    }

    fn refuse(&mut self, column: &str, what: &str) {
        self.remark(format!("{column} is left out: {what}"));
    }

    /// A text of several lines; what no screen shows is left out.
    pub fn text(&mut self, column: &str) -> Option<String> {
        let text = match self.cell(column) {
            Cell::Text(text) => text,
            Cell::Integer(number) => number.to_string(),
            Cell::Real(number) => number.to_string(),
            Cell::Null | Cell::Binary | Cell::TooLong => return None,
        };
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let text: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
        let text = text.trim();
        (!text.is_empty()).then(|| self.cut(column, text, TEXT))
    }

    /// A single line.
    pub fn line(&mut self, column: &str) -> Option<String> {
        let text = self.text(column)?;
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        (!line.is_empty()).then(|| self.cut(column, &line, LINE))
    }

    fn cut(&mut self, column: &str, text: &str, most: usize) -> String {
        match text.char_indices().nth(most) {
            Some((end, _)) => {
                self.remark(format!("{column} is cut after {most} characters"));
                text[..end].to_owned()
            }
            None => text.to_owned(),
        }
    }

    /// The id of another row.
    pub fn reference(&mut self, column: &str) -> Option<i64> {
        let cell = self.cell(column);
        let id = whole(&cell);
        if id.is_none() && cell != Cell::Null && cell != Cell::Text(String::new()) {
            self.refuse(column, "it is no id");
        }
        id
    }

    /// A number.
    pub fn number(&mut self, column: &str) -> Option<f64> {
        let number = match self.cell(column) {
            Cell::Real(number) => Some(number),
            #[expect(clippy::cast_precision_loss, reason = "the earlier system kept it as such a number")]
            Cell::Integer(number) => Some(number as f64),
            Cell::Text(text) if text.trim().is_empty() => return None,
            Cell::Text(text) => text.trim().replace(',', "").parse().ok(),
            Cell::Null | Cell::Binary | Cell::TooLong => return None,
        };
        let number = number.filter(|number| number.is_finite());
        if number.is_none() {
            self.refuse(column, "it is no number");
        }
        number
    }

    /// A yes or no; `None` where it says neither.
    pub fn flag(&mut self, column: &str) -> Option<bool> {
        match self.cell(column) {
            Cell::Integer(0) => Some(false),
            Cell::Integer(1) => Some(true),
            Cell::Text(text) => match text.trim().to_lowercase().as_str() {
                "1" | "true" | "t" | "yes" | "y" => Some(true),
                "0" | "false" | "f" | "no" | "n" => Some(false),
                _ => None,
            },
            Cell::Null | Cell::Integer(_) | Cell::Real(_) | Cell::Binary | Cell::TooLong => None,
        }
    }

    /// Whether the row is confidential: anything but a plain no is a yes.
    pub fn is_confidential(&mut self) -> bool {
        self.is_marked || (self.has("is_confidential") && self.flag("is_confidential") != Some(false))
    }

    /// A day, in any of the forms that the earlier system or its users wrote.
    pub fn date(&mut self, column: &str) -> Option<NaiveDate> {
        let cell = self.cell(column);
        let day = match &cell {
            Cell::Null | Cell::Binary | Cell::TooLong => return None,
            Cell::Text(text) if text.trim().is_empty() => return None,
            Cell::Text(text) => day_of(text.trim()),
            Cell::Integer(number) => day_of(&number.to_string()).or_else(|| seconds(*number).map(|at| at.date())),
            Cell::Real(number) => real(*number).map(|at| at.date()),
        };
        let day = day.filter(|day| (1900..=2200).contains(&day.year()));
        if day.is_none() {
            self.refuse(column, &format!("“{}” is no day", told(&cell)));
        }
        day
    }

    /// A moment in UTC; a day alone is its beginning.
    pub fn moment(&mut self, column: &str, zone: Zone) -> Option<NaiveDateTime> {
        let cell = self.cell(column);
        let moment = match &cell {
            Cell::Null | Cell::Binary | Cell::TooLong => return None,
            Cell::Text(text) if text.trim().is_empty() => return None,
            Cell::Text(text) => moment_of(text.trim(), zone),
            Cell::Integer(number) => seconds(*number),
            Cell::Real(number) => real(*number),
        };
        let moment = moment.filter(|at| (1900..=2200).contains(&at.year()));
        if moment.is_none() {
            self.refuse(column, &format!("“{}” is no moment", told(&cell)));
        }
        moment
    }

    /// A value of a closed list, in whatever letters; another is handed back as a word.
    pub fn choice<T: ClosedList>(&mut self, column: &str) -> Result<Option<T>, String> {
        let Some(word) = self.line(column) else { return Ok(None) };
        let known = T::ALL.iter().copied().find(|value| plain(value.as_str()) == plain(&word));
        known.map(Some).ok_or(word)
    }
}

/// The letters of a word alone: `Delivery_Contract` is `delivery contract`.
pub fn plain(word: &str) -> String {
    let letters = word.chars().map(|c| if c.is_alphanumeric() || c == '+' { c } else { ' ' });
    letters.collect::<String>().to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn told(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => shown(text),
        Cell::Integer(number) => number.to_string(),
        Cell::Real(number) => number.to_string(),
        Cell::Null | Cell::Binary | Cell::TooLong => String::new(),
    }
}

fn whole(cell: &Cell) -> Option<i64> {
    match cell {
        Cell::Integer(number) => Some(*number),
        #[expect(clippy::cast_possible_truncation, reason = "a whole number of that size is kept exactly")]
        Cell::Real(number) if number.fract() == 0.0 && number.abs() < 9e15 => Some(*number as i64),
        Cell::Text(text) => text.trim().parse().ok(),
        Cell::Null | Cell::Real(_) | Cell::Binary | Cell::TooLong => None,
    }
}

/// The day of a text: with or without a time of day, the year first or last. Of two numbers that may both be a month
/// the first is, as the earlier system wrote it.
fn day_of(text: &str) -> Option<NaiveDate> {
    let day = text.split(['T', ' ']).next().unwrap_or_default();
    let forms = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y"];
    let written = ["%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y"];
    let parse = |text: &str, form: &&str| NaiveDate::parse_from_str(text, form).ok();
    forms.iter().find_map(|form| parse(day, form)).or_else(|| written.iter().find_map(|form| parse(text, form)))
}

fn moment_of(text: &str, zone: Zone) -> Option<NaiveDateTime> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(&text.replacen(' ', "T", 1)) {
        return Some(moment.naive_utc());
    }
    let forms = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M", "%m/%d/%Y %H:%M:%S"];
    let parsed = forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let moment = parsed.or_else(|| day_of(text).map(|day| day.and_time(NaiveTime::MIN)))?;
    match zone {
        Zone::Utc => Some(moment),
        // An hour that a clock leaves out in spring is the one after it.
        Zone::Local(zone) => {
            let known = zone.from_local_datetime(&moment).earliest();
            known.or_else(|| zone.from_local_datetime(&(moment + TimeDelta::hours(1))).earliest())
        }
        .map(|at| at.naive_utc()),
    }
}

/// Seconds, or thousandths of them, since 1970.
fn seconds(number: i64) -> Option<NaiveDateTime> {
    let seconds = if number.abs() > 100_000_000_000 { number / 1000 } else { number };
    DateTime::from_timestamp(seconds, 0).filter(|_| seconds > 100_000_000).map(|at| at.naive_utc())
}

/// A moment as a number with a fraction: days as SQLite counts them, or seconds since 1970.
fn real(number: f64) -> Option<NaiveDateTime> {
    #[expect(clippy::cast_possible_truncation, reason = "a number of seconds; what is none is no moment")]
    julian(number).or_else(|| seconds(number as i64))
}

/// Days since noon of the first day that SQLite counts from.
fn julian(number: f64) -> Option<NaiveDateTime> {
    const FIRST_OF_1970: f64 = 2_440_587.5;
    if !(2_400_000.0..2_600_000.0).contains(&number) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "within the bounds that were just looked at")]
    let seconds = ((number - FIRST_OF_1970) * 86_400.0).round() as i64;
    DateTime::from_timestamp(seconds, 0).map(|at| at.naive_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cell: Cell) -> Row {
        Row::new(&["value".to_owned()], vec![cell])
    }

    #[test]
    fn dates_are_read_in_all_their_forms() {
        for text in ["2025-09-05", "2025-09-05 10:11:12.5", "2025-09-05T10:11:12", "09/05/2025", "5.9.2025", "20250905"]
        {
            let day = row(Cell::Text(text.into())).date("value").map(|day| day.to_string());
            assert_eq!(day.as_deref(), Some("2025-09-05"), "{text}");
        }
        for (text, day) in [("13/05/2025", "2025-05-13"), ("2025.01.05", "2025-01-05"), ("12/25/2024", "2024-12-25")] {
            let read = row(Cell::Text(text.into())).date("value").map(|day| day.to_string());
            assert_eq!(read.as_deref(), Some(day), "{text}");
        }
        let day = row(Cell::Real(1_736_035_200.5)).date("value").map(|day| day.to_string());
        assert_eq!(day.as_deref(), Some("2025-01-05"));
        for text in ["2025-13-45", "soon", "0001-01-01", "99999999"] {
            let mut row = row(Cell::Text(text.into()));
            assert_eq!((row.date("value"), row.remarks.len()), (None, 1), "{text}");
        }
        let day = row(Cell::Integer(1_757_030_400)).date("value").map(|day| day.to_string());
        assert_eq!(day.as_deref(), Some("2025-09-05"));
    }

    #[test]
    fn a_moment_is_of_the_zone_in_which_it_was_noted() {
        let at = |text: &str, zone| row(Cell::Text(text.into())).moment("value", zone).map(|at| at.to_string());
        let zone = Zone::Local(chrono_tz::America::New_York);
        assert_eq!(at("2025-07-01 08:00:00", Zone::Utc).as_deref(), Some("2025-07-01 08:00:00"));
        assert_eq!(at("2025-07-01 08:00:00.25", zone).as_deref(), Some("2025-07-01 12:00:00.250"));
        assert_eq!(at("2025-12-01 08:00", zone).as_deref(), Some("2025-12-01 13:00:00"));
        assert_eq!(at("2025-03-09 02:30:00", zone).as_deref(), Some("2025-03-09 07:30:00"));
        assert_eq!(at("2025-07-01T08:00:00+02:00", zone).as_deref(), Some("2025-07-01 06:00:00"));
    }

    #[test]
    fn what_is_no_plain_no_is_confidential() {
        let marked = |cell| Row::new(&["is_confidential".to_owned()], vec![cell]).is_confidential();
        assert!(!marked(Cell::Integer(0)));
        assert!([Cell::Integer(1), Cell::Integer(2), Cell::Null, Cell::Text("?".into())].into_iter().all(marked));
        assert!(!row(Cell::Null).is_confidential());
    }
}
