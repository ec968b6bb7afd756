//! Items within a text: a line each, as “NAME: send the offer by Friday”.

use chrono::{Datelike, NaiveDate, Weekday};

use crate::ids::PersonnelId;
use crate::people::{Colleague, called};
use crate::web::date_of;

/// A line of a text that tells who does what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// The line as it was typed.
    pub line: String,
    /// What is to be done.
    pub text: String,
    pub owners: Vec<PersonnelId>,
    pub due_date: Option<NaiveDate>,
}

/// The lines of a text that tell who does what; each once.
pub fn recognised(text: &str, staff: &[Colleague], today: NaiveDate) -> Vec<Recognised> {
    let mut found: Vec<Recognised> = Vec::new();
    for item in text.lines().filter_map(|line| of_line(line, staff, today)) {
        if found.iter().all(|other| other.line != item.line) {
            found.push(item);
        }
    }
    found
}

/// Those of a corrected text that did not stand in the earlier one.
pub fn fresh(text: &str, earlier: &str, staff: &[Colleague], today: NaiveDate) -> Vec<Recognised> {
    let before: Vec<&str> = earlier.lines().map(str::trim).collect();
    recognised(text, staff, today).into_iter().filter(|item| !before.contains(&item.line.as_str())).collect()
}

/// The most words that tell a day: “in 2 weeks”, “20 December 2027”.
const WORDS_OF_A_DAY: usize = 3;

fn of_line(line: &str, staff: &[Colleague], today: NaiveDate) -> Option<Recognised> {
    let line = line.trim();
    let (names, rest) = unbulleted(line).split_once(':')?;
    let owners = people(names, staff)?;
    let (text, due_date) = with_day(rest.trim(), today);
    let text = text.trim_matches(|c: char| c.is_whitespace() || ",;–-".contains(c));
    (!text.is_empty()).then(|| Recognised { line: line.to_owned(), text: text.to_owned(), owners, due_date })
}

/// The line without what makes it one of a list: “- ”, “* ”, “• ”, “1. ”.
fn unbulleted(line: &str) -> &str {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit() || "-–*•".contains(c));
    let rest = if line.starts_with(|c: char| c.is_ascii_digit()) { rest.trim_start_matches(['.', ')']) } else { rest };
    rest.trim_start()
}

/// The colleagues that names before the colon mean; nothing unless each of them is clear.
fn people(names: &str, staff: &[Colleague]) -> Option<Vec<PersonnelId>> {
    let names = names.replace(" and ", ",").replace(['&', '+', '/'], ",");
    let mut people =
        names.split(',').map(|name| called(name.trim().trim_start_matches('@'), staff)).collect::<Option<Vec<_>>>()?;
    people.sort_unstable();
    people.dedup();
    Some(people)
}

/// The words without the day at their end, and the day.
fn with_day(text: &str, today: NaiveDate) -> (&str, Option<NaiveDate>) {
    let text = text.trim_end_matches(['.', ';', ',', ' ']);
    let inner = text.strip_suffix(')').unwrap_or(text);
    let starts: Vec<usize> = word_starts(inner).collect();
    for count in (1..=WORDS_OF_A_DAY).rev().filter(|count| *count <= starts.len()) {
        let start = starts[starts.len() - count];
        let words = inner[start..].trim_start_matches('(');
        let Some(day) = day_of(words, today) else { continue };
        let mut before = inner[..start].trim_end().trim_end_matches('(').trim_end();
        let mut is_told =
            before.len() < inner[..start].trim_end().len() || words.starts_with(|c: char| c.is_ascii_digit());
        for word in ["by", "until", "till", "before", "on", "due", "next"] {
            if let Some(rest) = without_last(before, word) {
                before = rest;
                is_told = true;
            }
        }
        // “today” and the like say it by themselves; a weekday may be what the sentence is about.
        if is_told || !is_weekday(words) {
            return (before, Some(day));
        }
    }
    (text, None)
}

fn word_starts(text: &str) -> impl Iterator<Item = usize> {
    let starts = text
        .char_indices()
        .filter(|(at, c)| !c.is_whitespace() && text[..*at].chars().next_back().is_none_or(char::is_whitespace));
    starts.map(|(at, _)| at)
}

