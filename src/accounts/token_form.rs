//! The form of a token, and the page that lists tokens and shows the one that was just made.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Days;

use crate::db::Db;
use crate::error::Result;
use crate::ids::{TokenId, UserId};
use crate::tokens::queries::{self, Listed};
use crate::tokens::{Scope, TokenDraft, TokenRow};
use crate::web::{
    ASSISTANTS, Checked, Choice, Field, FormData, FormView, Input, Invalid, Page, Range, Shell, html, redirect,
};

/// Tokens, of one account or of all.
#[derive(Template)]
#[template(path = "accounts/tokens.html")]
pub struct TokensPage {
    pub shell: Shell,
    /// Its address.
    pub path: &'static str,
    /// Where assistants ask.
    pub assistants: String,
    /// Whether they are of several accounts.
    pub shows_owner: bool,
    pub tokens: Vec<TokenLine>,
    /// The token itself, on the page that made it and on no other.
    pub made: Option<String>,
    /// For those who may make one here.
    pub form: Option<FormView>,
}

impl TokensPage {
    /// The page with these tokens.
    pub fn new(page: &Page, shell: Shell, path: &'static str, tokens: Vec<Listed>) -> Self {
        let tokens = tokens.into_iter().map(|listed| TokenLine::new(page, listed)).collect();
        let assistants = page.config.address(ASSISTANTS);
        Self { shell, path, assistants, shows_owner: false, tokens, made: None, form: None }
    }

    /// As an answer.
    pub fn answer(&self, status: StatusCode) -> Result<Response> {
        html(status, self)
    }
}

/// Makes a token; what is given back is shown by the answer and nothing ever again.
pub fn make(db: &mut Db, page: &Page, draft: &TokenDraft) -> Result<String> {
    Ok(queries::insert(db, &page.visit, draft)?.reveal_once().to_owned())
}

/// Revokes a token and leads back to the list.
pub fn revoke(db: &mut Db, page: &Page, row: &TokenRow, path: &str) -> Result<Response> {
    queries::revoke(db, &page.visit, row)?;
    redirect(path, &format!("{} is revoked: nobody gets in with it any more.", row.draft.token_name))
}

/// How long a token may live, in days: it has an end, always.
const LIVES: [(u64, &str); 4] = [(30, "30 days"), (90, "90 days"), (180, "half a year"), (365, "a year")];

/// The fields, with those areas alone that the maker has to give.
pub fn fields(page: &Page) -> Vec<Field> {
    let lives = LIVES.iter().map(|(days, words)| Choice::new(days, *words)).collect();
    let scopes = vec![Choice::new(Scope::Read, "Read"), Choice::new(Scope::Write, "Read and write")];
    let viewer = page.viewer();
    let area = |name, label, hint: &str| Field::new(name, label, Input::Tick).hint(hint);
    let confidential =
        area("reaches_confidential", "What is confidential", "Confidential links, contacts and figures.");
    let team = area("reaches_team", "What is the NED Team's", "Assessments, entries, meetings.");
    let admin = area("reaches_admin", "Administration", "Only together with the two above.");
    let areas = [
        viewer.sees_confidential().then_some(confidential),
        viewer.team().map(|_| team),
        viewer.admin().map(|_| admin),
    ];
    let first = [
        Field::new("token_name", "What it is for", Input::Line)
            .required()
            .hint("It is named so in the history of what it changes, e.g. Nightly report."),
        Field::new("scope", "It may", Input::Select(scopes)).required(),
        Field::new("expires_days", "It ends after", Input::Select(lives)).required(),
    ];
    first.into_iter().chain(areas.into_iter().flatten()).collect()
}

/// Reads the form; the owner is known already.
pub fn parse(page: &Page, owner: UserId, sent: &FormData) -> Result<TokenDraft, Invalid> {
    let mut checked = Checked::new(sent);
    let token_name = checked.required("token_name", "Say what it is for.");
    let scope = checked.choice::<Scope>("scope").unwrap_or(Scope::Read);
    let days = checked
        .whole_number("expires_days", Range::Whole(1, 365))
        .and_then(|days| u64::try_from(days).ok())
        .unwrap_or(90);
    if token_name.chars().count() > 100 || token_name.contains('\n') {
        checked.refuse("token_name", "Use at most 100 characters, in one line.");
    }
    let draft = TokenDraft {
        user_id: owner,
        token_name,
        scope,
        // Who lacks a right now lets no token have it later.
        reaches_confidential: checked.flag("reaches_confidential") && page.viewer().confidential().is_some(),
        reaches_team: checked.flag("reaches_team") && page.viewer().team().is_some(),
        reaches_admin: checked.flag("reaches_admin") && page.viewer().admin().is_some(),
        expires_date: page.visit.now + Days::new(days),
    };
    checked.finish(draft)
}

/// A token as a list shows it.
pub struct TokenLine {
    pub id: TokenId,
    pub name: String,
    pub owner: String,
    pub reach: String,
    pub made: String,
    pub used: String,
    pub ends: String,
    pub is_valid: bool,
}

impl TokenLine {
    /// With its moments in words.
    pub fn new(page: &Page, (row, owner, last_used, address): Listed) -> Self {
        let used = last_used.map(|at| format!("{}, from {}", page.ago(at), address.unwrap_or_default()));
        let ends = match row.revoked_date {
            Some(at) => format!("revoked {}", page.ago(at)),
            None if row.is_valid(page.visit.now) => page.moment(row.draft.expires_date),
            None => "has ended".into(),
        };
        Self {
            id: row.token_id,
            owner,
            reach: row.draft.reach_in_words(),
            made: page.ago(row.created_date),
            used: used.unwrap_or_else(|| "never".into()),
            ends,
            is_valid: row.is_valid(page.visit.now),
            name: row.draft.token_name,
        }
    }
}
