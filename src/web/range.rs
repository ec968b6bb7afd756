//! The numbers that a field may hold: for whoever types one, and for programs.

use serde_json::{Value, json};

/// Numbers that a field may hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Range {
    /// More than nothing.
    Positive,
    /// Nothing, or more.
    FromZero,
    /// From the first to the second.
    Between(f64, f64),
    /// Whole ones from the first to the second.
    Whole(i32, i32),
}

impl Range {
    /// Whether the number is one of them.
    pub fn holds(self, number: f64) -> bool {
        match self {
            Self::Positive => number > 0.0,
            Self::FromZero => number >= 0.0,
            Self::Between(low, high) => (low..=high).contains(&number),
            Self::Whole(low, high) => number.fract() == 0.0 && (f64::from(low)..=f64::from(high)).contains(&number),
        }
    }

    /// Which numbers those are, for a message.
    pub fn words(self) -> String {
        match self {
            Self::Positive => "a number above 0".into(),
            Self::FromZero => "a number from 0".into(),
            Self::Between(low, high) => format!("a number from {low} to {high}"),
            Self::Whole(low, high) => format!("a whole number from {low} to {high}"),
        }
    }

    /// The same as the bounds of a schema (JSON Schema 2020-12, validation §6.2).
    pub fn bounds(self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Positive => vec![("exclusiveMinimum", json!(0))],
            Self::FromZero => vec![("minimum", json!(0))],
            Self::Between(low, high) => vec![("minimum", json!(low)), ("maximum", json!(high))],
            Self::Whole(low, high) => {
                vec![("minimum", json!(low)), ("maximum", json!(high)), ("multipleOf", json!(1))]
            }
        }
    }
}
