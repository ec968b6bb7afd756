//! What is to be done after a save and outside of it, such as sending mail: a queue in the database, whose rows hold
//! ids and never words. Who does a job leases it, so that no transaction is open meanwhile; a lease that ran out is
//! another's (docs/decisions/0033).

pub mod bounce_queries;
mod errand;
mod model;
pub mod queries;
mod webhook_model;
pub mod webhook_queries;

pub use errand::{Errand, Tally, look_after, note};
pub use model::{Job, JobKind, JobRow, JobState, Outcome, Progress, again_after};
pub use webhook_model::{DeliveryRow, Webhook, WebhookDraft};
