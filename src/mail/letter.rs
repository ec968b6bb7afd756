//! A mail before it is sent: what it says, as plain text and as simple HTML.

use std::fmt::Write;

use askama::Template;

use super::model::Topic;
use crate::error::Result;

/// One mail to one person.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Name and address of whom it is for.
    pub to: (String, String),
    pub subject: String,
    /// What it says before all else.
    pub intro: String,
    pub sections: Vec<Section>,
    /// Where it leads: the words, and the whole address.
    pub link: (&'static str, String),
    /// Why it comes.
    pub why: &'static str,
    /// What one may say no to.
    pub topic: Option<Topic>,
    /// What calendars take in, and what they are to do with it.
    pub calendar: Option<(Method, String)>,
}

/// What a calendar is to do with an entry (RFC 5546): take it in as it is now, or take it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Request,
    Cancel,
}

impl Method {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
        }
    }
}

/// Lines under a title.
#[derive(Clone, Debug)]
pub struct Section {
    pub title: &'static str,
    pub lines: Vec<Line>,
    /// How many more there are.
    pub more: usize,
}

/// One line, and the whole address of what it is about.
#[derive(Clone, Debug)]
pub struct Line {
    pub words: String,
    pub address: String,
}

impl Section {
    /// The first so many lines.
    pub fn new(title: &'static str, mut lines: Vec<Line>, most: usize) -> Self {
        let more = lines.len().saturating_sub(most);
        lines.truncate(most);
        Self { title, lines, more }
    }
}

#[derive(Template)]
#[template(path = "mail/letter.html")]
struct LetterPage<'l> {
    letter: &'l Letter,
    unsubscribe: Option<&'l str>,
}

impl Letter {
    /// As plain text; `unsubscribe` is the whole address at which one says no.
    pub fn text(&self, unsubscribe: Option<&str>) -> String {
        let mut text = format!("{}\n", self.intro);
        for section in &self.sections {
            let _ = writeln!(text, "\n{}\n", section.title);
            for line in &section.lines {
                let _ = writeln!(text, "- {}\n  {}", line.words, line.address);
            }
            if section.more > 0 {
                let _ = writeln!(text, "- and {} more", section.more);
            }
        }
        let (words, address) = &self.link;
        let _ = writeln!(text, "\n{words}: {address}\n\n-- \n{}", self.why);
        if let Some(address) = unsubscribe {
            let _ = writeln!(text, "No more of these: {address}");
        }
        text
    }

    /// As HTML.
    pub fn html(&self, unsubscribe: Option<&str>) -> Result<String> {
        Ok(LetterPage { letter: self, unsubscribe }.render()?)
    }
}

/// Words on one line, without anything that could end it: names and titles come from people.
pub fn one_line(words: &str) -> String {
    let is_space = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{85}');
    words.split(is_space).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}
