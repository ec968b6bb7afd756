//! What happened in meetings, as it happens: events in a number that grows, written in the transaction of the change
//! and without any word of it, and what wakes those who wait for them. What a person is told of an event is looked up
//! by the ordinary way, with the rights they have then (docs/decisions/0021).

mod model;
pub mod queries;
mod wake;

pub use model::{Event, Kind, News, Person};
pub use wake::{Live, Seat};
