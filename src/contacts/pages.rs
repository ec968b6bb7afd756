//! Contacts as pages show them, with the names that they refer to.

use std::collections::HashMap;

use super::{Contact, queries};
use crate::db::Db;
use crate::error::Result;
use crate::ids::PersonnelId;
use crate::records::{self, RecordRef};
use crate::web::{Day, Page};

/// One entry with the names it refers to.
pub struct Item {
    /// The entry.
    pub contact: Contact,
    /// The client's name.
    pub client_name: String,
    /// When it was.
    pub day: Day,
    /// Who made it.
    pub made_by: Option<String>,
    /// Who was met.
    pub met: Option<String>,
    /// When to follow up.
    pub follow_up: Option<Day>,
    /// Who follows up.
    pub assigned_to: Option<String>,
}

/// Entries with the names they refer to, in one query.
pub fn items(db: &mut Db, page: &Page, contacts: Vec<Contact>) -> Result<Vec<Item>> {
    let names = records::queries::names_of(db, mentioned(&contacts))?;
    Ok(items_named(page, contacts, &names))
}

/// The records that entries refer to.
pub fn mentioned(contacts: &[Contact]) -> impl Iterator<Item = RecordRef> {
    contacts.iter().flat_map(|contact| {
        let draft = &contact.draft;
        let people = [Some(draft.contacted_by), draft.contact_person_id, draft.follow_up_assigned_to];
        people.into_iter().flatten().map(RecordRef::from).chain([RecordRef::from(contact.client_id)])
    })
}

/// Entries with names that are known.
pub fn items_named(page: &Page, contacts: Vec<Contact>, names: &HashMap<RecordRef, String>) -> Vec<Item> {
    let person = |id: Option<PersonnelId>| names.get(&RecordRef::from(id?)).cloned();
    let item = |contact: Contact| {
        let draft = &contact.draft;
        Item {
            client_name: names.get(&RecordRef::from(contact.client_id)).cloned().unwrap_or_default(),
            day: page.day(draft.contact_date),
            made_by: person(Some(draft.contacted_by)),
            met: person(draft.contact_person_id).or_else(|| draft.contact_person_freetext.clone()),
            follow_up: page.day_or_none(draft.follow_up_date),
            assigned_to: person(draft.follow_up_assigned_to),
            contact,
        }
    };
    contacts.into_iter().map(item).collect()
}

/// The contacts a person made or took part in.
pub fn of_person(db: &mut Db, page: &Page, person: PersonnelId) -> Result<Vec<Item>> {
    let contacts = queries::of_person(db, page.viewer(), person, 20)?;
    items(db, page, contacts)
}
