//! The fields of a form as programs know them: what JSON each takes, and JSON read as if a form had been sent. Both
//! follow from the fields themselves, so that the description cannot say other than what is read.

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::forms::{DATE_PATTERN, LINE, TEXT, body_of};
use super::saving::{Saved, Saving, save_for_program};
use super::{App, Choice, Field, FieldError, FormData, Input, Invalid, Page, Range, Values, plain};
use crate::db::Db;
use crate::error::{Error, Result};

/// What a program sends: a JSON object.
#[derive(Clone, Debug)]
pub struct JsonObject(pub Map<String, Value>);

impl FromRequest<App> for JsonObject {
    type Rejection = Error;

    async fn from_request(request: Request, _app: &App) -> Result<Self> {
        if !is_json(request.headers()) {
            return Err(Error::NotJson);
        }
        let body = body_of(request).await?;
        match serde_json::from_slice(&body) {
            Ok(Value::Object(object)) => Ok(Self(object)),
            Ok(_) => Err(Error::Malformed("Send a JSON object, with a field for each key.".into())),
            Err(error) => Err(Error::Malformed(format!("This is not JSON: {error}."))),
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    ["application/json", "application/merge-patch+json"].iter().any(|one| kind.eq_ignore_ascii_case(one))
}

/// The field by which a program says that a name near another's is meant.
pub const CONFIRMED: &str = "name_confirmed";

/// Makes a record for a program by the form that makes one, which begins with these values; its id.
pub fn create<S: Saving>(db: &mut Db, page: &Page, kind: &S, begun: Values, sent: &JsonObject) -> Result<i64> {
    let form = new_form(db, page, kind, begun, sent)?;
    id_of(save_for_program(db, page, kind, form)?)
}

/// Changes a record for a program by its form; its id, or that of the version that takes its place.
pub fn update<S: Saving>(db: &mut Db, page: &Page, kind: &S, sent: &JsonObject) -> Result<i64> {
    let form = changed_form(db, page, kind, sent)?;
    id_of(save_for_program(db, page, kind, form)?)
}

/// Makes a record of values as its form sends them, such as those of a row of a file; its id.
pub fn make<S: Saving>(db: &mut Db, page: &Page, kind: &S, begun: Values, given: &Values) -> Result<i64> {
    let values = begun.into_iter().chain(given.clone()).collect::<Values>();
    id_of(save_for_program(db, page, kind, FormData::of_pairs(values, page.visit.today))?)
}

/// Gives a record other values, as its form sends them, or those alone that are empty; whether any was another.
pub fn amend<S: Saving>(db: &mut Db, page: &Page, kind: &S, given: &Values, only_empty: bool) -> Result<bool> {
    let (mut values, _) = kind.saved(db, page, &FormData::of_pairs([], page.visit.today))?;
    let held = |name: &str| values.get(name).map(String::as_str).unwrap_or_default();
    let is_taken = |name: &str, value: &str| held(name) != value && (!only_empty || held(name).is_empty());
    let mut taken = given.clone();
    taken.retain(|name, value| is_taken(name, value));
    if taken.is_empty() {
        return Ok(false);
    }
    // A picker goes by the id alone.
    values.retain(|name, _| !name.ends_with("_id_name"));
    // Which record is meant was decided before.
    let confirmed = (CONFIRMED.to_owned(), "on".to_owned());
    let values = values.into_iter().chain(taken).chain([confirmed]).collect::<Values>();
    save_for_program(db, page, kind, FormData::of_pairs(values, page.visit.today))?;
    Ok(true)
}

fn id_of(saved: Saved) -> Result<i64> {
    saved.id.ok_or_else(|| Error::Internal(format!("nothing was made on the way to {}", saved.address)))
}

/// A record as a form makes it: what the form begins with, and what the program says.
fn new_form<S: Saving>(db: &mut Db, page: &Page, kind: &S, begun: Values, sent: &JsonObject) -> Result<FormData> {
    let fields = kind.form(db, page, &begun)?.fields;
    let missing = fields.iter().filter(|field| is_required(field) && !sent.0.contains_key(field.name));
    let missing: Vec<_> =
        missing.map(|field| FieldError { field: field.name.into(), message: "This has to be there.".into() }).collect();
    if !missing.is_empty() {
        return Err(Invalid(missing).into());
    }
    with_sent(page, &fields, begun, sent)
}

/// A record as it is now, and what the program says of it: what it does not name stays.
fn changed_form<S: Saving>(db: &mut Db, page: &Page, kind: &S, sent: &JsonObject) -> Result<FormData> {
    let (mut values, _) = kind.saved(db, page, &FormData::of_pairs([], page.visit.today))?;
    let fields = kind.form(db, page, &values)?.fields;
    // A picker goes by the id alone.
    values.retain(|name, _| !fields.iter().any(|field| *name == format!("{}_name", field.name)));
    with_sent(page, &fields, values, sent)
}

fn with_sent(page: &Page, fields: &[Field], mut values: Values, sent: &JsonObject) -> Result<FormData> {
    values.extend(read(fields, sent)?);
    Ok(FormData::of_pairs(values, page.visit.today))
}

/// Whether a program has to send the field: it must be filled, and nothing stands in it.
pub fn is_required(field: &Field) -> bool {
    field.required && field.value.is_empty()
}

/// The values of the fields as a form sends them; a key that is none of them is refused.
pub fn read(fields: &[Field], sent: &JsonObject) -> Result<Values, Invalid> {
    let (mut values, mut errors) = (Values::new(), Vec::new());
    for (name, value) in &sent.0 {
        let field = fields.iter().find(|field| field.name == name);
        let text = match (field, name.as_str(), value) {
            (Some(field), ..) => as_sent(field, value),
            (None, CONFIRMED, Value::Bool(yes)) => Ok(if *yes { "on" } else { "" }.into()),
            _ => Err("There is no such field.".into()),
        };
        match text {
            Ok(text) => drop(values.insert(name.clone(), text)),
            Err(message) => errors.push(FieldError { field: name.clone(), message }),
        }
    }
    if errors.is_empty() { Ok(values) } else { Err(Invalid(errors)) }
}

/// What kind of JSON a field takes.
enum Kind<'f> {
    Text(usize),
    Date,
    Number,
    Tick,
    OneOf(&'f [Choice]),
    Record,
    Records,
}

fn kind_of(field: &Field) -> Kind<'_> {
    match &field.input {
        Input::Line | Input::Suggest(_) | Input::Password => Kind::Text(LINE),
        Input::Area(_) => Kind::Text(TEXT),
        Input::Date => Kind::Date,
        Input::Number => Kind::Number,
        Input::Tick => Kind::Tick,
        // A record is chosen by its id, and shown by its name.
        Input::Select(choices) | Input::Buttons(choices)
            if !choices.is_empty() && choices.iter().all(|choice| choice.value == choice.label) =>
        {
            Kind::OneOf(choices)
        }
        Input::Select(_) | Input::Buttons(_) | Input::Picker { .. } => Kind::Record,
        Input::Several(_) => Kind::Records,
    }
}

/// A JSON value as the form of the field sends it, or what it should have been.
fn as_sent(field: &Field, value: &Value) -> Result<String, String> {
    let takes_nothing = !field.required && !matches!(field.input, Input::Tick | Input::Several(_));
    if takes_nothing && value.is_null() {
        return Ok(String::new());
    }
    match (kind_of(field), value) {
        (Kind::Text(longest), Value::String(text)) => match text.chars().count() {
            length if length > longest => Err(format!("Shorten this to {longest} characters; it has {length}.")),
            _ => Ok(text.clone()),
        },
        (Kind::Text(_), _) => Err("Send a text.".into()),
        (Kind::Date, Value::String(text)) if is_date(text) => Ok(text.clone()),
        (Kind::Date, _) => Err("Send a date as year-month-day, e.g. 2026-03-31.".into()),
        (Kind::Number, Value::Number(_)) => Ok(plain(value)),
        (Kind::Number, _) => Err("Send a number.".into()),
        (Kind::Tick, Value::Bool(yes)) => Ok(if *yes { "on" } else { "" }.into()),
        (Kind::Tick, _) => Err("Send true or false.".into()),
        (Kind::OneOf(choices), Value::String(text)) if choices.iter().any(|choice| choice.value == *text) => {
            Ok(text.clone())
        }
        (Kind::OneOf(choices), _) => {
            let words: Vec<_> = choices.iter().map(|choice| choice.value.as_str()).collect();
            Err(format!("Send one of: {}.", words.join(", ")))
        }
        (Kind::Record, _) => as_id(value).ok_or_else(|| "Send the id of a record.".into()),
        (Kind::Records, Value::Array(ids)) => {
            let ids: Option<Vec<String>> = ids.iter().map(as_id).collect();
            ids.map(|ids| ids.join(",")).ok_or_else(|| "Send a list of ids of records.".into())
        }
        (Kind::Records, _) => Err("Send a list of ids of records.".into()),
    }
}

/// An id as a form sends it; JSON Schema takes 7.0 for a whole number as well.
fn as_id(value: &Value) -> Option<String> {
    let is_whole = |number: &f64| number.fract() == 0.0 && number.abs() < 2_f64.powi(53);
    let id = value.as_i64().map(|id| id.to_string());
    id.or_else(|| value.as_f64().filter(is_whole).map(|id| id.to_string()))
}

/// Whether a text is a date as JSON writes it: ten characters, a day that there is.
pub fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<NaiveDate>().is_ok()
}

