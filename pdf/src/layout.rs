//! Where each line of a sheet stands: text broken into lines, lines into pages.

use ttf_parser::Face;

use crate::{Block, Sheet};

/// The page, in points: US Letter, whose text also fits A4.
pub const WIDTH: f32 = 612.0;
pub const HEIGHT: f32 = 792.0;

const LEFT: f32 = 62.0;
const TOP: f32 = 62.0;
const BOTTOM: f32 = 68.0;
/// Where what belongs to a label begins.
const BESIDE_LABEL: f32 = 118.0;
/// How far what a dot stands before is indented.
const BESIDE_DOT: f32 = 12.0;

/// One line where it stands.
pub struct Line {
    pub text: String,
    pub left: f32,
    /// Where its letters stand on, from the top of the page.
    pub base: f32,
    pub size: f32,
    pub is_bold: bool,
    pub is_grey: bool,
}

/// How wide text is.
pub struct Measure<'f> {
    cuts: [Face<'f>; 2],
}

impl<'f> Measure<'f> {
    /// By the two cuts of a typeface.
    pub fn new(regular: &'f [u8], bold: &'f [u8]) -> Option<Self> {
        Some(Self { cuts: [Face::parse(regular, 0).ok()?, Face::parse(bold, 0).ok()?] })
    }

    fn of(&self, text: &str, style: Style) -> f32 {
        let face = &self.cuts[usize::from(style.is_bold)];
        let advance = |letter| face.glyph_index(letter).and_then(|glyph| face.glyph_hor_advance(glyph));
        let units: u32 = text.chars().map(|letter| u32::from(advance(letter).unwrap_or(face.units_per_em()))).sum();
        // Far below where a float of this size rounds.
        units as f32 / f32::from(face.units_per_em()) * style.size
    }
}

#[derive(Clone, Copy)]
struct Style {
    size: f32,
    is_bold: bool,
    is_grey: bool,
    /// Room above it, but at the top of a page.
    above: f32,
    /// Lines that stay on one page with it.
    keeps: f32,
}

const BODY: Style = Style { size: 10.0, is_bold: false, is_grey: false, above: 3.0, keeps: 0.0 };
const LABEL: Style = Style { is_grey: true, ..BODY };
const TITLE: Style = Style { size: 20.0, is_bold: true, above: 0.0, ..BODY };
const HEADING: Style = Style { size: 13.0, is_bold: true, above: 14.0, keeps: 3.0, ..BODY };
const SUBHEADING: Style = Style { is_bold: true, above: 7.0, keeps: 2.0, ..BODY };
const FOOT: Style = Style { size: 8.0, is_grey: true, ..BODY };

/// The height of a line beside the size of its letters.
const LEADING: f32 = 1.4;

/// The pages of a sheet, each with its foot.
pub fn pages(sheet: &Sheet, measure: &Measure) -> Vec<Vec<Line>> {
    let set = |scale: f32| Setter { measure, scale, pages: vec![Vec::new()], y: TOP }.set(sheet);
    let mut pages = set(1.0);
    for scale in [0.92, 0.84, 0.76] {
        if sheet.is_one_page && pages.len() > 1 {
            pages = set(scale);
        }
    }
    if sheet.is_one_page {
        pages.truncate(1);
    }
    let all = pages.len();
    for (number, page) in (1..).zip(&mut pages) {
        let text = foot(&plain(&format!("{} · {number} of {all}", sheet.foot)), measure);
        let (size, is_grey) = (FOOT.size, FOOT.is_grey);
        page.push(Line { text, left: LEFT, base: HEIGHT - 40.0, size, is_bold: false, is_grey });
    }
    pages
}

/// A foot in one line: what it begins with, a name, is cut where it is too long; who may read it stays.
fn foot(text: &str, measure: &Measure) -> String {
    let (name, rest) = text.split_once(" · ").unwrap_or((text, ""));
    let letters: Vec<char> = name.chars().collect();
    let cut = |length: usize| format!("{}… · {rest}", letters[..length].iter().collect::<String>().trim_end());
    let fits = |text: &String| measure.of(text, FOOT) <= WIDTH - 2.0 * LEFT;
    let whole = text.to_owned();
    if fits(&whole) { whole } else { (0..letters.len()).rev().map(cut).find(fits).unwrap_or(whole) }
}

