//! The internal assessment of clients: NED Team only. Types and queries take the pass; no other query can name these
//! columns, since the open `clients` table of Diesel lacks them (product.md §2).

mod columns;
mod course;
mod fallen_queries;
mod filter;
mod gap_filter;
mod model;
mod moves;
pub mod pages;
pub mod pause;
pub mod picture;
mod queries;
mod rhythm;
mod standing_queries;
mod then;
mod wish;

pub use columns::TeamColumn;
pub use course::{Step, course, drift};
pub use fallen_queries::{Fallen, fallen};
pub use filter::{ByRhythm, Gap, TeamFilter, TeamSort, offered};
pub use gap_filter::{Coverage, count_due, coverage, leads_in_order};
pub use model::{
    Assessment, AssessmentRow, ClientPriority, ClientStatus, Judged, Pause, REASON, RHYTHM, RelationshipStrength, label,
};
pub use moves::{Move, Moves, moves};
pub use queries::{
    agenda, columns, find, find_client, find_clients, find_each, find_judged, find_pause, judged_each, notes_of,
    on_agenda, ordered, paused_among, selected, set_pause, troubled, undiscussed, update, version,
};
pub use rhythm::{Need, Rhythm};
pub use standing_queries::{StandingTotals, standing};
pub use then::{Then, columns_now, then};
pub use wish::AssessmentWish;
