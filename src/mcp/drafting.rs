//! What assistants write: a contact at once, by its form; entries and action items as drafts of the person for whom
//! they ask, who files them.

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::parameters::{self, Parameter, Takes, taken};
use crate::action_items;
use crate::api::{self, Collection};
use crate::clients::{self, ClientId};
use crate::db::Db;
use crate::drafts::{Known, Place, Tag, queries as drafts};
use crate::error::{Error, Result};
use crate::roundtable;
use crate::sessions::queries as sessions;
use crate::web::{Field, Invalid, JsonObject, Page, programs, schema as field_schema};

/// A form of which an assistant may leave a draft.
#[derive(Clone, Copy)]
pub enum Form {
    Entry,
    ActionItem,
}

/// What a draft takes beside the fields of its form.
const BESIDE: [Parameter; 2] = [
    Parameter { name: "client_id", about: "The client that it is about", takes: Takes::Id, is_required: true },
    Parameter {
        name: "draft",
        about: "A draft of yours in whose place this one is put, as it was named",
        takes: Takes::Draft,
        is_required: false,
    },
];

impl Form {
    fn fields(self, page: &Page) -> Vec<Field> {
        match self {
            Self::Entry => roundtable::fields(&page.config.organisation),
            Self::ActionItem => action_items::form::program_fields(page),
        }
    }

    /// Where it is sent to, and where it is opened.
    fn addresses(self, client: ClientId) -> (String, String) {
        let action = match self {
            Self::Entry => format!("/crm/roundtable/{client}"),
            Self::ActionItem => format!("/clients/{client}/action-items"),
        };
        let opened = format!("{action}/new");
        (action, opened)
    }
}

/// What a draft takes.
pub fn schema(page: &Page, form: Form) -> Value {
    let mut schema = parameters::schema(&BESIDE);
    if let Some(properties) = schema["properties"].as_object_mut() {
        properties.extend(form.fields(page).iter().map(|field| (field.name.to_owned(), field_schema(field))));
    }
    schema
}

/// So many drafts of an account leave no room for more by an assistant, which would push out what a person typed.
const ROOM: i64 = drafts::MOST / 2;

/// Keeps a draft of a form, which its author is offered when they open it.
pub fn draft(db: &mut Db, page: &Page, sent: &JsonObject, form: Form) -> Result<Answer> {
    let (given, rest) = taken(&BESIDE, sent)?;
    let id = ClientId(given.number("client_id").unwrap_or_default());
    let missing = || Invalid::one("client_id", "There is no such client.");
    let client = clients::queries::find(db, id)?.ok_or_else(missing)?;
    if let Some(words) = clients::queries::gone(db, &client)? {
        return Err(Error::Refused(words));
    }
    let user = page.viewer().user_id.ok_or(Error::Forbidden)?;
    if !sessions::signs_in(db, user)? {
        let words = "This is the token of a service account. Nobody signs in with one, so nobody could file the draft.";
        return Err(Error::Refused(words.into()));
    }
    let fields = form.fields(page);
    let mut values = programs::read(&fields, &rest)?;
    if values.values().all(|text| text.trim().is_empty()) {
        return Err(Invalid::one("", "There is nothing in the draft.").into());
    }
    let (action, opened) = form.addresses(id);
    let place = Place::of_action(&action);
    let before = given.text("draft").and_then(Tag::parse);
    if let Some(tag) = before
        && !drafts::is_there(db, page.viewer(), &place, tag)?
    {
        return Err(Invalid::one("draft", "There is no such draft of this client any more.").into());
    }
    if before.is_none() && drafts::number(db, page.viewer())? >= ROOM {
        return Err(Error::Refused(format!("{ROOM} drafts wait to be filed. File or give up some of them first.")));
    }
    for field in &fields {
        values.entry(field.name.to_owned()).or_insert_with(|| match field.name {
            "meeting_date" => page.visit.today.to_string(),
            _ => field.value.clone(),
        });
    }
    let known = before.map_or(Known::Nothing, Known::This);
    let tag = drafts::keep(db, &page.visit, &place, known, &values)?;
    let address = page.config.address(&opened);
    let words = format!("The draft is kept, and not filed. {} finds it at {address}", page.viewer().full_name);
    let typed: Map<String, Value> = values.into_iter().map(|(name, value)| (name, json!(value))).collect();
    let data = json!({ "draft": tag.to_string(), "address": address, "fields": typed });
    Ok(Answer { words, data, text: None })
}

/// Logs a contact, and the next one if it is planned.
pub fn log(db: &mut Db, page: &Page, sent: &JsonObject) -> Result<Answer> {
    let (_, contact) = api::make(db, page, Collection::Contacts, sent)?;
    let address = page.config.address(&format!("/clients/{}", contact["client_id"]));
    let words = format!("The contact is logged, as by an assistant. It can be taken back at {address}");
    Ok(Answer { words, data: json!({ "contact": contact, "address": address }), text: None })
}
