//! The queries on points of contact: who looks after which clients, and handing them over.

use std::collections::HashMap;

use diesel::prelude::*;

use super::list::JudgedRow;
use super::queries::{find_held, list_judged, update};
use super::{ClientId, Given, PocRole, plan_queries};
use crate::access::{AdminPass, TeamPass, Visit};
use crate::db::Db;
use crate::db::expressions::InQuery;
use crate::db::schema::clients;
use crate::db::statements::OneAfterAnother;
use crate::error::{Error, Result};
use crate::ids::PersonnelId;
use crate::records::RecordKind;
use crate::records::totals::{self, Holding};
use crate::web::Count;

/// The column of the primary point of contact.
const PRIMARY: &str = "mpr_primary_poc";

/// The column of the secondary point of contact.
pub const SECONDARY: &str = "mpr_secondary_poc";

/// The clients a person looks after, in any role or in one, the longest silence first.
pub fn of_poc(
    db: &mut Db,
    team: Option<TeamPass>,
    (person, role): (PersonnelId, Option<PocRole>),
    (offset, limit): (i64, i64),
) -> Result<Vec<JudgedRow>> {
    let silence = clients::last_contact_date;
    let order = (silence.is_not_null(), silence, clients::name_key, clients::client_id);
    let first = || {
        let current = clients::table.filter(clients::is_archived.eq(false)).order(order).limit(offset + limit);
        current.select(clients::client_id).into_boxed()
    };
    // One question for each role, since each has its index; nobody holds both.
    let primary = || first().filter(clients::mpr_primary_poc.eq(person.0));
    let secondary = || first().filter(clients::mpr_secondary_poc.eq(person.0));
    let roles = OneAfterAnother(match role {
        None => vec![primary(), secondary()],
        Some(PocRole::Primary) => vec![primary()],
        Some(PocRole::Secondary) => vec![secondary()],
    });
    let held = clients::table.filter(InQuery { column: clients::client_id, query: roles });
    list_judged(db, team, held.order(order).offset(offset).limit(limit).into_boxed())
}

/// How many clients a person looks after in a role.
pub fn count_of_role(db: &mut Db, person: PersonnelId, role: PocRole) -> Result<Count> {
    let person = person.to_string();
    let [primary, secondary] = held_by(&person);
    let of_role = match role {
        PocRole::Primary => primary,
        PocRole::Secondary => secondary,
    };
    Ok(Count::exactly(totals::of(db, RecordKind::Client, [of_role])?[0]))
}

/// The clients of a person, in each role: nobody holds both.
pub fn held_by(person: &str) -> [Holding<'_>; 2] {
    [Holding::Value(PRIMARY, person), Holding::Value(SECONDARY, person)]
}

/// How many clients each person looks after, in first and in second place, from counters that triggers keep.
pub fn held_by_each(db: &mut Db) -> Result<[HashMap<PersonnelId, i64>; 2]> {
    let mut held = [HashMap::new(), HashMap::new()];
    for (column, value, clients) in totals::of_columns(db, RecordKind::Client, [PRIMARY, SECONDARY])? {
        let role = usize::from(column == SECONDARY);
        if let Ok(person) = value.parse().map(PersonnelId) {
            held[role].insert(person, clients);
        }
    }
    Ok(held)
}

/// Gives roles and planned contacts of a person to another, all of them or, where one is theirs no more, none. Where
/// the other holds a role of a client already, one is enough.
pub fn hand_over(db: &mut Db, visit: &Visit, from: PersonnelId, to: PersonnelId, given: &Given) -> Result<()> {
    let mut ids: Vec<ClientId> =
        [&given.primary, &given.secondary, &given.planned].into_iter().flatten().copied().collect();
    ids.sort_unstable();
    ids.dedup();
    for id in ids {
        let client = find_held(db, id)?.filter(|client| !client.is_archived).ok_or_else(Error::changed_hands)?;
        let take = |of: &[ClientId], role: &mut Option<PersonnelId>| {
            if !of.contains(&id) {
                return Ok(());
            }
            if *role != Some(from) {
                return Err(Error::changed_hands());
            }
            *role = Some(to);
            Ok(())
        };
        let mut draft = client.draft.clone();
        take(&given.primary, &mut draft.mpr_primary_poc)?;
        take(&given.secondary, &mut draft.mpr_secondary_poc)?;
        if draft.mpr_secondary_poc == draft.mpr_primary_poc {
            draft.mpr_secondary_poc = None;
        }
        update(db, visit, &client, &draft)?;
        let mut planned = client.planned.clone();
        take(&given.planned, &mut planned.next_planned_contact_assigned_to)?;
        plan_queries::set_planned(db, visit, id, &planned)?;
    }
    Ok(())
}

/// Clears the secondary point of contact where the two are about to be one person, and tells who it was.
pub fn clear_second_poc(
    db: &mut Db,
    visit: &Visit,
    _pass: AdminPass,
    one: PersonnelId,
    other: PersonnelId,
) -> Result<Vec<(ClientId, PersonnelId)>> {
    let both = [one.0, other.0];
    let held =
        clients::table.filter(clients::mpr_primary_poc.eq_any(both)).filter(clients::mpr_secondary_poc.eq_any(both));
    let ids: Vec<ClientId> = held.order(clients::client_id).select(clients::client_id).load(db)?;
    let mut cleared = Vec::new();
    for id in ids {
        let Some(client) = find_held(db, id)? else { continue };
        let Some(person) = client.draft.mpr_secondary_poc else { continue };
        let mut draft = client.draft.clone();
        draft.mpr_secondary_poc = None;
        update(db, visit, &client, &draft)?;
        cleared.push((id, person));
    }
    Ok(cleared)
}

/// Sets the secondary point of contact of a client that has none.
pub fn set_secondary(db: &mut Db, visit: &Visit, _pass: AdminPass, id: ClientId, person: PersonnelId) -> Result<()> {
    let Some(client) = find_held(db, id)? else { return Ok(()) };
    let is_free = client.draft.mpr_secondary_poc.is_none() && client.draft.mpr_primary_poc != Some(person);
    if is_free {
        let mut draft = client.draft.clone();
        draft.mpr_secondary_poc = Some(person);
        update(db, visit, &client, &draft)?;
    }
    Ok(())
}
