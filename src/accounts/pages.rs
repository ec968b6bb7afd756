//! Sign-in, sign-out, own password.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use chrono::NaiveDateTime;

use super::invitation_queries;
use crate::access::{Change, Viewer, Visit, Way};
use crate::audit;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::UserId;
use crate::sessions::{self, Password, SignInName, attempts};
use crate::tokens;
use crate::web::{
    Ended, Field, FormData, FormView, Guest, Input, Invalid, Reader, Shell, Writer, clear_session, clear_way_back,
    html, redirect, set_session,
};

#[derive(Template)]
#[template(path = "accounts/sign_in.html")]
struct SignInPage {
    organisation: String,
    username: String,
    flash: Option<String>,
    refused: bool,
    /// What became of a session that ended, in words.
    ended: &'static str,
}

/// `GET /sign-in`
pub async fn sign_in_form(guest: Guest) -> Result<Response> {
    let page = SignInPage {
        organisation: guest.config().organisation.clone(),
        username: String::new(),
        flash: guest.flash.clone(),
        refused: false,
        ended: match guest.way_back.as_ref().map(|way| way.ended) {
            Some(Ended::SessionBeforeSave) => {
                "Your session ended. Your words are kept in this browser: sign in, and they are there again."
            }
            Some(Ended::Session) => "Your session ended. Sign in to go on.",
            Some(Ended::Nothing) | None => "",
        },
    };
    guest.html(StatusCode::OK, &page)
}

/// `POST /sign-in`: a cookie and 303, or 422 that does not say which of the two was wrong.
pub async fn sign_in(guest: Guest, form: FormData) -> Result<Response> {
    let name = SignInName::of(&form.get("username").unwrap_or_default());
    let now = guest.app.config().clock.now();
    let (tried, address) = (name.clone(), guest.remote_address.clone());
    // The attempt counts before it is checked, so that many at once are limited as well.
    let account = guest.app.database.write(move |db| attempts::begin(db, &tried, &address, now)).await?;
    let password = Password::typed(form.raw("password").unwrap_or_default());
    // The account of a program takes as long to be refused as any other.
    let hash = account.as_ref().filter(|account| !account.is_service).map(|account| account.password_hash.clone());
    let fits = guest.app.hashing.matches(password, hash).await?;
    let user_id = account.as_ref().map(|account| account.user_id);
    let Some(account) = account.filter(|account| fits && account.is_active) else {
        return refuse_sign_in(guest, &name, user_id, now).await;
    };
    let user_id = account.user_id;
    let viewer = account.into_viewer();
    sign_in_as(guest, "", move |_, visit| Ok((Visit { viewer: viewer.clone(), ..visit }, user_id))).await
}

/// Opens a session for whomever the work makes out, in place of one that the browser has: a cookie, and 303 to what was
/// asked for before.
pub(super) async fn sign_in_as(
    guest: Guest,
    message: &str,
    work: impl Fn(&mut Db, Visit) -> Result<(Visit, UserId)> + Send + 'static,
) -> Result<Response> {
    let (config, old) = (guest.config(), guest.key.clone());
    let visit = visit(&guest, Viewer::stranger(""), config.clock.now());
    let key = guest
        .app
        .database
        .write(move |db| {
            // A change of its own for each run.
            let (visit, user_id) = work(db, visit.clone())?;
            if let Some(old) = &old {
                sessions::queries::end(db, old)?;
            }
            sessions::queries::signed_in(db, &visit, user_id)?;
            sessions::queries::open(db, user_id, &config, visit.now)
        })
        .await?;
    let mut response = redirect(guest.way_back.as_ref().map_or("/", |way| &way.address), message)?;
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, set_session(&key, &guest.app.config()));
    if guest.way_back.is_some() {
        headers.append(header::SET_COOKIE, clear_way_back());
    }
    Ok(response)
}

