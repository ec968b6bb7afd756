//! The action items of the demonstration: what its entries tell of who does what.

use std::collections::HashSet;

use chrono::{Days, NaiveDate, TimeDelta};

use crate::access::{Change, TeamPass, Visit};
use crate::action_items::origin_queries::{self, Origin};
use crate::action_items::{ItemDraft, ItemState, queries, recognised};
use crate::db::Db;
use crate::error::Result;
use crate::ids::{ClientId, HistoryId, MeetingId, PersonnelId};
use crate::people::{self, Colleague};
use crate::sessions;

/// Who may be given an item, looked up once.
pub struct Items {
    staff: Vec<Colleague>,
    outsiders: HashSet<PersonnelId>,
}

/// After so many days an item was done.
const DONE_AFTER: u64 = 40;

impl Items {
    /// Looks up who is there.
    pub fn new(db: &mut Db) -> Result<Self> {
        Ok(Self { staff: people::queries::staff(db)?, outsiders: sessions::queries::outside_team(db)? })
    }

    /// Makes the items of an entry, a sentence each, as of its meeting; those of earlier meetings are done.
    pub fn make(
        &self,
        db: &mut Db,
        visit: &Visit,
        pass: TeamPass,
        (client, entry, of, meeting): (ClientId, HistoryId, MeetingId, NaiveDate),
        text: &str,
    ) -> Result<()> {
        let age = visit.today - meeting;
        let at = |days: TimeDelta| Visit { now: visit.now - days, change: Change::begin(), ..visit.clone() };
        let made = at(age);
        for (number, item) in (0..).zip(recognised(&text.replace(". ", ".\n"), &self.staff, meeting)) {
            let is_open = item.owners.iter().any(|person| self.outsiders.contains(person));
            let day = item.due_date.unwrap_or(meeting + Days::new(21 + 7 * number));
            let draft = ItemDraft::new(item.text, Some(day), is_open);
            let id = queries::insert(db, &made, client, &draft, &item.owners)?;
            origin_queries::set(db, &made, pass, id, Origin { history_id: Some(entry), meeting_id: Some(of) })?;
            if meeting + Days::new(DONE_AFTER) < visit.today
                && let Some(item) = queries::find(db, &made.viewer, id)?
            {
                let draft = ItemDraft { item_state: ItemState::Done, ..draft };
                queries::update(db, &at(age - TimeDelta::days(20)), &item, &draft)?;
            }
        }
        Ok(())
    }
}