fn without_last<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let start = text.len().checked_sub(word.len())?;
    let (before, last) = text.split_at_checked(start)?;
    let ends_word = before.is_empty() || before.ends_with(char::is_whitespace) || before.ends_with('(');
    (last.eq_ignore_ascii_case(word) && ends_word).then(|| before.trim_end().trim_end_matches(['(', ',']).trim_end())
}

fn is_weekday(words: &str) -> bool {
    words.parse::<Weekday>().is_ok()
}

/// The day that words mean for what is still to come.
fn day_of(words: &str, today: NaiveDate) -> Option<NaiveDate> {
    if let Ok(weekday) = words.parse::<Weekday>() {
        return today.iter_days().skip(1).take(7).find(|day| day.weekday() == weekday);
    }
    let day = date_of(words, today).filter(|day| (1900..=2200).contains(&day.year()))?;
    // A day without its year is the next of that name.
    let is_yearless = words.split_whitespace().count() == 2;
    if day < today && is_yearless {
        return date_of(&format!("{words} {}", today.year() + 1), today);
    }
    Some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn staff() -> Vec<Colleague> {
        let names = ["Ana Reyes", "Jon Ellis", "Jon Park", "José Müller", "Gone Smith"];
        let one = |(id, name): (i64, &str)| Colleague {
            personnel_id: PersonnelId(id),
            full_name: name.into(),
            is_active: name != "Gone Smith",
        };
        (1..).zip(names).map(one).collect()
    }

    /// What a line is taken for, read on Thursday, 26 November 2026.
    fn read(line: &str) -> Option<(String, Vec<i64>, Option<String>)> {
        let today = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
        let item = recognised(line, &staff(), today).pop()?;
        let owners = item.owners.iter().map(|person| person.0).collect();
        Some((item.text, owners, item.due_date.map(|day| day.to_string())))
    }

    fn is(text: &str, owners: &[i64], day: &str) -> Option<(String, Vec<i64>, Option<String>)> {
        Some((text.into(), owners.to_vec(), (!day.is_empty()).then(|| day.into())))
    }

    #[test]
    fn a_line_tells_who_what_and_by_when() {
        assert_eq!(read("Ana: send offer by Friday"), is("send offer", &[1], "2026-11-27"));
        assert_eq!(read("- ANA REYES: Send the offer until 2 Mar."), is("Send the offer", &[1], "2027-03-02"));
        assert_eq!(read("2. Ellis: call them (2026-12-01)"), is("call them", &[2], "2026-12-01"));
        assert_eq!(read("Ana and Jon Park: visit by 20 December 2027"), is("visit", &[1, 3], "2027-12-20"));
        assert_eq!(read("AR, jose: draft in 2 weeks"), is("draft", &[1, 4], "2026-12-10"));
        assert_eq!(read("Müller: ask for the licence, by 2 Sep"), is("ask for the licence", &[4], "2027-09-02"));
        assert_eq!(read("Ana: write the minutes"), is("write the minutes", &[1], ""));
        assert_eq!(read("Ana: prepare the visit on Monday"), is("prepare the visit", &[1], "2026-11-30"));
        assert_eq!(read("Ana: read chapter 3"), is("read chapter 3", &[1], ""));
        assert_eq!(read("Ana: thank God it's Friday"), is("thank God it's Friday", &[1], ""));
    }

    #[test]
    fn a_line_that_is_not_clear_is_no_item() {
        let unclear = [
            "Send offer by Friday",
            "Jon: call them",
            "Gone Smith: call them",
            "Nobody: call them",
            "Ana, Nobody: call them",
            "Ana:",
            "Ana: by Friday",
            ": call them",
            "",
        ];
        for line in unclear {
            assert_eq!(read(line), None, "{line}");
        }
    }

    #[test]
    fn a_corrected_text_gives_only_what_is_new_in_it() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
        let text = "Ana: call them\nAna: call them\nEllis: write";
        assert_eq!(recognised(text, &staff(), today).len(), 2);
        let fresh = fresh(text, "Ana: call them ", &staff(), today);
        assert_eq!(fresh.into_iter().map(|item| item.text).collect::<Vec<_>>(), ["write"]);
    }
}
