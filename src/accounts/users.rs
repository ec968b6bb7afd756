//! Accounts in the browser, for administrators.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::{AccountDraft, AccountRow, queries};
use crate::access::Visit;
use crate::audit::Sensitivity;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::UserId;
use crate::sessions::{self, Password};
use crate::web::saving::saved_by;
use crate::web::{
    Field, FormData, FormView, Id, Input, Invalid, Page, Reader, Shell, Writer, html, redirect, values_of,
};

#[derive(Template)]
#[template(path = "accounts/users.html")]
struct UsersPage {
    shell: Shell,
    users: Vec<UserLine>,
}

struct UserLine {
    row: AccountRow,
    last_login: Option<String>,
}

#[derive(Template)]
#[template(path = "accounts/user_form.html")]
struct UserFormPage {
    shell: Shell,
    form: FormView,
}

/// `GET /admin/users`
pub async fn list(reader: Reader) -> Result<Response> {
    reader
        .page(|db, page| {
            let rows = queries::list(db, page.viewer().require_admin()?)?;
            let line = |row: AccountRow| UserLine { last_login: row.last_login.map(|at| page.moment(at)), row };
            let users = rows.into_iter().map(line).collect();
            html(StatusCode::OK, &UsersPage { shell: page.shell("Users", "admin"), users })
        })
        .await
}

fn fields(password: Field) -> Vec<Field> {
    vec![
        Field::new("username", "User name", Input::Line).required().hint("What they sign in with."),
        Field::new("full_name", "Full name", Input::Line)
            .required()
            .hint("For a new account the internal person of this name is tied to it, or made."),
        Field::new("email", "Email", Input::Line).required(),
        password,
        Field::new("has_confidential_access", "Confidential access", Input::Tick)
            .hint("Sees confidential links, contacts and project figures."),
        Field::new("is_ned_team", "NED Team", Input::Tick)
            .hint("Reads and writes the internal assessment and the roundtable."),
        Field::new("is_admin", "Administrator", Input::Tick).hint("May do everything, also delete and manage users."),
        Field::new("is_read_only", "Read only", Input::Tick).hint("May look, and change nothing."),
        Field::new("is_active", "Active", Input::Tick).hint("Without it, sessions end at once and sign-in is refused."),
    ]
}

fn new_form() -> FormView {
    let password = Field::new("password", "Password", Input::Password)
        .required()
        .hint("At least 12 characters. They can change it after signing in.");
    FormView::new("/admin/users/new", "Add user", "/admin/users", fields(password))
}

fn edit_form(id: UserId) -> FormView {
    let password =
        Field::new("password", "New password", Input::Password).hint("Left empty, the password stays as it is.");
    FormView::new(format!("/admin/users/{id}/edit"), "Save user", "/admin/users", fields(password))
}

fn form_page(page: &Page, status: StatusCode, title: &str, form: FormView) -> Result<Response> {
    let shell = page.shell(title, "admin").crumb("Users", "/admin/users");
    html(status, &UserFormPage { shell, form })
}

/// `GET /admin/users/new`
pub async fn new(reader: Reader) -> Result<Response> {
    reader
        .page(|_, page| {
            let values = [("is_active".to_owned(), "on".to_owned())].into();
            form_page(page, StatusCode::OK, "New user", new_form().filled(&values))
        })
        .await
}

/// A password chosen in a form, hashed before the transaction begins; an empty one is none.
async fn hashed(writer: &Writer, form: &FormData) -> Result<Result<Option<String>, Invalid>> {
    let Some(text) = form.raw("password").filter(|text| !text.is_empty()) else { return Ok(Ok(None)) };
    Ok(match Password::chosen(text) {
        Ok(password) => Ok(Some(writer.app().hashing.hash(password).await?)),
        Err(words) => Err(Invalid::one("password", words)),
    })
}

