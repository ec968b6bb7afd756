//! Minutes as Markdown.

use std::fmt::Write;

use super::Minutes;
use crate::web::markdown::{line, text};

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
