//! What stands where nothing is yet: a sign, a sentence, what to do about it, and a second way (ui.md).

use std::fmt::Display;

use askama::Template;
use askama::filters::HtmlSafe;

use super::Icon;

/// An empty page or list.
#[derive(Template)]
#[template(path = "web/_empty.html")]
pub struct Empty<'a> {
    icon: Icon<'a>,
    words: String,
    /// Labels and addresses, the one that helps most first.
    ways: Vec<(String, String)>,
}

impl HtmlSafe for Empty<'_> {}

/// An empty page with its sign and sentence.
pub fn empty<'a>(icon: impl Into<Icon<'a>>, words: impl Display) -> Empty<'a> {
    Empty { icon: icon.into(), words: words.to_string(), ways: Vec::new() }
}

impl Empty<'_> {
    /// The same with a way out of it; the first is a button.
    pub fn or(mut self, label: impl Display, address: impl Display) -> Self {
        self.ways.push((label.to_string(), address.to_string()));
        self
    }

    /// The same for those who may go that way.
    pub fn or_if(self, is_open: &bool, label: impl Display, address: impl Display) -> Self {
        if *is_open { self.or(label, address) } else { self }
    }
}
