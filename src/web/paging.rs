//! The query part of an address, and the pages of a list.

use std::convert::Infallible;

use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::App;

/// Rows on a page of a list (ui.md).
pub const PAGE_ROWS: i64 = 50;

/// The parameters of an address; what a page does not know it does not ask for.
#[derive(Clone, Debug, Default)]
pub struct Query {
    pairs: Vec<(String, String)>,
    #[cfg(debug_assertions)]
    asked_for: AskedFor,
}

/// The names of the parameters that a page asks for, noted for a request that brings this along. The proof of secrecy
/// tries each of them; release builds have no part of it.
#[cfg(debug_assertions)]
#[derive(Clone, Debug, Default)]
pub struct AskedFor(std::sync::Arc<std::sync::Mutex<std::collections::BTreeSet<String>>>);

#[cfg(debug_assertions)]
impl AskedFor {
    fn note(&self, name: &str) {
        if let Ok(mut names) = self.0.lock() {
            names.insert(name.to_owned());
        }
    }

    /// What was asked for until now.
    pub fn names(&self) -> std::collections::BTreeSet<String> {
        self.0.lock().map(|names| names.clone()).unwrap_or_default()
    }
}

impl FromRequestParts<App> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        let query = Self::parse(parts.uri.query().unwrap_or_default());
        #[cfg(debug_assertions)]
        let query = Self { asked_for: parts.extensions.get().cloned().unwrap_or_default(), ..query };
        Ok(query)
    }
}

impl Query {
    /// The query as it stands in an address, whatever was sent.
    pub fn encoded(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.pairs).finish()
    }

    /// Reads `a=b&c=d`.
    pub fn parse(text: &str) -> Self {
        // NUL, which no database text holds, is left out.
        let pairs = form_urlencoded::parse(text.as_bytes());
        let pairs = pairs.map(|(name, value)| (name.into_owned(), value.replace('\0', ""))).collect();
        Self {
            pairs,
            #[cfg(debug_assertions)]
            asked_for: AskedFor::default(),
        }
    }

    /// The same without a parameter.
    pub fn without(mut self, name: &str) -> Self {
        self.pairs.retain(|(key, _)| key != name);
        self
    }

    /// The value of a parameter, trimmed, if it is not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next().filter(|value| !value.is_empty())
    }

    /// Every value of a parameter that may come several times.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        #[cfg(debug_assertions)]
        self.asked_for.note(name);
        self.pairs.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.trim())
    }

    /// The number of the page asked for: 1 for nonsense, the last for one past the end of `total` rows, of which the
    /// first [`COUNTED`] can be walked through.
    pub fn page(&self, total: i64) -> i64 {
        let last = (total.min(COUNTED) + PAGE_ROWS - 1) / PAGE_ROWS;
        self.get("page").and_then(|text| text.parse().ok()).unwrap_or(1).clamp(1, last.max(1))
    }
}

/// Builds `path?a=b` from the parameters that have a value.
pub fn address(path: &str, parameters: &[(&str, &str)]) -> String {
    let filled: Vec<_> = parameters.iter().filter(|(_, value)| !value.is_empty()).collect();
    if filled.is_empty() {
        return path.to_owned();
    }
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(filled).finish();
    format!("{path}?{query}")
}

/// Rows that are counted for a list that is narrowed, and that can be walked through from page to page; beyond them
/// counting and skipping cost more than they tell, and narrowing helps more than walking.
pub const COUNTED: i64 = 10_000;

/// Rows that are looked at where words narrow a list by name: the first ones that they fit.
pub const FOUND: i64 = 1_000;

/// How many rows a list has, as far as they were counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// The rows that were counted.
    pub rows: i64,
    /// Whether there are more.
    pub is_more: bool,
}

impl Count {
    /// All of them.
    pub fn exactly(rows: i64) -> Self {
        Self { rows, is_more: false }
    }

    /// From the count of at most [`COUNTED`] + 1 rows.
    pub fn bounded(counted: i64) -> Self {
        Self { rows: counted.min(COUNTED), is_more: counted > COUNTED }
    }

    /// Rows that bring along the count of at most [`COUNTED`] + 1 like them.
    pub fn beside<T>(rows: Vec<(T, i64)>) -> (Vec<T>, Self) {
        let counted = rows.first().map_or(0, |(_, counted)| *counted);
        (rows.into_iter().map(|(row, _)| row).collect(), Self::bounded(counted))
    }

