//! Dates and numbers as people write them.

use chrono::{Days, NaiveDate};

/// The day that a date or words such as “yesterday”, “3 days ago” and “in 2 weeks” mean.
pub fn date_of(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let words = text.to_lowercase();
    let words: Vec<&str> = words.split_whitespace().collect();
    let span = |count: &str, unit: &str| {
        let days = if unit.trim_end_matches('s') == "week" { 7 } else { 1 };
        let known = matches!(unit, "day" | "days" | "week" | "weeks");
        let count = if matches!(count, "a" | "one") { Some(1) } else { count.parse().ok() };
        count.filter(|_| known).map(|count: u16| Days::new(u64::from(count) * days))
    };
    match words.as_slice() {
        ["today"] => Some(today),
        ["yesterday"] => today.pred_opt(),
        ["tomorrow"] => today.succ_opt(),
        [count, unit, "ago"] => today.checked_sub_days(span(count, unit)?),
        ["in", count, unit] => today.checked_add_days(span(count, unit)?),
        [day] => NaiveDate::parse_from_str(day, "%Y-%m-%d").ok(),
        _ => None,
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
        assert_eq!(["3 days", "in 3 days ago", "soon", "31.3.2026"].map(|text| date_of(text, today)), [None; 4]);
    }

    #[test]
    fn commas_separate_thousands_only() {
        assert_eq!(["3,400.5", "12", "1,234,567"].map(number_of), [Some(3400.5), Some(12.0), Some(1_234_567.0)]);
        assert_eq!(["12,5", "1,2345", ",5", "1,23,456"].map(number_of), [None; 4]);
    }
}
