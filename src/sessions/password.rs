//! Passwords: hashed with Argon2id (RFC 9106), compared in constant time, never shown.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// A password in clear, for as long as it takes to hash or check it. It cannot be printed or sent.
pub struct Password(String);

/// Characters a password needs at least (ASVS 2.1.1).
pub const SHORTEST: usize = 12;

/// Characters a password may have at most (ASVS 2.1.2).
pub const LONGEST: usize = 128;

impl Password {
    /// A password someone chose; the sentence says what it lacks.
    pub fn chosen(text: &str) -> Result<Self, String> {
        match text.chars().count() {
            length if length < SHORTEST => Err(format!("Use at least {SHORTEST} characters; a sentence works well.")),
            length if length > LONGEST => Err(format!("Use at most {LONGEST} characters.")),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// A password as typed at sign-in.
    pub fn typed(text: &str) -> Self {
        Self(text.chars().take(LONGEST).collect())
    }

    /// A password made for someone, with 100 random bits.
    pub fn generate() -> Self {
        const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
        let letter = |byte: u8| char::from(LETTERS[usize::from(byte % 32)]);
        let letters: Vec<char> = rand::random::<[u8; 20]>().into_iter().map(letter).collect();
        Self(letters.chunks(5).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
    }

    /// The text, to be told once to the person it was made for.
    pub fn reveal_once(self) -> String {
        self.0
    }

    /// The hash that is stored.
    pub fn hash(&self) -> Result<String> {
        let hash = Argon2::default().hash_password(self.0.as_bytes());
        Ok(hash.map_err(|error| Error::Internal(format!("hashing: {error}")))?.to_string())
    }

    /// Whether it is the password behind `hash`; a missing hash takes as long as a wrong one.
    pub fn matches(&self, hash: Option<&str>) -> bool {
        const NOBODY: &str =
            "$argon2id$v=19$m=19456,t=2,p=1$YWJjZGVmZ2hpamtsbW5vcA$5QSTzJ9Bl8B2bYvMc8mKYl1gW6gLbmNDJvN1dMXb0oQ";
        let fits =
            PasswordVerifier::<str>::verify_password(&Argon2::default(), self.0.as_bytes(), hash.unwrap_or(NOBODY))
                .is_ok();
        fits && hash.is_some()
    }
}

/// The turns in which passwords are hashed while serving: each takes a core and 19 MiB, so a flood of them has to wait.
#[derive(Clone)]
pub struct Hashing(Arc<Semaphore>);

impl Hashing {
    /// That many at once.
    pub fn new(at_once: usize) -> Self {
        Self(Arc::new(Semaphore::new(at_once)))
    }

    /// The hash that is stored.
    pub async fn hash(&self, password: Password) -> Result<String> {
        self.in_turn(move || password.hash()).await?
    }

    /// Whether it is the password behind `hash`.
    pub async fn matches(&self, password: Password, hash: Option<String>) -> Result<bool> {
        self.in_turn(move || password.matches(hash.as_deref())).await
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let permit = self.0.clone().acquire_owned().await.map_err(|_| Error::Stopping)?;
        let task = tokio::task::spawn_blocking(move || {
            let outcome = work();
            drop(permit);
            outcome
        });
        task.await.map_err(|error| Error::Internal(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_matches() {
        let hash = Password::typed("correct horse battery").hash().unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(Password::typed("correct horse battery").matches(Some(&hash)));
        assert!(!Password::typed("wrong horse battery").matches(Some(&hash)));
        assert!(!Password::typed("correct horse battery").matches(None));
    }

    #[test]
    fn a_generated_password_is_long_enough_and_never_the_same() {
        let (one, two) = (Password::generate().reveal_once(), Password::generate().reveal_once());
        assert!(one.len() >= SHORTEST && one != two);
    }

    #[test]
    fn a_short_password_is_refused_with_words() {
        assert!(Password::chosen("short").is_err_and(|words| words.contains("12")));
    }
}
