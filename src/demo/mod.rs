//! Demonstration data that one can believe: public facts about the industry, clearly fictional people and clients.

mod courses;
pub mod generate;
mod items;
mod records;

pub use records::{SignIns, fill, fill_records};
