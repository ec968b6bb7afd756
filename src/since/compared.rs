//! Two versions of a text in one, word by word: what is gone struck through, what is new underlined.

use askama::Template;
use askama::filters::HtmlSafe;

/// A text with what changed in it.
#[derive(Template)]
#[template(path = "since/_compared.html")]
pub struct Compared {
    pieces: Vec<Piece>,
}

impl HtmlSafe for Compared {}

/// Words that belong together.
#[derive(Debug, PartialEq)]
struct Piece {
    words: String,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Kept,
    Gone,
    New,
}

impl Compared {
    /// Whether nothing changed.
    pub fn is_same(&self) -> bool {
        self.pieces.iter().all(|piece| piece.kind == Kind::Kept)
    }
}

/// Texts with more words than that, where they differ, are told as replaced: the work grows with the square.
const WORDS: usize = 1500;

/// What became of a text.
pub fn compared(old: &str, new: &str) -> Compared {
    let (old, new) = (split(old), split(new));
    let alike = |(one, other): &(&&str, &&str)| one == other;
    let head = old.iter().zip(&new).take_while(alike).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(alike).count();
    let (gone, added) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
    let mut steps: Vec<(Kind, &str)> = old[..head].iter().map(|word| (Kind::Kept, *word)).collect();
    if gone.len().max(added.len()) > WORDS {
        steps.extend(gone.iter().map(|word| (Kind::Gone, *word)));
        steps.extend(added.iter().map(|word| (Kind::New, *word)));
    } else {
        steps.extend(steps_between(gone, added));
    }
    steps.extend(old[old.len() - tail..].iter().map(|word| (Kind::Kept, *word)));
    let mut pieces: Vec<Piece> = Vec::new();
    for (kind, word) in steps {
        match pieces.last_mut() {
            Some(last) if last.kind == kind => last.words.push_str(word),
            _ => pieces.push(Piece { words: word.to_owned(), kind }),
        }
    }
    Compared { pieces }
}

/// Words, each with the white space after it.
fn split(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let word = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let space = rest[word..].find(|c: char| !c.is_whitespace()).unwrap_or(rest.len() - word);
        let (first, others) = rest.split_at(word + space);
        words.push(first);
        rest = others;
    }
    words
}

/// The longest way on which both texts go together; what is gone comes before what is new.
fn steps_between<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<(Kind, &'t str)> {
    // The white space after a word is no difference.
    let same = |row: usize, column: usize| old[row].trim_end() == new[column].trim_end();
    let width = new.len() + 1;
    let mut longest = vec![0_u16; (old.len() + 1) * width];
    for row in (0..old.len()).rev() {
        for column in (0..new.len()).rev() {
            longest[row * width + column] = if same(row, column) {
                longest[(row + 1) * width + column + 1] + 1
            } else {
                longest[(row + 1) * width + column].max(longest[row * width + column + 1])
            };
        }
    }
    let (mut row, mut column, mut steps) = (0, 0, Vec::new());
    while row < old.len() || column < new.len() {
        if row < old.len() && column < new.len() && same(row, column) {
            steps.push((Kind::Kept, new[column]));
            (row, column) = (row + 1, column + 1);
        } else if column == new.len()
            || (row < old.len() && longest[(row + 1) * width + column] >= longest[row * width + column + 1])
        {
            steps.push((Kind::Gone, old[row]));
            row += 1;
        } else {
            steps.push((Kind::New, new[column]));
            column += 1;
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gone_and_what_is_new_stand_beside_what_stayed() {
        let told = compared("Send the offer by Friday.", "Send the second offer by Monday.");
        let pieces: Vec<(Kind, &str)> = told.pieces.iter().map(|piece| (piece.kind, piece.words.as_str())).collect();
        let expected = [
            (Kind::Kept, "Send the "),
            (Kind::New, "second "),
            (Kind::Kept, "offer by "),
            (Kind::Gone, "Friday."),
            (Kind::New, "Monday."),
        ];
        assert_eq!(pieces, expected);
        assert!(compared("as it was", "as it was").is_same());
        assert_eq!(compared("", "all new").pieces, [Piece { words: "all new".into(), kind: Kind::New }]);
    }

    #[test]
    fn both_texts_can_be_read_from_the_one() {
        let (old, new) = ("a b c d e f\ng h", "b a d c\ne x h");
        let told = compared(old, new);
        let side = |without: Kind| -> String {
            told.pieces.iter().filter(|piece| piece.kind != without).map(|piece| piece.words.as_str()).collect()
        };
        let words = |text: &str| text.split_whitespace().map(ToOwned::to_owned).collect::<Vec<_>>();
        assert_eq!((words(&side(Kind::New)), words(&side(Kind::Gone))), (words(old), words(new)));
    }
}
