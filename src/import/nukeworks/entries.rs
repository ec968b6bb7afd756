//! What was said at the roundtables of the earlier system, for every kind of record: under the client that it is here.

use std::mem;

use super::Import;
use super::row::{Row, Zone};
use super::tally::Fate;
use crate::error::Result;
use crate::roundtable::{self, EntryDraft};

impl Import<'_> {
    /// An entry, by whoever wrote it.
    pub(super) fn entry(&mut self, row: &mut Row) -> Result<Fate> {
        let (kind, id) = match Self::entity(row) {
            Ok(entity) => entity,
            Err(why) => return Ok(Fate::Named(why)),
        };
        if !self.ids.contains_key(&(kind, id)) {
            return Ok(Fate::Named(format!("its {} {id} is not there", kind.singular())));
        }
        let Some(day) = row.date("meeting_date").or_else(|| row.date("created_date")) else {
            return Ok(Fate::Named("it has no day".into()));
        };
        let draft = EntryDraft {
            meeting_date: day,
            next_steps: row.text("next_steps"),
            client_near_term_focus: row.text("client_near_term_focus"),
            mpr_work_targets: row.text("mpr_work_targets"),
            discussion: row.text("discussion"),
            action_items: row.text("action_items"),
        };
        if draft.texts().iter().all(|(_, text)| text.is_none()) {
            return Ok(Fate::Named("it says nothing".into()));
        }
        self.visit.now = self.now;
        let Some(client) = self.client_of(kind, id)? else {
            return Ok(Fate::Named(format!("its {} may not be shown", kind.singular())));
        };
        let there = roundtable::queries::on_day(self.db, self.team, client, day)?;
        if there.iter().any(|entry| entry.draft == draft) {
            return Ok(Fate::Merged);
        }
        // People noted that day by the clock on the wall.
        let at = row.moment("created_date", Zone::Local(self.zone));
        self.visit.now = at.unwrap_or(self.now).min(self.now);
        self.open()?;
        let writer = row.reference("created_by").and_then(|id| self.users.get(&id)).cloned();
        let own = writer.map(|writer| mem::replace(&mut self.visit.viewer, writer));
        let written = roundtable::queries::insert(self.db, &self.visit, self.team, (client, None), &draft);
        if let Some(own) = own {
            self.visit.viewer = own;
        }
        written.map(|_| Fate::Taken)
    }
}
