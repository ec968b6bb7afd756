//! What can be searched: names, and texts by who may read them. Fed by the data layer in the transaction of each
//! save; it knows kinds of things as numbers, and no record.

mod aside_queries;
mod finding_queries;
pub mod marks;
mod names;
mod queries;
pub mod texts;
mod words;

pub use aside_queries::{at_once, set_aside, settle};
pub use names::{NameHit, NamesFound, names};
pub use queries::{
    Entry, Readers, add, add_contact, add_entry, add_file, add_item, change, remove, remove_contact, remove_entry,
    remove_file, remove_item, set_team_text, set_title,
};
pub use words::words_of;
