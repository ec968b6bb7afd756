//! Clients as records that files are kept with.

use super::{Client, ClientId, queries};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::files::{Home, Place};
use crate::web::Page;

/// The client of that id.
pub fn place(db: &mut Db, _page: &Page, id: i64, is_held: bool) -> Result<Place> {
    let id = ClientId(id);
    let client = if is_held { queries::find_held(db, id)? } else { queries::find(db, id)? };
    place_of(db, &client.ok_or(Error::NotFound)?)
}

/// A client that was read.
pub fn place_of(db: &mut Db, client: &Client) -> Result<Place> {
    let name = client.draft.client_name.clone();
    Ok(Place { home: Home::Client(client.client_id), name, is_confidential: false, gone: queries::gone(db, client)? })
}
