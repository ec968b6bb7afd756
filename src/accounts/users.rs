//! Accounts in the browser, for administrators.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::pages::{reset, tokens_ended};
use super::{AccountDraft, AccountRow, queries};
use crate::access::Visit;
use crate::audit::Sensitivity;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::export::{self, Format, Sheet, Value};
use crate::ids::UserId;
use crate::jobs::bounce_queries;
use crate::sessions::{KnownWords, Password};
use crate::web::saving::{BegunOn, Saved, Saving, begin, save, saved_by};
use crate::web::{
    Field, FormData, FormView, Id, Input, Invalid, Page, Paging, Reader, Shell, Values, Writer, html, values_of,
};

#[derive(Template)]
#[template(path = "accounts/users.html")]
struct UsersPage {
    shell: Shell,
    users: Vec<UserLine>,
    paging: Paging,
}

struct UserLine {
    row: AccountRow,
    last_login: Option<String>,
    /// What was said as mail to them came back.
    bounce: Option<String>,
}

impl UserLine {
    /// Whether a person is to sign in here who never did.
    fn is_awaited(&self) -> bool {
        self.last_login.is_none() && self.row.draft.is_active && !self.row.draft.is_service
    }
}

#[derive(Template)]
#[template(path = "accounts/user_form.html")]
struct UserFormPage {
    shell: Shell,
    form: FormView,
    /// Whose password can be chosen by a link instead.
    invited: Option<UserId>,
}

/// `GET /admin/users`
pub async fn list(reader: Reader) -> Result<Response> {
    reader
        .page(|db, page| {
            let rows = queries::list(db, page.viewer().require_admin()?)?;
            let bounces = bounce_queries::list(db)?;
            let line = |row: AccountRow| UserLine {
                last_login: row.last_login.map(|at| page.moment(at)),
                bounce: bounces.iter().find(|one| one.email == row.draft.email).map(|one| one.reason.clone()),
                row,
            };
            let users: Vec<UserLine> = rows.into_iter().map(line).collect();
            let paging = Paging::all(users.len()).with_files("/admin/users");
            html(StatusCode::OK, &UsersPage { shell: page.shell("Users", "admin"), users, paging })
        })
        .await
}

