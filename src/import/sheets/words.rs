//! Words of a file that are on no list, and what they are said to mean.

use super::cells::Mapped;
use super::model::Settings;
use super::recognised::Recognised;
use crate::db::name_forms::name_key;
use crate::web::Choice;

/// How the form calls what a word means: this, the place of its column and that of the word in it.
pub const MEANS: &str = "means_";

/// What the form sends where a word is to count as an empty cell.
pub const EMPTY: &str = "-";

/// Letters by which a word and a choice that begin alike are taken for the same.
const ALIKE: usize = 3;

/// One of them.
pub struct Word {
    /// Its name in the form.
    pub name: String,
    /// The word.
    pub word: String,
    /// The label of its field.
    pub label: &'static str,
    pub choices: Vec<Choice>,
    /// The value that it means, or may mean.
    pub chosen: String,
}

/// The words of all columns that are on no list.
pub fn of(fields: &[Mapped], recognised: &Recognised, settings: &Settings) -> Vec<Word> {
    let mut words = Vec::new();
    for field in fields {
        let (Some(seen), Some(choices)) = (recognised.columns.get(field.column), field.choices()) else { continue };
        for (number, word) in field.unknown(seen) {
            let meant = settings.meant.get(field.field.name).and_then(|meant| meant.get(&name_key(word)));
            words.push(Word {
                name: format!("{MEANS}{}_{number}", field.column),
                word: word.to_owned(),
                label: field.field.label,
                choices: choices.iter().filter(|choice| !choice.value.is_empty()).cloned().collect(),
                chosen: match meant {
                    Some(value) if value.is_empty() => EMPTY.to_owned(),
                    Some(value) => value.clone(),
                    None => guessed(choices, word).unwrap_or_default(),
                },
            });
        }
    }
    words
}

/// The only choice that begins as the word does, or the other way round.
fn guessed(choices: &[Choice], word: &str) -> Option<String> {
    let word = name_key(word.trim_end_matches('.'));
    let is_alike = |label: &str| {
        let label = name_key(label);
        let shorter = label.chars().count().min(word.chars().count());
        shorter >= ALIKE && (label.starts_with(&word) || word.starts_with(&label))
    };
    let mut alike = choices.iter().filter(|choice| is_alike(&choice.label));
    alike.next().filter(|_| alike.next().is_none()).map(|choice| choice.value.clone())
}
