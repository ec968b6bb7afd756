//! The key of a session: random, held by the browser, stored as its hash.

use sha2::{Digest, Sha256};

/// The key of a session as the browser holds it. It is stored hashed, and never printed.
#[derive(Clone)]
pub struct SessionKey(String);

impl SessionKey {
    /// A new key of 256 random bits.
    pub fn generate() -> Self {
        Self(hex::encode(rand::random::<[u8; 32]>()))
    }

    /// The key that a cookie holds.
    pub fn from_cookie(value: &str) -> Self {
        Self(value.to_owned())
    }

    /// What is stored: whoever reads the database cannot sign in with it.
    pub fn hash(&self) -> String {
        hex::encode(Sha256::digest(self.0.as_bytes()))
    }

    /// The text for the cookie, and for nothing else.
    pub fn for_cookie(&self) -> &str {
        &self.0
    }
}
