//! Who is named in a text with “@”, and hears of it by mail.

use serde_json::Value;

use super::{Colleague, called, queries};
use crate::access::{Viewer, Visit};
use crate::db::Db;
use crate::error::Result;
use crate::ids::PersonnelId;
use crate::{jobs, sessions};

/// No name that is looked for has more words.
const WORDS: usize = 3;

/// Tells those whom texts name for the first time, so far as they may read them. `about` tells jobs apart and finds
/// the text again.
pub fn tell(
    db: &mut Db,
    visit: &Visit,
    (before, after): (&[&str], &[&str]),
    about: &Value,
    may_read: impl Fn(&Viewer) -> bool,
) -> Result<()> {
    if jobs::queries::is_quiet(visit) || !after.iter().any(|text| text.contains('@')) {
        return Ok(());
    }
    let staff = queries::staff(db)?;
    let known = mentioned(before, &staff);
    for person in mentioned(after, &staff).into_iter().filter(|person| !known.contains(person)) {
        let reader = sessions::queries::viewer_of_person(db, person)?;
        if reader.is_some_and(|reader| may_read(&reader)) {
            jobs::queries::mentioned(db, visit, person, about)?;
        }
    }
    Ok(())
}

/// The active colleagues whom texts name: “@Ana”, “@Ana Reyes”, “@AR”; of two with one name none is meant.
fn mentioned(texts: &[&str], staff: &[Colleague]) -> Vec<PersonnelId> {
    let mut people = Vec::new();
    for text in texts {
        for (at, _) in text.match_indices('@') {
            // What stands within a word, or behind a slash, is the address of a mail or of a page.
            let before = text[..at].chars().next_back();
            if before.is_none_or(|before| before.is_whitespace() || "(,;:".contains(before)) {
                people.extend(named(&text[at + 1..], staff));
            }
        }
    }
    people.sort_unstable();
    people.dedup();
    people
}

/// Whom a text names at its beginning, by as many words as make a name.
fn named(text: &str, staff: &[Colleague]) -> Option<PersonnelId> {
    let is_of_name = |letter: char| letter.is_alphabetic() || "-'’. ".contains(letter);
    let end = text.find(|letter| !is_of_name(letter)).unwrap_or(text.len());
    let words: Vec<&str> = text[..end].split(' ').take(WORDS).collect();
    let name = |number: usize| {
        let name = words[..number].join(" ");
        let name = name.trim_end_matches(|last: char| !last.is_alphabetic());
        name.strip_suffix("'s").or(name.strip_suffix("’s")).unwrap_or(name).to_owned()
    };
    let starts = text.starts_with(char::is_alphabetic);
    (1..=words.len()).rev().filter(|_| starts).find_map(|number| called(&name(number), staff))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colleagues_are_named_by_as_much_as_tells_them_apart() {
        let staff: Vec<Colleague> = [(1, "Ana Reyes"), (2, "Ana Silva"), (3, "Marcus Hale")]
            .map(|(id, name)| Colleague { personnel_id: PersonnelId(id), full_name: name.into(), is_active: true })
            .into();
        let ids = |text: &str| mentioned(&[text], &staff).into_iter().map(|PersonnelId(id)| id).collect::<Vec<_>>();
        assert_eq!(ids("Please, @Marcus, call them; @Ana Reyes's offer stands."), [1, 3]);
        assert_eq!(ids("@MH: and @marcus hale.\n@Silva"), [2, 3]);
        assert_eq!(ids("(@Ana Reyes’s and @Marcus/Ana) @Silva\tcalls"), [1, 2, 3]);
        assert_eq!(ids("@Ana knows"), [] as [i64; 0], "there are two");
        assert_eq!(ids("marcus@hale.example, @nobody, @, lunch @ Hale, https://site/@hale"), [] as [i64; 0]);
    }
}