/// `GET /admin/users.csv` and its like.
pub async fn export(reader: Reader, format: Format) -> Result<Response> {
    reader
        .page(move |db, page| {
            let row = |AccountRow { draft, last_login, .. }: AccountRow| {
                let rights = Value::Text(draft.rights_in_words());
                let last = Value::day(last_login.map(|at| page.date_of(at)));
                let [name, username, email] = [draft.full_name, draft.username, draft.email].map(Value::Text);
                vec![name, username, email, rights, last]
            };
            let rows = queries::list(db, page.viewer().require_admin()?)?.into_iter().map(row).collect();
            let sheet = Sheet::new("Users", ["Name", "User name", "Email", "Rights", "Last sign-in"], rows);
            export::answer(&sheet, format, page.visit.today)
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
        Field::new("is_service", "Service account", Input::Tick)
            .hint("For a program: nobody signs in with it, it needs no password, and it works by tokens."),
        Field::new("is_active", "Active", Input::Tick).hint("Without it, sessions end at once and sign-in is refused."),
    ]
}

/// The form of an account, or of one that is to be made; the password is hashed before the transaction begins.
struct AccountForm {
    held: Option<AccountRow>,
    hash: Result<Option<String>, Invalid>,
    /// Whether nobody knows the password of a new account, so that its owner is to choose one by a link.
    is_invited: bool,
}

impl AccountForm {
    fn of(held: Option<AccountRow>, hash: Result<Option<String>, Invalid>) -> Self {
        Self { held, hash, is_invited: false }
    }
}

impl Saving for AccountForm {
    type Draft = (AccountDraft, Option<String>);

    fn read(&self, db: &mut Db, page: &Page, sent: &FormData) -> Result<Result<Self::Draft, Invalid>> {
        let own = self.held.as_ref().map(|row| row.user_id);
        Ok(match both(AccountDraft::parse(sent), self.hash.clone()) {
            Ok((draft, hash)) => taken(db, page, &draft, own)?.map_or(Ok((draft, hash)), Err),
            Err(invalid) => Err(invalid),
        })
    }

    fn begun_on(&self, _db: &mut Db, _page: &Page) -> Result<BegunOn> {
        Ok(self.held.iter().map(|row| ("version", row.version.to_string())).collect())
    }

    fn saved(&self, db: &mut Db, page: &Page, _sent: &FormData) -> Result<(Values, String)> {
        let row = self.held.as_ref().ok_or(Error::NotFound)?;
        Ok((values_of(&row.draft), saved_by(db, page, "users", row.user_id.0, Sensitivity::Public)?))
    }

    fn write(&self, db: &mut Db, page: &Page, (draft, hash): Self::Draft) -> Result<Saved> {
        let message = match (&self.held, hash) {
            (Some(row), hash) => {
                queries::update(db, &page.visit, row, &draft)?;
                let revoked = match hash {
                    Some(hash) => reset(db, &page.visit, row.user_id, &hash)?,
                    None => 0,
                };
                format!("{} saved.{}", draft.full_name, tokens_ended(revoked))
            }
            (None, _) if draft.is_service => {
                let id = queries::insert_service(db, &page.visit, &draft)?;
                let message = format!("{} is added. It needs a token.", draft.full_name);
                return Ok(Saved { address: format!("/admin/tokens/new?user_id={id}"), message, id: None });
            }
            (None, hash) => {
                let id = queries::insert(db, &page.visit, &draft, &hash.unwrap_or_default())?;
                if self.is_invited {
                    let message = format!("{} is added, and lacks a password.", draft.full_name);
                    return Ok(Saved { address: format!("/admin/users/{id}/invitation"), message, id: None });
                }
                format!("{} can sign in now.", draft.full_name)
            }
        };
        Ok(Saved { address: "/admin/users".into(), message, id: None })
    }

    fn form(&self, _db: &mut Db, _page: &Page, values: &Values) -> Result<FormView> {
        let (action, save, password) = match &self.held {
            Some(row) => (
                format!("/admin/users/{}/edit", row.user_id),
                "Save user",
                Field::new("password", "New password", Input::Password)
                    .hint("Left empty, the password stays as it is."),
            ),
            None => (
                "/admin/users/new".to_owned(),
                "Add user",
                Field::new("password", "Password", Input::Password)
                    .hint("At least 12 characters. Left empty, they choose it by a link that you send."),
            ),
        };
        Ok(FormView::new(action, save, "/admin/users", fields(password)).filled(values))
    }

    fn show(&self, _db: &mut Db, page: &Page, status: StatusCode, form: FormView) -> Result<Response> {
        let title = self.held.as_ref().map_or("New user", |row| &row.draft.full_name);
        let shell = page.shell(title, "admin").crumb("Users", "/admin/users");
        let invited = self.held.as_ref().filter(|row| row.draft.is_active && !row.draft.is_service);
        html(status, &UserFormPage { shell, form, invited: invited.map(|row| row.user_id) })
    }
}

/// `GET /admin/users/new`
pub async fn new(reader: Reader) -> Result<Response> {
    reader
        .page(|db, page| {
            let values = [("is_active".to_owned(), "on".to_owned())].into();
            begin(db, page, &AccountForm::of(None, Ok(None)), &values)
        })
        .await
}

/// A password chosen in a form, hashed before the transaction begins; an empty one is none.
async fn hashed(writer: &Writer, form: &FormData) -> Result<Result<Option<String>, Invalid>> {
    let Some(text) = form.raw("password").filter(|text| !text.is_empty()) else { return Ok(Ok(None)) };
    let [username, email, full_name] =
        ["username", "email", "full_name"].map(|name| form.get(name).unwrap_or_default());
    let app = writer.app();
    let known = KnownWords::of(&[&username, &email, &full_name, &app.config().organisation]);
    Ok(match app.hashing.choose(text, known).await? {
        Ok(password) => Ok(Some(app.hashing.hash(password).await?)),
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
pub async fn create(writer: Writer, sent: FormData) -> Result<Response> {
    let mut hash = hashed(&writer, &sent).await?;
    let is_invited = matches!(hash, Ok(None)) && !sent.flag("is_service");
    if is_invited {
        hash = Ok(Some(writer.app().hashing.hash(Password::generate()).await?));
    }
    writer
        .write(move |db, page| {
            save(db, page, &AccountForm { is_invited, ..AccountForm::of(None, hash.clone()) }, &sent)
        })
        .await
}

/// `GET /admin/users/{id}/edit`
pub async fn edit(reader: Reader, Id(id): Id<UserId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let row = queries::find(db, page.viewer().require_admin()?, id)?.ok_or(Error::NotFound)?;
            let values = values_of(&row.draft);
            begin(db, page, &AccountForm::of(Some(row), Ok(None)), &values)
        })
        .await
}

/// `POST /admin/users/{id}/edit`
pub async fn update(writer: Writer, Id(id): Id<UserId>, sent: FormData) -> Result<Response> {
    let hash = hashed(&writer, &sent).await?;
    writer
        .write(move |db, page| {
            let row = queries::find_held(db, page.viewer().require_admin()?, id)?.ok_or(Error::NotFound)?;
            save(db, page, &AccountForm::of(Some(row), hash.clone()), &sent)
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
