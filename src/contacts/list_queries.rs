//! Which entries of the log a list shows, how many those are, and in which order they stand.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::Contact;
use super::queries::{Contacts, visible_by};
use crate::access::Viewer;
use crate::clients::ContactType;
use crate::db::Db;
use crate::db::expressions::{among, led};
use crate::db::schema::contact_log;
use crate::db::statements::{CountOf, WrittenOnce};
use crate::error::Result;
use crate::ids::{ClientId, ContactId};
use crate::index;
use crate::records::Found;
use crate::web::{COUNTED, Count, FOUND};

diesel::table! {
    contact_totals (is_confidential, shard) {
        is_confidential -> Bool,
        shard -> BigInt,
        contacts -> BigInt,
    }
}

/// Which entries a list shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ContactFilter {
    /// How the contact was made.
    pub contact_type: Option<ContactType>,
    /// Who made it.
    pub contacted_by: Option<i64>,
    /// Of one client.
    pub client: Option<ClientId>,
    /// On that day or later.
    pub since: Option<NaiveDate>,
    /// On that day or earlier.
    pub until: Option<NaiveDate>,
    /// Those that hold the words that were asked for.
    pub found: Option<Found>,
}

/// What entries are put in order by; the latest stand first among equals, and all of it is turned round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactSort {
    /// By day.
    Date,
    /// By the name of the client.
    Client,
    /// By how the contact was made.
    Type,
    /// By the name of who made it.
    Maker,
}

/// The contacts that hold the words, as far as this person may read them: the newest [`FOUND`] of each class of
/// readers, so that hidden ones take no open one's place.
pub fn ids_found(db: &mut Db, viewer: &Viewer, typed: &str) -> Result<Found> {
    let words = index::texts::asked(typed);
    if words.is_empty() {
        return Ok(Found::default());
    }
    let mut ids = index::texts::public_contacts(db, &words, FOUND)?;
    let mut is_cut = i64::try_from(ids.len()).is_ok_and(|found| found == FOUND);
    if let Some(pass) = viewer.confidential() {
        let hidden = index::texts::confidential_contacts(db, pass, &words, FOUND)?;
        is_cut |= i64::try_from(hidden.len()).is_ok_and(|found| found == FOUND);
        ids.extend(hidden);
    }
    Ok(Found { ids, is_cut })
}

/// The entries that fit. The mark, or what is asked for, leads to them, or else the order in which they are to stand.
fn matching(viewer: &Viewer, filter: &ContactFilter, (mark_leads, leads): (bool, bool)) -> Contacts {
    let mut query = visible_by(viewer, mark_leads);
    if let Some(kind) = filter.contact_type {
        query = query.filter(led(contact_log::contact_type, leads).eq(kind));
    }
    if let Some(person) = filter.contacted_by {
        query = query.filter(led(contact_log::contacted_by, leads).eq(person));
    }
    if let Some(client) = filter.client {
        query = query.filter(led(contact_log::client_id, leads).eq(client.0));
    }
    let date = || led(contact_log::contact_date, leads);
    if let Some(day) = filter.since {
        query = query.filter(date().ge(day));
    }
    if let Some(day) = filter.until {
        query = query.filter(date().le(day));
    }
    if let Some(found) = &filter.found {
        query = query.filter(among(contact_log::contact_id, found.ids.iter().copied()));
    }
    query
}

/// Whether so many fit that a page is full sooner along the index of the order, where `all / fitting` entries are
/// looked at for each row until the `last`, than by gathering and sorting all that fit.
fn is_dense(db: &mut Db, viewer: &Viewer, filter: &ContactFilter, fitting: Count, last: i64) -> Result<bool> {
    if fitting.is_more || *filter == ContactFilter::default() {
        return Ok(true);
    }
    let all = count(db, viewer, &ContactFilter::default())?;
    Ok(fitting.rows.saturating_mul(fitting.rows) >= last.saturating_mul(all.rows))
}

