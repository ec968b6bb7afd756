//! Invitations: a link by which someone chooses the password of their account, so that no administrator knows it (ASVS
//! 5.0 6.4.1: made by the system, of short life, ended by its use).

use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use url::form_urlencoded::byte_serialize;

use super::invitation_queries::{self as queries, DAYS, InvitationToken, Invited};
use super::pages::{reset, sign_in_as};
use crate::access::{AdminPass, Visit};
use crate::db::{Db, Lock, hold_lock};
use crate::error::{Error, Result};
use crate::ids::UserId;
use crate::sessions::{self, KnownWords};
use crate::web::{FormData, Guest, Id, Page, Reader, Shell, Writer, address, html, origin};

#[derive(Template)]
#[template(path = "accounts/invitation.html")]
struct InvitationPage {
    shell: Shell,
    invited: Invited,
    days: i64,
    /// Until when a link works, in words.
    until: Option<String>,
    /// The link, on the page that made it and on no other.
    address: Option<String>,
    /// A mail to write, with the link in it.
    letter: String,
}

impl InvitationPage {
    fn of(db: &mut Db, page: &Page, pass: AdminPass, invited: Invited, address: Option<String>) -> Result<Self> {
        let until = queries::until(db, pass, invited.user_id, page.visit.now)?.map(|at| page.moment(at));
        let shell = page.shell(format!("Invite {}", invited.full_name), "admin").crumb("Users", "/admin/users");
        let letter = address.as_ref().map(|link| letter(page, &invited, link)).unwrap_or_default();
        Ok(Self { shell, invited, days: DAYS, until, address, letter })
    }
}

/// The address of a mail that a mail program writes (RFC 6068).
fn letter(page: &Page, invited: &Invited, link: &str) -> String {
    let body = format!(
        "Hello {},\r\n\r\nyou have an account in Roundtable of {}: {}. Choose your password within {DAYS} days:\r\n{}",
        invited.full_name, page.config.organisation, invited.username, link
    );
    let words = address("", &[("subject", "Your account in Roundtable"), ("body", &body)]);
    let to: String = byte_serialize(invited.email.as_bytes()).collect();
    // A mail program takes a plus for a plus.
    format!("mailto:{}{}", to.replace("%40", "@"), words.replace('+', "%20"))
}

/// `GET /admin/users/{id}/invitation`
pub async fn show(reader: Reader, Id(id): Id<UserId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_admin()?;
            let invited = queries::invited(db, pass, id)?.ok_or(Error::NotFound)?;
            html(StatusCode::OK, &InvitationPage::of(db, page, pass, invited, None)?)
        })
        .await
}

/// `POST /admin/users/{id}/invitation`: makes a link, which the answer shows and nothing ever again.
pub async fn create(writer: Writer, Id(id): Id<UserId>, headers: HeaderMap) -> Result<Response> {
    writer
        .write(move |db, page| {
            let pass = page.viewer().require_admin()?;
            hold_lock(db, Lock::Accounts)?;
            let invited = queries::invited(db, pass, id)?.ok_or(Error::NotFound)?;
            let token = queries::invite(db, &page.visit, pass, id)?;
            let link = format!("{}{}", origin(&page.config, &headers), token.path());
            html(StatusCode::OK, &InvitationPage::of(db, page, pass, invited, Some(link))?)
        })
        .await
}

#[derive(Template)]
#[template(path = "accounts/welcome.html")]
struct WelcomePage {
    organisation: String,
    path: String,
    full_name: String,
    username: String,
    /// What is wrong with the password.
    refused: String,
}

impl WelcomePage {
    fn of(guest: &Guest, token: &InvitationToken, invited: &Invited, refused: String) -> Self {
        Self {
            organisation: guest.config().organisation.clone(),
            path: token.path(),
            full_name: invited.full_name.clone(),
            username: invited.username.clone(),
            refused,
        }
    }
}

async fn holder(guest: &Guest, token: &InvitationToken) -> Result<Invited> {
    let (token, now) = (token.clone(), guest.config().clock.now());
    let found = guest.app.database.read(move |db| queries::holder(db, &token, now)).await?;
    found.ok_or(Error::NotFound)
}

/// `GET /invitation/{token}`: looking at it uses nothing up, since programs follow links of mails.
pub async fn welcome(guest: Guest, Path(token): Path<String>) -> Result<Response> {
    let token = InvitationToken::of(&token);
    let invited = holder(&guest, &token).await?;
    guest.html(StatusCode::OK, &WelcomePage::of(&guest, &token, &invited, String::new()))
}

/// `POST /invitation/{token}`: sets the password, uses the link up and signs in.
pub async fn accept(guest: Guest, Path(token): Path<String>, form: FormData) -> Result<Response> {
    let token = InvitationToken::of(&token);
    let invited = holder(&guest, &token).await?;
    let config = guest.config();
    let typed = form.raw("new_password").unwrap_or_default();
    let known = KnownWords::of(&[&invited.username, &invited.email, &invited.full_name, &config.organisation]);
    let chosen = match guest.app.hashing.choose(typed, known).await? {
        Ok(_) if form.raw("new_password_again") != Some(typed) => Err("Type the same password twice.".to_owned()),
        chosen => chosen,
    };
    let password = match chosen {
        Ok(password) => password,
        Err(words) => {
            return html(StatusCode::UNPROCESSABLE_ENTITY, &WelcomePage::of(&guest, &token, &invited, words));
        }
    };
    let hash = guest.app.hashing.hash(password).await?;
    sign_in_as(guest, "Welcome to Roundtable. The password is set.", move |db, visit| {
        // Whoever comes second, or after the account ended, waits here and finds no link.
        hold_lock(db, Lock::Accounts)?;
        let invited = queries::holder(db, &token, visit.now)?.ok_or(Error::NotFound)?;
        let viewer = sessions::queries::viewer_of(db, invited.user_id)?.ok_or(Error::NotFound)?;
        let visit = Visit { viewer, ..visit };
        reset(db, &visit, invited.user_id, &hash)?;
        Ok((visit, invited.user_id))
    })
    .await
}
