//! What the nine kinds of records have in common: what they are, their fields, their tables, how one is named and
//! chosen.

mod fields;
pub mod indexing;
mod kinds;
mod name_index;
pub mod picker;
pub mod queries;
mod record;
mod reference_column;
pub mod references;
mod tables;
pub mod totals;
pub mod whereabouts;

pub use fields::{Entry, FieldSpec, PROJECT_STATUS, label_and_unit};
pub use kinds::RecordKind;
pub use name_index::NameIndex;
pub use record::{Found, ListFilter, Record};
pub use reference_column::ReferenceColumn;
pub(crate) use reference_column::reference_column;
pub use references::{NamedRecord, RecordRef};
