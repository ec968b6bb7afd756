//! The queries on the contact log beside those of its list. Rows that may be confidential come back only for a viewer
//! who may see them.

use std::cmp::Reverse;
use std::collections::HashMap;

use chrono::{Days, NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::{Contact, ContactDraft};
use crate::access::{AdminPass, ConfidentialPass, Viewer, Visit};
use crate::audit;
use crate::clients::{self, ContactType, LastContact};
use crate::db::Db;
use crate::db::expressions::{Counted, among, few, led, unlisted};
use crate::db::schema::contact_log;
use crate::db::statements::{OneAfterAnother, WrittenOnce, update_kept};
use crate::error::{Error, Result};
use crate::files;
use crate::ids::{ClientId, ContactId, PersonnelId, by_chance};
use crate::index;
use crate::records::{self, ReferenceColumn, reference_column};
use crate::web::{COUNTED, Count, Dependency};

pub(super) type Contacts = contact_log::BoxedQuery<'static, <Db as Connection>::Backend>;

/// The entries that this person may see, where something else than the mark leads SQLite to the rows.
fn visible(viewer: &Viewer) -> Contacts {
    visible_by(viewer, false)
}

/// The same where the mark may lead (see [`led`]).
pub(super) fn visible_by(viewer: &Viewer, leads: bool) -> Contacts {
    let all = contact_log::table.into_boxed();
    match viewer.confidential() {
        Some(_) => all,
        None => all.filter(led(contact_log::is_confidential, leads).eq(false)),
    }
}

/// The contacts of a client after a day, and those that were logged after a moment (UTC) though they were before it, by
/// a year at most; and the follow-ups that should have been done before another day. The latest first, in one
/// statement.
pub fn since_and_late(
    db: &mut Db,
    viewer: &Viewer,
    client: ClientId,
    (day, moment, most): (NaiveDate, NaiveDateTime, i64),
    (today, most_late): (NaiveDate, i64),
) -> Result<(Vec<Contact>, Vec<Contact>)> {
    let of_client = || visible(viewer).filter(contact_log::client_id.eq(client));
    let since = of_client()
        .filter(contact_log::contact_date.ge(day - Days::new(365)))
        .filter(contact_log::contact_date.gt(day).or(contact_log::created_date.gt(moment)))
        .order((contact_log::contact_date.desc(), contact_log::created_date.desc(), contact_log::contact_id.desc()))
        .limit(most);
    let late = of_client()
        .filter(contact_log::is_follow_up_open.eq(true))
        .filter(contact_log::follow_up_date.lt(today))
        .order((contact_log::follow_up_date.desc(), contact_log::contact_id))
        .limit(most_late);
    let part = |is_late: &'static str| (unlisted::<Bool>(is_late), Contact::as_select());
    let both = OneAfterAnother(vec![since.select(part("(1 = 0)")), late.select(part("(1 = 1)"))]);
    let rows: Vec<(bool, Contact)> = both.once().load(db)?;
    let (late, since): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(is_late, _)| *is_late);
    let contacts = |rows: Vec<(bool, Contact)>| rows.into_iter().map(|(_, contact)| contact).collect();
    Ok((contacts(since), contacts(late)))
}

/// The contacts with all clients after a day, and those of the month before it that were logged after a moment (UTC);
/// the latest first.
pub fn since_of_all(
    db: &mut Db,
    viewer: &Viewer,
    (day, moment): (NaiveDate, NaiveDateTime),
    until: NaiveDate,
    limit: i64,
) -> Result<Vec<Contact>> {
    latest(db, since(viewer, (day, moment), until), limit)
}

/// The same with some clients, as far as others than a colleague made them.
pub fn since_by_others(
    db: &mut Db,
    viewer: &Viewer,
    clients: &[ClientId],
    own: PersonnelId,
    span: (NaiveDate, NaiveDateTime),
    until: NaiveDate,
    limit: i64,
) -> Result<Vec<Contact>> {
    let of_clients = among(contact_log::client_id, clients.iter().copied());
    latest(db, since(viewer, span, until).filter(of_clients).filter(contact_log::contacted_by.ne(own)), limit)
}

