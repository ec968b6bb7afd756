//! Words as they are compared: folded, without punctuation, the same for both databases.

use crate::db::name_forms::name_key;
use crate::db::name_slips;

/// A word is compared by so many letters; PostgreSQL refuses very long ones.
const LETTERS: usize = 100;

/// So much is read of what someone asks for.
const ASKED_LETTERS: usize = 200;
const ASKED_WORDS: usize = 8;

/// What stands between words as a space does.
const JOINERS: [char; 16] = ['-', '–', '.', ',', ':', ';', '!', '?', '\'', '’', '"', '&', '/', '(', ')', '+'];

/// Words of at least so many letters are known by their parts, and may hold a typing error.
const FORGIVEN: usize = 4;

/// The words of a text.
pub fn words_of(text: &str) -> Vec<String> {
    let key = name_key(text);
    let words = key.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word.chars().take(LETTERS).collect()).collect()
}

/// What someone asks for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// All of it, as names are sorted.
    pub key: String,
    /// Its words.
    pub words: Vec<String>,
}

impl Asked {
    /// Reads what was typed.
    pub fn parse(typed: &str) -> Self {
        let key: String = name_key(typed).chars().take(ASKED_LETTERS).collect();
        let mut words = words_of(&key);
        words.truncate(ASKED_WORDS);
        Self { key, words }
    }

    /// The words that an index is asked for, each with what may stand in its place: one letter alone begins too many.
    pub fn long_words(&self) -> Vec<Vec<String>> {
        self.words.iter().filter(|word| word.chars().count() > 1).map(|word| vec![word.clone()]).collect()
    }

    /// Whether a name that holds the longer words holds the short ones too, and what is no word: `50%` is not `50`.
    pub fn fits(&self, name_key: &str) -> bool {
        let joined = |text: &str| text.replace(JOINERS, " ");
        let name = joined(name_key);
        let starts = |part: &str| name.split(|c: char| !c.is_alphanumeric()).any(|word| word.starts_with(part));
        joined(&self.key).split_whitespace().all(|part| match part.chars().all(char::is_alphanumeric) {
            true => part.chars().count() > 1 || starts(part),
            false => name.contains(part),
        })
    }
}

/// The words of a name by which a typing error is forgiven: of letters alone, since numbers tell things apart.
pub fn terms(words: &[String]) -> impl Iterator<Item = &String> {
    words.iter().filter(|word| is_term(word))
}

/// Whether it is such a word.
pub fn is_term(word: &str) -> bool {
    word.chars().all(char::is_alphabetic) && word.chars().count() >= FORGIVEN
}

/// Each three letters of a word in a row, its beginning and its end marked.
pub fn grams(term: &str) -> Vec<String> {
    three_by_three(&format!("^{term}$"))
}

/// Each three letters within a word, as any longer word that holds it has them.
pub fn inner_grams(part: &str) -> Vec<String> {
    three_by_three(part)
}

fn three_by_three(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut grams: Vec<String> = letters.windows(3).map(|three| three.iter().collect()).collect();
    grams.sort();
    grams.dedup();
    grams
}

/// Whether one word may be the other with a typing error in it: one, or two from eight letters on.
pub fn is_typing_error(typed: &str, term: &str) -> bool {
    let allowed = if typed.chars().count() >= 8 { 2 } else { 1 };
    distance(typed, term) <= allowed
}

/// How far a word is from another, the nearest first: by what was changed, then by how much longer one of them is.
pub fn closeness(typed: &str, term: &str) -> (usize, usize) {
    (distance(typed, term), term.chars().count().abs_diff(typed.chars().count()))
}

/// How many letters were added, left out, changed, or swapped with their neighbour.
fn distance(one: &str, other: &str) -> usize {
    let letters = |word: &str| word.chars().collect::<Vec<_>>();
    name_slips::distance(&letters(one), &letters(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_and_without_punctuation() {
        assert_eq!(
            words_of("Ørsted–Straße (AP-1000), Łódź & Æther"),
            ["orsted", "strasse", "ap", "1000", "lodz", "aether"]
        );
        assert_eq!(words_of("\"NOT\" * %"), ["not"]);
    }

    #[test]
    fn one_error_is_forgiven_and_two_in_a_long_word() {
        for (typed, term) in [
            ("ceadr", "cedar"),
            ("cedr", "cedar"),
            ("cedarr", "cedar"),
            ("tidwatr", "tidwater"),
            ("tidewtar", "tidewater"),
        ] {
            assert!(is_typing_error(typed, term), "{typed}");
        }
        assert!(is_typing_error("tidwaetr", "tidewater"));
        assert!(!is_typing_error("cdr", "cedar"));
    }

    #[test]
    fn punctuation_between_words_does_not_matter_but_other_signs_do() {
        assert!(Asked::parse("x energy").fits("x-energy"));
        assert!(Asked::parse("50%_p").fits("granite 50%_power"));
        assert!(!Asked::parse("5_%").fits("granite 50%_power"));
    }
}
