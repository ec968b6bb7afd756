//! What stands for a thing at a glance: faces of people, monograms of companies, signs of how much and how well.

use std::fmt::{Display, Formatter, Result};

use askama::Template;
use askama::filters::HtmlSafe;

/// Colour pairs for faces and monograms, `rt-face-0` and on; each is checked for contrast in light and dark.
const COLOURS: u32 = 8;

/// The letters of a name in its colour, for the eye only: the name itself stands beside them.
pub struct Face<'a> {
    name: &'a str,
    is_person: bool,
}

impl HtmlSafe for Face<'_> {}

impl Face<'_> {
    /// The same name has the same colour everywhere.
    fn colour(&self) -> u32 {
        self.name.bytes().fold(7, |sum: u32, byte| sum.wrapping_mul(31).wrapping_add(byte.into())) % COLOURS
    }

    /// The first letters of the first and the last word of a person's name, the first letter of a company's.
    fn letters(&self) -> impl Iterator<Item = char> {
        let mut firsts = self.name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
        let first = firsts.next();
        let last = if self.is_person { firsts.next_back() } else { None };
        first.into_iter().chain(last).flat_map(char::to_uppercase)
    }
}

impl Display for Face<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        let shape = if self.is_person { "" } else { " rt-face-company" };
        write!(out, r#"<span class="rt-face-{}{shape}" aria-hidden="true">"#, self.colour())?;
        // A letter or digit needs no escaping.
        self.letters().try_for_each(|letter| write!(out, "{letter}"))?;
        out.write_str("</span>")
    }
}

/// The initials of a person in a circle.
pub fn face(name: &str) -> Face<'_> {
    Face { name, is_person: true }
}

/// The letter of a company in a rounded square.
pub fn monogram(name: &str) -> Face<'_> {
    Face { name, is_person: false }
}

/// A word of a closed list with its sign, e.g. three of four bars and “High”.
#[derive(Clone, Copy)]
pub struct Sign {
    symbol: &'static str,
    what: &'static str,
    word: &'static str,
    is_alone: bool,
}

impl Sign {
    /// What it says.
    pub fn word(&self) -> &'static str {
        self.word
    }

    /// The sign of one word; `symbol` is a name from web/src/signs.svg, `what` says of what it is the measure.
    pub fn new(symbol: &'static str, what: &'static str, word: &'static str) -> Self {
        Self { symbol, what, word, is_alone: false }
    }

    /// The sign without its word, which is told on hover and to those who read by ear.
    pub fn alone(self) -> Self {
        Self { is_alone: true, ..self }
    }
}

impl HtmlSafe for Sign {}

impl Display for Sign {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        let Self { symbol, what, word, is_alone } = self;
        write!(out, r#"<span class="rt-mark-{symbol}""#)?;
        match is_alone {
            true => write!(out, r#" title="{what}: {word}"><span class="rt-visually-hidden">{word}</span></span>"#),
            false => write!(out, ">{word}</span>"),
        }
    }
}

/// So many letters have room in the narrowest column of names.
const NEVER_CUT: usize = 24;

/// The link by which a row of a list leads to its record; a name that may have to be cut is its title as well.
#[derive(Template)]
#[template(
    source = r#"<a href="/{{ path }}/{{ id }}"{% if self.may_be_cut() %} title="{{ name }}"{% endif %}>{{ name }}</a>"#,
    ext = "html"
)]
pub struct RowLink<'a, I: Display> {
    path: &'a str,
    id: I,
    name: &'a str,
}

impl<I: Display> HtmlSafe for RowLink<'_, I> {}

impl<I: Display> RowLink<'_, I> {
    fn may_be_cut(&self) -> bool {
        self.name.chars().count() > NEVER_CUT
    }
}

/// The link to the record with that id below `path`.
pub fn row_link<'a, I: Display>(path: &'a str, id: I, name: &'a str) -> RowLink<'a, I> {
    RowLink { path, id, name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_face_shows_first_and_last_letter_and_nothing_that_is_markup() {
        let letters = |face: Face| face.letters().collect::<String>();
        assert_eq!(letters(face("Ana María Reyes")), "AR");
        assert_eq!(letters(face("(Dr.) <b>élise")), "DB");
        assert_eq!(letters(monogram("4th Generation Energy")), "4");
        assert_eq!(letters(face("·")), "");
    }
}