/// The latest of the entries that fit.
pub fn latest(db: &mut Db, viewer: &Viewer, filter: &ContactFilter, limit: i64) -> Result<Vec<Contact>> {
    list(db, viewer, filter, (ContactSort::Date, true), Count::exactly(limit), (0, limit))
}

/// Where an entry stands by its day: that, the moment at which it was logged (UTC), and its id.
pub type Place = (NaiveDate, NaiveDateTime, ContactId);

/// The entries that fit after a place, the latest first or, turned round, last.
pub fn after(
    db: &mut Db,
    viewer: &Viewer,
    filter: &ContactFilter,
    (last, descending): (Option<Place>, bool),
    limit: i64,
) -> Result<Vec<Contact>> {
    use contact_log::{contact_date as date, contact_id as id, created_date as created};
    let mut fitting = matching(viewer, filter, (true, true));
    if let Some((day, moment, own)) = last {
        // The first condition leads to the place in the index, the second leaves out what stands before.
        fitting = match descending {
            true => fitting
                .filter(date.le(day))
                .filter(date.lt(day).or(created.lt(moment)).or(created.eq(moment).and(id.lt(own)))),
            false => fitting
                .filter(date.ge(day))
                .filter(date.gt(day).or(created.gt(moment)).or(created.eq(moment).and(id.gt(own)))),
        };
    }
    let ordered = match descending {
        true => fitting.order((date.desc(), created.desc(), id.desc())),
        false => fitting.order((date.asc(), created.asc(), id.asc())),
    };
    Ok(ordered.limit(limit).select(Contact::as_select()).once().load(db)?)
}

/// A page of the entries that fit, of which there are `total`, in the order asked for.
pub fn list(
    db: &mut Db,
    viewer: &Viewer,
    filter: &ContactFilter,
    (sort, descending): (ContactSort, bool),
    total: Count,
    (offset, limit): (i64, i64),
) -> Result<Vec<Contact>> {
    use contact_log::{client_key, contact_date, contact_id, contact_type, created_date, maker_key};
    let is_by_date = sort == ContactSort::Date;
    let leads = is_by_date || !is_dense(db, viewer, filter, total, offset + limit)?;
    let fitting = matching(viewer, filter, (is_by_date, leads));
    let latest = (contact_date.desc(), created_date.desc(), contact_id.desc());
    let oldest = (contact_date.asc(), created_date.asc(), contact_id.asc());
    let ordered = match (sort, descending) {
        (ContactSort::Date, true) => fitting.order(latest),
        (ContactSort::Date, false) => fitting.order(oldest),
        (ContactSort::Client, false) => fitting.order((client_key.asc(), latest)),
        (ContactSort::Client, true) => fitting.order((client_key.desc(), oldest)),
        (ContactSort::Type, false) => fitting.order((contact_type.asc(), latest)),
        (ContactSort::Type, true) => fitting.order((contact_type.desc(), oldest)),
        (ContactSort::Maker, false) => fitting.order((maker_key.asc(), latest)),
        (ContactSort::Maker, true) => fitting.order((maker_key.desc(), oldest)),
    };
    Ok(ordered.offset(offset).limit(limit).select(Contact::as_select()).once().load(db)?)
}

/// How many entries fit, of those that this person may see: all are counted already, others as far as [`COUNTED`].
pub fn count(db: &mut Db, viewer: &Viewer, filter: &ContactFilter) -> Result<Count> {
    if *filter == ContactFilter::default() {
        let kept = contact_totals::table.select(contact_totals::contacts).into_boxed();
        let kept = match viewer.confidential() {
            Some(_) => kept,
            None => kept.filter(contact_totals::is_confidential.eq(false)),
        };
        let shards: Vec<i64> = kept.load(db)?;
        return Ok(Count::exactly(shards.into_iter().sum()));
    }
    let first = matching(viewer, filter, (true, true)).select(contact_log::contact_id).limit(COUNTED + 1);
    let counted = Count::bounded(CountOf(first).get_result(db)?);
    Ok(counted.among_found(filter.found.as_ref().is_some_and(|found| found.is_cut)))
}
