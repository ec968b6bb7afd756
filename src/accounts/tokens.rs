//! One's own tokens: made, shown once, revoked.

use axum::http::StatusCode;
use axum::response::Response;

use super::token_form::{self, TokensPage};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::TokenId;
use crate::tokens::queries;
use crate::web::{FormData, FormView, Id, Page, Reader, Writer};

const PATH: &str = "/profile/tokens";

fn form(page: &Page) -> FormView {
    FormView::new(PATH, "Make token", "", token_form::fields(page)).unkept()
}

fn show(db: &mut Db, page: &Page, status: StatusCode, form: FormView, made: Option<String>) -> Result<Response> {
    let own = page.viewer().user_id.ok_or(Error::SignedOut)?;
    let shell = page.shell("Tokens", "profile").crumb("Profile", "/profile");
    let form = page.viewer().may_write().then_some(form);
    TokensPage { made, form, ..TokensPage::new(page, shell, PATH, queries::own(db, own)?) }.answer(status)
}

/// `GET /profile/tokens`
pub async fn list(reader: Reader) -> Result<Response> {
    reader.page(|db, page| show(db, page, StatusCode::OK, form(page), None)).await
}

/// `POST /profile/tokens`: makes a token, which the answer shows and nothing ever again.
pub async fn create(writer: Writer, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let own = page.viewer().user_id.ok_or(Error::SignedOut)?;
            match token_form::parse(page, own, &sent) {
                Ok(draft) => {
                    let made = token_form::make(db, page, &draft)?;
                    show(db, page, StatusCode::OK, form(page), Some(made))
                }
                Err(invalid) => {
                    let form = form(page).filled(&sent.values()).refused(invalid);
                    show(db, page, StatusCode::UNPROCESSABLE_ENTITY, form, None)
                }
            }
        })
        .await
}

/// `POST /profile/tokens/{id}/delete`
pub async fn revoke(writer: Writer, Id(id): Id<TokenId>, _sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let own = page.viewer().user_id.ok_or(Error::SignedOut)?;
            let row = queries::find_own(db, own, id)?.ok_or(Error::NotFound)?;
            token_form::revoke(db, page, &row, PATH)
        })
        .await
}
