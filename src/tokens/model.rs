//! A token as its holder has it, and as it is kept.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::queries::tokens;
use crate::access::Reach;
use crate::closed_list::closed_list;
use crate::ids::{TokenId, UserId};

closed_list! {
    /// What may be done with a token.
    Scope { Read = "read", Write = "write" }
}

/// The secret with which a program asks. It is stored hashed, shown once, and never logged.
#[derive(Clone)]
pub struct Token(String);

/// By what a token is recognised wherever one turns up that should not.
const PREFIX: &str = "rt_";

impl Token {
    /// A new one of 256 random bits (ASVS 5.0 7.2.3).
    pub fn generate() -> Self {
        Self(format!("{PREFIX}{}", hex::encode(rand::random::<[u8; 32]>())))
    }

    /// What someone brings as one, which may be anything.
    pub fn of(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    /// What is stored: whoever reads the database cannot ask with it. Looked up as a whole, so that no comparison tells
    /// how much of it was right.
    pub fn hash(&self) -> String {
        hex::encode(Sha256::digest(self.0.as_bytes()))
    }

    /// The text, to be shown once to whoever made it.
    pub fn reveal_once(&self) -> &str {
        &self.0
    }
}

/// What is said of a token when it is made.
#[derive(Clone, Debug, Serialize, Queryable, Selectable, Insertable)]
#[diesel(table_name = tokens)]
pub struct TokenDraft {
    /// For whom it asks.
    pub user_id: UserId,
    /// What it is for, in a few words.
    pub token_name: String,
    /// Whether it may change anything.
    pub scope: Scope,
    /// Sees confidential rows and figures, if its owner may.
    pub reaches_confidential: bool,
    /// Sees what is of the NED Team, if its owner may.
    pub reaches_team: bool,
    /// May do what administrators may, if its owner is one.
    pub reaches_admin: bool,
    /// When it ends (UTC).
    pub expires_date: NaiveDateTime,
}

impl TokenDraft {
    /// What it reaches of what its owner may.
    pub fn reach(&self) -> Reach {
        Reach {
            writes: self.scope == Scope::Write,
            confidential: self.reaches_confidential,
            team: self.reaches_team,
            admin: self.reaches_admin,
        }
    }

    /// What it is for beyond what everyone signed in may, as a short list.
    pub fn reach_in_words(&self) -> String {
        let areas = [
            (self.reaches_confidential, "confidential"),
            (self.reaches_team, "NED Team"),
            (self.reaches_admin, "administration"),
        ];
        let reached: Vec<&str> = areas.iter().filter(|(reaches, _)| *reaches).map(|(_, area)| *area).collect();
        let doing = if self.scope == Scope::Write { "read and write" } else { "read" };
        if reached.is_empty() { doing.to_owned() } else { format!("{doing}, also {}", reached.join(", ")) }
    }
}

/// A token as the lists show it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = tokens)]
pub struct TokenRow {
    pub token_id: TokenId,
    #[diesel(embed)]
    pub draft: TokenDraft,
    pub created_date: NaiveDateTime,
    pub revoked_date: Option<NaiveDateTime>,
}

impl TokenRow {
    /// Whether a program may still ask with it.
    pub fn is_valid(&self, now: NaiveDateTime) -> bool {
        self.revoked_date.is_none() && self.draft.expires_date > now
    }
}
