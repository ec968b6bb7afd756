//! Dates and numbers as spreadsheets of any country write them.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::web::date_of;

/// What comes first in a date such as 3/4/2026.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    /// The day.
    DayFirst,
    /// The month.
    MonthFirst,
    /// It cannot be told.
    #[default]
    Unclear,
}

/// Three numbers with the same sign between them, and that sign.
fn parts(text: &str) -> Option<([u32; 3], char, bool)> {
    // A time behind the day is left out.
    let text = text.trim();
    let day = text.split([' ', 'T']).next()?;
    let sign = day.chars().find(|c| !c.is_ascii_digit()).filter(|c| ['.', '/', '-'].contains(c))?;
    let mut numbers = day.trim_end_matches('.').split(sign);
    let three = [numbers.next()?, numbers.next()?, numbers.next()?];
    if numbers.next().is_some() || three.iter().any(|part| part.is_empty() || part.len() > 4) {
        return None;
    }
    let [Ok(one), Ok(two), Ok(three_)] = three.map(str::parse::<u32>) else { return None };
    Some(([one, two, three_], sign, three[0].len() == 4))
}

/// The order of a date of three numbers that does not begin with the year.
pub fn order_of(text: &str) -> Option<Order> {
    let ([one, two, _], sign, is_year_first) = parts(text)?;
    match (one, two) {
        _ if is_year_first => None,
        (13..=31, 1..=12) => Some(Order::DayFirst),
        (1..=12, 13..=31) => Some(Order::MonthFirst),
        // Where points stand between, the day comes first.
        (1..=12, 1..=12) => Some(if sign == '.' { Order::DayFirst } else { Order::Unclear }),
        _ => None,
    }
}

/// The day that a text means; what is wrong with it where it means none.
pub fn day_of(text: &str, order: Order, today: NaiveDate) -> Result<NaiveDate, &'static str> {
    const NONE: &str = "This is no date. Write it as year-month-day, e.g. 2026-03-31.";
    let Some(([one, two, three], ..)) = parts(text) else {
        // A month as a word, with whatever between.
        let words = text.replace(['-', '/', ','], " ");
        let is_told = text.chars().any(|c| c.is_ascii_digit());
        return date_of(&words, today).filter(|day| is_told && is_known(*day)).ok_or(NONE);
    };
    let found = match order_of(text) {
        None => NaiveDate::from_ymd_opt(year(one), two, three),
        Some(own) => match if own == Order::Unclear && one != two { order } else { own } {
            Order::MonthFirst => NaiveDate::from_ymd_opt(year(three), one, two),
            Order::DayFirst => NaiveDate::from_ymd_opt(year(three), two, one),
            Order::Unclear if one == two => NaiveDate::from_ymd_opt(year(three), two, one),
            Order::Unclear => return Err("Say above whether the day or the month comes first."),
        },
    };
    found.filter(|day| is_known(*day)).ok_or(NONE)
}

fn is_known(day: NaiveDate) -> bool {
    (1900..=2200).contains(&day.year())
}

/// A year of two digits is one of the century around.
fn year(number: u32) -> i32 {
    let number = i32::try_from(number).unwrap_or_default();
    match number {
        0..=69 => 2000 + number,
        70..=99 => 1900 + number,
        _ => number,
    }
}

/// A number without what only makes it easier to read.
fn bare(text: &str) -> String {
    text.trim().replace([' ', '\u{a0}', '\u{202f}', '\'', '’'], "")
}

/// Whether a comma stands before decimals, and for nothing else.
pub fn says_decimal_comma(text: &str) -> bool {
    let text = bare(text);
    let Some((whole, decimals)) = text.rsplit_once(',') else { return false };
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let whole = whole.trim_start_matches('-');
    is_number(decimals) && whole.split('.').all(is_number) && (decimals.len() != 3 || whole.contains('.'))
}

/// A number as a form takes it: decimals behind a point, thousands not apart. What is no number stays as it is.
pub fn number_of(text: &str, has_decimal_comma: bool) -> String {
    let bare = bare(text);
    let is_comma_last = bare.rfind(',') > bare.rfind('.');
    let plain = match (bare.contains(','), bare.contains('.')) {
        (true, true) if is_comma_last => bare.replace('.', "").replace(',', "."),
        (true, true) => bare.replace(',', ""),
        (true, false) if has_decimal_comma || says_decimal_comma(&bare) => bare.replace(',', "."),
        (true, false) if is_apart(&bare, ',') => bare.replace(',', ""),
        (false, true) if has_decimal_comma && is_apart(&bare, '.') => bare.replace('.', ""),
        _ => bare.clone(),
    };
    match plain.parse::<f64>() {
        Ok(number) => number.to_string(),
        Err(_) => text.trim().to_owned(),
    }
}

/// Whether a sign stands before groups of three digits alone.
fn is_apart(text: &str, sign: char) -> bool {
    text.split(sign).skip(1).all(|group| group.len() == 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_in_the_order_of_its_column() {
        let today = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
        let read = |text, order| day_of(text, order, today).map(|day| day.to_string()).ok();
        for (text, order, day) in [
            ("31.12.2025", Order::Unclear, "2025-12-31"),
            ("3.4.26", Order::Unclear, "2026-04-03"),
            ("12/31/99", Order::Unclear, "1999-12-31"),
            ("3/4/2026", Order::DayFirst, "2026-04-03"),
            ("3/4/2026", Order::MonthFirst, "2026-03-04"),
            ("5/5/2026", Order::Unclear, "2026-05-05"),
            ("2026-03-04 00:00:00", Order::Unclear, "2026-03-04"),
            ("2026/3/4", Order::DayFirst, "2026-03-04"),
            ("3-Mar-2026", Order::Unclear, "2026-03-03"),
            ("March 3, 2026", Order::Unclear, "2026-03-03"),
        ] {
            assert_eq!(read(text, order).as_deref(), Some(day), "{text}");
        }
        let wrong = ["3/4/2026", "soon", "31.2.2026", "45/45/2026", "1.1.0900", "today"];
        assert_eq!(wrong.map(|text| read(text, Order::Unclear)), [const { None }; 6]);
    }

    #[test]
    fn a_number_is_read_as_its_column_writes_it() {
        for (text, comma, number) in [
            ("1.234,5", false, "1234.5"),
            ("1,234.5", true, "1234.5"),
            ("12,5", false, "12.5"),
            ("1,234", false, "1234"),
            ("1,234", true, "1.234"),
            ("1.234", true, "1234"),
            ("1.234", false, "1.234"),
            ("1 234", false, "1234"),
            ("-3", false, "-3"),
            ("about 5", false, "about 5"),
        ] {
            assert_eq!(number_of(text, comma), number, "{text}");
        }
        assert_eq!(["0,75", "1,234", "1.234,567", "a,b"].map(says_decimal_comma), [true, false, true, false]);
    }
}
