//! All queries on drafts. Each asks by the account of the visit: no other way leads to a draft.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use diesel::prelude::*;

use super::{Draft, Known, Place, Tag};
use crate::access::{Viewer, Visit, Way};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::by_chance;

diesel::table! {
    drafts (draft_id) {
        draft_id -> BigInt,
        user_id -> BigInt,
        form -> Text,
        record_id -> BigInt,
        sequence -> BigInt,
        fields -> Text,
        kept_date -> Timestamp,
        drafted_by -> Nullable<Text>,
    }
}

/// A draft that nobody went on with for so many days is dropped.
const DAYS: i64 = 30;

/// So many drafts an account has at most; the oldest make room.
pub const MOST: i64 = 100;

/// The longest draft, in bytes.
const LONGEST: usize = 512 * 1024;

/// The draft of a form that its author kept last.
pub fn latest(db: &mut Db, viewer: &Viewer, place: &Place) -> Result<Option<Draft>> {
    let Some(user) = viewer.user_id else { return Ok(None) };
    let of_form = drafts::table
        .filter(drafts::user_id.eq(user.0))
        .filter(drafts::form.eq(&place.form))
        .filter(drafts::record_id.eq(place.record));
    let newest = of_form.order((drafts::kept_date.desc(), drafts::draft_id.desc()));
    Ok(newest.select(Draft::as_select()).first(db).optional()?)
}

/// Whether there is that draft of a form.
pub fn is_there(db: &mut Db, viewer: &Viewer, place: &Place, tag: Tag) -> Result<bool> {
    let Some(user) = viewer.user_id else { return Ok(false) };
    let own = drafts::table
        .filter(drafts::draft_id.eq(tag.draft))
        .filter(drafts::user_id.eq(user.0))
        .filter(drafts::form.eq(&place.form))
        .filter(drafts::record_id.eq(place.record))
        .filter(drafts::sequence.eq(tag.sequence));
    Ok(own.select(drafts::draft_id).first::<i64>(db).optional()?.is_some())
}

/// How many drafts an account has.
pub fn number(db: &mut Db, viewer: &Viewer) -> Result<i64> {
    let Some(user) = viewer.user_id else { return Ok(0) };
    Ok(drafts::table.filter(drafts::user_id.eq(user.0)).count().get_result(db)?)
}

/// Keeps what is typed. Words that another tab kept meanwhile stay beside it, as a draft of their own.
pub fn keep(db: &mut Db, visit: &Visit, place: &Place, known: Known, fields: &BTreeMap<String, String>) -> Result<Tag> {
    let user = visit.viewer.user_id.ok_or(Error::Forbidden)?;
    let fields = serde_json::to_string(fields).map_err(|error| Error::Internal(error.to_string()))?;
    if fields.len() > LONGEST {
        return Err(Error::TooLarge);
    }
    let known = match known {
        Known::Newest => latest(db, &visit.viewer, place)?.map(|draft| draft.tag()),
        Known::Nothing => None,
        Known::This(tag) => Some(tag),
    };
    if let Some(Tag { draft, sequence }) = known {
        let same = drafts::table
            .filter(drafts::draft_id.eq(draft))
            .filter(drafts::user_id.eq(user.0))
            .filter(drafts::form.eq(&place.form))
            .filter(drafts::record_id.eq(place.record))
            .filter(drafts::sequence.eq(sequence));
        let next = (drafts::fields.eq(&fields), drafts::sequence.eq(sequence + 1), drafts::kept_date.eq(visit.now));
        if diesel::update(same).set(next).execute(db)? > 0 {
            return Ok(Tag { draft, sequence: sequence + 1 });
        }
    }
    make_room(db, visit, user.0)?;
    let tag = Tag { draft: by_chance(), sequence: 1 };
    let row = (
        drafts::draft_id.eq(tag.draft),
        drafts::user_id.eq(user.0),
        drafts::form.eq(&place.form),
        drafts::record_id.eq(place.record),
        drafts::sequence.eq(tag.sequence),
        drafts::fields.eq(&fields),
        drafts::kept_date.eq(visit.now),
        drafts::drafted_by.eq(visit.way_name.as_ref().filter(|_| visit.way == Way::Assistant)),
    );
    diesel::insert_into(drafts::table).values(row).execute(db)?;
    Ok(tag)
}

/// Drops what is too old, and of the account what is too many.
fn make_room(db: &mut Db, visit: &Visit, user: i64) -> Result<()> {
    diesel::delete(drafts::table.filter(drafts::kept_date.lt(visit.now - TimeDelta::days(DAYS)))).execute(db)?;
    let own = drafts::table.filter(drafts::user_id.eq(user)).order((drafts::kept_date.desc(), drafts::draft_id.desc()));
    let spare: Vec<i64> = own.offset(MOST - 1).limit(MOST).select(drafts::draft_id).load(db)?;
    for draft in spare {
        diesel::delete(drafts::table.find(draft)).execute(db)?;
    }
    Ok(())
}

/// Drops what was filed or is given up: the draft that the tab knew; of a program that does not say, all of the form.
pub fn forget(db: &mut Db, viewer: &Viewer, place: &Place, known: Known) -> Result<()> {
    let Some(user) = viewer.user_id else { return Ok(()) };
    let own = drafts::table.filter(drafts::user_id.eq(user.0));
    match known {
        Known::Nothing => 0,
        Known::This(tag) => diesel::delete(own.filter(drafts::draft_id.eq(tag.draft))).execute(db)?,
        Known::Newest => {
            let of_form = own.filter(drafts::form.eq(&place.form)).filter(drafts::record_id.eq(place.record));
            diesel::delete(of_form).execute(db)?
        }
    };
    Ok(())
}
