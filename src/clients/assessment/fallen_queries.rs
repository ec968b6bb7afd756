//! Whose relationship fell, for the NED Team.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::sql_types::{BigInt, Bool, Text, Timestamp};

use super::{Assessment, RelationshipStrength};
use crate::access::TeamPass;
use crate::audit::client_queries::Judgement;
use crate::clients::ClientId;
use crate::db::Db;
use crate::db::assembled::Assembled;
use crate::error::Result;

/// A client whose relationship fell.
pub struct Fallen {
    /// The client.
    pub client: ClientId,
    /// Its name.
    pub name: String,
    /// How the relationship stands; nothing else of the assessment is told.
    pub now: Assessment,
    /// How its assessment moved, the last change first.
    pub judged: Vec<Judgement>,
}

/// Falls that are looked at: some are of one client.
const FALLS: i64 = 20;

/// Changes of these clients that are looked at.
const MOVES: i64 = 400;

/// A client, how it stands, whether it fell to that just then, when, and what changed.
type Moved = (BigInt, Text, Text, Bool, Timestamp, Text);

/// Clients whose relationship fell since a moment (UTC) and stands where it fell to: the last fall first.
pub fn fallen(db: &mut Db, _pass: TeamPass, since: NaiveDateTime) -> Result<Vec<Fallen>> {
    let query = Assembled::<Moved>::default()
        .words("SELECT moved.client_id, clients.client_name, clients.relationship_strength, ")
        .words(
            "COALESCE(moved.fell_to = clients.relationship_strength, FALSE), moved.occurred_date, audit_log.changes ",
        )
        .words("FROM client_changes AS moved JOIN clients ON clients.client_id = moved.client_id ")
        .words("JOIN audit_log ON audit_log.audit_id = moved.audit_id AND audit_log.table_name = 'clients' ")
        .words("WHERE moved.sensitivity = 'team' AND moved.client_id IN (SELECT client_id FROM ")
        .words("(SELECT clients.client_id FROM client_changes ")
        .words("JOIN clients ON clients.client_id = client_changes.client_id AND NOT clients.is_archived ")
        .words("AND clients.relationship_strength = client_changes.fell_to ")
        .words("WHERE fell_to IS NOT NULL AND occurred_date >= ")
        .moment(since)
        .words(" ORDER BY occurred_date DESC, audit_id DESC LIMIT ")
        .number(FALLS)
        .words(") AS fallen) AND moved.occurred_date >= ")
        .moment(since)
        .words(" ORDER BY moved.occurred_date DESC, moved.audit_id DESC LIMIT ")
        .number(MOVES);
    let rows: Vec<(ClientId, String, RelationshipStrength, bool, NaiveDateTime, String)> = query.load(db)?;
    let mut judged: HashMap<ClientId, Vec<Judgement>> = HashMap::new();
    let mut fallen: Vec<Fallen> = Vec::new();
    for (client_id, name, strength, is_fall, occurred_date, changes) in rows {
        if is_fall && fallen.iter().all(|one| one.client != client_id) {
            let now = Assessment { relationship_strength: Some(strength), ..Assessment::default() };
            fallen.push(Fallen { client: client_id, name, now, judged: Vec::new() });
        }
        judged.entry(client_id).or_default().push(Judgement { client_id, occurred_date, changes, author: None });
    }
    for one in &mut fallen {
        one.judged = judged.remove(&one.client).unwrap_or_default();
    }
    Ok(fallen)
}
