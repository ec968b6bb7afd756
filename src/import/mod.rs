//! Bringing in records from files: the industry as JSON, clients as CSV. Each import is one transaction with a report.

pub mod clients;
pub mod industry;
mod report;

pub use report::Report;