fn since(viewer: &Viewer, (day, moment): (NaiveDate, NaiveDateTime), until: NaiveDate) -> Contacts {
    visible(viewer)
        .filter(contact_log::contact_date.ge(day - Days::new(31)))
        .filter(contact_log::contact_date.le(until))
        .filter(contact_log::contact_date.gt(day).or(contact_log::created_date.gt(moment)))
}

fn latest(db: &mut Db, query: Contacts, limit: i64) -> Result<Vec<Contact>> {
    let order = (contact_log::contact_date.desc(), contact_log::created_date.desc(), contact_log::contact_id.desc());
    Ok(query.order(order).limit(limit).select(Contact::as_select()).once().load(db)?)
}

/// The follow-ups that fell due from one day on, before another, and are open still; the first ones first.
pub fn fell_due(db: &mut Db, viewer: &Viewer, from: NaiveDate, before: NaiveDate, limit: i64) -> Result<Vec<Contact>> {
    let query = visible(viewer)
        .filter(contact_log::is_follow_up_open.eq(true))
        .filter(contact_log::follow_up_date.is_null().eq(false))
        .filter(contact_log::follow_up_date.ge(from))
        .filter(contact_log::follow_up_date.lt(before));
    let order = (contact_log::follow_up_date, contact_log::contact_id);
    Ok(query.order(order).limit(limit).select(Contact::as_select()).load(db)?)
}

/// Entries by id, as far as this person may see them, the latest first.
pub fn by_ids(db: &mut Db, viewer: &Viewer, ids: &[i64]) -> Result<Vec<Contact>> {
    let order = (contact_log::contact_date.desc(), contact_log::created_date.desc(), contact_log::contact_id.desc());
    let query = visible(viewer).filter(among(contact_log::contact_id, ids.iter().copied()));
    Ok(query.order(order).select(Contact::as_select()).load(db)?)
}

/// The three latest entries of each of several clients that this person may see, the latest first.
pub fn latest_of_each(db: &mut Db, viewer: &Viewer, clients: &[ClientId]) -> Result<Vec<Contact>> {
    /// Each by the index of its client; what is confidential does not count where it is not seen.
    const OF_ALL: &str = "(contact_log.contact_id IN (SELECT latest.contact_id FROM contact_log latest \
         WHERE latest.client_id = contact_log.client_id \
         ORDER BY latest.contact_date DESC, latest.created_date DESC, latest.contact_id DESC LIMIT 3))";
    const OF_OPEN: &str = "(contact_log.contact_id IN (SELECT latest.contact_id FROM contact_log latest \
         WHERE latest.client_id = contact_log.client_id AND NOT latest.is_confidential \
         ORDER BY latest.contact_date DESC, latest.created_date DESC, latest.contact_id DESC LIMIT 3))";
    let is_latest = unlisted::<Bool>(if viewer.sees_confidential() { OF_ALL } else { OF_OPEN });
    let query = visible(viewer).filter(among(contact_log::client_id, clients.iter().copied()));
    let order = (contact_log::contact_date.desc(), contact_log::created_date.desc(), contact_log::contact_id.desc());
    Ok(query.filter(is_latest.eq(true)).order(order).select(Contact::as_select()).once().load(db)?)
}

/// What this person may see of what a colleague logged of a client for one day in one way.
pub fn alike(
    db: &mut Db,
    viewer: &Viewer,
    client: ClientId,
    draft: (NaiveDate, ContactType, PersonnelId),
) -> Result<Vec<Contact>> {
    let (day, contact_type, by) = draft;
    let query = visible(viewer)
        .filter(contact_log::client_id.eq(client))
        .filter(contact_log::contact_date.eq(day))
        .filter(contact_log::contact_type.eq(contact_type))
        .filter(contact_log::contacted_by.eq(by));
    Ok(query.order(contact_log::contact_id).select(Contact::as_select()).load(db)?)
}

/// What was logged of a client for one day.
pub fn on_day(db: &mut Db, _pass: ConfidentialPass, client: ClientId, day: NaiveDate) -> Result<Vec<ContactDraft>> {
    let query = contact_log::table.filter(contact_log::client_id.eq(client)).filter(contact_log::contact_date.eq(day));
    Ok(query.select(ContactDraft::as_select()).load(db)?)
}

