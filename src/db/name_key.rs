//! The form of a name by which records are sorted, searched and compared, the same on both databases.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case, without accents, white space folded: `Électricité  du Nord` becomes `electricite du nord`.
pub fn name_key(name: &str) -> String {
    let plain: String = name.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A `LIKE` pattern that finds the words anywhere in a key; `%`, `_` and `\` of the words stand for themselves.
pub fn containing(words: &str) -> String {
    let mut pattern = String::from("%");
    // No name is longer, and SQLite refuses very long patterns.
    for c in name_key(words).chars().take(200) {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// What is left of a name without punctuation, legal form and article: two names of one core may mean the same.
pub fn name_core(name: &str) -> String {
    const FORMS: &[&str] = &[
        "inc",
        "incorporated",
        "llc",
        "llp",
        "lp",
        "ltd",
        "limited",
        "corp",
        "corporation",
        "co",
        "company",
        "plc",
        "gmbh",
        "ag",
        "sa",
        "the",
    ];
    let key = name_key(name).replace('&', " and ");
    let words: Vec<String> = key
        .split_whitespace()
        .map(|word| word.chars().filter(|c| c.is_alphanumeric()).collect::<String>())
        .filter(|word| !word.is_empty())
        .collect();
    let core: Vec<&str> = words.iter().map(String::as_str).filter(|word| !FORMS.contains(word)).collect();
    if core.is_empty() { words.concat() } else { core.concat() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_ignores_case_accents_and_white_space() {
        assert_eq!(name_key("  Électricité\u{a0} du  NORD "), "electricite du nord");
    }

    #[test]
    fn core_ignores_punctuation_and_legal_form() {
        assert_eq!(name_core("The X-energy, Inc."), name_core("X energy LLC"));
        assert_ne!(name_core("Client 1"), name_core("Client 2"));
        assert_eq!(name_core("The Company"), "thecompany");
    }

    #[test]
    fn pattern_takes_wildcards_literally() {
        assert_eq!(containing("50%_a\\b"), "%50\\%\\_a\\\\b%");
    }
}
