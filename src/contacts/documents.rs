//! Contacts as records that files are kept with.

use super::queries;
use crate::clients;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::files::{Home, Place};
use crate::ids::ContactId;
use crate::web::Page;

/// The contact of that id, if the person may see it.
pub fn place(db: &mut Db, page: &Page, id: i64, is_held: bool) -> Result<Place> {
    let (id, viewer) = (ContactId(id), page.viewer());
    let contact = if is_held { queries::find_held(db, viewer, id)? } else { queries::find(db, viewer, id)? };
    let contact = contact.ok_or(Error::NotFound)?;
    let client = clients::queries::find(db, contact.client_id)?.ok_or(Error::NotFound)?;
    let day = page.day(contact.draft.contact_date).full();
    Ok(Place {
        home: Home::Contact(id, contact.client_id),
        name: format!("the contact with {} on {day}", client.draft.client_name),
        is_confidential: contact.draft.is_confidential,
        gone: clients::queries::gone(db, &client)?,
    })
}
