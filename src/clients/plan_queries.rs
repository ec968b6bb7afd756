//! The queries on planned contacts: whose they are, which come next or passed, and moving them.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{ClientId, ClientRow, ContactType, PlannedContact};
use crate::access::Visit;
use crate::audit;
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::db::expressions::{Counted, led};
use crate::db::schema::clients;
use crate::db::statements::{WrittenOnce, update_kept};
use crate::error::Result;
use crate::ids::PersonnelId;
use crate::jobs;
use crate::web::{COUNTED, Count};

/// How many planned contacts each person has.
pub fn planned_by_each(db: &mut Db) -> Result<HashMap<PersonnelId, i64>> {
    let person = clients::next_planned_contact_assigned_to;
    let is_archived = led(clients::is_archived, false);
    let planned = clients::table.filter(is_archived.eq(false)).filter(person.is_not_null());
    let rows: Vec<(Option<PersonnelId>, i64)> =
        planned.group_by(person).select((person, diesel::dsl::count_star())).load(db)?;
    Ok(rows.into_iter().filter_map(|(person, planned)| Some((person?, planned))).collect())
}

/// The clients whose planned contact passed from one day on, before another.
pub fn plans_passed(db: &mut Db, from: NaiveDate, before: NaiveDate, limit: i64) -> Result<Vec<ClientRow>> {
    let date = clients::next_planned_contact_date;
    let passed = clients::table
        .filter(clients::is_archived.eq(false))
        .filter(date.is_null().eq(false))
        .filter(date.ge(from))
        .filter(date.lt(before));
    let order = (date.asc(), clients::name_key, clients::client_id);
    Ok(passed.order(order).limit(limit).select(ClientRow::as_select()).once().load(db)?)
}

/// The planned contacts that come next, the overdue ones first, with how many there are; of one person if given.
pub fn planned(
    db: &mut Db,
    person: Option<PersonnelId>,
    (offset, limit): (i64, i64),
) -> Result<(Vec<ClientRow>, Count)> {
    let date = clients::next_planned_contact_date;
    let planned = || {
        let current = clients::table.filter(clients::is_archived.eq(false)).into_boxed();
        match person {
            // Each in the words of its index.
            Some(person) => {
                current.filter(clients::next_planned_contact_assigned_to.eq(person)).filter(date.is_not_null())
            }
            None => current.filter(date.is_null().eq(false)),
        }
    };
    let all = Counted(planned().select(clients::client_id).limit(COUNTED + 1));
    let first = planned().order((date.asc(), clients::name_key, clients::client_id)).offset(offset).limit(limit);
    Ok(Count::beside(first.select((ClientRow::as_select(), all)).once().load(db)?))
}

/// The clients with whom a contact is planned on days between two; of one person if given.
pub fn planned_between(
    db: &mut Db,
    person: Option<PersonnelId>,
    (from, to): (NaiveDate, NaiveDate),
    limit: i64,
) -> Result<Vec<ClientRow>> {
    let date = clients::next_planned_contact_date;
    let mut planned = clients::table.filter(clients::is_archived.eq(false)).filter(date.between(from, to)).into_boxed();
    if let Some(person) = person {
        planned = planned.filter(clients::next_planned_contact_assigned_to.eq(person));
    }
    let order = (date.asc(), clients::name_key, clients::client_id);
    Ok(planned.order(order).limit(limit).select(ClientRow::as_select()).once().load(db)?)
}

/// Sets, moves or clears the planned contact; it leaves the version of the form as well.
pub fn set_planned(db: &mut Db, visit: &Visit, id: ClientId, planned: &PlannedContact) -> Result<()> {
    let target = clients::table.filter(clients::client_id.eq(id));
    let before: PlannedContact = target.select(PlannedContact::as_select()).first(db)?;
    if before != *planned {
        update_kept(db, diesel::update(target).set(planned).returning(clients::client_id))?;
        audit::tracked(db, visit, "clients", id.0, &before, planned)?;
        let whose = |plan: &PlannedContact| {
            let day = plan.next_planned_contact_date;
            plan.next_planned_contact_assigned_to.and_then(|person| day.map(|day| (person, day)))
        };
        let (had, has) = (whose(&before), whose(planned));
        if let Some((person, _)) = has.filter(|_| had != has) {
            jobs::queries::planned(db, visit, person)?;
        }
        if let Some((person, day)) = had.filter(|(had, _)| has.is_none_or(|(has, _)| has != *had)) {
            let how = before.next_planned_contact_type.map(ContactType::as_str);
            jobs::queries::unplanned(db, visit, person, (id, day, how))?;
        }
    }
    Ok(())
}