/// Leaves a record of the failed attempt and shows the form again.
async fn refuse_sign_in(
    guest: Guest,
    name: &SignInName,
    account: Option<UserId>,
    now: NaiveDateTime,
) -> Result<Response> {
    // What was typed as a name may be a password: the log holds names of accounts only.
    let user = account.map(|_| name.as_str());
    tracing::warn!(user, from = guest.remote_address, "a sign-in was refused");
    let visit = visit(&guest, Viewer::stranger(name.as_str()), now);
    let refused = move |db: &mut Db| attempts::refused(db, &visit.clone(), audit::Action::SignInRefused, account);
    guest.app.database.write(refused).await?;
    let organisation = guest.config().organisation.clone();
    let username = name.as_str().to_owned();
    let page = SignInPage { organisation, username, flash: None, refused: true, ended: "" };
    html(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

fn visit(guest: &Guest, viewer: Viewer, now: NaiveDateTime) -> Visit {
    Visit {
        viewer,
        now,
        today: guest.app.config().day_of(now),
        remote_address: guest.remote_address.clone(),
        way: Way::Page,
        way_name: None,
        change: Change::begin(),
    }
}

/// What a browser drops at sign-out (ASVS 5.0 14.3.1). Not its storage: the theme is kept there, and drafts and places
/// in lists, which go with every tab (`web/src/drafts.ts`).
const DROPPED: &str = "\"cache\", \"prefetchCache\"";

/// `POST /sign-out`
pub async fn sign_out(guest: Guest) -> Result<Response> {
    if let Some(key) = guest.key.clone() {
        guest.app.database.write(move |db| sessions::queries::end(db, &key)).await?;
    }
    let mut response = redirect("/sign-in", "You are signed out.")?;
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, clear_session(&guest.app.config()));
    headers.insert("clear-site-data", HeaderValue::from_static(DROPPED));
    Ok(response)
}

#[derive(Template)]
#[template(path = "accounts/form.html")]
struct PasswordPage {
    shell: Shell,
    form: FormView,
}

fn own_password_form() -> FormView {
    let fields = vec![
        Field::new("current_password", "Current password", Input::Password).required(),
        Field::new("new_password", "New password", Input::Password)
            .required()
            .hint("At least 12 characters. A sentence works well."),
        Field::new("new_password_again", "New password, once more", Input::Password).required(),
        Field::new("end_tokens", "Revoke my tokens as well", Input::Tick)
            .hint("Programs and assistants that ask for you are shut out until they get new ones."),
    ];
    FormView::new("/password", "Change password", "/", fields)
}

/// `GET /password`
pub async fn password_form(reader: Reader) -> Result<Response> {
    reader
        .page(|_, page| {
            let shell = page.shell("Change password", "");
            html(StatusCode::OK, &PasswordPage { shell, form: own_password_form() })
        })
        .await
}

/// `POST /password`: the person's other sessions end. The current password is guessed as slowly as at sign-in.
pub async fn change_password(writer: Writer, form: FormData) -> Result<Response> {
    let app = writer.app();
    let name = SignInName::of(&writer.viewer().username);
    let (tried, address, now) = (name.clone(), writer.remote_address().to_owned(), app.config().clock.now());
    let account = app.database.write(move |db| attempts::begin(db, &tried, &address, now)).await?;
    let account = account.ok_or(Error::SignedOut)?;
    let (user_id, known) = (account.user_id, account.known_words(&app.config().organisation));
    let current = Password::typed(form.raw("current_password").unwrap_or_default());
    let knows_current = app.hashing.matches(current, Some(account.password_hash)).await?;
    let refused = if !knows_current {
        tracing::warn!(user = name.as_str(), from = writer.remote_address(), "a change of the password was refused");
        Err(Invalid::one("current_password", "This is not your current password."))
    } else if form.raw("new_password") != form.raw("new_password_again") {
        Err(Invalid::one("new_password_again", "Type the same password again."))
    } else {
        let chosen = app.hashing.choose(form.raw("new_password").unwrap_or_default(), known).await?;
        chosen.map_err(|words| Invalid::one("new_password", words))
    };
    let ends_tokens = form.flag("end_tokens");
    let hash = match refused {
        Ok(password) => Ok(app.hashing.hash(password).await?),
        Err(invalid) => Err(invalid),
    };
    writer
        .write(move |db, page| {
            let hash = match &hash {
                Ok(hash) => hash,
                Err(invalid) => {
                    if knows_current {
                        attempts::forgive(db, &name, &page.visit.remote_address)?;
                    } else {
                        attempts::refused(db, &page.visit, audit::Action::PasswordRefused, Some(user_id))?;
                    }
                    let shell = page.shell("Change password", "");
                    let ticked = if ends_tokens { "on" } else { "" };
                    let form = own_password_form().filled(&[("end_tokens".to_owned(), ticked.to_owned())].into());
                    let form = form.refused(invalid.clone());
                    return html(StatusCode::UNPROCESSABLE_ENTITY, &PasswordPage { shell, form });
                }
            };
            invitation_queries::end(db, &page.visit, user_id)?;
            sessions::queries::set_password(db, &page.visit, user_id, hash)?;
            let revoked = if ends_tokens { tokens::queries::revoke_all(db, &page.visit, user_id)? } else { 0 };
            let key = sessions::queries::open(db, user_id, &page.config, page.visit.now)?;
            let words = "Password changed. You are signed out everywhere else.";
            let mut response = redirect("/", &format!("{words}{}", tokens_ended(revoked)))?;
            response.headers_mut().append(header::SET_COOKIE, set_session(&key, &page.config));
            Ok(response)
        })
        .await
}

/// A sentence on tokens that were revoked with something else; nothing where there were none.
pub(super) fn tokens_ended(number: usize) -> String {
    match number {
        0 => String::new(),
        1 => " One token is revoked.".into(),
        number => format!(" {number} tokens are revoked."),
    }
}

/// Gives an account a new password that another chose: whoever had the old one is shut out everywhere (ASVS 5.0 7.4.3).
/// How many tokens ended with it.
pub fn reset(db: &mut Db, visit: &Visit, user: UserId, hash: &str) -> Result<usize> {
    invitation_queries::end(db, visit, user)?;
    sessions::queries::set_password(db, visit, user, hash)?;
    tokens::queries::revoke_all(db, visit, user)
}
