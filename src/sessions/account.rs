//! An account as sign-in needs it.

use diesel::prelude::*;

use super::KnownWords;
use crate::access::{Rights, Viewer};
use crate::ids::{PersonnelId, UserId};

diesel::table! {
    users (user_id) {
        user_id -> BigInt,
        username -> Text,
        email -> Text,
        full_name -> Text,
        password_hash -> Text,
        personnel_id -> Nullable<BigInt>,
        has_confidential_access -> Bool,
        is_ned_team -> Bool,
        is_admin -> Bool,
        is_read_only -> Bool,
        is_active -> Bool,
        is_service -> Bool,
        version -> BigInt,
        created_date -> Timestamp,
        modified_date -> Nullable<Timestamp>,
        last_login -> Nullable<Timestamp>,
    }
}

/// An account with what sign-in needs. It cannot be printed: it holds the hash of the password.
#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct Account {
    pub user_id: UserId,
    pub username: String,
    pub email: String,
    pub full_name: String,
    pub password_hash: String,
    pub personnel_id: Option<PersonnelId>,
    has_confidential_access: bool,
    is_ned_team: bool,
    is_admin: bool,
    is_read_only: bool,
    pub is_active: bool,
    /// Is a program's, which never signs in.
    pub is_service: bool,
}

impl Account {
    /// What everyone knows of the person, and no password may be made of.
    pub fn known_words(&self, organisation: &str) -> KnownWords {
        KnownWords::of(&[&self.username, &self.email, &self.full_name, organisation])
    }

    /// The person behind the account, with the rights it has now.
    pub fn into_viewer(self) -> Viewer {
        let rights = Rights {
            confidential: self.has_confidential_access,
            team: self.is_ned_team,
            admin: self.is_admin,
            read_only: self.is_read_only,
        };
        Viewer::new(self.user_id, self.username, self.full_name, self.personnel_id, rights)
    }
}
