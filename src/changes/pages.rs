//! Taking a change back in the browser.

use axum::http::HeaderMap;
use axum::response::Response;

use super::undo::undo as take_back;
use crate::access::{Change, Visit, Way};
use crate::error::Result;
use crate::ids::ChangeId;
use crate::web::{Id, Writer, redirect, sent_from};

/// `POST /changes/{id}/undo`: leads back to where it was asked for; 404 for a change of someone else, or one with a row
/// that may not be seen any more, and 409 where what came later stands in the way.
pub async fn undo(writer: Writer, Id(id): Id<ChangeId>, headers: HeaderMap) -> Result<Response> {
    let back = sent_from(&headers);
    writer
        .write(move |db, page| {
            let visit = Visit { way: Way::Undo, change: Change::undoing(Some(id)), ..page.visit.clone() };
            let undone = take_back(db, &page.config, &visit, id)?;
            redirect(back.as_ref().unwrap_or(&undone.address), &undone.message)
        })
        .await
}