/// What a field takes and shows, as a schema (JSON Schema 2020-12).
pub fn schema(field: &Field) -> Value {
    let or_null = |kind: &str| if field.required { json!(kind) } else { json!([kind, "null"]) };
    let mut schema = match kind_of(field) {
        Kind::Text(longest) => json!({ "type": or_null("string"), "maxLength": longest }),
        Kind::Date => json!({ "type": or_null("string"), "format": "date", "pattern": DATE_PATTERN }),
        Kind::Number => json!({ "type": or_null("number") }),
        Kind::Tick => json!({ "type": "boolean" }),
        Kind::OneOf(choices) => {
            let words = choices.iter().map(|choice| json!(choice.value));
            let nothing = (!field.required).then_some(Value::Null);
            json!({ "type": or_null("string"), "enum": words.chain(nothing).collect::<Vec<_>>() })
        }
        Kind::Record => json!({ "type": or_null("integer"), "format": "int64", "minimum": 1 }),
        Kind::Records => json!({ "type": "array", "items": { "type": "integer", "format": "int64", "minimum": 1 } }),
    };
    for (bound, value) in field.range.into_iter().flat_map(Range::bounds) {
        schema[bound] = value;
    }
    if let (true, Kind::Text(_)) = (field.required, kind_of(field)) {
        schema["minLength"] = json!(1);
        schema["pattern"] = json!(r"\S");
    }
    if let Input::Suggest(usual) = &field.input {
        schema["examples"] = json!(usual.iter().take(5).collect::<Vec<_>>());
    }
    let words = [field.label, &field.hint].into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>();
    schema["description"] = json!(words.join(". "));
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(input: Input, value: Value) -> Result<String, String> {
        as_sent(&Field::new("field", "Field", input), &value)
    }

    #[test]
    fn each_field_takes_json_of_its_kind_alone() {
        let closed = || Input::Select(vec![Choice::new("Utility", "Utility")]);
        let people = || Input::Select(vec![Choice::new(7, "Ana Reyes")]);
        for (input, value, text) in [
            (Input::Line, json!("a"), "a"),
            (Input::Number, json!(12), "12"),
            (Input::Number, json!(0.5), "0.5"),
            (Input::Tick, json!(true), "on"),
            (Input::Tick, json!(false), ""),
            (Input::Date, json!("2026-03-31"), "2026-03-31"),
            (closed(), json!("Utility"), "Utility"),
            (people(), json!(7), "7"),
            (people(), json!(7.0), "7"),
            (Input::Several(Vec::new()), json!([1, 2]), "1,2"),
            (people(), Value::Null, ""),
        ] {
            assert_eq!(sent(input, value).as_deref(), Ok(text));
        }
        for (input, value) in [
            (Input::Line, json!(1)),
            (Input::Several(Vec::new()), json!([1.5])),
            (people(), json!(1e300)),
            (Input::Line, json!("a".repeat(201))),
            (Input::Number, json!("12")),
            (Input::Tick, json!("on")),
            (Input::Date, json!("yesterday")),
            (Input::Date, json!("2026-02-30")),
            (closed(), json!("Bakery")),
            (people(), json!("Ana Reyes")),
            (people(), json!(7.5)),
            (Input::Several(Vec::new()), json!(["1"])),
        ] {
            assert!(sent(input, value.clone()).is_err(), "{value}");
        }
    }
}
