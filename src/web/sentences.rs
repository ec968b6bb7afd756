//! Two texts that were made from a third: sentence by sentence, what each changed is put together, unless both changed
//! the same place in two ways. Of texts that both began anew each sentence is kept, unless two say nearly the same.

use std::collections::BTreeSet;

/// A place in the text that both began with, and what stands there now.
#[derive(Debug, PartialEq, Eq)]
struct Edit<'t> {
    from: usize,
    to: usize,
    sentences: Vec<&'t str>,
}

/// More sentences than this are not compared: the time grows with their square.
const MOST: usize = 1000;

/// Both texts in one; `None` where they collide.
pub(super) fn merge(begun: &str, mine: &str, theirs: &str) -> Option<String> {
    let [begun, mine, theirs] = [begun, mine, theirs].map(sentences);
    if [&begun, &mine, &theirs].iter().any(|text| text.len() > MOST) {
        return None;
    }
    if begun.is_empty() {
        return both(&mine, &theirs);
    }
    let (mut mine, mut theirs) =
        (edits(&begun, &mine).into_iter().peekable(), edits(&begun, &theirs).into_iter().peekable());
    let mut merged = String::new();
    let mut at = 0;
    loop {
        let edit = match (mine.peek(), theirs.peek()) {
            (None, None) => break,
            (Some(one), Some(other)) if one == other => {
                theirs.next();
                mine.next()
            }
            (Some(one), Some(other)) if collide(one, other) => return None,
            (Some(one), Some(other)) if other.from < one.from || (other.from == one.from && other.to < one.to) => {
                theirs.next()
            }
            (Some(_), _) => mine.next(),
            (None, Some(_)) => theirs.next(),
        }?;
        put(&mut merged, &begun[at..edit.from]);
        put(&mut merged, &edit.sentences);
        at = edit.to;
    }
    put(&mut merged, &begun[at..]);
    Some(merged.trim().to_owned())
}

/// Two new texts in one, theirs first, what both say once; `None` where one says nearly what the other does.
fn both(mine: &[&str], theirs: &[&str]) -> Option<String> {
    let is_theirs = |sentence: &&&str| theirs.iter().any(|other| other.trim() == sentence.trim());
    let own: Vec<&str> = mine.iter().filter(|sentence| !is_theirs(sentence)).copied().collect();
    let others: Vec<_> = theirs.iter().map(|sentence| words(sentence)).collect();
    let collides =
        own.iter().map(|sentence| words(sentence)).any(|one| others.iter().any(|other| are_alike(&one, other)));
    if collides {
        return None;
    }
    let text = |sentences: &[&str]| {
        let mut text = String::new();
        put(&mut text, sentences);
        text.trim().to_owned()
    };
    let texts = [text(theirs), text(&own)];
    Some(texts.iter().filter(|text| !text.is_empty()).cloned().collect::<Vec<_>>().join("\n"))
}

/// Whether more than half of the words of one sentence stand in the other: “by Friday” and “by Monday” are not both so.
fn are_alike(one: &BTreeSet<String>, other: &BTreeSet<String>) -> bool {
    2 * one.intersection(other).count() > one.len().min(other.len())
}

fn words(sentence: &str) -> BTreeSet<String> {
    let words = sentence.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// Whether two edits are of one place: of sentences that both replaced, or in the same gap between two.
fn collide(one: &Edit<'_>, other: &Edit<'_>) -> bool {
    let are_apart = one.to <= other.from || other.to <= one.from;
    !are_apart || (one.from == other.from && one.to == other.to)
}

/// Adds sentences, with white space between those that had none at the beginning of their text.
fn put(text: &mut String, sentences: &[&str]) {
    for sentence in sentences {
        if !text.is_empty() && !sentence.starts_with(char::is_whitespace) {
            text.push(' ');
        }
        text.push_str(sentence);
    }
}

/// The sentences of a text, each with the white space before it; a line is one as well.
fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let is_last_space = letter.is_whitespace() && letters.peek().is_some_and(|(_, next)| !next.is_whitespace());
        if !is_last_space {
            continue;
        }
        let sentence = text[start..at].trim_end();
        let end = start + sentence.len();
        let is_whole = sentence.ends_with(['.', '!', '?', '…']) || text[end..at + letter.len_utf8()].contains('\n');
        if is_whole && !sentence.trim().is_empty() {
            found.push(sentence);
            start = end;
        }
    }
    let rest = text[start..].trim_end();
    if !rest.is_empty() {
        found.push(rest);
    }
    found
}

