//! What each colleague carries: clients, planned contacts, follow-ups, action items.

use std::collections::HashMap;

use crate::action_items;
use crate::clients;
use crate::contacts;
use crate::db::Db;
use crate::error::Result;
use crate::ids::PersonnelId;
use crate::people::Colleague;
use crate::web::Page;

/// The load of one colleague.
pub struct Load {
    /// Who.
    pub person: Colleague,
    /// Clients of which they are the primary point of contact.
    pub primary: i64,
    /// Clients of which they are the secondary one.
    pub secondary: i64,
    /// Contacts that they plan.
    pub planned: i64,
    /// Follow-ups of theirs that are open, as far as the viewer may see them.
    pub follow_ups: i64,
    /// Action items that they have to do.
    pub items: i64,
}

impl Load {
    fn sum(&self) -> i64 {
        self.primary + self.secondary + self.planned + self.follow_ups + self.items
    }
}

/// The load of everyone who has any, or could have, those with most clients first.
pub fn loads(db: &mut Db, page: &Page, staff: Vec<Colleague>) -> Result<Vec<Load>> {
    let [primary, secondary] = clients::poc_queries::held_by_each(db)?;
    let planned = clients::plan_queries::planned_by_each(db)?;
    let follow_ups = contacts::queries::open_by_each(db, page.viewer())?;
    let items = action_items::queries::to_do_by_each(db, page.viewer())?;
    let of = |counts: &HashMap<PersonnelId, i64>, person: &Colleague| {
        counts.get(&person.personnel_id).copied().unwrap_or_default()
    };
    let load = |person: Colleague| Load {
        primary: of(&primary, &person),
        secondary: of(&secondary, &person),
        planned: of(&planned, &person),
        follow_ups: of(&follow_ups, &person),
        items: of(&items, &person),
        person,
    };
    let mut loads: Vec<Load> = staff.into_iter().map(load).collect();
    loads.retain(|load| load.person.is_active || load.sum() > 0);
    loads.sort_by_key(|load| std::cmp::Reverse((load.primary, load.secondary)));
    Ok(loads)
}
