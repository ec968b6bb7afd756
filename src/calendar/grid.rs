//! Days as a grid of weeks: a month with the days around it, or one week.

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::closed_list::closed_list;
use crate::ids::PersonnelId;
use crate::web::{Query, address};

closed_list! {
    /// How much is seen at once.
    View { Month = "month", Week = "week" }
}

/// Which days are shown, and whose.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    pub view: View,
    /// A day within them.
    pub day: NaiveDate,
    pub person: Option<PersonnelId>,
}

impl Asked {
    /// What an address asks for: this month of everyone, unless it says otherwise.
    pub fn parse(query: &Query, today: NaiveDate) -> Self {
        use crate::closed_list::ClosedList;
        let day = query.get("day").and_then(|text| text.parse::<NaiveDate>().ok());
        let view = query.get("view").and_then(|text| View::parse(text).ok());
        Self {
            view: view.unwrap_or(View::Month),
            day: day.filter(|day| (1901..=2199).contains(&day.year())).unwrap_or(today),
            person: query.get("person").and_then(|text| text.parse().ok()).map(PersonnelId),
        }
    }

    /// The address that asks for it.
    pub fn address(self) -> String {
        let person = self.person.map(|person| person.to_string()).unwrap_or_default();
        let view = if self.view == View::Month { "" } else { "week" };
        address("/calendar", &[("view", view), ("day", &self.day.to_string()), ("person", &person)])
    }

    /// The first and the last of the days.
    pub fn days(self) -> (NaiveDate, NaiveDate) {
        match self.view {
            View::Week => {
                let monday = monday(self.day);
                (monday, monday + Days::new(6))
            }
            View::Month => {
                let first = self.day.with_day(1).unwrap_or(self.day);
                let last = first + Months::new(1) - Days::new(1);
                (monday(first), monday(last) + Days::new(6))
            }
        }
    }

    /// The weeks, each from its Monday.
    pub fn mondays(self) -> impl Iterator<Item = NaiveDate> {
        let (first, last) = self.days();
        first.iter_weeks().take_while(move |day| *day <= last)
    }

    /// The same so many months or weeks later, or earlier.
    pub fn later(self, steps: i32) -> Self {
        let count = steps.unsigned_abs();
        let day = match (self.view, steps >= 0) {
            (View::Month, true) => self.day.checked_add_months(Months::new(count)),
            (View::Month, false) => self.day.checked_sub_months(Months::new(count)),
            (View::Week, true) => self.day.checked_add_days(Days::new(7 * u64::from(count))),
            (View::Week, false) => self.day.checked_sub_days(Days::new(7 * u64::from(count))),
        };
        Self { day: day.unwrap_or(self.day), ..self }
    }
}

fn monday(day: NaiveDate) -> NaiveDate {
    day - Days::new(u64::from(day.weekday().num_days_from_monday()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days_of(query: &str) -> String {
        let today = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
        let (first, last) = Asked::parse(&Query::parse(query), today).days();
        format!("{first} {last}")
    }

    #[test]
    fn a_month_is_seen_in_whole_weeks() {
        assert_eq!(days_of(""), "2026-10-26 2026-12-06");
        assert_eq!(days_of("day=2027-02-01"), "2027-02-01 2027-02-28");
        assert_eq!(days_of("view=week"), "2026-11-23 2026-11-29");
        assert_eq!(days_of("view=year&day=soon"), "2026-10-26 2026-12-06");
    }

    #[test]
    fn the_next_month_of_a_long_one_is_the_short_one() {
        let today = NaiveDate::from_ymd_opt(2027, 1, 31).unwrap();
        let asked = Asked::parse(&Query::default(), today);
        assert_eq!(asked.later(1).day.to_string(), "2027-02-28");
        assert_eq!(asked.later(-2).day.to_string(), "2026-11-30");
        assert_eq!(asked.mondays().count(), 5);
    }
}
