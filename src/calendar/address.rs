//! The address under which other programs read one's calendar: made, shown once, revoked.

use askama::Template;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::address_queries;
use super::token::Token;
use crate::error::{Error, Result};
use crate::web::{FormData, Reader, Shell, Writer, html, origin, redirect};

#[derive(Template)]
#[template(path = "calendar/address.html")]
struct AddressPage {
    shell: Shell,
    /// Since when there is one, in words.
    since: Option<String>,
    /// The address, on the page that made it and on no other.
    address: Option<String>,
}

/// `GET /calendar/address`
pub async fn show(reader: Reader) -> Result<Response> {
    reader
        .page(|db, page| {
            let user = page.viewer().user_id.ok_or(Error::SignedOut)?;
            let since = address_queries::since(db, user)?.map(|at| page.ago(at));
            let shell = page.shell("Calendar address", "calendar").crumb("Calendar", "/calendar");
            html(StatusCode::OK, &AddressPage { shell, since, address: None })
        })
        .await
}

/// `POST /calendar/address`: makes an address, which the answer shows and nothing ever again; an earlier one ends. With
/// `revoke=on` it ends without another.
pub async fn create(writer: Writer, headers: HeaderMap, form: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let user = page.viewer().user_id.ok_or(Error::SignedOut)?;
            if form.flag("revoke") {
                let words = match address_queries::revoke(db, &page.visit, user)? {
                    true => "The calendar address is revoked: whoever has it reads nothing any more.",
                    false => "There is no calendar address.",
                };
                return redirect("/calendar/address", words);
            }
            let token = Token::generate();
            address_queries::set(db, &page.visit, user, &token)?;
            let address = format!("{}/calendar/{}", origin(&page.config, &headers), token.for_address());
            let shell = page.shell("Calendar address", "calendar").crumb("Calendar", "/calendar");
            let since = Some(page.ago(page.visit.now));
            html(StatusCode::OK, &AddressPage { shell, since, address: Some(address) })
        })
        .await
}
