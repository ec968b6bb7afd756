//! Columns of months as a drawing, with a table behind it that holds the same numbers.

use askama::Template;
use askama::filters::HtmlSafe;

/// A drawing of columns, each made of the same parts one upon the other.
#[derive(Template)]
#[template(path = "history/_chart.html")]
pub struct Chart {
    /// By which it is found in the page.
    pub id: &'static str,
    /// What it shows.
    pub title: &'static str,
    /// The parts, the lowest first: their words and their colour.
    pub parts: Vec<Part>,
    /// The columns.
    columns: Vec<Drawn>,
    /// Lines across, with the number each stands for.
    lines: Vec<(f64, i64)>,
}

impl HtmlSafe for Chart {}

/// A part of each column.
pub struct Part {
    /// Its words.
    pub label: &'static str,
    /// The end of its class, by which it has its colour.
    pub colour: &'static str,
}

/// A column as it is asked for.
pub struct Column {
    /// The words below it.
    pub label: String,
    /// What it stands for in the table.
    pub name: String,
    /// The numbers of its parts.
    pub numbers: Vec<i64>,
}

/// A column as it is drawn.
struct Drawn {
    column: Column,
    middle: f64,
    bars: Vec<Bar>,
}

struct Bar {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    colour: &'static str,
}

/// The plot within the drawing of 640 by 200, which the template says as well.
const LEFT: f64 = 40.0;
const RIGHT: f64 = 632.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 172.0;

impl Chart {
    /// Draws the columns.
    pub fn new(id: &'static str, title: &'static str, parts: Vec<Part>, columns: Vec<Column>) -> Self {
        let highest = columns.iter().map(|column| column.numbers.iter().sum()).max().unwrap_or(0);
        let step = step(highest);
        let top = (highest + step - 1).div_euclid(step).max(1) * step;
        let up = |number: i64| BOTTOM - (BOTTOM - TOP) * number as f64 / top as f64;
        let room = (RIGHT - LEFT) / columns.len().max(1) as f64;
        let draw = |(place, column): (usize, Column)| {
            let x = LEFT + room * (place as f64 + 0.2);
            let mut below = 0;
            let bar = |(number, part): (&i64, &Part)| {
                let (from, to) = (below, below + number);
                below = to;
                Bar { x, y: up(to), width: room * 0.6, height: up(from) - up(to), colour: part.colour }
            };
            let bars = column.numbers.iter().zip(&parts).map(bar).collect();
            Drawn { middle: x + room * 0.3, bars, column }
        };
        let columns = columns.into_iter().enumerate().map(draw).collect();
        let lines = (0..=top / step).map(|line| (up(line * step), line * step)).collect();
        Self { id, title, columns, lines, parts }
    }
}

/// The distance of the lines: 1, 2 or 5 times a power of ten, so that there are at most five.
fn step(highest: i64) -> i64 {
    let mut power = 1;
    loop {
        for times in [1, 2, 5] {
            if highest <= times * power * 5 {
                return times * power;
            }
        }
        power *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stand_at_round_numbers_and_are_at_most_five() {
        let steps = [0, 4, 5, 6, 10, 11, 26, 50, 51, 240].map(step);
        assert_eq!(steps, [1, 1, 1, 2, 2, 5, 10, 10, 20, 50]);
    }

    #[test]
    fn parts_stand_one_upon_the_other() {
        let part = |colour| Part { label: "", colour };
        let column = Column { label: String::new(), name: String::new(), numbers: vec![3, 2] };
        let chart = Chart::new("c", "c", vec![part("a"), part("b")], vec![column]);
        let [low, high] = &chart.columns[0].bars[..] else { panic!("two bars") };
        assert_eq!((low.y + low.height, high.y, high.y + high.height), (BOTTOM, TOP, low.y));
    }
}
