//! Minutes as Markdown: what people wrote is escaped, so that it reads as they wrote it and is no markup.

use std::fmt::Write;

use super::Minutes;

/// The minutes as one text.
pub fn of(minutes: &Minutes) -> String {
    let mut out = format!("# {}\n\n{}\n", line(&minutes.title), line(minutes.edition.readers()));
    facts(&mut out, &minutes.facts);
    for part in &minutes.parts {
        put(&mut out, format_args!("\n## {}\n", line(&part.name)));
        if let Some(outcome) = &part.outcome {
            put(&mut out, format_args!("\n*{}*\n", line(outcome)));
        }
        facts(&mut out, &part.facts);
        for (heading, words) in &part.texts {
            put(&mut out, format_args!("\n**{heading}**\n\n{}\n", text(words)));
        }
        if !part.items.is_empty() {
            out.push_str("\n**Assigned**\n\n");
        }
        for item in &part.items {
            put(&mut out, format_args!("- {}\n", line(item)));
        }
    }
    out
}

fn facts(out: &mut String, facts: &[(&'static str, String)]) {
    if !facts.is_empty() {
        out.push('\n');
    }
    for (label, words) in facts {
        put(out, format_args!("- {label}: {}\n", line(words)));
    }
}

/// Writing into a text never fails.
fn put(out: &mut String, words: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(words);
}

/// Words of one line.
fn line(words: &str) -> String {
    escaped(&words.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A text of several lines, each of which ends where it did.
fn text(words: &str) -> String {
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
