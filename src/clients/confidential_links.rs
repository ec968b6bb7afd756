//! How many confidential links clients have: the count takes the pass, as the links do.

use std::collections::HashMap;

use diesel::prelude::*;

use super::ClientId;
use crate::access::ConfidentialPass;
use crate::db::Db;
use crate::db::expressions::among;
use crate::error::Result;

diesel::table! {
    #[sql_name = "clients"]
    confidential_counts (client_id) {
        client_id -> BigInt,
        confidential_links -> BigInt,
    }
}

/// The counts of several clients.
pub fn of_clients(db: &mut Db, _pass: ConfidentialPass, ids: &[ClientId]) -> Result<HashMap<ClientId, i64>> {
    let query = confidential_counts::table.filter(among(confidential_counts::client_id, ids.iter().copied()));
    let rows: Vec<(ClientId, i64)> = query.load(db)?;
    Ok(rows.into_iter().collect())
}
