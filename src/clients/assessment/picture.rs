//! The course of an assessment as a small picture: a stepped line for each judgement, with a table behind it.

use askama::Template;
use askama::filters::HtmlSafe;
use chrono::{Months, NaiveDate};

use super::{Assessment, Move, RelationshipStrength, Step};
use crate::closed_list::ClosedList;
use crate::web::{Day, Page};

/// The picture.
#[derive(Template)]
#[template(path = "clients/assessment/_picture.html")]
pub struct Picture {
    bands: Vec<Band>,
    /// The changes, the latest first.
    rows: Vec<Row>,
    begin: Day,
}

impl HtmlSafe for Picture {}

/// The line of one judgement.
struct Band {
    label: &'static str,
    /// Where it stands now.
    now: &'static str,
    /// How far down it begins.
    y: f64,
    /// The stepped line, in as many parts as there are gaps.
    lines: Vec<String>,
    /// Where it changed.
    dots: Vec<(String, String)>,
}

/// One change in the table.
struct Row {
    day: Day,
    author: String,
    words: String,
    reason: Option<String>,
}

/// The drawing is 320 wide, which the template says as well; each band has its words above the line.
const LEFT: f64 = 4.0;
const RIGHT: f64 = 316.0;
const BAND: f64 = 44.0;
const LINE: (f64, f64) = (20.0, 38.0);

/// The first day of the picture.
pub fn begin(today: NaiveDate) -> NaiveDate {
    today.checked_sub_months(Months::new(24)).unwrap_or(today)
}

/// A step with its day; the one before the first is the day on which the picture begins.
type Dated<'s> = (NaiveDate, &'s Step);

impl Picture {
    /// Draws a course of two years; nothing where nothing changed.
    pub fn new(page: &Page, course: &[Step]) -> Option<Self> {
        let today = page.visit.today;
        let begin = begin(today);
        let day_of = |step: &Step| step.at.map_or(begin, |at| page.date_of(at));
        let dated: Vec<Dated<'_>> = course.iter().map(|step| (day_of(step), step)).collect();
        let strength = |one: &Assessment| one.relationship_strength.map(|value| (height(value), value.as_str()));
        let priority = |one: &Assessment| one.client_priority.map(|value| (place(value), value.as_str()));
        let status = |one: &Assessment| one.client_status.map(|value| (place(value), value.as_str()));
        let bands = [
            Band::drawn("Relationship", 0.0, &dated, (begin, today), strength),
            Band::drawn("Priority", BAND, &dated, (begin, today), priority),
            Band::drawn("Status", 2.0 * BAND, &dated, (begin, today), status),
        ];
        let row = |step: &Step| {
            Some(Row {
                day: page.day(page.date_of(step.at?)),
                author: step.author.clone().unwrap_or_else(|| "The server".into()),
                words: step.moves.fields.iter().map(in_words).collect::<Vec<_>>().join(", "),
                reason: step.moves.reason.clone(),
            })
        };
        let rows: Vec<Row> = course.iter().rev().filter_map(row).collect();
        (!rows.is_empty()).then(|| Self { bands: bands.into(), rows, begin: page.day(begin) })
    }

    fn height(&self) -> f64 {
        BAND * 3.0
    }
}

/// How far down a relationship stands, from 0 to 1; what is new stands in the middle.
fn height(strength: RelationshipStrength) -> f64 {
    match strength {
        RelationshipStrength::Strong => 0.0,
        RelationshipStrength::Good => 1.0 / 3.0,
        RelationshipStrength::New => 0.5,
        RelationshipStrength::NeedsAttention => 2.0 / 3.0,
        RelationshipStrength::AtRisk => 1.0,
    }
}

/// How far down a value stands in its list, from 0 to 1.
fn place<T: ClosedList>(value: T) -> f64 {
    let place = T::ALL.iter().position(|one| *one == value).unwrap_or_default();
    // Lists have a handful of values.
    place as f64 / (T::ALL.len() - 1) as f64
}

fn in_words(moved: &Move) -> String {
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".into());
    match moved.is_text {
        true => format!("{} changed", moved.label),
        false => format!("{} {} → {}", moved.label, shown(&moved.old), shown(&moved.new)),
    }
}

impl Band {
    fn drawn(
        label: &'static str,
        y: f64,
        course: &[Dated<'_>],
        (begin, today): (NaiveDate, NaiveDate),
        of: impl Fn(&Assessment) -> Option<(f64, &'static str)>,
    ) -> Self {
        let days = (today - begin).num_days().max(1) as f64;
        let across = |day: NaiveDate| LEFT + (RIGHT - LEFT) * (day - begin).num_days().max(0) as f64 / days;
        let down = |height: f64| y + LINE.0 + (LINE.1 - LINE.0) * height;
        let mut lines: Vec<Vec<String>> = Vec::new();
        let mut dots = Vec::new();
        let mut held: Option<f64> = None;
        for (number, (day, step)) in course.iter().enumerate() {
            let end = course.get(number + 1).map_or(today, |(next, _)| *next);
            let height = of(&step.after).map(|(height, _)| height);
            if let Some(height) = height {
                let piece = [*day, end].map(|at| format!("{:.1},{:.1}", across(at), down(height)));
                match lines.last_mut().filter(|_| held.is_some()) {
                    Some(line) => line.extend(piece),
                    None => lines.push(piece.into()),
                }
            }
            if number > 0 && height != held {
                let height = height.or(held).unwrap_or_default();
                dots.push((format!("{:.1}", across(*day)), format!("{:.1}", down(height))));
            }
            held = height;
        }
        let now = course.last().and_then(|(_, step)| of(&step.after)).map_or("–", |(_, words)| words);
        Self { label, now, y, lines: lines.into_iter().map(|line| line.join(" ")).collect(), dots }
    }
}
