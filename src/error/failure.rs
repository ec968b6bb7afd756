//! Which failures of a database are worth another try, and which mean that it is busy. Diesel hands on neither SQLite's
//! result code nor PostgreSQL's SQLSTATE, only a kind: what has no kind is told apart by SQLite's own text of its code.

use std::ffi::CStr;

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError};
use libsqlite3_sys as sqlite;

/// Whether SQLite refused because another connection holds the file.
pub fn is_busy(information: &dyn DatabaseErrorInformation) -> bool {
    is_code(information, sqlite::SQLITE_BUSY)
}

fn is_code(information: &dyn DatabaseErrorInformation, code: i32) -> bool {
    // SAFETY: the function takes any number and returns a text that lives as long as the program.
    let text = unsafe { CStr::from_ptr(sqlite::sqlite3_errstr(code)) };
    text.to_str() == Ok(information.message())
}

/// Whether the same work may succeed when it runs again: another transaction stood in its way and has ended.
/// PostgreSQL's serialization failure (40001) has a kind; its deadlock (40P01) is among those that have none.
pub fn may_pass_again(error: &DieselError) -> bool {
    use DatabaseErrorKind::{SerializationFailure, Unknown};
    matches!(error, DieselError::DatabaseError(SerializationFailure | Unknown, _))
}
