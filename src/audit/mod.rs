//! What happened: one change a save, one row per record and sensitivity, written in the transaction of the save itself
//! (product.md §5). The log in words, and taking changes back, stand in `changes`.

pub mod client_queries;
pub mod open_queries;
pub mod queries;
pub mod reading_queries;
mod reversal;
mod sensitivity;

pub use sensitivity::columns;
pub mod subjects_queries;

pub use queries::{Action, begin, created, deleted, last_save, noted, tracked, updated};
pub use reading_queries::{Fields, Filed, Row};
pub use reversal::reversal_of;
pub use sensitivity::Sensitivity;
