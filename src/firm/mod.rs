//! What the firm sets for itself while it works: its name, its time zone, when a contact is due, how long a session
//! lasts. It is kept in the database, where every server process reads it.

mod model;
pub mod queries;
pub mod rhythm_queries;
mod settings;

pub use model::Firm;
pub use settings::Settings;
