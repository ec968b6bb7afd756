//! Who has signed in: accounts as rows, sessions, passwords, failed attempts.

mod account;
pub mod attempts;
mod key;
mod name;
mod network;
mod password;
pub mod queries;

pub use account::{Account, users};
pub use key::SessionKey;
pub use name::SignInName;
pub use network::network;
pub use password::{Hashing, KnownWords, Password, SHORTEST};