/// One entry, kept with its client from other writers for the rest of the transaction; hidden and missing are the same.
pub fn find_held(db: &mut Db, viewer: &Viewer, id: ContactId) -> Result<Option<Contact>> {
    let mut found = find(db, viewer, id)?;
    while let Some(before) = found {
        hold_client(db, before.client_id)?;
        found = find(db, viewer, id)?;
        // A merge may have moved it to another client while this one was waited for.
        if found.as_ref().is_some_and(|contact| contact.client_id == before.client_id) {
            return Ok(found);
        }
    }
    Ok(None)
}

/// Keeps a client from other writers, so that two contacts logged at once are told apart.
fn hold_client(db: &mut Db, client: ClientId) -> Result<()> {
    records::queries::hold(db, client.into())
}

/// One entry; hidden and missing are the same.
pub fn find(db: &mut Db, viewer: &Viewer, id: ContactId) -> Result<Option<Contact>> {
    let query = visible(viewer).filter(contact_log::contact_id.eq(id));
    Ok(query.select(Contact::as_select()).first(db).optional()?)
}

/// The contacts that a person made, or at which they were met.
pub fn of_person(db: &mut Db, viewer: &Viewer, person: PersonnelId, limit: i64) -> Result<Vec<Contact>> {
    let order = (contact_log::contact_date.desc(), contact_log::created_date.desc(), contact_log::contact_id.desc());
    // One question for each role, since each has its index.
    let made = visible(viewer).filter(contact_log::contacted_by.eq(person));
    let mut found: Vec<Contact> = made.order(order).limit(limit).select(Contact::as_select()).load(db)?;
    let met = visible(viewer).filter(contact_log::contact_person_id.eq(person.0));
    found.extend(met.order(order).limit(limit).select(Contact::as_select()).load(db)?);
    let place = |contact: &Contact| Reverse((contact.draft.contact_date, contact.created_date, contact.contact_id));
    found.sort_by_key(place);
    found.dedup_by_key(|contact| contact.contact_id);
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}

/// Follow-ups that are still to be done, the most overdue first, with how many there are; of one person if given.
pub fn open_follow_ups(
    db: &mut Db,
    viewer: &Viewer,
    person: Option<PersonnelId>,
    (offset, limit): (i64, i64),
) -> Result<(Vec<Contact>, Count)> {
    let open = || {
        let query = visible(viewer).filter(contact_log::is_follow_up_open.eq(true));
        match person {
            Some(person) => query.filter(contact_log::follow_up_assigned_to.eq(person)),
            None => query,
        }
    };
    let order = (contact_log::follow_up_date.is_null(), contact_log::follow_up_date, contact_log::contact_id);
    // In the order of their index, which the count would not take where few were open as statistics were taken.
    let all = Counted(open().select(contact_log::contact_id).order(order).limit(COUNTED + 1));
    let first = open().order(order).offset(offset).limit(limit);
    Ok(Count::beside(first.select((Contact::as_select(), all)).once().load(db)?))
}

/// The follow-ups of a client that are still to be done, the most overdue first.
pub fn open_of_client(db: &mut Db, viewer: &Viewer, client: ClientId, limit: i64) -> Result<Vec<Contact>> {
    let open =
        visible(viewer).filter(contact_log::client_id.eq(client)).filter(contact_log::is_follow_up_open.eq(true));
    let order = (contact_log::follow_up_date.is_null(), contact_log::follow_up_date, contact_log::contact_id);
    Ok(open.order(order).limit(limit).select(Contact::as_select()).once().load(db)?)
}

/// The open follow-ups that are to be done on days between two; of one person if given.
pub fn follow_ups_between(
    db: &mut Db,
    viewer: &Viewer,
    person: Option<PersonnelId>,
    (from, to): (NaiveDate, NaiveDate),
    limit: i64,
) -> Result<Vec<Contact>> {
    let mut open = visible(viewer).filter(contact_log::is_follow_up_open.eq(true));
    open = open.filter(contact_log::follow_up_date.between(from, to));
    if let Some(person) = person {
        open = open.filter(contact_log::follow_up_assigned_to.eq(person));
    }
    let order = (contact_log::follow_up_date, contact_log::created_date, contact_log::contact_id);
    Ok(open.order(order).limit(limit).select(Contact::as_select()).once().load(db)?)
}

