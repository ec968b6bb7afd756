//! The words that were asked for, marked in what is shown.

use unicode_normalization::char::is_combining_mark;

use super::words_of;

/// Letters in front of the first hit, and in all.
const BEFORE: usize = 60;
const SHOWN: usize = 220;

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The text itself.
    pub text: String,
    /// Whether it is one of the words.
    pub is_hit: bool,
}

fn plain(text: &str) -> Piece {
    Piece { text: text.into(), is_hit: false }
}

/// The text in pieces, its hits marked; `words` are folded, each with what may stand in its place.
pub fn marked(text: &str, words: &[Vec<String>]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut done = 0;
    for (start, end) in hits(text, words) {
        if done < start {
            pieces.push(plain(&text[done..start]));
        }
        pieces.push(Piece { text: text[start..end].into(), is_hit: true });
        done = end;
    }
    if done < text.len() {
        pieces.push(plain(&text[done..]));
    }
    pieces
}

/// What stands around the first hit; none if there is no hit.
pub fn excerpt(text: &str, words: &[Vec<String>]) -> Option<Vec<Piece>> {
    let (first, _) = *hits(text, words).first()?;
    let start = text[..first].char_indices().rev().nth(BEFORE).map_or(0, |(at, _)| at);
    let end = text[start..].char_indices().nth(SHOWN).map_or(text.len(), |(at, _)| start + at);
    // A cut goes between words, if there is a space at all.
    let start = if start == 0 { 0 } else { text[start..first].find(' ').map_or(start, |at| start + at + 1) };
    let cut = if end == text.len() { end } else { text[first..end].rfind(' ').map_or(end, |at| first + at) };
    let mut pieces = marked(&text[start..cut], words);
    if start > 0 {
        pieces.insert(0, plain("… "));
    }
    if cut < text.len() {
        pieces.push(plain(" …"));
    }
    Some(pieces)
}

/// Where the words stand.
fn hits(text: &str, words: &[Vec<String>]) -> Vec<(usize, usize)> {
    let is_hit = |part: &str| {
        let folded = words_of(part).concat();
        words.iter().flatten().any(|word| folded.starts_with(word.as_str()))
    };
    let mut hits = Vec::new();
    let mut begun = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let is_letter = c.is_alphanumeric() || is_combining_mark(c);
        match begun {
            None if is_letter => begun = Some(at),
            Some(start) if !is_letter => {
                if is_hit(&text[start..at]) {
                    hits.push((start, at));
                }
                begun = None;
            }
            _ => {}
        }
    }
    hits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<Vec<String>> {
        words.iter().map(|word| vec![(*word).to_owned()]).collect()
    }

    fn shown(pieces: &[Piece]) -> String {
        pieces.iter().map(|piece| if piece.is_hit { format!("[{}]", piece.text) } else { piece.text.clone() }).collect()
    }

    #[test]
    fn hits_are_marked_as_they_are_written() {
        let marked = marked("Große Straße, <b>", &words(&["strass", "b"]));
        assert_eq!(shown(&marked), "Große [Straße], <[b]>");
    }

    #[test]
    fn an_excerpt_stands_around_the_first_hit() {
        let text = format!("{} the licence {}", "before ".repeat(40), "after ".repeat(80));
        let found = shown(&excerpt(&text, &words(&["licence"])).unwrap());
        assert!(found.starts_with("… before") && found.contains("the [licence] after") && found.ends_with("after …"));
        assert_eq!(excerpt(&text, &words(&["nothing"])), None);
        assert!(excerpt(&"é".repeat(500), &words(&["e"])).is_some());
    }
}
