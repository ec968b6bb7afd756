//! Reading a form: typed values out, messages by field back, and what was typed is never lost.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use chrono::{Datelike, NaiveDate};

use super::typed_text::{date_of, line_of, number_of};
use super::{App, Range, Values};
use crate::closed_list::ClosedList;
use crate::error::Error;

/// The fields of a form as they were sent, and the day they were sent on.
#[derive(Clone, Debug)]
pub struct FormData {
    fields: Vec<(String, String)>,
    today: NaiveDate,
}

/// A form has arrived after at most this long.
const PATIENCE: Duration = Duration::from_secs(30);

/// A form is at most this large.
pub(super) const LIMIT: usize = 1024 * 1024;

impl FromRequest<App> for FormData {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        Ok(Self::parse(&body_of(request).await?, app.config().today()))
    }
}

/// The body of a request, which is not too large and has arrived in time.
pub(super) async fn body_of(request: Request) -> Result<Bytes, Error> {
    bytes_of(request.into_body(), LIMIT).await
}

/// A body of at most that many bytes, which has arrived in time.
pub async fn bytes_of(body: Body, limit: usize) -> Result<Bytes, Error> {
    let bytes = tokio::time::timeout(PATIENCE, to_bytes(body, limit)).await.map_err(|_| Error::TooSlow)?;
    bytes.map_err(|_| Error::TooLarge)
}

impl FormData {
    /// Reads `application/x-www-form-urlencoded`; `today` is the organisation's, for dates such as “yesterday”.
    pub fn parse(body: &[u8], today: NaiveDate) -> Self {
        Self { fields: form_urlencoded::parse(body).into_owned().collect(), today }
    }

    /// Fields that come from elsewhere than a form, such as a line of a table.
    pub fn of_pairs(pairs: impl IntoIterator<Item = (String, String)>, today: NaiveDate) -> Self {
        Self { fields: pairs.into_iter().collect(), today }
    }

    /// A field with line ends as `\n`, trimmed; `None` when missing or empty. NUL is left out: no database holds it.
    pub fn get(&self, name: &str) -> Option<String> {
        let raw = self.raw(name)?;
        let text = raw.replace("\r\n", "\n").replace('\0', "");
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// A field exactly as sent (passwords).
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a field that may come several times.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.trim())
    }

    /// Whether the field was sent at all.
    pub fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// A tick box.
    pub fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| matches!(value.as_str(), "on" | "true" | "1" | "yes"))
    }

    /// All fields, to be shown again.
    pub fn values(&self) -> Values {
        self.fields.iter().map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// The same form with another value in one field.
    pub fn replaced(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(key, _)| key != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same form, where the ticks of one list are one value, with commas between; one that was not sent stays out.
    pub fn joined(self, name: &str) -> Self {
        if !self.has(name) {
            return self;
        }
        let mut ticked: Vec<&str> = self.all(name).flat_map(|value| value.split(',')).collect();
        ticked.retain(|value| !value.is_empty());
        // In the order of ids, as they are shown, whichever order they stand in on the page.
        ticked.sort_unstable_by_key(|value| (value.parse::<i64>().unwrap_or(i64::MAX), value.len()));
        ticked.dedup();
        let joined = ticked.join(",");
        self.replaced(name, &joined)
    }

    /// The same form, where all that was sent several times is one value each.
    pub fn all_joined(self) -> Self {
        let mut seen = BTreeSet::new();
        let twice: Vec<String> = self.fields.iter().map(|(name, _)| name.clone()).collect();
        let twice: Vec<String> = twice.into_iter().filter(|name| !seen.insert(name.clone())).collect();
        twice.iter().fold(self, |form, name| form.joined(name))
    }

    /// The same form, where a field that was not sent takes another one's value.
    pub fn with_alias(mut self, name: &str, alias: &str) -> Self {
        if !self.has(name)
            && let Some(value) = self.raw(alias).map(ToOwned::to_owned)
        {
            self.fields.push((name.to_owned(), value));
        }
        self
    }
}

/// What is wrong with one field, in words that say what to do.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FieldError {
    /// The name of the field.
    pub field: String,
    /// The sentence beside it.
    pub message: String,
}

/// A form that cannot be used yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid(pub Vec<FieldError>);

impl Invalid {
    /// One message beside one field.
    pub fn one(field: &str, message: impl Into<String>) -> Self {
        Self(vec![FieldError { field: field.to_owned(), message: message.into() }])
    }
}

impl From<Invalid> for Error {
    fn from(Invalid(errors): Invalid) -> Self {
        Self::Invalid(errors.into_iter().map(|error| (error.field, error.message)).collect())
    }
}

/// A form being checked, field by field.
pub struct Checked<'f> {
    form: &'f FormData,
    errors: Vec<FieldError>,
}

/// The longest single line, in characters.
pub(super) const LINE: usize = 200;
/// The longest text of several lines, in characters.
pub(super) const TEXT: usize = 20_000;

/// The years of the dates that forms take.
const YEARS: RangeInclusive<i32> = 1900..=2200;
/// A date of those years, for schemas.
pub(super) const DATE_PATTERN: &str = "^((19|20|21)[0-9]{2}|2200)-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";

impl<'f> Checked<'f> {
    /// Starts checking.
    pub fn new(form: &'f FormData) -> Self {
        Self { form, errors: Vec::new() }
    }

