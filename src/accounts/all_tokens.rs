//! All tokens, and those of service accounts, for administrators.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::queries as accounts;
use super::token_form::{self, TokensPage};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::{TokenId, UserId};
use crate::tokens::queries;
use crate::web::{
    Choice, Field, FormData, FormView, Id, Input, Invalid, Page, Query, Reader, Shell, Values, Writer, html,
};

#[derive(Template)]
#[template(path = "accounts/form.html")]
struct TokenFormPage {
    shell: Shell,
    form: FormView,
}

const PATH: &str = "/admin/tokens";

fn show(db: &mut Db, page: &Page, made: Option<String>) -> Result<Response> {
    let shell = page.shell("Tokens of all accounts", "tokens");
    let all = queries::list(db, page.viewer().require_admin()?)?;
    TokensPage { shows_owner: true, made, ..TokensPage::new(page, shell, PATH, all) }.answer(StatusCode::OK)
}

/// `GET /admin/tokens`
pub async fn list(reader: Reader) -> Result<Response> {
    reader.page(|db, page| show(db, page, None)).await
}

fn form(db: &mut Db, page: &Page) -> Result<FormView> {
    let services = accounts::services(db, page.viewer().require_admin()?)?;
    let choices = services.iter().map(|row| Choice::new(row.user_id, &row.draft.full_name)).collect();
    let account = Field::new("user_id", "Service account", Input::Select(choices))
        .required()
        .hint("Add one under Users. What it may do is what its token may do at most.");
    let fields = std::iter::once(account).chain(token_form::fields(page)).collect();
    Ok(FormView::new("/admin/tokens/new", "Make token", PATH, fields).unkept())
}

fn show_form(page: &Page, status: StatusCode, form: FormView) -> Result<Response> {
    let shell = page.shell("New token", "tokens").crumb("Tokens", PATH);
    html(status, &TokenFormPage { shell, form })
}

/// `GET /admin/tokens/new`: `?user_id=` chooses the account.
pub async fn new(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let chosen = query.get("user_id").unwrap_or_default().to_owned();
            let values = Values::from([("user_id".to_owned(), chosen)]);
            let form = form(db, page)?.filled(&values);
            show_form(page, StatusCode::OK, form)
        })
        .await
}

/// `POST /admin/tokens/new`: makes a token of a service account, which the answer shows and nothing ever again.
pub async fn create(writer: Writer, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let services = accounts::services(db, page.viewer().require_admin()?)?;
            let chosen = sent.get("user_id").and_then(|id| id.parse().ok()).map(UserId);
            let owner = services.iter().map(|row| row.user_id).find(|id| Some(*id) == chosen);
            let draft = match owner {
                Some(owner) => token_form::parse(page, owner, &sent),
                None => Err(Invalid::one("user_id", "Choose a service account.")),
            };
            match draft {
                Ok(draft) => {
                    let made = token_form::make(db, page, &draft)?;
                    show(db, page, Some(made))
                }
                Err(invalid) => {
                    let form = form(db, page)?.filled(&sent.values()).refused(invalid);
                    show_form(page, StatusCode::UNPROCESSABLE_ENTITY, form)
                }
            }
        })
        .await
}

/// `POST /admin/tokens/{id}/delete`
pub async fn revoke(writer: Writer, Id(id): Id<TokenId>, _sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let row = queries::find(db, page.viewer().require_admin()?, id)?.ok_or(Error::NotFound)?;
            token_form::revoke(db, page, &row, PATH)
        })
        .await
}
