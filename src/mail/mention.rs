//! A text that names someone with “@”: told to them as far as mail may hold it.

use serde::Deserialize;

use super::composing::{Composed, Reader, topic_words};
use super::letter::{Letter, Line, Section, one_line};
use super::model::Topic;
use crate::access::Viewer;
use crate::contacts;
use crate::db::Db;
use crate::error::Result;
use crate::ids::{ClientId, ContactId, HistoryId};
use crate::records::{self, RecordRef};
use crate::roundtable;
use crate::sessions;
use crate::web::beginning;

/// The text, and who wrote it.
#[derive(Deserialize)]
pub struct Mention {
    contact_id: Option<ContactId>,
    history_id: Option<HistoryId>,
    by: Option<i64>,
}

/// A text that someone may read.
struct Found {
    client: ClientId,
    heading: &'static str,
    words: String,
}

/// The letter about a text, unless it is gone or not theirs to read.
pub fn letter(db: &mut Db, reader: &Reader, mention: &Mention) -> Result<Composed> {
    if find(db, &reader.whole, mention)?.is_none() {
        return Ok(Err("The text is not theirs to read."));
    }
    let found = find(db, reader.page.viewer(), mention)?;
    let (subject, intro, sections) = match &found {
        None => {
            let unsaid = "A text names you. Mail does not say which: it stands in Roundtable.";
            ("You are named".to_owned(), unsaid, Vec::new())
        }
        Some(found) => {
            let record = RecordRef::from(found.client);
            let names = records::queries::names_of(db, [record])?;
            let name = names.get(&record).map(|name| one_line(name)).unwrap_or_default();
            let line = Line {
                words: format!("{name}: {}", beginning(&one_line(&found.words), 300)),
                address: reader.address(&record.address()),
            };
            let author = mention.by.and_then(|user| sessions::queries::full_names(db).ok()?.remove(&user));
            let author = author.map_or_else(|| "A text".to_owned(), |author| one_line(&author));
            let subject = format!("{author} names you: {}", beginning(&name, 80));
            (subject, "A text names you.", vec![Section::new(found.heading, vec![line], 1)])
        }
    };
    Ok(Ok(Letter {
        to: reader.to.clone(),
        subject,
        intro: intro.into(),
        sections,
        link: ("Roundtable", reader.address("/")),
        why: topic_words(Topic::Assignment),
        topic: Some(Topic::Assignment),
        calendar: None,
    }))
}

fn find(db: &mut Db, viewer: &Viewer, mention: &Mention) -> Result<Option<Found>> {
    let contact = mention.contact_id.map(|id| contacts::queries::find(db, viewer, id)).transpose()?.flatten();
    if let Some(contact) = contact {
        let words = contact.draft.texts().join(" ");
        return Ok(Some(Found { client: contact.client_id, heading: "Contact", words }));
    }
    let (Some(id), Some(pass)) = (mention.history_id, viewer.team()) else { return Ok(None) };
    let entry = roundtable::queries::find(db, pass, id)?;
    Ok(entry.map(|entry| {
        let texts = entry.draft.texts().into_iter().filter_map(|(_, text)| text);
        let words = texts.filter(|text| text.contains('@')).collect::<Vec<_>>().join(" ");
        Found { client: entry.client_id, heading: "Roundtable entry", words }
    }))
}