/// What has to be done to the sentences of `begun` to make those of `now`, by their longest common row.
fn edits<'t>(begun: &[&str], now: &[&'t str]) -> Vec<Edit<'t>> {
    let is_same = |one: usize, other: usize| begun[one].trim() == now[other].trim();
    let mut common = vec![vec![0_u32; now.len() + 1]; begun.len() + 1];
    for one in (0..begun.len()).rev() {
        for other in (0..now.len()).rev() {
            common[one][other] = if is_same(one, other) {
                common[one + 1][other + 1] + 1
            } else {
                common[one + 1][other].max(common[one][other + 1])
            };
        }
    }
    let mut edits: Vec<Edit<'t>> = Vec::new();
    let (mut one, mut other) = (0, 0);
    while one < begun.len() || other < now.len() {
        if one < begun.len() && other < now.len() && is_same(one, other) {
            (one, other) = (one + 1, other + 1);
            continue;
        }
        let takes = other < now.len() && (one == begun.len() || common[one][other + 1] >= common[one + 1][other]);
        if edits.last().is_none_or(|edit| edit.to < one) {
            edits.push(Edit { from: one, to: one, sentences: Vec::new() });
        }
        let Some(edit) = edits.last_mut() else { break };
        if takes {
            edit.sentences.push(now[other]);
            other += 1;
        } else {
            one += 1;
            edit.to = one;
        }
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGUN: &str = "They ask for a quote. The site is chosen. We wait.";

    #[test]
    fn a_text_is_split_at_the_ends_of_sentences_and_lines() {
        assert_eq!(sentences("One. Two 1.5 more!  Three\nfour\n"), ["One.", " Two 1.5 more!", "  Three", "\nfour"]);
        assert_eq!(sentences(""), [""; 0]);
        assert_eq!(sentences("Ünïcode… ends? ja"), ["Ünïcode…", " ends?", " ja"]);
    }

    #[test]
    fn what_each_changed_elsewhere_is_put_together() {
        let mine = "They ask for a new quote. The site is chosen. We wait.";
        let theirs = "They ask for a quote. The site is chosen. We call them. In May.";
        let both = "They ask for a new quote. The site is chosen. We call them. In May.";
        assert_eq!(merge(BEGUN, mine, theirs).as_deref(), Some(both));
        assert_eq!(merge(BEGUN, theirs, mine).as_deref(), Some(both));
        let shorter = "They ask for a quote. We wait.";
        let longer = "Met in Oslo. They ask for a quote. The site is chosen. We wait.";
        assert_eq!(merge(BEGUN, shorter, longer).as_deref(), Some("Met in Oslo. They ask for a quote. We wait."));
        let line = "They ask for a quote. The site is chosen. We wait.\nUntil May.";
        let both = "They ask for a new quote. The site is chosen. We wait.\nUntil May.";
        assert_eq!(merge(BEGUN, mine, line).as_deref(), Some(both));
        assert_eq!(merge(BEGUN, mine, mine).as_deref(), Some(mine));
        assert_eq!(merge(BEGUN, BEGUN, theirs).as_deref(), Some(theirs));
    }

    #[test]
    fn what_both_wrote_anew_is_kept_unless_it_says_nearly_the_same() {
        let theirs = "The board meets in May. They wait for the regulator.";
        let mine = "Dan sends the offer.\nThe board meets in May.";
        let both = "The board meets in May. They wait for the regulator.\nDan sends the offer.";
        assert_eq!(merge("", mine, theirs).as_deref(), Some(both));
        assert_eq!(merge("", theirs, theirs).as_deref(), Some(theirs));
        assert_eq!(merge("", "", theirs).as_deref(), Some(theirs));
        assert_eq!(
            merge("", "DAN: send offer\nIVO: call", "NORA: ask").as_deref(),
            Some("NORA: ask\nDAN: send offer\nIVO: call")
        );
        assert_eq!(merge("", "Send the offer by Friday.", "Send the second offer by Monday. We wait."), None);
    }

    #[test]
    fn what_both_changed_in_two_ways_collides() {
        let mine = "They ask for two quotes. The site is chosen. We wait.";
        let theirs = "They ask for no quote. The site is chosen. We wait.";
        assert_eq!(merge(BEGUN, mine, theirs), None);
        assert_eq!(merge(BEGUN, &format!("{BEGUN} Mine."), &format!("{BEGUN} Theirs.")), None);
        assert_eq!(merge(BEGUN, &format!("{BEGUN} Ours."), &format!("{BEGUN} Ours.")), Some(format!("{BEGUN} Ours.")));
    }
}
