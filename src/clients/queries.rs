//! All queries on open client data. Restricted columns cannot be named here: the `clients` table of Diesel lacks them.

use std::collections::HashMap;

use diesel::prelude::*;

use super::assessment::{self, AssessmentRow};
use super::filter::{CountedValue, Selection};
use super::list::JudgedRow;
use super::{
    AttentionRule, Client, ClientDraft, ClientId, ClientRow, Given, LastContact, PocRole, confidential_links,
    plan_queries,
};
use crate::access::{AdminPass, ConfidentialPass, TeamPass, Visit};
use crate::audit;
use crate::closed_list::ClosedList;
use crate::db::expressions::{InQuery, among};
use crate::db::schema::clients;
use crate::db::statements::{CountOf, OneAfterAnother, update_kept};
use crate::db::{Db, on_either};
use crate::error::{Error, Result};
use crate::ids::PersonnelId;
use crate::index;
use crate::records::totals::{self, Holding};
use crate::records::{self, RecordKind, ReferenceColumn, indexing, reference_column, whereabouts};
use crate::web::{COUNTED, Count};

/// The clients of a selection, each with what the passes show beside it: its assessment and the number of
/// its confidential links.
pub fn list(
    db: &mut Db,
    (team, confidential): (Option<TeamPass>, Option<ConfidentialPass>),
    cut: Selection,
) -> Result<Vec<(ClientRow, AssessmentRow, i64)>> {
    let beside = (assessment::columns(team), confidential_links::column(confidential));
    Ok(cut.select((ClientRow::as_select(), beside.0, beside.1)).load(db)?)
}

/// The same without links.
pub fn list_judged(db: &mut Db, team: Option<TeamPass>, cut: Selection) -> Result<Vec<JudgedRow>> {
    let rows: Vec<(ClientRow, AssessmentRow)> =
        cut.select((ClientRow::as_select(), assessment::columns(team))).load(db)?;
    Ok(rows.into_iter().map(|(row, assessment)| (row, team.map(|_| assessment))).collect())
}

/// The clients of a selection, in its order.
pub fn ids(db: &mut Db, cut: Selection) -> Result<Vec<ClientId>> {
    Ok(cut.select(clients::client_id).load(db)?)
}

/// How many clients selections hold that share none, as far as [`COUNTED`].
pub fn count(db: &mut Db, parts: Vec<Selection>) -> Result<Count> {
    let first = parts.into_iter().map(|part| part.select(clients::client_id).limit(COUNTED + 1)).collect();
    Ok(Count::bounded(CountOf(OneAfterAnother(first)).get_result(db)?))
}

/// How many clients have a value, from counters that triggers keep.
pub fn count_of(db: &mut Db, value: CountedValue) -> Result<Count> {
    let counted = match value {
        CountedValue::Type(client_type) => {
            totals::of(db, RecordKind::Client, [Holding::Value("client_type", client_type.as_str())])?[0]
        }
        CountedValue::Poc(person) => totals::of(db, RecordKind::Client, held_by(&person.to_string()))?.iter().sum(),
    };
    Ok(Count::exactly(counted))
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

/// One client, kept from other writers for the rest of the transaction.
pub fn find_held(db: &mut Db, id: ClientId) -> Result<Option<Client>> {
    records::queries::hold(db, id.into())?;
    find(db, id)
}

/// Where a client went that a form was begun on, if it was merged or archived meanwhile.
pub fn gone(db: &mut Db, client: &Client) -> Result<Option<String>> {
    whereabouts::gone(db, client.client_id.into(), &client.draft.client_name, client.is_archived)
}

/// One client.
pub fn find(db: &mut Db, id: ClientId) -> Result<Option<Client>> {
    Ok(on_either!(db, |db| clients::table.find(id).select(Client::as_select()).first(db)).optional()?)
}

/// Several clients, by name.
pub fn find_each(db: &mut Db, ids: &[ClientId]) -> Result<Vec<Client>> {
    let query = clients::table.filter(among(clients::client_id, ids.iter().copied()));
    Ok(query.order((clients::name_key, clients::client_id)).select(Client::as_select()).load(db)?)
}

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

/// The clients that need a contact: the longest silence first, and then those that never had one.
pub fn due(db: &mut Db, rule: &AttentionRule, limit: i64) -> Result<Vec<ClientRow>> {
    let silence = clients::last_contact_date;
    let current = clients::table.filter(clients::is_archived.eq(false));
    let is_due = silence.is_null().or(silence.lt(rule.warning_before));
    let order = (silence.is_null(), silence.asc(), clients::name_key, clients::client_id);
    Ok(current.filter(is_due).order(order).limit(limit).select(ClientRow::as_select()).load(db)?)
}

/// How many clients name a person in any role, and the first of them, before the person is deleted.
pub fn naming(db: &mut Db, _pass: AdminPass, person: PersonnelId) -> Result<(i64, Vec<String>)> {
    let id = person.0;
    let is_named = clients::mpr_primary_poc
        .eq(id)
        .or(clients::mpr_secondary_poc.eq(id))
        .or(clients::last_contact_by.eq(id))
        .or(clients::next_planned_contact_assigned_to.eq(id));
    let naming = clients::table.filter(is_named);
    let names = naming.order(clients::name_key).limit(5).select(clients::client_name).load(db)?;
    Ok((naming.count().get_result(db)?, names))
}

/// What the search index takes of a client.
fn entry(id: ClientId, is_archived: bool, draft: &ClientDraft) -> index::Entry<'_> {
    let (kind, texts) = (indexing::place(RecordKind::Client), draft.notes.as_deref());
    index::Entry { kind, id: id.0, is_archived, name: &draft.client_name, texts: texts.into_iter().collect() }
}

