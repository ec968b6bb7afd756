//! Drafts: what is typed in a form and not yet filed. A draft is its author's alone: whoever else asks, with whatever
//! right, gets nothing of it, and neither the audit log nor the log of the server takes a word.

mod model;
pub mod queries;

pub use model::{Draft, Known, Place, Tag};