/// Account and password of a form, or all that is wrong with both.
fn both<T>(draft: Result<AccountDraft, Invalid>, password: Result<T, Invalid>) -> Result<(AccountDraft, T), Invalid> {
    match (draft, password) {
        (Ok(draft), Ok(password)) => Ok((draft, password)),
        (Err(one), Err(other)) => Err(Invalid(one.0.into_iter().chain(other.0).collect())),
        (Err(invalid), Ok(_)) | (Ok(_), Err(invalid)) => Err(invalid),
    }
}

/// `POST /admin/users/new`
pub async fn create(writer: Writer, form: FormData) -> Result<Response> {
    let hash = hashed(&writer, &form).await?;
    let hash = hash.and_then(|hash| hash.ok_or_else(|| Invalid::one("password", "Choose a first password.")));
    writer
        .write(move |db, page| {
            let invalid = match both(AccountDraft::parse(&form), hash.clone()) {
                Ok((draft, hash)) => match taken(db, page, &draft, None)? {
                    None => {
                        queries::insert(db, &page.visit, &draft, &hash)?;
                        return redirect("/admin/users", &format!("{} can sign in now.", draft.full_name));
                    }
                    Some(invalid) => invalid,
                },
                Err(invalid) => invalid,
            };
            let form = new_form().filled(&form.values()).refused(invalid);
            form_page(page, StatusCode::UNPROCESSABLE_ENTITY, "New user", form)
        })
        .await
}

/// `GET /admin/users/{id}/edit`
pub async fn edit(reader: Reader, Id(id): Id<UserId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let row = queries::find(db, page.viewer().require_admin()?, id)?.ok_or(Error::NotFound)?;
            let form = edit_form(id).filled(&values_of(&row.draft)).begun_on(row.version);
            form_page(page, StatusCode::OK, &row.draft.full_name, form)
        })
        .await
}

/// `POST /admin/users/{id}/edit`
pub async fn update(writer: Writer, Id(id): Id<UserId>, form: FormData) -> Result<Response> {
    let hash = hashed(&writer, &form).await?;
    writer
        .write(move |db, page| {
            let row = queries::find_held(db, page.viewer().require_admin()?, id)?.ok_or(Error::NotFound)?;
            let again = |status, view: FormView| form_page(page, status, &row.draft.full_name, view);
            let view = edit_form(id).filled(&form.values()).begun_on(row.version);
            let read = match both(AccountDraft::parse(&form), hash.clone()) {
                Ok((draft, hash)) => taken(db, page, &draft, Some(id))?.map_or(Ok((draft, hash)), Err),
                Err(invalid) => Err(invalid),
            };
            let (draft, hash) = match read {
                Ok(read) => read,
                Err(invalid) => {
                    return again(StatusCode::UNPROCESSABLE_ENTITY, view.as_sent(&form).refused(invalid));
                }
            };
            if view.is_in_conflict(&form) {
                let by = saved_by(db, page, "users", id.0, Sensitivity::Public)?;
                return again(StatusCode::CONFLICT, view.in_conflict(&values_of(&row.draft), by));
            }
            queries::update(db, &page.visit, &row, &draft)?;
            if let Some(hash) = hash {
                sessions::queries::set_password(db, &page.visit, id, &hash)?;
            }
            redirect("/admin/users", &format!("{} saved.", draft.full_name))
        })
        .await
}

/// What another account already has of a draft.
fn taken(db: &mut Db, page: &Page, draft: &AccountDraft, own: Option<UserId>) -> Result<Option<Invalid>> {
    let Visit { viewer, .. } = &page.visit;
    let others = queries::list(db, viewer.require_admin()?)?;
    let mut others = others.iter().filter(|row| Some(row.user_id) != own);
    Ok(others.find_map(|row| {
        if row.draft.username == draft.username {
            Some(Invalid::one("username", "Another account has this user name. Choose another."))
        } else if row.draft.email == draft.email {
            Some(Invalid::one("email", "Another account has this email address."))
        } else {
            None
        }
    }))
}
