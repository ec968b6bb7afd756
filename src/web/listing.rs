//! What lists have in common: selects that narrow them, chips that widen them again, columns that sort them.

use super::{Choice, address};

/// One select of a filter.
pub struct Select {
    /// Its parameter.
    pub name: &'static str,
    /// Its label.
    pub label: &'static str,
    /// The words for no choice.
    pub any: &'static str,
    /// The value chosen.
    pub value: String,
    /// What can be chosen.
    pub choices: Vec<Choice>,
}

/// A filter in force, with the address without it.
pub struct Chip {
    /// What it narrows the list to.
    pub label: String,
    /// The list without it.
    pub without: String,
}

/// The head of a column; one without words stands over ticks.
pub struct Heading {
    /// Its words.
    pub label: &'static str,
    /// The address that sorts by it; `None` when it cannot be sorted by.
    pub link: Option<String>,
    /// `ascending`, `descending` or nothing, for `aria-sort`.
    pub sorted: &'static str,
    /// Whether its values stand right-aligned.
    pub is_number: bool,
    /// Whether it gives way on a phone, where its values stand below the name.
    pub is_folded: bool,
    /// Where the values of its column are changed, for those who may.
    pub changed: Option<Changed>,
}

/// Where a value of a record is changed: the field of one of its forms, and the key by which that is reached.
#[derive(Clone, Copy, Debug)]
pub struct Changed {
    /// The form, behind the address of the record.
    pub form: &'static str,
    /// The name of the field.
    pub field: &'static str,
    /// The key.
    pub key: &'static str,
}

impl Heading {
    /// One that nothing sorts by.
    pub fn plain(label: &'static str) -> Self {
        Self { label, link: None, sorted: "", is_number: false, is_folded: false, changed: None }
    }
}

/// Has the columns after the first `stay` ones give way on a phone.
pub fn fold(headings: &mut [Heading], stay: usize) {
    headings.iter_mut().skip(stay).for_each(|heading| heading.is_folded = true);
}

/// The words in the search field of the list at `path`, which say what it finds.
pub fn filter_words(path: &str) -> String {
    let list = match path.rsplit('/').next().unwrap_or_default() {
        _ if path.starts_with("/crm/") => "clients",
        "map" => "projects",
        list => list,
    };
    format!("Filter {list}")
}

/// The address of a list with everything that narrows and orders it, from which others follow.
pub struct ListAddress<'a> {
    /// The path of the list.
    pub path: &'a str,
    /// The words searched for.
    pub search: Option<&'a str>,
    /// Whether the archived ones are shown.
    pub archived: bool,
    /// The order; empty for the usual one.
    pub sort: &'a str,
    /// The usual order.
    pub usual: &'a str,
}

impl ListAddress<'_> {
    /// The address with some of its parameters changed.
    pub fn with(&self, selects: &[Select], changed: &[(&str, &str)]) -> String {
        let archived = if self.archived { "on" } else { "" };
        let parameters = [("search", self.search.unwrap_or_default())]
            .into_iter()
            .chain(selects.iter().map(|select| (select.name, select.value.as_str())))
            .chain([("archived", archived), ("sort", self.sort), ("page", "")]);
        let all: Vec<(&str, &str)> = parameters
            .map(|(name, value)| {
                (name, changed.iter().find(|(other, _)| *other == name).map_or(value, |(_, new)| *new))
            })
            .collect();
        address(self.path, &all)
    }

    /// The filters in force.
    pub fn chips(&self, selects: &[Select]) -> Vec<Chip> {
        let mut chips = Vec::new();
        if let Some(words) = self.search {
            chips.push(Chip { label: format!("“{words}”"), without: self.with(selects, &[("search", "")]) });
        }
        for select in selects.iter().filter(|select| !select.value.is_empty()) {
            let chosen = select.choices.iter().find(|choice| choice.value == select.value);
            let label = format!("{}: {}", select.label, chosen.map_or("unknown", |choice| &choice.label));
            chips.push(Chip { label, without: self.with(selects, &[(select.name, "")]) });
        }
        if self.archived {
            chips.push(Chip { label: "Archived".into(), without: self.with(selects, &[("archived", "")]) });
        }
        chips
    }

    /// The head of a column that sorts.
    pub fn heading(&self, selects: &[Select], label: &'static str, column: &str, is_number: bool) -> Heading {
        let current = if self.sort.is_empty() { self.usual } else { self.sort };
        let reverse = format!("-{column}");
        let (next, sorted) = match current {
            same if same == column => (reverse.as_str(), "ascending"),
            same if same == reverse => (column, "descending"),
            _ if self.usual == reverse => (reverse.as_str(), ""),
            _ => (column, ""),
        };
        let next = if next == self.usual { "" } else { next };
        let link = Some(self.with(selects, &[("sort", next)]));
        Heading { link, sorted, is_number, ..Heading::plain(label) }
    }
}
