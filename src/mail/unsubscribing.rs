//! Saying no by the link of a mail, signed in or not. Looking at it changes nothing, since mail programs follow links;
//! a mail program that sends the form for its reader needs no page (RFC 8058).

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::model::LinkToken;
use super::wish_queries;
use crate::error::{Error, Result};
use crate::web::Guest;

#[derive(Template)]
#[template(path = "mail/unsubscribe.html")]
struct UnsubscribePage {
    organisation: String,
    topic: &'static str,
    path: String,
    is_done: bool,
}

/// `GET /mail/unsubscribe/{token}`
pub async fn show(guest: Guest, Path(token): Path<String>) -> Result<Response> {
    let token = LinkToken::of(&token);
    let path = token.path();
    let now = guest.config().clock.now();
    let found = guest.app.database.read(move |db| wish_queries::link(db, &token, now)).await?;
    let (_, topic) = found.ok_or(Error::NotFound)?;
    let organisation = guest.config().organisation.clone();
    guest.html(StatusCode::OK, &UnsubscribePage { organisation, topic: topic.words(), path, is_done: false })
}

/// `POST /mail/unsubscribe/{token}`: whatever it brings, the address says all.
pub async fn unsubscribe(guest: Guest, Path(token): Path<String>) -> Result<Response> {
    let (path, now) = (LinkToken::of(&token).path(), guest.config().clock.now());
    let written = guest.app.database.write(move |db| {
        let (user, topic) = wish_queries::link(db, &LinkToken::of(&token), now)?.ok_or(Error::NotFound)?;
        let wishes = wish_queries::find(db, user)?.without(topic);
        wish_queries::set(db, user, &wishes)?;
        Ok(topic)
    });
    let topic = written.await?;
    let organisation = guest.config().organisation.clone();
    guest.html(StatusCode::OK, &UnsubscribePage { organisation, topic: topic.words(), path, is_done: true })
}
