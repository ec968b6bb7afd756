//! The secret of a calendar address: random, known to whoever was told the address, stored as its hash.

use sha2::{Digest, Sha256};

/// The secret part of a calendar address. It is stored hashed, shown once, and never logged.
pub struct Token(String);

impl Token {
    /// A new one of 160 random bits.
    pub fn generate() -> Self {
        Self(hex::encode(rand::random::<[u8; 20]>()))
    }

    /// The one that an address ends with, if it can be one.
    pub fn from_address(file: &str) -> Option<Self> {
        let text = file.strip_suffix(".ics")?;
        let is_one = text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_one.then(|| Self(text.to_owned()))
    }

    /// What is stored: whoever reads the database cannot read a calendar with it.
    pub fn hash(&self) -> String {
        hex::encode(Sha256::digest(self.0.as_bytes()))
    }

    /// The file name for the address, and for nothing else.
    pub fn for_address(&self) -> String {
        format!("{}.ics", self.0)
    }
}