    /// The same among rows that were found by words, which may fit more than were looked at.
    pub fn among_found(self, is_cut: bool) -> Self {
        Self { is_more: self.is_more || is_cut, ..self }
    }
}

impl std::fmt::Display for Count {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let more = if self.is_more { "more than " } else { "" };
        write!(out, "{more}{}", grouped(self.rows))
    }
}

/// Where one is in a list: “51–100 of 10,000”, previous, next.
#[derive(Template)]
#[template(path = "web/_paging.html")]
pub struct Paging {
    /// All rows of the list, as far as they were counted.
    pub all: Count,
    /// Number of the first row shown, from 1.
    pub first: i64,
    /// Number of the last row shown.
    pub last: i64,
    /// Address of the page before.
    pub previous: Option<String>,
    /// Address of the page after.
    pub next: Option<String>,
    /// Where all rows are as a file, each with its word.
    pub files: Vec<(&'static str, String)>,
}

impl HtmlSafe for Paging {}

/// What a list is called as a file, and where it is one.
pub fn files_of(address: &str) -> Vec<(&'static str, String)> {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let mark = if query.is_empty() { "" } else { "?" };
    let file = |(word, ending)| (word, format!("{path}.{ending}{mark}{query}"));
    [("CSV", "csv"), ("Excel", "xlsx")].map(file).into()
}

impl Paging {
    /// The paging of page `page` with `shown` rows of all; `link` makes the address of a page.
    pub fn new(page: i64, shown: usize, all: Count, link: impl Fn(i64) -> String) -> Self {
        let before = (page - 1) * PAGE_ROWS;
        let last = before + i64::try_from(shown).unwrap_or(PAGE_ROWS);
        Self {
            all,
            first: if shown == 0 { 0 } else { before + 1 },
            last,
            previous: (page > 1).then(|| link(page - 1)),
            next: (last < all.rows.min(COUNTED) && shown > 0).then(|| link(page + 1)),
            files: Vec::new(),
        }
    }

    /// Of a list that stands on one page.
    pub fn all(shown: usize) -> Self {
        Self::new(1, shown, Count::exactly(i64::try_from(shown).unwrap_or(i64::MAX)), |_| String::new())
    }

    /// The same for a list that is a file as well; `address` is the list with everything that narrows and orders it.
    pub fn with_files(self, address: &str) -> Self {
        Self { files: files_of(address), ..self }
    }

    /// Whether there are rows behind the last that can be walked to.
    pub fn is_cut(&self) -> bool {
        self.last >= COUNTED && (self.all.is_more || self.all.rows > self.last)
    }

    /// How many rows were looked at, if words fit more: else rows are counted as far as [`COUNTED`].
    pub fn looked_at(&self) -> Option<String> {
        (self.all.is_more && self.all.rows < COUNTED).then(|| grouped(FOUND))
    }
}

/// A number with thousands separated, e.g. “10,000”.
pub fn grouped(number: impl TryInto<i64>) -> String {
    let number: i64 = number.try_into().unwrap_or(i64::MAX);
    let digits = number.abs().to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if number < 0 { format!("-{out}") } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_three() {
        assert_eq!(
            [grouped(0), grouped(999), grouped(10_000), grouped(1_234_567)],
            ["0", "999", "10,000", "1,234,567"]
        );
    }

    #[test]
    fn a_page_past_the_end_is_the_last_one() {
        let page = |text, total| Query::parse(text).page(total);
        assert_eq!([page("page=9", 51), page("page=0", 51), page("page=x", 51), page("page=2", 0)], [2, 1, 1, 1]);
    }

    #[test]
    fn paging_ends_with_the_last_row() {
        let paging = Paging::new(2, 50, Count::exactly(100), |page| format!("?page={page}"));
        assert_eq!((paging.first, paging.last, paging.next), (51, 100, None));
        assert_eq!(paging.previous.as_deref(), Some("?page=1"));
    }

    #[test]
    fn a_list_is_a_file_with_the_same_query() {
        let paging = |address| Paging::new(1, 1, Count::exactly(1), |_| String::new()).with_files(address).files;
        assert_eq!(paging("/clients")[0].1, "/clients.csv");
        assert_eq!(paging("/clients?sort=-name")[1], ("Excel", "/clients.xlsx?sort=-name".to_owned()));
    }

    #[test]
    fn an_address_holds_only_what_has_a_value() {
        assert_eq!(address("/clients", &[("search", "a&b"), ("page", "")]), "/clients?search=a%26b");
        assert_eq!(address("/clients", &[("page", "")]), "/clients");
    }
}
