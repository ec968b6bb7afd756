//! A draft, the form that it belongs to, and the tag by which a tab says which words it knew.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::queries::drafts;

/// The form that a draft belongs to, of one record; 0 where the form makes a new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which form: the address it is sent to without its numbers, e.g. `crm-roundtable`.
    pub form: String,
    /// Which record: the last number of that address.
    pub record: i64,
}

/// The longest name of a form.
const LONGEST: usize = 60;

impl Place {
    /// The form that is sent to `action`.
    pub fn of_action(action: &str) -> Self {
        let path = action.split(['?', '#']).next().unwrap_or_default();
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let mut numbers = parts.iter().filter_map(|part| part.parse().ok());
        let words: Vec<&str> = parts.iter().filter(|part| part.parse::<i64>().is_err()).copied().collect();
        Self { form: words.join("-"), record: numbers.next_back().unwrap_or_default() }
    }

    /// The form of that name, if it is one that a form can have.
    pub fn named(form: &str, record: i64) -> Option<Self> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
        let is_name = !form.is_empty() && form.len() <= LONGEST && form.bytes().all(fits);
        (is_name && record >= 0).then(|| Self { form: form.to_owned(), record })
    }

    /// Where its drafts are kept.
    pub fn address(&self) -> String {
        format!("/drafts/{}/{}", self.form, self.record)
    }
}

/// Which words of which draft a tab knew last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The draft.
    pub draft: i64,
    /// How often it had been kept.
    pub sequence: i64,
}

impl Tag {
    /// Reads `draft.sequence`, with or without the quotes of an ETag.
    pub fn parse(text: &str) -> Option<Self> {
        let (draft, sequence) = text.trim().trim_matches('"').split_once('.')?;
        Some(Self { draft: draft.parse().ok()?, sequence: sequence.parse().ok()? })
    }
}

impl std::fmt::Display for Tag {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}.{}", self.draft, self.sequence)
    }
}

/// What whoever keeps or files a draft knew of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// A program that does not say: the newest is meant.
    Newest,
    /// A tab that has not kept any yet: others are of other tabs.
    Nothing,
    /// A tab that has kept one, or goes on with one.
    This(Tag),
}

/// What was typed, as it was kept last.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = drafts)]
pub struct Draft {
    draft_id: i64,
    sequence: i64,
    fields: String,
    /// When it was kept, in UTC.
    pub kept_date: NaiveDateTime,
    /// The token of the assistant that left it.
    pub drafted_by: Option<String>,
}

impl Draft {
    /// Which words these are.
    pub fn tag(&self) -> Tag {
        Tag { draft: self.draft_id, sequence: self.sequence }
    }

    /// The fields by name.
    pub fn fields(&self) -> BTreeMap<String, String> {
        serde_json::from_str(&self.fields).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_known_by_the_address_it_is_sent_to() {
        let place = |form: &str, record| Place { form: form.into(), record };
        assert_eq!(Place::of_action("/crm/roundtable/7"), place("crm-roundtable", 7));
        assert_eq!(Place::of_action("/clients/new?name=x"), place("clients-new", 0));
        assert_eq!(Place::of_action("/clients/7/links/owner/55/edit"), place("clients-links-owner-edit", 55));
        assert_eq!(Place::named("crm-roundtable", 7), Some(place("crm-roundtable", 7)));
        assert_eq!(Place::named("", 7).or(Place::named("Ä", 7)).or(Place::named("x", -1)), None);
    }

    #[test]
    fn a_tag_is_read_as_it_is_written() {
        let tag = Tag { draft: 81, sequence: 3 };
        assert_eq!(Tag::parse(&format!("\"{tag}\"")), Some(tag));
        assert_eq!(Tag::parse("81"), None);
    }
}
