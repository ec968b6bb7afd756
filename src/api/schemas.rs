//! What each collection holds and takes, as schemas made from the fields of the forms: the description says what is
//! read.

use serde_json::{Map, Value, json};

use super::Collection;
use crate::action_items;
use crate::clients::{self, Attention, assessment};
use crate::closed_list::ClosedList;
use crate::contacts::{correcting, recording};
use crate::db::Db;
use crate::error::Result;
use crate::files::Visibility;
use crate::links::{self, LinkKind};
use crate::market;
use crate::meetings::{self, MeetingStatus};
use crate::records::RecordKind;
use crate::roundtable;
use crate::web::{CONFIRMED, Field, Page, Values, is_required, schema};

/// The schemas of a collection.
pub struct Schemas {
    /// What one is answered as.
    pub shown: Value,
    /// What one is made of, if it can be.
    pub made: Option<Value>,
    /// What of one can be changed, if anything can.
    pub changed: Option<Value>,
}

/// The schemas of a collection, as whoever asks may see and send it.
pub fn of(db: &mut Db, page: &Page, collection: Collection) -> Result<Schemas> {
    let (made, changed) = fields(db, page, collection)?;
    let (_, writes, _) = collection.audiences();
    if collection == Collection::Links {
        return Ok(Schemas { shown: link_shown(page), made: Some(link_made(page)), changed: Some(link_changed()) });
    }
    let mut shown = properties(&made);
    shown.extend(properties(&changed));
    for value in shown.values_mut().filter_map(Value::as_object_mut) {
        // What was let in by other ways may be longer.
        ["maxLength", "minLength", "pattern", "examples"].iter().for_each(|name| drop(value.remove(*name)));
    }
    shown.extend(beside(page, collection));
    let others = |value: Map<String, Value>| json!({ "type": "object", "properties": value });
    let (made_keys, changed_keys) = keys_beside(collection);
    Ok(Schemas {
        shown: others(shown),
        made: writes.map(|_| taken(&made, &made_keys, true)),
        changed: writes.map(|_| taken(&changed, &changed_keys, false)),
    })
}

/// What one of a collection is made of.
pub fn made(db: &mut Db, page: &Page, collection: Collection) -> Result<Value> {
    let (fields, _) = fields(db, page, collection)?;
    Ok(taken(&fields, &keys_beside(collection).0, true))
}

/// The fields of which one is made, and those that can be changed.
fn fields(db: &mut Db, page: &Page, collection: Collection) -> Result<(Vec<Field>, Vec<Field>)> {
    Ok(match collection {
        Collection::Records(RecordKind::Client) => {
            let mut fields = clients::pages::fields(db, page)?;
            fields.extend(page.viewer().team().map(assessment::pages::fields).unwrap_or_default());
            (fields.clone(), fields)
        }
        Collection::Records(kind) => {
            let fields = market::form::fields(db, page, kind)?;
            (fields.clone(), fields)
        }
        Collection::Contacts => (recording::fields(db, page)?, correcting::fields(db, page, &Values::new())?),
        Collection::ActionItems => {
            let fields = action_items::form::program_fields(page);
            (fields.clone(), [fields, action_items::form::settling_fields()].concat())
        }
        Collection::Entries => {
            let fields = roundtable::fields(&page.config.organisation);
            (fields.clone(), fields)
        }
        Collection::Meetings => {
            let fields = meetings::forms::fields(&[], &Values::new());
            (fields.clone(), fields)
        }
        Collection::Links | Collection::Files | Collection::Changes | Collection::Search | Collection::Timeline => {
            (Vec::new(), Vec::new())
        }
    })
}

fn properties(fields: &[Field]) -> Map<String, Value> {
    fields.iter().map(|field| (field.name.to_owned(), schema(field))).collect()
}

/// What an object takes: its fields and no others.
fn taken(fields: &[Field], beside: &[(&str, Value, bool)], is_new: bool) -> Value {
    let mut all = properties(fields);
    all.extend(beside.iter().map(|(name, schema, _)| ((*name).to_owned(), schema.clone())));
    let of_fields = fields.iter().filter(|field| is_required(field)).map(|field| field.name);
    let others = beside.iter().filter(|(.., is_required)| *is_required).map(|(name, ..)| *name);
    let required: Vec<&str> = of_fields.chain(others).filter(|_| is_new).collect();
    json!({ "type": "object", "properties": all, "required": required, "additionalProperties": false })
}

fn id(about: &str) -> Value {
    json!({ "type": "integer", "format": "int64", "description": about })
}

fn or_null(kind: &str, format: Option<&str>) -> Value {
    let mut schema = json!({ "type": [kind, "null"] });
    if let Some(format) = format {
        schema["format"] = json!(format);
    }
    schema
}

