//! All queries on open client data. Restricted columns cannot be named here: the `clients` table of Diesel lacks them.

use diesel::prelude::*;

use super::assessment::{self, AssessmentRow};
use super::filter::{CountedValue, Selection};
use super::list::JudgedRow;
use super::{AttentionRule, Client, ClientDraft, ClientId, ClientRow, LastContact, confidential_links, poc_queries};
use crate::access::{AdminPass, ConfidentialPass, TeamPass, Visit};
use crate::audit;
use crate::closed_list::ClosedList;
use crate::db::expressions::among;
use crate::db::schema::clients;
use crate::db::statements::{CountOf, OneAfterAnother, WrittenOnce, update_kept};
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
    Ok(cut.select((ClientRow::as_select(), beside.0, beside.1)).once().load(db)?)
}

/// The same without links.
pub fn list_judged(db: &mut Db, team: Option<TeamPass>, cut: Selection) -> Result<Vec<JudgedRow>> {
    let rows: Vec<(ClientRow, AssessmentRow)> =
        cut.select((ClientRow::as_select(), assessment::columns(team))).once().load(db)?;
    Ok(rows.into_iter().map(|(row, assessment)| (row, team.map(|_| assessment))).collect())
}

/// The clients of a selection, in its order.
pub fn ids(db: &mut Db, cut: Selection) -> Result<Vec<ClientId>> {
    Ok(cut.select(clients::client_id).load(db)?)
}

/// How many clients selections hold that share none, as far as [`COUNTED`].
pub fn count(db: &mut Db, parts: Vec<Selection>) -> Result<Count> {
    let first = parts.into_iter().map(|part| part.select(clients::client_id).limit(COUNTED + 1)).collect();
    Ok(Count::bounded(CountOf(OneAfterAnother(first)).once().get_result(db)?))
}

/// How many clients have a value, from counters that triggers keep.
pub fn count_of(db: &mut Db, value: CountedValue) -> Result<Count> {
    let counted = match value {
        CountedValue::Type(client_type) => {
            totals::of(db, RecordKind::Client, [Holding::Value("client_type", client_type.as_str())])?[0]
        }
        CountedValue::Poc(person) => {
            totals::of(db, RecordKind::Client, poc_queries::held_by(&person.to_string()))?.iter().sum()
        }
    };
    Ok(Count::exactly(counted))
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
