//! One error for the whole program, one HTTP status each. People read our words; the log has the cause, once.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

mod failure;
mod fault;

pub use fault::Fault;

/// What every fallible function of Roundtable returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a request, or a command, could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// 303 to the sign-in page, 401 for JSON.
    #[error("signed out")]
    SignedOut,
    /// 403: the person lacks the right; the page does not say more.
    #[error("not allowed")]
    Forbidden,
    /// 403: the request comes from another site, or a browser that does not say.
    #[error("cross-site request refused")]
    CrossSite,
    /// 404: missing, or hidden from this person, which must look the same.
    #[error("not found")]
    NotFound,
    /// 409: what is asked for cannot be done as things stand; the sentence says what to do instead.
    #[error("{0}")]
    Refused(String),
    /// 400: a request that is not what it says it is; the sentence says why.
    #[error("{0}")]
    Malformed(String),
    /// 422: an `Idempotency-Key` that another request came with.
    #[error("the key belongs to another request")]
    KeyTaken,
    /// 429: more requests than a token may make in a minute; so many seconds are left of it.
    #[error("too many requests")]
    TooManyRequests(u32),
    /// 422: what a program sent cannot be saved; field by field what is wrong.
    #[error("some fields cannot be used")]
    Invalid(Vec<(String, String)>),
    /// 409: a program would make what is nearly there already, under these addresses and names.
    #[error("nearly the same exists")]
    Near(Vec<(String, String)>, Vec<(String, String)>),
    /// 412: a program begins on what is no longer as it knows it.
    #[error("changed since it was read")]
    Outdated,
    /// 415: a body of another kind.
    #[error("the body is not JSON")]
    NotJson,
    /// 413: more than a form may hold.
    #[error("the form holds too much text")]
    TooLarge,
    /// 405: the address exists, and takes requests of another kind.
    #[error("not a request for this address")]
    WrongMethod,
    /// 408: a form that did not arrive in time.
    #[error("the form did not arrive in time")]
    TooSlow,
    /// 429: too many failed attempts to sign in.
    #[error("too many attempts")]
    TooManyAttempts,
    /// 429: more streams of events than a session, or the server, may have.
    #[error("too many streams")]
    TooManyStreams,
    /// 503: the database is held by another process.
    #[error("the database is locked by another process; try again when it has finished")]
    Locked,
    /// 503: an import holds the database for long.
    #[error("an import is being saved; try again when it has finished")]
    Importing,
    /// 503: the database cannot be used; the cause is for the log.
    #[error("the database cannot be used ({0}): {1}")]
    Unavailable(Fault, String),
    /// 503: the server is stopping.
    #[error("the server is stopping")]
    Stopping,
    /// A command or the start of the server cannot go on; the sentence says what to change.
    #[error("{0}")]
    Setup(String),
    /// 500: the database failed.
    #[error("database: {}", failure::told(.0))]
    Database(DieselError),
    /// 500: something that must not happen did.
    #[error("{0}")]
    Internal(String),
}

impl Error {
    /// 409 for a write that came second without a form to show it in.
    pub fn conflict() -> Self {
        Self::Refused("Someone else saved this meanwhile. Open it again and repeat your change.".into())
    }

    /// 409 for what is somebody else's, or done, before it could be handed over.
    pub fn changed_hands() -> Self {
        Self::Refused("Some of this work changed meanwhile, so nothing was handed over. Go back and look again.".into())
    }

    /// Whether the connection on which this happened may be in an unknown state.
    pub fn breaks_connection(&self) -> bool {
        match self {
            Self::Unavailable(..) => true,
            Self::Database(error) => matches!(
                error,
                DieselError::BrokenTransactionManager
                    | DieselError::AlreadyInTransaction
                    | DieselError::RollbackErrorOnCommit { .. }
            ),
            _ => false,
        }
    }

    /// Whether the same work may succeed when it runs again.
    pub fn may_pass_again(&self) -> bool {
        match self {
            Self::Locked => true,
            // What another has just written is there to be read the second time.
            error if error.is_duplicate() => true,
            Self::Database(error) => failure::may_pass_again(error),
            _ => false,
        }
    }

    /// Whether a unique rule of the database refused the row.
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Self::Database(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)))
    }

    /// Whether a foreign key of the database refused the row.
    pub fn is_reference(&self) -> bool {
        matches!(self, Self::Database(DieselError::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _)))
    }
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        match &error {
            DieselError::NotFound => Self::NotFound,
            DieselError::DatabaseError(_, information) if failure::is_busy(information.as_ref()) => Self::Locked,
            // The rollback fails where SQLite has made it by itself, as on a full disk.
            DieselError::RollbackErrorOnCommit { commit_error, .. } => {
                failure::unavailable(commit_error).unwrap_or(Self::Database(error))
            }
            _ => failure::unavailable(&error).unwrap_or(Self::Database(error)),
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<askama::Error> for Error {
    fn from(error: askama::Error) -> Self {
        Self::Internal(format!("template: {error}"))
    }
}
