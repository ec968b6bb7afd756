//! How one figure moved: a small line over twelve months, and the change since the last meeting.

use askama::Template;
use askama::filters::HtmlSafe;
use chrono::{Datelike, NaiveDate};

use super::DayFigures;
use crate::web::{Day, grouped};

/// One figure over twelve months: at the beginning of each month, as far as it was kept, and now.
#[derive(Template)]
#[template(path = "history/_trend.html")]
pub struct Trend {
    points: Vec<(NaiveDate, i64)>,
    /// The line, as an SVG takes it.
    line: String,
    /// Where it ends.
    end: (f64, f64),
}

impl HtmlSafe for Trend {}

const WIDTH: f64 = 84.0;
const HEIGHT: f64 = 26.0;
/// Room for the width of the line and the point at its end.
const EDGE: f64 = 3.0;

impl Trend {
    /// A figure of the days that were kept and of now; none with fewer than two of them.
    pub fn of(kept: &[DayFigures], now: &DayFigures, figure: impl Fn(&DayFigures) -> Option<i64>) -> Option<Self> {
        let earlier = months(kept).filter(|one| one.day < now.day).chain([now]);
        let points: Vec<(NaiveDate, i64)> = earlier.filter_map(|one| Some((one.day, figure(one)?))).collect();
        let (first, last) = (points.first()?.0, points.last()?.0);
        let days = (last - first).num_days();
        if days == 0 {
            return None;
        }
        let low = points.iter().map(|(_, figure)| *figure).min()?;
        let high = points.iter().map(|(_, figure)| *figure).max()?;
        let place = |(day, figure): &(NaiveDate, i64)| {
            let along = share((*day - first).num_days(), days);
            // A figure that never moved is a line in the middle.
            let up = if high == low { 0.5 } else { share(figure - low, high - low) };
            (EDGE + along * (WIDTH - 2.0 * EDGE), HEIGHT - EDGE - up * (HEIGHT - 2.0 * EDGE))
        };
        let places: Vec<(f64, f64)> = points.iter().map(place).collect();
        let line: Vec<String> = places.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        Some(Self { end: *places.last()?, line: line.join(" "), points })
    }

    /// The points in words, for those who do not see the line.
    fn words(&self) -> String {
        let words: Vec<String> =
            self.points.iter().map(|(day, figure)| format!("{} {}", month_of(*day), grouped(*figure))).collect();
        format!("Twelve months: {}", words.join(", "))
    }
}

/// Of the days that were kept, the first of each month.
pub fn months(kept: &[DayFigures]) -> impl Iterator<Item = &DayFigures> {
    let mut month = None;
    kept.iter().filter(move |one| {
        let own = Some((one.day.year(), one.day.month()));
        let is_first = own != month;
        month = own;
        is_first
    })
}

/// The month of a day and its year, e.g. “Nov 2026”.
pub fn month_of(day: NaiveDate) -> String {
    day.format("%b %Y").to_string()
}

/// How great a part of a whole something is.
fn share(part: i64, whole: i64) -> f64 {
    // Figures of clients and days are far below 2^53.
    part as f64 / whole as f64
}

/// By how much a figure moved since a day, e.g. “+2 since 3 Nov”.
pub struct Change {
    /// By how much.
    pub by: i64,
    /// Since when.
    pub since: Day,
}

impl Change {
    /// By how much a figure moved since the last day that was kept until the meeting, and which day that is.
    pub fn of(
        kept: &[DayFigures],
        meeting: Option<NaiveDate>,
        now: &DayFigures,
        figure: impl Fn(&DayFigures) -> Option<i64>,
    ) -> Option<(i64, NaiveDate)> {
        let meeting = meeting?;
        let then = kept.iter().rev().find(|one| one.day <= meeting)?;
        Some((figure(now)? - figure(then)?, then.day))
    }

    /// The change with its sign.
    pub fn words(&self) -> String {
        match self.by {
            0 => "No change".into(),
            by if by > 0 => format!("+{}", grouped(by)),
            by => format!("−{}", grouped(-by)),
        }
    }
}
