//! The messages of a folder on an IMAP server (docs/decisions/0035).

mod folder_name;
mod guard;
mod listening;
mod trouble;

pub use self::listening::listen;