    /// Notes what is wrong with a field.
    pub fn refuse(&mut self, field: &str, message: impl Into<String>) {
        self.errors.push(FieldError { field: field.to_owned(), message: message.into() });
    }

    /// Whether a message stands beside the field already.
    pub fn is_refused(&self, field: &str) -> bool {
        self.errors.iter().any(|error| error.field == field)
    }

    /// A line that must be there; empty text stands for a missing one until `finish` refuses the form.
    pub fn required(&mut self, name: &str, message: &str) -> String {
        let value = self.line(name);
        if value.is_none() && !self.is_refused(name) {
            self.refuse(name, message);
        }
        value.unwrap_or_default()
    }

    /// A single line.
    pub fn line(&mut self, name: &str) -> Option<String> {
        let folded = line_of(&self.form.get(name)?)?;
        self.limited(name, folded, LINE)
    }

    /// A text of several lines.
    pub fn text(&mut self, name: &str) -> Option<String> {
        let text = self.form.get(name)?;
        self.limited(name, text, TEXT)
    }

    fn limited(&mut self, name: &str, text: String, limit: usize) -> Option<String> {
        let length = text.chars().count();
        if length > limit {
            self.refuse(name, format!("Shorten this to {limit} characters; it has {length}."));
        }
        Some(text)
    }

    /// A value of a closed list.
    pub fn choice<T: ClosedList>(&mut self, name: &str) -> Option<T> {
        let text = self.form.get(name)?;
        let found = T::parse(&text).ok();
        if found.is_none() {
            let words: Vec<_> = T::ALL.iter().map(|value| value.as_str()).collect();
            self.refuse(name, format!("Choose one of: {}.", words.join(", ")));
        }
        found
    }

    /// One of a list of words.
    pub fn one_of(&mut self, name: &str, list: &[&str]) -> Option<String> {
        let text = self.line(name)?;
        if !list.contains(&text.as_str()) {
            self.refuse(name, format!("Choose one of: {}.", list.join(", ")));
        }
        Some(text)
    }

    /// A date as `2026-03-31`, or in words.
    pub fn date(&mut self, name: &str) -> Option<NaiveDate> {
        let text = self.form.get(name)?;
        let found = date_of(&text, self.form.today).filter(|date| YEARS.contains(&date.year()));
        if found.is_none() {
            self.refuse(name, "Enter a date as year-month-day, e.g. 2026-03-31, or as “yesterday” or “in 2 weeks”.");
        }
        found
    }

    /// A number of a range.
    pub fn number(&mut self, name: &str, range: Range) -> Option<f64> {
        let text = self.form.get(name)?;
        let found = number_of(&text).filter(|number| number.is_finite() && range.holds(*number));
        if found.is_none() {
            self.refuse(name, format!("Enter {}, e.g. 1234.5.", range.words()));
        }
        found
    }

    /// A number of a range of whole ones.
    pub fn whole_number(&mut self, name: &str, range: Range) -> Option<i64> {
        let text = self.form.get(name)?;
        let found = number_of(&text).filter(|number| range.holds(*number));
        let found = found.and_then(|number| number.to_string().parse().ok());
        if found.is_none() {
            self.refuse(name, format!("Enter {}.", range.words()));
        }
        found
    }

    /// The id of another record.
    pub fn reference<T: From<i64>>(&mut self, name: &str) -> Option<T> {
        let text = self.form.get(name)?;
        let found = text.parse::<i64>().ok().map(T::from);
        if found.is_none() {
            self.refuse(name, "Choose one from the list.");
        }
        found
    }

    /// A tick box.
    pub fn flag(&self, name: &str) -> bool {
        self.form.flag(name)
    }

    /// The mark “confidential”, which only who sees confidential rows may set (product.md §2). One set by someone who
    /// has lost the right is refused: dropping it would publish the words.
    pub fn confidential_mark(&mut self, is_allowed: bool) -> bool {
        let is_set = self.flag("is_confidential");
        if is_set && !is_allowed {
            let words = "You no longer have the right to mark this confidential. Saved again, everyone can read it.";
            self.refuse("is_confidential", words);
        }
        is_set
    }

    /// The draft, or everything that is wrong with the form.
    pub fn finish<T>(self, draft: T) -> Result<T, Invalid> {
        if self.errors.is_empty() { Ok(draft) } else { Err(Invalid(self.errors)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_that_is_wrong_is_named() {
        let form = FormData::parse(b"client_name=+&day=2026-02-30&mass=-1&other=x", NaiveDate::MIN);
        let mut checked = Checked::new(&form);
        checked.required("client_name", "Enter a name.");
        assert_eq!(checked.date("day"), None);
        assert_eq!(checked.number("mass", Range::Positive), None);
        assert_eq!(checked.reference::<i64>("other"), None);
        let fields: Vec<_> = checked.finish(()).unwrap_err().0.into_iter().map(|error| error.field).collect();
        assert_eq!(fields, ["client_name", "day", "mass", "other"]);
    }

    #[test]
    fn text_is_trimmed_and_line_ends_are_one_kind() {
        let form = FormData::parse(b"notes=%20a%0D%0Ab%00%20", NaiveDate::MIN);
        assert_eq!(form.get("notes").as_deref(), Some("a\nb"));
    }
}
