//! How many confidential links clients have: the count takes the pass, as the links do.

use diesel::sql_types::BigInt;

use crate::access::ConfidentialPass;
use crate::db::expressions::{Unlisted, unlisted};

/// The count beside each client of a query: none for those without the pass.
pub fn column(pass: Option<ConfidentialPass>) -> Unlisted<BigInt> {
    unlisted(if pass.is_some() { "clients.confidential_links" } else { "CAST(0 AS BIGINT)" })
}
