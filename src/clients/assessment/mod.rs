//! The internal assessment of clients: NED Team only. Types and queries take the pass; no other query can name these
//! columns, since the open `clients` table of Diesel lacks them (product.md §2).

mod columns;
mod course;
mod filter;
mod model;
mod moves;
pub mod pages;
pub mod picture;
mod queries;
mod wish;

pub use columns::TeamColumn;
pub use course::{Step, course, drift};
pub use filter::{TeamFilter, TeamSort};
pub use model::{Assessment, AssessmentRow, ClientPriority, ClientStatus, RelationshipStrength, label};
pub use moves::{Move, Moves, moves};
pub use queries::{
    Fallen, StandingTotals, agenda, by_status, columns, fallen, find, find_each, judged_each, notes_of, on_agenda,
    others, ranked, selected, standing, troubled, update, version,
};
pub use wish::AssessmentWish;
