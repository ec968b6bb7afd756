//! Which failures of a database are worth another try, which mean that it is busy, and what may be told of them. Diesel
//! hands on neither SQLite's result code nor PostgreSQL's SQLSTATE, only a kind: what has no kind is told apart by
//! SQLite's own text of its code.

use std::ffi::CStr;

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, DeserializeFieldError, Error as DieselError};
use libsqlite3_sys as sqlite;

use super::{Error, Fault};

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

/// What may be told of a failure in the database: its kind, the names from the schema, and no value of any record.
pub fn told(error: &DieselError) -> String {
    match error {
        DieselError::DatabaseError(kind, information) => {
            let names = [information.table_name(), information.column_name(), information.constraint_name()];
            let names: Vec<_> = names.into_iter().flatten().collect();
            format!("{kind:?}, {}, {}", own_words(kind, information.message()), names.join("."))
        }
        DieselError::DeserializationError(cause) => {
            let field = cause.downcast_ref::<DeserializeFieldError>().and_then(|cause| cause.field_name.as_deref());
            format!("what was read does not fit {}", field.unwrap_or("its column"))
        }
        DieselError::RollbackErrorOnCommit { rollback_error, commit_error } => {
            format!("{}; and the rollback after it: {}", told(commit_error), told(rollback_error))
        }
        DieselError::RollbackTransaction
        | DieselError::AlreadyInTransaction
        | DieselError::NotInTransaction
        | DieselError::BrokenTransactionManager => error.to_string(),
        _ => "a statement could not be sent".into(),
    }
}

/// The beginning of a message, up to where the database may quote a value: in quotation marks or brackets, and where
/// it has no name for the failure, also after a colon.
fn own_words<'m>(kind: &DatabaseErrorKind, message: &'m str) -> &'m str {
    let has_name = !matches!(kind, DatabaseErrorKind::Unknown);
    let is_own = |c: char| c.is_alphanumeric() || " ._,;-".contains(c) || (has_name && c == ':');
    message.split(|c| !is_own(c)).next().unwrap_or_default().trim()
}

/// What is wrong when the database itself cannot be used; `None` when only a statement failed.
pub fn unavailable(error: &DieselError) -> Option<Error> {
    let DieselError::DatabaseError(kind, information) = error else { return None };
    let fault = fault(kind, information.as_ref())?;
    Some(Error::Unavailable(fault, information.message().trim().to_owned()))
}

fn fault(kind: &DatabaseErrorKind, information: &dyn DatabaseErrorInformation) -> Option<Fault> {
    use DatabaseErrorKind::{ClosedConnection, ReadOnlyTransaction, UnableToSendCommand, Unknown};
    /// PostgreSQL ends its message with the system's words; its own code for it (53100) has no kind.
    const NO_ROOM: &str = "No space left on device";
    match kind {
        ClosedConnection | UnableToSendCommand => Some(Fault::Unreachable),
        ReadOnlyTransaction => Some(Fault::ReadOnly),
        Unknown if information.message().ends_with(NO_ROOM) => Some(Fault::Full),
        Unknown => {
            let faults = [
                (sqlite::SQLITE_FULL, Fault::Full),
                (sqlite::SQLITE_IOERR, Fault::Failing),
                (sqlite::SQLITE_READONLY, Fault::ReadOnly),
                (sqlite::SQLITE_CANTOPEN, Fault::Missing),
                (sqlite::SQLITE_CORRUPT, Fault::Damaged),
                (sqlite::SQLITE_NOTADB, Fault::Damaged),
            ];
            faults.into_iter().find(|(code, _)| is_code(information, *code)).map(|(_, fault)| fault)
        }
        _ => None,
    }
}
