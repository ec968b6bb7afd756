//! Passwords: hashed with Argon2id (RFC 9106), compared in constant time, never shown.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// A password in clear, for as long as it takes to hash or check it. It cannot be printed or sent.
pub struct Password(String);

/// Characters a password needs at least (ASVS 5.0 6.2.1).
pub const SHORTEST: usize = 12;

/// Characters a password may have at most (ASVS 5.0 6.2.9).
pub const LONGEST: usize = 128;

/// What everyone knows of a person, and a guesser tries first: names, address, organisation (ASVS 5.0 6.2.11).
pub struct KnownWords(Vec<String>);

impl KnownWords {
    /// The texts and the words in them.
    pub fn of(texts: &[&str]) -> Self {
        let mut known: Vec<String> = texts.iter().map(|text| text.trim().to_lowercase()).collect();
        known.push("roundtable".into());
        let words = known.iter().flat_map(|text| text.split(|letter: char| !letter.is_alphanumeric()));
        let words: Vec<String> = words.map(ToOwned::to_owned).collect();
        known.extend(words);
        known.retain(|text| text.chars().count() > 2);
        known.sort_by_key(|text| std::cmp::Reverse(text.len()));
        Self(known)
    }
}

impl Password {
    /// A password someone chose; the sentence says what it lacks. Common ones, patterns and what is made of known words
    /// are refused (ASVS 5.0 6.2.4, 6.2.11).
    pub fn chosen(text: &str, known: &KnownWords) -> Result<Self, String> {
        match text.chars().count() {
            length if length < SHORTEST => Err(format!("Use at least {SHORTEST} characters; a sentence works well.")),
            length if length > LONGEST => Err(format!("Use at most {LONGEST} characters.")),
            _ if is_easy_to_guess(text, known) => {
                Err("This is too easy to guess: a common password, a pattern, or made \
                 of names. Use a few words that do not belong together."
                    .into())
            }
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

/// Whether fewer than a hundred million guesses reach it, when known words are no guess at all.
fn is_easy_to_guess(text: &str, known: &KnownWords) -> bool {
    let known: Vec<&str> = known.0.iter().map(String::as_str).collect();
    let is_easy = |text: &str| zxcvbn::zxcvbn(text, &known).score() < zxcvbn::Score::Three;
    let rest = known.iter().fold(text.to_lowercase(), |rest, word| rest.replace(word, ""));
    is_easy(text) || is_easy(&rest)
}

/// The turns in which passwords are hashed while serving: each takes a core and 19 MiB, so a flood of them has to wait.
#[derive(Clone)]
pub struct Hashing(Arc<Semaphore>);

impl Hashing {
    /// That many at once.
    pub fn new(at_once: usize) -> Self {
        Self(Arc::new(Semaphore::new(at_once)))
    }

    /// A password that someone chose, or what it lacks.
    pub async fn choose(&self, text: &str, known: KnownWords) -> Result<Result<Password, String>> {
        let text = text.to_owned();
        self.in_turn(move || Password::chosen(&text, &known)).await
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
    fn what_is_short_common_or_known_is_refused_with_words() {
        let known = KnownWords::of(&["ana", "Ana Reyes-Lindqvist", "ana.reyes@mpr.example", "MPR"]);
        assert!(Password::chosen("short", &known).is_err_and(|words| words.contains("12")));
        for easy in [
            "123456789012",
            "passwordpassword",
            "Password12345",
            "qwertyuiop123",
            "aaaaaaaaaaaaaaaa",
            "ana.reyes@mpr.example",
            "Reyes-Lindqvist1",
            "roundtable2026",
            "mprmprmprmpr",
        ] {
            assert!(Password::chosen(easy, &known).is_err_and(|words| words.contains("too easy to guess")), "{easy}");
        }
        let holds_a_name = "ana eats violet trams";
        for good in [holds_a_name, "a long enough one", "another long one", "7f3a91c0d2e4b855aa10cc37"] {
            assert!(Password::chosen(good, &known).is_ok(), "{good}");
        }
    }
}
