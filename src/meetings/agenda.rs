//! The agenda of a meeting as it is proposed by rule, each client with the reason why it comes up.

use std::collections::HashSet;

use chrono::NaiveDate;

use super::{Proposed, queries};
use crate::access::TeamPass;
use crate::action_items;
use crate::clients::assessment;
use crate::clients::{self, AttentionRule};
use crate::db::Db;
use crate::error::Result;
use crate::ids::ClientId;

/// So many clients at most; a meeting that is to go through more gets them by hand.
pub const MOST: i64 = 100;

/// The clients that a meeting goes through: Strategic and High in rank order, Active and Warm, who needs a contact
/// and is not paused, who needs care, who was not discussed at the last two meetings, whose action items are late.
pub fn propose(db: &mut Db, pass: TeamPass, rule: &AttentionRule, today: NaiveDate) -> Result<Vec<Proposed>> {
    let mut agenda = Agenda::default();
    for (row, assessment) in assessment::agenda(db, pass, 0, MOST)? {
        agenda.add(row.client_id, assessment.called_for().unwrap_or_default());
    }
    let due = clients::queries::due(db, rule, 3 * MOST)?;
    let paused = assessment::paused_among(db, pass, today, due.iter().map(|row| row.client_id))?;
    for row in due.into_iter().filter(|row| !paused.contains(&row.client_id)) {
        agenda.add(row.client_id, rule.of(row.last_contact_date).words());
    }
    for (client, strength) in assessment::troubled(db, pass, MOST)? {
        agenda.add(client, &strength.to_string());
    }
    if let Some(&day) = queries::last_two(db, pass, today)?.get(1) {
        for client in assessment::undiscussed(db, pass, day, MOST)? {
            agenda.add(client, "Not discussed at the last two meetings");
        }
    }
    for (client, count) in action_items::queries::late(db, pass, today, MOST)? {
        let words = if count == 1 { "1 action item is late".into() } else { format!("{count} action items are late") };
        agenda.add(client, &words);
    }
    Ok(agenda.points)
}

/// An agenda as it grows: each client once, for the first reason.
#[derive(Default)]
struct Agenda {
    points: Vec<Proposed>,
    known: HashSet<ClientId>,
}

impl Agenda {
    fn add(&mut self, client_id: ClientId, reason: &str) {
        let is_full = self.points.len() >= usize::try_from(MOST).unwrap_or_default();
        if !is_full && self.known.insert(client_id) {
            let reason = Some(reason).filter(|words| !words.is_empty()).map(ToOwned::to_owned);
            self.points.push(Proposed { client_id, reason });
        }
    }
}