/// Adds a client.
pub fn insert(db: &mut Db, visit: &Visit, draft: &ClientDraft) -> Result<ClientId> {
    let row = (draft, clients::created_date.eq(visit.now));
    let id: ClientId = diesel::insert_into(clients::table).values(row).returning(clients::client_id).get_result(db)?;
    audit::created(db, visit, "clients", id.0, draft)?;
    index::add(db, &entry(id, false, draft))?;
    Ok(id)
}

/// Changes a client that is held as it was read.
pub fn update(db: &mut Db, visit: &Visit, before: &Client, draft: &ClientDraft) -> Result<()> {
    if before.draft == *draft {
        return Ok(());
    }
    let target =
        clients::table.filter(clients::client_id.eq(before.client_id)).filter(clients::version.eq(before.version));
    let stamp = (clients::version.eq(before.version + 1), clients::modified_date.eq(Some(visit.now)));
    // What is set is written into every index that holds it, also where it stays the same.
    let was = &before.draft;
    let moved = (
        (was.client_name != draft.client_name).then(|| {
            (
                clients::client_name.eq(&draft.client_name),
                clients::name_key.eq(&draft.name_key),
                clients::name_core.eq(&draft.name_core),
                clients::name_initials.eq(&draft.name_initials),
            )
        }),
        (was.client_type != draft.client_type).then(|| clients::client_type.eq(draft.client_type)),
        (was.notes != draft.notes).then(|| clients::notes.eq(&draft.notes)),
        (was.mpr_primary_poc != draft.mpr_primary_poc).then(|| clients::mpr_primary_poc.eq(draft.mpr_primary_poc)),
        (was.mpr_secondary_poc != draft.mpr_secondary_poc)
            .then(|| clients::mpr_secondary_poc.eq(draft.mpr_secondary_poc)),
    );
    if update_kept(db, diesel::update(target).set((moved, stamp)).returning(clients::client_id))? == 0 {
        return Err(Error::conflict());
    }
    audit::updated(db, visit, "clients", before.client_id.0, &before.draft, draft)?;
    let (id, is_archived) = (before.client_id, before.is_archived);
    index::change(db, &entry(id, is_archived, &before.draft), &entry(id, is_archived, draft))
}

/// Brings the latest contact up to date. Contact tracking follows from the log and leaves the version of the form.
pub fn set_last_contact(db: &mut Db, visit: &Visit, id: ClientId, last: &LastContact) -> Result<()> {
    let target = clients::table.filter(clients::client_id.eq(id));
    let before: LastContact = target.select(LastContact::as_select()).first(db)?;
    if before != *last {
        let moved = (
            (before.last_contact_date != last.last_contact_date)
                .then(|| clients::last_contact_date.eq(last.last_contact_date)),
            (before.last_contact_by != last.last_contact_by).then(|| clients::last_contact_by.eq(last.last_contact_by)),
            clients::last_contact_type.eq(last.last_contact_type),
            clients::last_contact_notes.eq(&last.last_contact_notes),
        );
        update_kept(db, diesel::update(target).set(moved).returning(clients::client_id))?;
        audit::tracked(db, visit, "clients", id.0, &before, last)?;
    }
    Ok(())
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

/// The people that a client names.
pub const OF_PERSON: [ReferenceColumn; 4] = [
    reference_column!("Clients they look after", clients.mpr_primary_poc by client_id, versioned version),
    reference_column!(
        "Clients they look after in second place",
        clients.mpr_secondary_poc by client_id,
        versioned version
    ),
    reference_column!("Clients they contacted last", clients.last_contact_by by client_id),
    reference_column!("Planned contacts", clients.next_planned_contact_assigned_to by client_id),
];

/// The column of who made the last contact.
pub const LAST_BY: &str = "last_contact_by";

/// The column of the primary point of contact.
const PRIMARY: &str = "mpr_primary_poc";

/// The column of the secondary point of contact.
pub const SECONDARY: &str = "mpr_secondary_poc";

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
