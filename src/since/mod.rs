//! What happened with a client since a moment, told from what is on record: contacts, the log, what is late.

mod compared;
mod decided;
mod facts;
mod gathered;
mod gathered_of_all;
mod lines;
mod sum;

pub use compared::{Compared, compared};
pub use decided::decided;
pub use facts::{Fact, facts};
pub use gathered::{Begin, Found, Moment, Since, find};
pub use gathered_of_all::{Whole, find_of_all};
pub use lines::{Line, lines, mentioned};
