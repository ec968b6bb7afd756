//! Who has signed in: accounts as rows, sessions, passwords, failed attempts.

mod account;
pub mod attempts;
mod key;
mod password;
pub mod queries;

pub use account::{Account, users};
pub use key::SessionKey;
pub use password::{Hashing, Password};
