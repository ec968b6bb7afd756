//! Dates and numbers as people write them, and the beginning of what they wrote.

use chrono::{Datelike, Days, Month, Months, NaiveDate};

/// Whether a letter is none that anyone sees: a control character, a mark that turns the direction of what is read,
/// what has no width.
pub fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(letter, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// A line as it is kept: one space between words, nothing that turns its direction or has no width but what joins
/// letters of a script; `None` where nothing of it would be seen.
pub(super) fn line_of(text: &str) -> Option<String> {
    let varies = |letter: char| matches!(letter, '\u{e0020}'..='\u{e007f}' | '\u{e0100}'..='\u{e01ef}');
    let joins = |letter: char| varies(letter) || matches!(letter, '\u{200c}' | '\u{200d}');
    let fills = |letter: char| matches!(letter, '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}');
    let kept: String =
        text.chars().filter(|letter| letter.is_whitespace() || joins(*letter) || !is_unseen(*letter)).collect();
    let line = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().any(|letter| !letter.is_whitespace() && !joins(letter) && !fills(letter)).then_some(line)
}

/// The day that a date or words such as “yesterday”, “3 days ago”, “in 2 weeks” and “2 Mar” mean.
pub fn date_of(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let words = text.to_lowercase();
    let words: Vec<&str> = words.split_whitespace().collect();
    match words.as_slice() {
        ["today"] => Some(today),
        ["yesterday"] => today.pred_opt(),
        ["tomorrow"] => today.succ_opt(),
        [count, unit, "ago"] => match Span::of(count, unit)? {
            Span::Days(days) => today.checked_sub_days(days),
            Span::Months(months) => today.checked_sub_months(months),
        },
        ["in", count, unit] => match Span::of(count, unit)? {
            Span::Days(days) => today.checked_add_days(days),
            Span::Months(months) => today.checked_add_months(months),
        },
        [one, other] => day_of_month(one, other).or_else(|| day_of_month(other, one))?.nearest(today),
        [one, other, year] => {
            let day = day_of_month(one, other).or_else(|| day_of_month(other, one))?;
            NaiveDate::from_ymd_opt(year.parse().ok()?, day.month, day.day)
        }
        [day] => NaiveDate::parse_from_str(day, "%Y-%m-%d").ok(),
        _ => None,
    }
}

/// The beginning of a text in one line, `most` letters long.
pub fn beginning(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// So many days, weeks or months.
enum Span {
    Days(Days),
    Months(Months),
}

impl Span {
    fn of(count: &str, unit: &str) -> Option<Self> {
        let count: u16 = if matches!(count, "a" | "one") { 1 } else { count.parse().ok()? };
        match unit {
            "day" | "days" => Some(Self::Days(Days::new(u64::from(count)))),
            "week" | "weeks" => Some(Self::Days(Days::new(u64::from(count) * 7))),
            "month" | "months" => Some(Self::Months(Months::new(u32::from(count)))),
            _ => None,
        }
    }
}

/// A day without its year.
struct DayOfMonth {
    month: u32,
    day: u32,
}

fn day_of_month(day: &str, month: &str) -> Option<DayOfMonth> {
    let month: Month = month.trim_end_matches(['.', ',']).parse().ok()?;
    let day = day.trim_end_matches(['.', ',']).parse().ok()?;
    Some(DayOfMonth { month: month.number_from_month(), day })
}

impl DayOfMonth {
    /// In the year in which it is nearest.
    fn nearest(&self, today: NaiveDate) -> Option<NaiveDate> {
        let years = [today.year() - 1, today.year(), today.year() + 1];
        let days = years.into_iter().filter_map(|year| NaiveDate::from_ymd_opt(year, self.month, self.day));
        days.min_by_key(|day| (*day - today).num_days().abs())
    }
}

/// A number as people write it: commas separate thousands only.
pub fn number_of(text: &str) -> Option<f64> {
    let whole = text.split('.').next()?;
    let mut groups = whole.split(',');
    let first = groups.next()?;
    if whole.contains(',') && (first.is_empty() || groups.any(|group| group.len() != 3)) {
        return None;
    }
    text.replace(',', "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_may_be_given_in_words() {
        let today = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
        let days = ["Yesterday", "today", "tomorrow", "3 days ago", "in 2 weeks", "a week ago", "2026-02-27"];
        let read = days.map(|text| date_of(text, today).unwrap().to_string());
        let expected =
            ["2026-02-28", "2026-03-01", "2026-03-02", "2026-02-26", "2026-03-15", "2026-02-22", "2026-02-27"];
        assert_eq!(read, expected);
        let more = ["in 1 month", "2 months ago", "2 Mar", "Dec 20", "20. december 2025"];
        let read = more.map(|text| date_of(text, today).unwrap().to_string());
        assert_eq!(read, ["2026-04-01", "2026-01-01", "2026-03-02", "2025-12-20", "2025-12-20"]);
        assert_eq!(["3 days", "in 3 days ago", "soon", "31.3.2026"].map(|text| date_of(text, today)), [None; 4]);
    }

    #[test]
    fn commas_separate_thousands_only() {
        assert_eq!(["3,400.5", "12", "1,234,567"].map(number_of), [Some(3400.5), Some(12.0), Some(1_234_567.0)]);
        assert_eq!(["12,5", "1,2345", ",5", "1,23,456"].map(number_of), [None; 4]);
    }
}
