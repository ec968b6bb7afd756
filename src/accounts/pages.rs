//! Sign-in, sign-out, own password.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::Response;
use chrono::Utc;

use super::{Account, Password, queries, sessions};
use crate::access::Visit;
use crate::error::{Error, Result};
use crate::web::{Field, FormData, FormView, Guest, Input, Invalid, Reader, SessionKey, Shell, Writer, html, redirect};

#[derive(Template)]
#[template(path = "accounts/sign_in.html")]
struct SignInPage {
    organisation: String,
    username: String,
    flash: Option<String>,
    refused: bool,
}

/// `GET /sign-in`
pub async fn sign_in_form(guest: Guest) -> Result<Response> {
    let organisation = guest.config().organisation.clone();
    html(StatusCode::OK, &SignInPage { organisation, username: String::new(), flash: guest.flash, refused: false })
}

/// `POST /sign-in`: a cookie and 303, or 422 that does not say which of the two was wrong.
pub async fn sign_in(guest: Guest, form: FormData) -> Result<Response> {
    let username: String = form.get("username").unwrap_or_default().to_lowercase().chars().take(200).collect();
    let (name, address) = (username.clone(), guest.remote_address.clone());
    let now = Utc::now().naive_utc();
    let account = guest
        .app
        .database
        .read(move |db| {
            if queries::is_limited(db, &name, &address, now)? {
                return Err(Error::TooManyAttempts);
            }
            queries::find_by_name(db, &name)
        })
        .await?;
    let password = Password::typed(form.raw("password").unwrap_or_default());
    let Some(account) = checked(account, password).await? else {
        let (name, address) = (username.clone(), guest.remote_address.clone());
        guest.app.database.write(move |db| queries::note_failure(db, &name, &address, now)).await?;
        let organisation = guest.config().organisation.clone();
        let page = SignInPage { organisation, username, flash: None, refused: true };
        return html(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let config = guest.config();
    let old = guest.key;
    let user_id = account.user_id;
    let visit =
        Visit { viewer: account.into_viewer(), now, today: config.today(), remote_address: guest.remote_address };
    let key = guest
        .app
        .database
        .write(move |db| {
            if let Some(old) = &old {
                sessions::end(db, old)?;
            }
            queries::signed_in(db, &visit, user_id)?;
            sessions::open(db, user_id, &config, now)
        })
        .await?;
    let mut response = redirect("/", "")?;
    response.headers_mut().append(header::SET_COOKIE, key.set_cookie(&guest.app.config));
    Ok(response)
}

/// The account, if the password is its own and it may sign in; off the async threads, since hashing takes its time.
async fn checked(account: Option<Account>, password: Password) -> Result<Option<Account>> {
    let task = tokio::task::spawn_blocking(move || {
        let fits = password.matches(account.as_ref().map(|account| account.password_hash.as_str()));
        account.filter(|account| fits && account.is_active)
    });
    task.await.map_err(|error| Error::Internal(error.to_string()))
}

/// `POST /sign-out`
pub async fn sign_out(guest: Guest) -> Result<Response> {
    if let Some(key) = guest.key.clone() {
        guest.app.database.write(move |db| sessions::end(db, &key)).await?;
    }
    let mut response = redirect("/sign-in", "You are signed out.")?;
    response.headers_mut().append(header::SET_COOKIE, SessionKey::clear_cookie(&guest.app.config));
    Ok(response)
}

#[derive(Template)]
#[template(path = "accounts/password.html")]
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

/// `POST /password`: the person's other sessions end.
pub async fn change_password(writer: Writer, form: FormData) -> Result<Response> {
    let chosen = Password::chosen(form.raw("new_password").unwrap_or_default());
    let same = form.raw("new_password") == form.raw("new_password_again");
    let invalid = match &chosen {
        Err(words) => Some(Invalid::one("new_password", words)),
        Ok(_) if !same => Some(Invalid::one("new_password_again", "Type the same password again.")),
        Ok(_) => None,
    };
    let current = Password::typed(form.raw("current_password").unwrap_or_default());
    writer
        .write(move |db, page| {
            let user_id = page.viewer().user_id.ok_or(Error::Forbidden)?;
            let account = queries::find_by_id(db, user_id)?.ok_or(Error::SignedOut)?;
            let again = |invalid| {
                let shell = page.shell("Change password", "");
                let form = own_password_form().refused(invalid);
                html(StatusCode::UNPROCESSABLE_ENTITY, &PasswordPage { shell, form })
            };
            if !current.matches(Some(&account.password_hash)) {
                return again(Invalid::one("current_password", "This is not your current password."));
            }
            match (invalid, chosen) {
                (None, Ok(password)) => {
                    queries::set_password(db, &page.visit, user_id, &password.hash()?)?;
                    let key = sessions::open(db, user_id, &page.config, page.visit.now)?;
                    let mut response = redirect("/", "Password changed. You are signed out everywhere else.")?;
                    response.headers_mut().append(header::SET_COOKIE, key.set_cookie(&page.config));
                    Ok(response)
                }
                (Some(invalid), _) => again(invalid),
                (None, Err(words)) => again(Invalid::one("new_password", words)),
            }
        })
        .await
}
