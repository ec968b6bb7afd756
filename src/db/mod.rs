//! The database: connections, pools for reading and for writing, the schema. The only place that knows which database it is.

mod address;
pub mod backup;
mod closed_list;
pub mod failure;
pub mod ids;
mod locks;
pub mod migrate;
pub mod name_key;
mod pointer;
mod pool;
pub mod schema;
mod transactions;

use diesel::prelude::*;

pub use address::{Address, Durability};
pub use closed_list::{ClosedList, UnknownValue};
pub(crate) use closed_list::{closed_list, record_id};
pub use locks::{Lock, hold_lock};
pub use pointer::Pointer;
pub(crate) use pointer::pointer;
pub use pool::Database;
pub use transactions::{refresh_statistics, refresh_statistics_at_start, write_transaction};


/// One open connection to either database. Queries are written once against it and checked against both.
#[derive(diesel::MultiConnection)]
pub enum Db {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}
