//! What a person wants to be told by mail, and the secret of the link by which they say no.

use diesel::prelude::*;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::wish_queries::mail_wishes;
use crate::closed_list::closed_list;

closed_list! {
    /// How often a digest comes.
    Rate { Off = "off", Daily = "daily", Weekly = "weekly" }
}

closed_list! {
    /// What can be said no to.
    Topic { Digest = "digest", Assignment = "assignment", Invitation = "invitation" }
}

/// What a person wants to be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Queryable, Selectable, Insertable)]
#[diesel(table_name = mail_wishes)]
pub struct Wishes {
    pub digest: Rate,
    pub wants_assignments: bool,
    pub wants_invitations: bool,
}

impl Default for Wishes {
    /// As it is until someone says otherwise.
    fn default() -> Self {
        Self { digest: Rate::Weekly, wants_assignments: true, wants_invitations: true }
    }
}

impl Wishes {
    /// The same without a topic.
    pub fn without(self, topic: Topic) -> Self {
        match topic {
            Topic::Digest => Self { digest: Rate::Off, ..self },
            Topic::Assignment => Self { wants_assignments: false, ..self },
            Topic::Invitation => Self { wants_invitations: false, ..self },
        }
    }
}

impl Topic {
    /// What it is, as the end of “no more …”.
    pub fn words(self) -> &'static str {
        match self {
            Self::Digest => "digests of your work",
            Self::Assignment => "mail about work that became yours and texts that name you",
            Self::Invitation => "invitations",
        }
    }
}

/// The secret of a link to unsubscribe by. It is stored hashed and stands in one mail.
pub struct LinkToken(String);

impl LinkToken {
    /// A new one of 160 random bits.
    pub fn generate() -> Self {
        Self(hex::encode(rand::random::<[u8; 20]>()))
    }

    /// The one that an address ends with.
    pub fn of(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// What is stored.
    pub fn hash(&self) -> String {
        hex::encode(Sha256::digest(self.0.as_bytes()))
    }

    /// The path for the mail, and for nothing else.
    pub fn path(&self) -> String {
        format!("/mail/unsubscribe/{}", self.0)
    }
}
