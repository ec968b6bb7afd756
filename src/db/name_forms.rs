//! The form of a name by which records are sorted, searched and compared, the same on both databases.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case, without accents, white space folded: `Électricité  du Nord` becomes `electricite du nord`.
pub fn name_key(name: &str) -> String {
    // Most names; the same as below, without looking up what only other letters have.
    if name.is_ascii() {
        return single_spaced(&name.to_ascii_lowercase());
    }
    let mut plain = String::with_capacity(name.len());
    for c in name.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match plain_letters(c) {
            Some(letters) => plain.push_str(letters),
            // A capital İ leaves a mark of its own when it becomes small.
            None if !is_combining_mark(c) => plain.push(c),
            None => {}
        }
    }
    single_spaced(&plain)
}

fn single_spaced(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    words
}

/// What is typed for a letter that is no other letter with a mark, where the keyboard lacks it.
fn plain_letters(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ı' => "i",
        // The same letter at the end of a word; a capital one tells nothing of its place.
        'ς' => "σ",
        _ => return None,
    })
}

/// Words that say what form a company has, and articles: they tell no two names apart.
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

/// Words that an acronym leaves out.
const SMALL: &[&str] = &["of", "and", "for", "de", "du", "des", "la", "le", "et", "der", "und"];

/// What is left of a name without punctuation, legal form and article: two names of one core may mean the same. An
/// acronym in brackets behind the name it stands for says nothing new.
pub fn name_core(name: &str) -> String {
    let (name, bracketed) = without_brackets(name);
    let core = |text: &str| core_words(text).concat();
    match bracketed {
        Some(acronym) if initials(name).is_some_and(|letters| letters == core(acronym)) => core(name),
        Some(more) => core(name) + &core(more),
        None => core(name),
    }
}

/// The words of a core: without legal form and article, unless there are no others.
pub(super) fn core_words(name: &str) -> Vec<String> {
    let words = words(name);
    let core: Vec<String> = words.iter().filter(|word| !FORMS.contains(&word.as_str())).cloned().collect();
    if core.is_empty() { words } else { core }
}

/// The cores and the initials by which a name that may mean the same is found: an acronym by what it stands for too.
pub fn near_forms(name: &str) -> (Vec<String>, String) {
    let core = name_core(name);
    ([core.clone()].into_iter().chain(name_initials(name)).collect(), core)
}

/// The letters by which a name of several words is known, `tva` for `Tennessee Valley Authority`.
pub fn name_initials(name: &str) -> Option<String> {
    initials(without_brackets(name).0)
}

fn initials(name: &str) -> Option<String> {
    let parts = name.replace('-', " ");
    let words = words(&parts);
    let letters: String = words
        .iter()
        .filter(|word| !FORMS.contains(&word.as_str()) && !SMALL.contains(&word.as_str()))
        .filter_map(|word| word.chars().next())
        .collect();
    (letters.chars().count() > 1).then_some(letters)
}

/// The name, and what stands in brackets at its end.
fn without_brackets(name: &str) -> (&str, Option<&str>) {
    let bracketed = name.trim().strip_suffix(')').and_then(|name| name.rsplit_once('('));
    bracketed.map_or((name, None), |(name, inner)| (name, Some(inner)))
}

/// The words of a key, without punctuation.
fn words(name: &str) -> Vec<String> {
    let key = name_key(name).replace('&', " and ");
    let bare = |word: &str| word.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    key.split_whitespace().map(bare).filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_ignores_case_accents_and_white_space() {
        assert_eq!(name_key("  Électricité\u{a0} du  NORD "), "electricite du nord");
        assert_eq!(
            name_key("Ørsted Große ŁÓDŹ Æther Œuvre Đuro Þór Işık İzmir"),
            "orsted grosse lodz aether oeuvre duro thor isik izmir"
        );
    }

    #[test]
    fn core_ignores_punctuation_and_legal_form() {
        assert_eq!(name_core("The X-energy, Inc."), name_core("X energy LLC"));
        assert_ne!(name_core("Client 1"), name_core("Client 2"));
        assert_eq!(name_core("The Company"), "thecompany");
    }

    #[test]
    fn acronym_stands_for_its_name() {
        assert_eq!(name_initials("Tennessee Valley Authority").as_deref(), Some("tva"));
        assert_eq!(name_initials("The Bank of North-Ohio, Inc. (BNO)").as_deref(), Some("bno"));
        assert_eq!(name_initials("Granite LLC"), None);
        assert_eq!(name_core("Tennessee Valley Authority (TVA)"), name_core("Tennessee Valley Authority"));
        assert_ne!(name_core("Granite Power (Ohio)"), name_core("Granite Power"));
        assert_eq!(name_core("T.V.A."), "tva");
    }
}
