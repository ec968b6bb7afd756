//! The database: connections, pools for reading and for writing, the schema. The only place that knows which database
//! it is.

pub mod assembled;
pub mod backup;
pub mod bulk;
mod connect;
pub mod expressions;
pub mod foreign;
mod listening;
mod locks;
pub mod migrate;
pub mod name_forms;
pub mod name_slips;
mod pool;
mod rehearsing;
mod same_file;
pub mod schema;
pub mod statements;
mod time_limits;
mod transactions;

use diesel::prelude::*;

pub use connect::{private_file, private_folder, wait_at_most};
pub use listening::{Listener, notify};
pub use locks::{Lock, hold_lock};
pub use pool::Database;
pub use rehearsing::{rehearse, rehearse_aside};
pub use transactions::{
    attempt, read_transaction, refresh_statistics, refresh_statistics_at_start, write_if_changed, write_transaction,
};

/// One open connection to either database. Queries are written once against it and checked against both.
#[derive(diesel::MultiConnection)]
pub enum Db {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Has statements with these be told apart by their text: what they ask is not all in their type.
macro_rules! told_apart_by_text {
    ($($name:ident<$($parameter:ident),+>),+ $(,)?) => {
        $(impl<$($parameter),+> diesel::query_builder::QueryId for $name<$($parameter),+> {
            type QueryId = ();

            const HAS_STATIC_QUERY_ID: bool = false;
        })+
    };
}
use told_apart_by_text;

/// Runs a query on the connection itself, for what every page asks: `on_either!(db, |db| query.first(db))`. Its shape
/// is fixed and known to the compiler then, so that it is found among the prepared ones without its text.
macro_rules! on_either {
    ($db:expr, |$inner:ident| $query:expr) => {
        match $db {
            $crate::db::Db::Sqlite($inner) => $query,
            $crate::db::Db::Postgres($inner) => $query,
        }
    };
}
pub(crate) use on_either;