/// How many follow-ups of each person are open, as far as the viewer may see them.
pub fn open_by_each(db: &mut Db, viewer: &Viewer) -> Result<HashMap<PersonnelId, i64>> {
    let person = contact_log::follow_up_assigned_to;
    let classes = [Some(false), viewer.confidential().map(|_| true)];
    let open = contact_log::table
        .filter(contact_log::is_follow_up_open.eq(true))
        .filter(few(led(contact_log::is_confidential, false), classes.into_iter().flatten()))
        .filter(person.is_not_null());
    let rows: Vec<(Option<PersonnelId>, i64)> =
        open.group_by(person).select((person, diesel::dsl::count_star())).load(db)?;
    Ok(rows.into_iter().filter_map(|(person, open)| Some((person?, open))).collect())
}

/// How many entries a client has, and the days of the first of them, before it is deleted.
pub fn dependency(db: &mut Db, _pass: AdminPass, client: ClientId) -> Result<(i64, Vec<String>)> {
    let of_client = contact_log::table.filter(contact_log::client_id.eq(client));
    let count = of_client.count().get_result(db)?;
    let days: Vec<(NaiveDate, ContactType)> = of_client
        .order(contact_log::contact_date.desc())
        .limit(5)
        .select((contact_log::contact_date, contact_log::contact_type))
        .load(db)?;
    Ok((count, days.into_iter().map(|(day, kind)| format!("{} {kind}", Dependency::dated(day))).collect()))
}

/// How many contacts name a person in any role, and the days of the last, before the person is deleted.
pub fn naming(db: &mut Db, _pass: AdminPass, person: PersonnelId) -> Result<(i64, Vec<String>)> {
    let id = person.0;
    let is_named = contact_log::contact_person_id
        .eq(id)
        .or(contact_log::follow_up_assigned_to.eq(id))
        .or(contact_log::contacted_by.nullable().eq(id));
    let naming = contact_log::table.filter(is_named);
    let days: Vec<NaiveDate> =
        naming.order(contact_log::contact_date.desc()).limit(5).select(contact_log::contact_date).load(db)?;
    Ok((naming.count().get_result(db)?, days.into_iter().map(Dependency::dated).collect()))
}

/// Adds an entry and brings the client's last contact up to date.
pub fn insert(db: &mut Db, visit: &Visit, client: ClientId, draft: &ContactDraft) -> Result<ContactId> {
    let id = ContactId(by_chance());
    insert_as(db, visit, (id, client), draft)?;
    Ok(id)
}

/// Which of these ids entries have, whoever may see them.
pub fn known(db: &mut Db, ids: &[i64]) -> Result<Vec<ContactId>> {
    let query = contact_log::table.filter(among(contact_log::contact_id, ids.iter().copied()));
    Ok(query.select(contact_log::contact_id).load(db)?)
}

/// Adds an entry under an id that is the same whenever it comes from elsewhere.
pub fn insert_as(
    db: &mut Db,
    visit: &Visit,
    (contact_id, client): (ContactId, ClientId),
    draft: &ContactDraft,
) -> Result<()> {
    hold_client(db, client)?;
    let row = (
        draft,
        contact_log::contact_id.eq(contact_id),
        contact_log::client_id.eq(client),
        contact_log::created_date.eq(visit.now),
    );
    diesel::insert_into(contact_log::table).values(row).execute(db)?;
    let (client_id, created_date) = (client, visit.now);
    let contact = Contact { contact_id, client_id, draft: draft.clone(), version: 1, created_date };
    audit::created(db, visit, "contact_log", contact_id.0, &contact)?;
    follow_log(db, visit, client)?;
    // Last, since each statement with triggers after it would write what FTS5 still holds back.
    index::add_contact(db, contact_id.0, draft.is_confidential, &draft.texts())
}

/// Corrects an entry that is held as it was read.
pub fn update(db: &mut Db, visit: &Visit, before: &Contact, draft: &ContactDraft) -> Result<()> {
    if before.draft == *draft {
        return Ok(());
    }
    let target = contact_log::table
        .filter(contact_log::contact_id.eq(before.contact_id))
        .filter(contact_log::version.eq(before.version));
    let stamp = (contact_log::version.eq(before.version + 1), contact_log::modified_date.eq(Some(visit.now)));
    if update_kept(db, diesel::update(target).set((draft, stamp)).returning(contact_log::contact_id))? == 0 {
        return Err(Error::conflict());
    }
    // Before the contact in the log, so that taken back it is open again before they are.
    if draft.is_confidential && !before.draft.is_confidential {
        files::queries::make_confidential(db, visit, before.contact_id)?;
    }
    audit::updated(db, visit, "contact_log", before.contact_id.0, &before.draft, draft)?;
    follow_log(db, visit, before.client_id)?;
    if before.draft.texts() != draft.texts() || before.draft.is_confidential != draft.is_confidential {
        index::remove_contact(db, before.contact_id.0)?;
        index::add_contact(db, before.contact_id.0, draft.is_confidential, &draft.texts())?;
    }
    Ok(())
}