struct Setter<'m, 'f> {
    measure: &'m Measure<'f>,
    scale: f32,
    pages: Vec<Vec<Line>>,
    /// Where the next line begins.
    y: f32,
}

impl Setter<'_, '_> {
    fn set(mut self, sheet: &Sheet) -> Vec<Vec<Line>> {
        self.text(&sheet.title, TITLE, 0.0);
        for block in &sheet.blocks {
            match block {
                Block::Heading(text) => self.text(text, HEADING, 0.0),
                Block::Subheading(text) => self.text(text, SUBHEADING, 0.0),
                Block::Text(text) => self.text(text, BODY, 0.0),
                Block::Remark(text) => self.text(text, LABEL, 0.0),
                Block::Item(text) => self.beside("•", text, BESIDE_DOT),
                Block::Fact(label, text) => self.beside(label, text, BESIDE_LABEL),
            }
        }
        self.pages
    }

    /// A label, and what belongs to it beside it.
    fn beside(&mut self, label: &str, text: &str, indent: f32) {
        let style = self.scaled(LABEL);
        self.room(style);
        self.put(plain(label), style, 0.0);
        self.y -= style.size * LEADING;
        let text = if text.trim().is_empty() { "–" } else { text };
        self.text(text, Style { above: 0.0, ..BODY }, indent);
    }

    fn text(&mut self, text: &str, style: Style, indent: f32) {
        let mut style = self.scaled(style);
        for paragraph in text.lines() {
            for line in self.broken(&plain(paragraph), style, WIDTH - 2.0 * LEFT - indent) {
                self.room(style);
                self.put(line, style, indent);
                style.above = 0.0;
            }
        }
    }

    fn scaled(&self, style: Style) -> Style {
        Style { size: style.size * self.scale, above: style.above * self.scale, ..style }
    }

    /// Makes room for a line: on this page, else on a new one.
    fn room(&mut self, style: Style) {
        let height = style.size * LEADING;
        let is_first = self.pages.last().is_none_or(Vec::is_empty);
        if !is_first && self.y + style.above + height + style.keeps * BODY.size * LEADING > HEIGHT - BOTTOM {
            self.pages.push(Vec::new());
            self.y = TOP;
        } else if !is_first {
            self.y += style.above;
        }
    }

    fn put(&mut self, text: String, style: Style, indent: f32) {
        let Style { size, is_bold, is_grey, .. } = style;
        let line = Line { text, left: LEFT + indent, base: self.y + size, size, is_bold, is_grey };
        if let Some(page) = self.pages.last_mut() {
            page.push(line);
        }
        self.y += size * LEADING;
    }

    /// A paragraph in lines that are at most so wide; a word that is wider is broken where it has to be.
    fn broken(&self, text: &str, style: Style, width: f32) -> Vec<String> {
        let mut lines = vec![String::new()];
        let fits = |line: &str| self.measure.of(line, style) <= width;
        for word in text.split_whitespace() {
            let Some(line) = lines.last_mut() else { break };
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if fits(&longer) {
                *line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(String::new());
            }
            for letter in word.chars() {
                let Some(line) = lines.last_mut() else { break };
                line.push(letter);
                if !fits(line) && line.chars().count() > 1 {
                    line.pop();
                    lines.push(letter.to_string());
                }
            }
        }
        lines
    }
}

/// Text without what no page shows: control characters, also those that turn the direction of others.
fn plain(text: &str) -> String {
    let is_turning = |letter: char| matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).filter(|one| !is_turning(*one)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_text_round_or_is_no_text_is_left_out() {
        assert_eq!(plain("a\u{202e}b\tc\u{7}d"), "ab c d");
    }
}
