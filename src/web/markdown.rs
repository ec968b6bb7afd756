//! Markdown: what people wrote is escaped, so that it reads as they wrote it and is no markup.

use std::fmt::Write;

use axum::response::Response;
use roundtable_pdf::{Block, Sheet};

use super::file;
use crate::error::Result;

/// A text as a file of Markdown.
pub fn markdown_file(name: &str, text: String) -> Result<Response> {
    file("text/markdown; charset=utf-8", name, text.into_bytes())
}

/// A sheet of paper as Markdown.
pub fn markdown_of(sheet: &Sheet) -> String {
    let mut out = format!("# {}\n", line(&sheet.title));
    let mut is_list = false;
    for block in &sheet.blocks {
        let goes_on = is_list;
        is_list = matches!(block, Block::Item(_) | Block::Fact(..));
        if !(goes_on && is_list) {
            out.push('\n');
        }
        // Writing into a text never fails.
        let _ = match block {
            Block::Heading(words) => writeln!(out, "## {}", line(words)),
            Block::Subheading(words) => writeln!(out, "### {}", line(words)),
            Block::Text(words) => writeln!(out, "{}", text(words)),
            Block::Remark(words) => writeln!(out, "*{}*", line(words)),
            Block::Item(words) => writeln!(out, "- {}", line(words)),
            Block::Fact(label, words) => writeln!(out, "- {}", line(&format!("{label}: {words}"))),
        };
    }
    let _ = write!(out, "\n*{}*\n", line(&sheet.foot));
    out
}

/// Words of one line.
pub fn line(words: &str) -> String {
    escaped(&words.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A text of several lines, each of which ends where it did.
pub fn text(words: &str) -> String {
    let lines: Vec<String> = words.lines().map(line).collect();
    // A line that ends with a backslash goes on below; one before an empty line ends its paragraph.
    let mut out = String::new();
    for (place, one) in lines.iter().enumerate() {
        out.push_str(one);
        let is_broken = !one.is_empty() && lines.get(place + 1).is_some_and(|next| !next.is_empty());
        out.push_str(if is_broken { "\\\n" } else { "\n" });
    }
    out.trim_end().to_owned()
}

/// Characters that mean something within a line.
const INLINE: &str = "\\`*_[]<>&~|!$^{}";

/// A line in which nothing is markup.
fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    // What makes a line a heading, an item, a quotation or a rule stands at its beginning.
    let digits = words.chars().take_while(char::is_ascii_digit).count();
    for (place, letter) in words.chars().enumerate() {
        let is_first = place == 0 && "#+-=:".contains(letter);
        let is_number = place == digits && digits > 0 && ".)".contains(letter);
        if INLINE.contains(letter) || is_first || is_number {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_no_markup() {
        assert_eq!(escaped("*bold* [x](y) <b> 1. one"), "\\*bold\\* \\[x\\](y) \\<b\\> 1. one");
        assert_eq!(escaped("1. one"), "1\\. one");
        assert_eq!([escaped("# one"), escaped("- one"), escaped("--- ")], ["\\# one", "\\- one", "\\--- "]);
        assert_eq!(text("one\ntwo\n\n  - three"), "one\\\ntwo\n\n\\- three");
    }
}