/// Keys beside the fields, each with its schema and whether it has to be there.
type Beside = Vec<(&'static str, Value, bool)>;

/// What is sent beside the fields when one is made, and when it is changed.
fn keys_beside(collection: Collection) -> (Beside, Beside) {
    let flag = |about: &str| json!({ "type": "boolean", "description": about });
    let client = || ("client_id", id("The client that it is about"), true);
    let confirmed = || (CONFIRMED, flag("Whether a name that is nearly another's is meant"), false);
    match collection {
        Collection::Records(_) => {
            let archived = ("is_archived", flag("Out of lists and pickers"), false);
            (vec![confirmed()], vec![confirmed(), archived])
        }
        Collection::Contacts | Collection::ActionItems => (vec![client()], Vec::new()),
        Collection::Entries => {
            let mut meeting = or_null("integer", Some("int64"));
            meeting["description"] = json!("The meeting at which it was said");
            (vec![client(), ("meeting_id", meeting, false)], Vec::new())
        }
        _ => (Vec::new(), Vec::new()),
    }
}

/// The keys that an answer has beside the fields.
fn beside(page: &Page, collection: Collection) -> Map<String, Value> {
    let (text, date, moment) =
        (|| or_null("string", None), || or_null("string", Some("date")), || or_null("string", Some("date-time")));
    let reference = || or_null("integer", Some("int64"));
    let number = || json!({ "type": "integer" });
    let flag = || json!({ "type": "boolean" });
    let words = || json!({ "type": "string" });
    let one_of = |words: Vec<&str>| json!({ "type": "string", "enum": words });
    let mut keys: Vec<(&str, Value)> = match collection {
        Collection::Records(kind) => {
            let mut keys = vec![("is_archived", flag()), ("version", number())];
            if kind == RecordKind::Client {
                let attention = one_of(Attention::texts().collect());
                keys.extend([("attention", attention), ("attention_reason", words())]);
                keys.extend([("last_contact_date", date()), ("last_contact_type", text())]);
                keys.extend([("last_contact_by", reference()), ("last_contact_notes", text())]);
                keys.extend([("next_planned_contact_date", date()), ("next_planned_contact_type", text())]);
                keys.push(("next_planned_contact_assigned_to", reference()));
                if page.viewer().team().is_some() {
                    keys.extend([("paused_until", date()), ("pause_reason", text())]);
                }
            }
            keys
        }
        Collection::Contacts => vec![
            ("client_id", number()),
            ("is_confidential", flag()),
            ("version", number()),
            ("created_date", moment()),
        ],
        Collection::Entries => vec![
            ("client_id", number()),
            ("meeting_id", reference()),
            ("superseded_by", reference()),
            ("created_by", reference()),
            ("created_date", moment()),
        ],
        Collection::ActionItems => vec![
            ("client_id", number()),
            ("is_open", flag()),
            ("settled_date", moment()),
            ("created_date", moment()),
            ("version", number()),
        ],
        Collection::Meetings => vec![
            ("status", one_of(MeetingStatus::texts().collect())),
            ("started_date", moment()),
            ("closed_date", moment()),
            ("present", json!({ "type": "array", "items": number() })),
            ("version", number()),
        ],
        Collection::Files => vec![
            ("client_id", reference()),
            ("contact_id", reference()),
            ("project_id", reference()),
            ("meeting_id", reference()),
            ("file_name", words()),
            ("media_type", words()),
            ("size_bytes", number()),
            ("sha256", words()),
            ("visibility", one_of(Visibility::texts().collect())),
            ("version", number()),
            ("created_by", reference()),
            ("created_date", moment()),
        ],
        Collection::Changes => {
            let mut keys = vec![
                ("occurred_date", moment()),
                ("full_name", text()),
                ("way", words()),
                ("way_name", text()),
                ("undoes", reference()),
                ("is_undone", flag()),
                ("is_cut", json!({ "type": "boolean", "description": "Whether it may have more rows than are told" })),
                ("rows", json!({ "type": "array", "items": { "type": "object" } })),
            ];
            if page.viewer().admin().is_some() {
                keys.extend([("user_id", reference()), ("username", text()), ("remote_address", text())]);
            }
            keys
        }
        Collection::Search => vec![
            ("type", words()),
            ("id", number()),
            ("title", words()),
            ("address", words()),
            ("about", words()),
            ("excerpt", words()),
        ],
        Collection::Timeline => vec![
            ("type", one_of(vec!["contact", "entry", "meeting", "change"])),
            ("day", json!({ "type": "string", "format": "date" })),
            ("contact", json!({ "type": "object" })),
            ("entry", json!({ "type": "object" })),
            ("meeting", json!({ "type": "object" })),
            ("change", json!({ "type": "object" })),
        ],
        Collection::Links => Vec::new(),
    };
    if !matches!(collection, Collection::Search | Collection::Timeline) {
        keys.insert(0, (collection.id_column(), id("Its id")));
    }
    keys.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

/// A link is made of other fields with each kind.
fn link_made(page: &Page) -> Value {
    let of_kind = |kind: &LinkKind| {
        let (here, _) = kind.columns();
        let about = format!("The {} that is linked", kind.ends().0.singular());
        let beside = [("kind", json!({ "const": kind }), true), (here, id(&about), true)];
        taken(&links::pages::fields(page, *kind), &beside, true)
    };
    json!({ "oneOf": LinkKind::ALL.iter().map(of_kind).collect::<Vec<_>>() })
}

/// What can be changed of a link differs with its kind as well.
fn link_changed() -> Value {
    let of_kind = |kind: &LinkKind| taken(&links::editing::fields(*kind), &[], false);
    json!({ "anyOf": LinkKind::ALL.iter().map(of_kind).collect::<Vec<_>>() })
}

fn link_shown(page: &Page) -> Value {
    let mut all = Map::new();
    for kind in LinkKind::ALL {
        for field in links::pages::fields(page, *kind) {
            // Of a key that several kinds have, the values differ.
            let nullable = |name: &str| json!({ "type": [name, "null"] });
            let shown = match schema(&field)["type"] {
                Value::Array(ref kinds) => json!({ "type": kinds }),
                ref kind => nullable(kind.as_str().unwrap_or("string")),
            };
            all.insert(field.name.to_owned(), shown);
        }
        all.insert(kind.columns().0.to_owned(), or_null("integer", None));
    }
    let kinds: Vec<&str> = LinkKind::texts().collect();
    all.insert("kind".into(), json!({ "type": "string", "enum": kinds }));
    all.insert("relationship_id".into(), id("Its id"));
    all.insert("is_confidential".into(), json!({ "type": "boolean" }));
    all.insert("created_date".into(), or_null("string", Some("date-time")));
    json!({ "type": "object", "properties": all })
}
