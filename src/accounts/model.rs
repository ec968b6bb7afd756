//! What an account holds, and how a form or a command describes one.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;

use crate::ids::UserId;
use crate::sessions::{SignInName, users};
use crate::web::{Checked, FormData, Invalid};

/// What may be changed about an account, without its password.
#[derive(Clone, Debug, PartialEq, Serialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = users, treat_none_as_null = true)]
pub struct AccountDraft {
    /// The name to sign in with, in lower case.
    pub username: String,
    /// Where to write to them.
    pub email: String,
    /// Their full name.
    pub full_name: String,
    /// May see confidential rows and figures.
    pub has_confidential_access: bool,
    /// Belongs to the NED Team.
    pub is_ned_team: bool,
    /// May do everything.
    pub is_admin: bool,
    /// May change nothing.
    pub is_read_only: bool,
    /// May sign in.
    pub is_active: bool,
    /// Is a program's, which asks with tokens and never signs in.
    pub is_service: bool,
}

impl AccountDraft {
    /// An account that may sign in and has no rights beyond that, to be filled in.
    pub fn nobody() -> Self {
        Self {
            username: String::new(),
            email: String::new(),
            full_name: String::new(),
            has_confidential_access: false,
            is_ned_team: false,
            is_admin: false,
            is_read_only: false,
            is_active: true,
            is_service: false,
        }
    }

    /// What the account may do, as a short list.
    pub fn rights_in_words(&self) -> String {
        let words = [
            (self.is_service, "service"),
            (self.is_admin, "administrator"),
            (self.is_ned_team, "NED Team"),
            (self.has_confidential_access, "confidential access"),
            (self.is_read_only, "read only"),
            (!self.is_active, "inactive"),
        ];
        let held: Vec<&str> = words.iter().filter(|(has, _)| *has).map(|(_, word)| *word).collect();
        if held.is_empty() { "everyone's rights".into() } else { held.join(", ") }
    }

    /// Reads the form of an account.
    pub fn parse(form: &FormData) -> Result<Self, Invalid> {
        let mut checked = Checked::new(form);
        let username = SignInName::of(&checked.required("username", "Enter the name to sign in with."));
        let username = username.as_str().to_owned();
        if username.contains(char::is_whitespace) {
            checked.refuse("username", "Leave out the spaces.");
        }
        let email = checked.required("email", "Enter an email address.").to_lowercase();
        if !email.is_empty() && !email.contains('@') {
            checked.refuse("email", "Enter an email address with an @, e.g. name@mpr.example.");
        }
        let full_name = checked.required("full_name", "Enter the full name.");
        let draft = Self {
            username,
            email,
            full_name,
            has_confidential_access: checked.flag("has_confidential_access"),
            is_ned_team: checked.flag("is_ned_team"),
            is_admin: checked.flag("is_admin"),
            is_read_only: checked.flag("is_read_only"),
            is_active: checked.flag("is_active"),
            is_service: checked.flag("is_service"),
        };
        checked.finish(draft)
    }
}

/// An account as the list shows it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct AccountRow {
    pub user_id: UserId,
    #[diesel(embed)]
    pub draft: AccountDraft,
    pub version: i64,
    pub last_login: Option<NaiveDateTime>,
}
