//! One's own tokens: made, shown once, revoked.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::token_form::{self, TokenLine};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::TokenId;
use crate::tokens::queries;
use crate::web::{FormData, FormView, Id, Page, Reader, Shell, Writer, html, redirect};

#[derive(Template)]
#[template(path = "accounts/tokens.html")]
struct TokensPage {
    shell: Shell,
    path: &'static str,
    shows_owner: bool,
    tokens: Vec<TokenLine>,
    /// The token itself, on the page that made it and on no other.
    made: Option<String>,
    /// For those who may make one.
    form: Option<FormView>,
}

const PATH: &str = "/profile/tokens";

fn form(page: &Page) -> FormView {
    FormView::new(PATH, "Make token", "", token_form::fields(page)).unkept()
}

fn show(db: &mut Db, page: &Page, status: StatusCode, form: FormView, made: Option<String>) -> Result<Response> {
    let own = page.viewer().user_id.ok_or(Error::SignedOut)?;
    let tokens = queries::own(db, own)?.into_iter().map(|listed| TokenLine::new(page, listed)).collect();
    let shell = page.shell("Tokens", "profile").crumb("Profile", "/profile");
    let form = page.viewer().may_write().then_some(form);
    html(status, &TokensPage { shell, path: PATH, shows_owner: false, tokens, made, form })
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
                    let token = queries::insert(db, &page.visit, &draft)?;
                    show(db, page, StatusCode::OK, form(page), Some(token.reveal_once().to_owned()))
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
            queries::revoke(db, &page.visit, &row)?;
            redirect(PATH, &format!("{} is revoked: nobody gets in with it any more.", row.draft.token_name))
        })
        .await
}