/// Gives open follow-ups of a person to another, all of them or, where one is theirs no more, none.
pub fn hand_over(db: &mut Db, visit: &Visit, from: PersonnelId, to: PersonnelId, ids: &[ContactId]) -> Result<()> {
    let ids = ids.iter().map(|id| id.0);
    let chosen = visible(&visit.viewer).filter(among(contact_log::contact_id, ids.clone()));
    // In one order, so that two who hold many do not wait for each other.
    let order = (contact_log::client_id, contact_log::contact_id);
    let found: Vec<ContactId> = chosen.order(order).select(contact_log::contact_id).load(db)?;
    if found.len() < ids.len() {
        return Err(Error::changed_hands());
    }
    for id in found {
        let contact = find_held(db, &visit.viewer, id)?.ok_or_else(Error::changed_hands)?;
        let is_open = contact.draft.follow_up_needed && !contact.draft.follow_up_done;
        if !is_open || contact.draft.follow_up_assigned_to != Some(from) {
            return Err(Error::changed_hands());
        }
        let draft = ContactDraft { follow_up_assigned_to: Some(to), ..contact.draft.clone() };
        update(db, visit, &contact, &draft)?;
    }
    Ok(())
}

/// Removes an entry that is held; the audit log keeps its words.
pub fn delete(db: &mut Db, visit: &Visit, _pass: AdminPass, contact: &Contact) -> Result<()> {
    take_back(db, visit, contact)
}

/// Removes an entry that is held and was not to be: whoever logged it takes it back.
pub fn take_back(db: &mut Db, visit: &Visit, contact: &Contact) -> Result<()> {
    files::queries::leave_to_client(db, visit, contact.contact_id)?;
    diesel::delete(contact_log::table.filter(contact_log::contact_id.eq(contact.contact_id))).execute(db)?;
    audit::deleted(db, visit, "contact_log", contact.contact_id.0, contact)?;
    follow_log(db, visit, contact.client_id)?;
    index::remove_contact(db, contact.contact_id.0)
}

/// The client of an entry.
pub const OF_CLIENT: ReferenceColumn =
    reference_column!("Contacts", contact_log.client_id by contact_id, versioned version).marked();

/// The people of an entry.
pub const OF_PERSON: [ReferenceColumn; 3] = [
    reference_column!("Contacts made", contact_log.contacted_by by contact_id, versioned version).marked(),
    reference_column!("Contacts at which they were met", contact_log.contact_person_id by contact_id, versioned version)
        .marked(),
    reference_column!("Follow-ups", contact_log.follow_up_assigned_to by contact_id, versioned version).marked(),
];

/// The same for a client that has entries: one whose last contact came from an import keeps it.
pub fn follow_log_if_any(db: &mut Db, visit: &Visit, client: ClientId) -> Result<()> {
    let of_client = contact_log::table.filter(contact_log::client_id.eq(client));
    let entry: Option<i64> = of_client.select(contact_log::contact_id).first(db).optional()?;
    if entry.is_some() { follow_log(db, visit, client) } else { Ok(()) }
}

/// Brings the client to the latest entry that there is (product.md §3).
pub fn follow_log(db: &mut Db, visit: &Visit, client: ClientId) -> Result<()> {
    let latest: Option<ContactDraft> = contact_log::table
        .filter(contact_log::client_id.eq(client))
        .order((contact_log::contact_date.desc(), contact_log::created_date.desc(), contact_log::contact_id.desc()))
        .select(ContactDraft::as_select())
        .first(db)
        .optional()?;
    let last = latest.map_or_else(LastContact::default, |contact| contact.as_last_contact());
    clients::queries::set_last_contact(db, visit, client, &last)
}
