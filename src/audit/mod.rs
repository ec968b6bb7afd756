//! What happened: one change a save, one row per record and sensitivity, written in the transaction of the save itself
//! (product.md §5). The log in the browser stands in `overview`.

pub mod client_queries;
pub mod queries;
mod sensitivity;

pub use queries::{Action, created, deleted, last_save, noted, tracked, updated};
pub use sensitivity::Sensitivity;
