//! What a tool takes beside the fields of a form: one table by which it is described and read.

use serde_json::{Map, Value, json};

use crate::drafts::Tag;
use crate::error::Result;
use crate::records::RecordRef;
use crate::web::{FieldError, Invalid, JsonObject};

/// A parameter of a tool.
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// Whether it has to be there.
    pub is_required: bool,
}

/// What a parameter takes.
pub enum Takes {
    Words,
    Id,
    /// How many at most, at most so many.
    Limit(i64),
    /// A record as its address without the slash in front.
    Record,
    /// A draft as it was named when it was kept.
    Draft,
    OneOf(Vec<&'static str>),
}

impl Parameter {
    /// One that may be left out.
    pub fn new(name: &'static str, about: &'static str, takes: Takes) -> Self {
        Self { name, about, takes, is_required: false }
    }

    /// What is wrong with a value.
    fn refusal(&self, value: &Value) -> Option<String> {
        let text = value.as_str();
        let (fits, message) = match &self.takes {
            Takes::Words => {
                let fits = text.is_some_and(|text| !text.trim().is_empty() && text.chars().count() <= WORDS);
                (fits, "Send some words.".to_owned())
            }
            Takes::Id => (value.is_i64(), "Send the id of a record.".to_owned()),
            Takes::Limit(most) => {
                (value.as_i64().is_some_and(|limit| (1..=*most).contains(&limit)), format!("Ask for 1 to {most}."))
            }
            Takes::Record => {
                (text.is_some_and(|text| RecordRef::parse(text).is_some()), "Send a record, e.g. clients/7.".to_owned())
            }
            Takes::Draft => {
                (text.is_some_and(|text| Tag::parse(text).is_some()), "Send the draft as it was named.".to_owned())
            }
            Takes::OneOf(list) => {
                (text.is_some_and(|text| list.contains(&text)), format!("Send one of: {}.", list.join(", ")))
            }
        };
        (!fits).then_some(message)
    }

    fn schema(&self) -> Value {
        let mut schema = match &self.takes {
            Takes::Words => json!({ "type": "string", "minLength": 1, "maxLength": WORDS }),
            Takes::Id => json!({ "type": "integer" }),
            Takes::Limit(most) => json!({ "type": "integer", "minimum": 1, "maximum": most }),
            Takes::Record | Takes::Draft => json!({ "type": "string" }),
            Takes::OneOf(list) => json!({ "type": "string", "enum": list }),
        };
        schema["description"] = json!(self.about);
        schema
    }
}

/// So many letters of words that are looked for.
const WORDS: usize = 200;

/// What an object of these takes.
pub fn schema(parameters: &[Parameter]) -> Value {
    let properties: Map<_, _> = parameters.iter().map(|one| (one.name.to_owned(), one.schema())).collect();
    let required: Vec<_> = parameters.iter().filter(|one| one.is_required).map(|one| one.name).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// What was sent, read by the table.
pub struct Given(Map<String, Value>);

impl Given {
    /// A text that was sent.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// A number that was sent.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.0.get(name)?.as_i64()
    }

    /// A record that was sent.
    pub fn record(&self, name: &str) -> Option<RecordRef> {
        RecordRef::parse(self.text(name)?)
    }
}

/// Reads what was sent; a key that is none of these is refused.
pub fn read(parameters: &[Parameter], sent: &JsonObject) -> Result<Given, Invalid> {
    let (given, rest) = taken(parameters, sent)?;
    let unknown =
        rest.0.keys().map(|name| FieldError { field: name.clone(), message: "There is no such field.".into() });
    let unknown: Vec<FieldError> = unknown.collect();
    if unknown.is_empty() { Ok(given) } else { Err(Invalid(unknown)) }
}

/// Reads what these are of what was sent, and gives back all else.
pub fn taken(parameters: &[Parameter], sent: &JsonObject) -> Result<(Given, JsonObject), Invalid> {
    let mut rest = sent.clone();
    let (mut given, mut errors) = (Map::new(), Vec::new());
    for one in parameters {
        let message = match rest.0.remove(one.name) {
            None if one.is_required => Some("This has to be there.".to_owned()),
            None => None,
            Some(value) => {
                let refusal = one.refusal(&value);
                given.insert(one.name.to_owned(), value);
                refusal
            }
        };
        errors.extend(message.map(|message| FieldError { field: one.name.into(), message }));
    }
    if errors.is_empty() { Ok((Given(given), rest)) } else { Err(Invalid(errors)) }
}
