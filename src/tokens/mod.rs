//! What programs ask with: tokens of an account, how often each may ask, and the answers that a repeated request gets
//! again. Their pages stand in `accounts`.

pub mod answer_queries;
mod bounds;
mod guesses;
mod model;
pub mod queries;
pub mod use_queries;

pub use bounds::{Allowance, Bounds, InFlight};
pub use model::{Scope, Token, TokenDraft, TokenRow};
