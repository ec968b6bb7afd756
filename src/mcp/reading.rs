//! The tools that only read: by the questions of the pages, as whoever asks may see.

use serde_json::json;

use super::answer::Answer;
use super::parameters::{Parameter, Takes, read};
use crate::api;
use crate::clients::{self, ClientId};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::graph::paths;
use crate::overview::brief as briefs;
use crate::records::references::find_named;
use crate::web::markdown::markdown_of;
use crate::web::{Invalid, JsonObject, Page};

/// So many hits a search gives, unless it is asked for another number; at most so many.
const USUAL: i64 = 20;
const MOST: i64 = 50;

/// What the search takes.
pub const SEARCH: [Parameter; 2] = [
    Parameter { name: "query", about: "The words that are looked for", takes: Takes::Words, is_required: true },
    Parameter { name: "limit", about: "How many at most", takes: Takes::Limit(MOST), is_required: false },
];

/// What the brief takes.
pub const BRIEF: [Parameter; 1] =
    [Parameter { name: "client_id", about: "The client, by its id", takes: Takes::Id, is_required: true }];

/// What the ways take.
pub const WAYS: [Parameter; 2] = [
    Parameter { name: "from", about: "Where they begin, e.g. people/3", takes: Takes::Record, is_required: true },
    Parameter { name: "to", about: "Where they lead, e.g. clients/7", takes: Takes::Record, is_required: true },
];

/// Records and texts that hold the words.
pub fn search(db: &mut Db, page: &Page, sent: &JsonObject) -> Result<Answer> {
    let given = read(&SEARCH, sent)?;
    let limit = usize::try_from(given.number("limit").unwrap_or(USUAL)).unwrap_or_default();
    let found = api::found(db, page, given.text("query").unwrap_or_default(), limit)?;
    let words = match found.len() {
        0 => "Nothing holds these words.".to_owned(),
        1 => "One was found.".to_owned(),
        number => format!("{number} were found: records by name first, then texts, the newest first."),
    };
    Ok(Answer { words, data: json!({ "items": found }), text: None })
}

/// A client on one page.
pub fn brief(db: &mut Db, page: &Page, sent: &JsonObject) -> Result<Answer> {
    let id = ClientId(read(&BRIEF, sent)?.number("client_id").unwrap_or_default());
    let client = clients::queries::find(db, id)?.ok_or(Error::NotFound)?;
    let brief = markdown_of(&briefs::sheet(db, page, &client)?);
    let record = clients::api::each(db, page, &[id])?.pop().ok_or(Error::NotFound)?;
    let address = page.config.address(&format!("/clients/{id}"));
    let words = format!("The brief of the client, as Markdown. Its page: {address}");
    Ok(Answer { words, data: json!({ "client": record, "address": address, "brief": brief }), text: Some(brief) })
}

/// How one record is reached from another.
pub fn ways(db: &mut Db, page: &Page, sent: &JsonObject) -> Result<Answer> {
    let given = read(&WAYS, sent)?;
    let mut ends = Vec::new();
    for name in ["from", "to"] {
        let record = given.record(name).ok_or(Error::NotFound)?;
        let missing = || Invalid::one(name, "There is no such record.");
        ends.push(find_named(db, record)?.ok_or_else(missing)?);
    }
    let told = paths::told(db, page, (ends[0].record, ends[1].record))?;
    let words = match told["ways"].as_array().map(Vec::len) {
        Some(0) | None => "No way leads from one to the other.",
        Some(_) => "The ways, the shortest first; each step says to whom it leads and by which relationship.",
    };
    let named = |place: usize| json!({ "record": ends[place].record, "name": ends[place].name });
    let data = json!({ "from": named(0), "to": named(1), "ways": told["ways"], "is_whole": told["is_whole"] });
    Ok(Answer { words: words.into(), data, text: None })
}
