//! Accounts in the browser, for administrators.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::{AccountDraft, AccountRow, Password, queries};
use crate::access::Visit;
use crate::db::Db;
use crate::db::ids::UserId;
use crate::error::{Error, Result};
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
            .hint("The internal person of this name is tied to the account, or made."),
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

/// `POST /admin/users/new`
pub async fn create(writer: Writer, form: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let chosen = Password::chosen(form.raw("password").unwrap_or_default());
            let invalid = match (AccountDraft::parse(&form), chosen) {
                (Ok(draft), Ok(password)) => match taken(db, page, &draft, None)? {
                    None => {
                        queries::insert(db, &page.visit, &draft, &password.hash()?)?;
                        return redirect("/admin/users", &format!("{} can sign in now.", draft.full_name));
                    }
                    Some(invalid) => invalid,
                },
                (Err(invalid), Ok(_)) => invalid,
                (Ok(_), Err(words)) => Invalid::one("password", words),
                (Err(mut invalid), Err(words)) => {
                    invalid.0.extend(Invalid::one("password", words).0);
                    invalid
                }
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
    writer
        .write(move |db, page| {
            let row = queries::find(db, page.viewer().require_admin()?, id)?.ok_or(Error::NotFound)?;
            let title = row.draft.full_name.clone();
            let again = |status, view: FormView| form_page(page, status, &title, view);
            let typed = edit_form(id).filled(&form.values()).begun_on(form.version().unwrap_or(row.version));
            let password = form.raw("password").filter(|text| !text.is_empty()).map(Password::chosen).transpose();
            let (draft, password) = match (AccountDraft::parse(&form), password) {
                (Ok(draft), Ok(password)) => (draft, password),
                (Err(invalid), _) => return again(StatusCode::UNPROCESSABLE_ENTITY, typed.refused(invalid)),
                (_, Err(words)) => {
                    let invalid = Invalid::one("password", words);
                    return again(StatusCode::UNPROCESSABLE_ENTITY, typed.refused(invalid));
                }
            };
            if let Some(invalid) = taken(db, page, &draft, Some(id))? {
                return again(StatusCode::UNPROCESSABLE_ENTITY, typed.refused(invalid));
            }
            let overtaken = form.version().is_some_and(|version| version != row.version);
            if overtaken || !queries::update(db, &page.visit, &row, &draft)? {
                let by = "Someone else changed this user while you were editing.".to_owned();
                let view = typed.overtaken(&values_of(&row.draft), row.version, by);
                return again(StatusCode::CONFLICT, view);
            }
            if let Some(password) = password {
                queries::set_password(db, &page.visit, id, &password.hash()?)?;
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
