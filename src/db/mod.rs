//! The database: connections, pools for reading and for writing, the schema. The only place that knows which database
//! it is.

pub mod backup;
pub mod bulk;
mod connect;
pub mod expressions;
mod locks;
pub mod migrate;
pub mod name_forms;
pub mod name_slips;
mod pool;
mod same_file;
pub mod schema;
mod time_limits;
mod transactions;

use diesel::prelude::*;

pub use locks::{Lock, hold_lock};
pub use pool::Database;
pub use transactions::{refresh_statistics, refresh_statistics_at_start, write_transaction};

/// One open connection to either database. Queries are written once against it and checked against both.
#[derive(diesel::MultiConnection)]
pub enum Db {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}
