//! All queries that the nine kinds of records have in common. Their columns are open: the assessment of clients and the
//! figures of projects stand with those who take the pass.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use serde_json::{Map, Value};

use super::indexing::{entry, place};
use super::tables::*;
use super::totals::KindTotals;
use super::{Found, ListFilter, NameIndex, Record, RecordKind, RecordRef};
use crate::access::{AdminPass, Visit};
use crate::db::assembled::Assembled;
use crate::db::name_forms::name_core;
use crate::db::name_slips::slips_between;
use crate::db::schema::personnel as people;
use crate::db::{Db, on_either};
use crate::error::Result;
use crate::index;
use crate::web::{Count, FOUND, Invalid, Near};

/// The records of a kind that may be meant by what was typed, the best first.
pub fn found(db: &mut Db, kind: RecordKind, typed: &str, limit: usize) -> Result<Vec<Record>> {
    let hits = index::names(db, Some(place(kind)), false, typed, limit)?.hits;
    let ids: Vec<i64> = hits.iter().map(|hit| hit.id).collect();
    by_ids(db, kind, &ids)
}

/// The records for a list that is narrowed by name, the first [`FOUND`].
pub fn ids_found(db: &mut Db, kind: RecordKind, archived: bool, typed: &str) -> Result<Found> {
    let at_most = usize::try_from(FOUND).unwrap_or(usize::MAX);
    // One more than are taken, so that it shows whether there are more.
    let index::NamesFound { mut hits, is_cut, .. } = index::names(db, Some(place(kind)), archived, typed, at_most + 1)?;
    let is_cut = is_cut || hits.len() > at_most;
    hits.truncate(at_most);
    Ok(Found { ids: hits.iter().map(|hit| hit.id).collect(), is_cut })
}

/// Records by id, in the order of the ids.
pub fn by_ids(db: &mut Db, kind: RecordKind, ids: &[i64]) -> Result<Vec<Record>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut records = on_table!(kind, by_ids(db, ids))?;
    records.sort_by_key(|record| ids.iter().position(|id| *id == record.id));
    Ok(records)
}

/// The records of a kind that fit, in the order of their names.
pub fn list(db: &mut Db, kind: RecordKind, filter: &ListFilter) -> Result<Vec<Record>> {
    on_table!(kind, list(db, filter))
}

/// How many records of a kind fit, as far as they were found and the counters or a count tell.
pub fn count(db: &mut Db, kind: RecordKind, filter: &ListFilter, totals: &KindTotals) -> Result<Count> {
    if let Some(records) = totals.fitting(filter) {
        return Ok(Count::exactly(records));
    }
    let counted = Count::bounded(on_table!(kind, count(db, filter))?);
    Ok(counted.among_found(filter.found.as_ref().is_some_and(|found| found.is_cut)))
}

/// Keeps a record from other writers for the rest of the transaction.
pub fn hold(db: &mut Db, record: RecordRef) -> Result<()> {
    on_table!(record.kind, hold(db, record.id))
}

/// One record, kept from other writers for the rest of the transaction.
pub fn find_held(db: &mut Db, kind: RecordKind, id: i64) -> Result<Option<Record>> {
    hold(db, RecordRef { kind, id })?;
    find(db, kind, id)
}

/// One record.
pub fn find(db: &mut Db, kind: RecordKind, id: i64) -> Result<Option<Record>> {
    on_table!(kind, find(db, id))
}

/// The names of records, by id.
pub fn names(db: &mut Db, kind: RecordKind, ids: &[i64]) -> Result<HashMap<i64, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(on_table!(kind, names(db, ids))?.into_iter().collect())
}

/// The names of records of several kinds, in one query.
pub fn names_of(db: &mut Db, records: impl IntoIterator<Item = RecordRef>) -> Result<HashMap<RecordRef, String>> {
    let condition = |_| "";
    Ok(among_kinds(db, records, condition)?.into_iter().collect())
}

/// The names of those of a kind that are not archived.
pub fn current_names(
    db: &mut Db,
    kind: RecordKind,
    ids: impl IntoIterator<Item = i64>,
) -> Result<HashMap<i64, String>> {
    let records = ids.into_iter().map(|id| RecordRef { kind, id });
    let current = among_kinds(db, records, |_| " AND NOT is_archived")?;
    Ok(current.into_iter().map(|(record, name)| (record.id, name)).collect())
}

/// The archived ones among records of several kinds, and the people who left, in one query.
pub fn past_among(db: &mut Db, records: impl IntoIterator<Item = RecordRef>) -> Result<BTreeSet<RecordRef>> {
    let condition = |kind| match kind {
        RecordKind::Person => " AND (is_archived OR NOT is_active)",
        _ => " AND is_archived",
    };
    Ok(among_kinds(db, records, condition)?.into_iter().map(|(record, _)| record).collect())
}

/// Those of the records for which the condition of their kind holds, with their names.
fn among_kinds(
    db: &mut Db,
    records: impl IntoIterator<Item = RecordRef>,
    condition: impl Fn(RecordKind) -> &'static str,
) -> Result<Vec<(RecordRef, String)>> {
    let (kinds, query) = of_kinds(records, condition);
    Ok(if kinds.is_empty() { Vec::new() } else { of_rows(&kinds, query.load(db)?).collect() })
}

/// The place of a kind among those asked for, an id, a name and what it is sorted by.
type NamedRow = (BigInt, BigInt, Text, Text);

/// The kinds of records, and the question after those for which the condition of their kind holds.
fn of_kinds(
    records: impl IntoIterator<Item = RecordRef>,
    condition: impl Fn(RecordKind) -> &'static str,
) -> (Vec<RecordKind>, Assembled<NamedRow>) {
    let mut ids: BTreeMap<RecordKind, BTreeSet<i64>> = BTreeMap::new();
    for record in records {
        ids.entry(record.kind).or_default().insert(record.id);
    }
    let kinds: Vec<RecordKind> = ids.keys().copied().collect();
    let mut query = Assembled::default();
    for (number, (kind, ids)) in ids.into_iter().enumerate() {
        let (id, name, table) = (kind.id_column(), kind.name_column(), kind.table());
        let union = if number == 0 { "" } else { " UNION ALL " };
        let words = format!("{union}SELECT CAST({number} AS BIGINT), {id}, {name}, '' FROM {table} WHERE {id}");
        query = query.words(words).among(ids).words(condition(kind));
    }
    (kinds, query)
}

fn of_rows(kinds: &[RecordKind], rows: Vec<(i64, i64, String, String)>) -> impl Iterator<Item = (RecordRef, String)> {
    rows.into_iter().filter_map(|(number, id, name, _)| {
        let kind = usize::try_from(number).ok().and_then(|number| kinds.get(number).copied())?;
        Some((RecordRef { kind, id }, name))
    })
}

/// An id, a name, and whether new work may be given.
type ColleagueRow = (i64, String, bool);

/// Colleagues as [`colleagues`] tells them, and the names of records of several kinds, in one query.
pub fn colleagues_and_names(
    db: &mut Db,
    records: impl IntoIterator<Item = RecordRef>,
) -> Result<(Vec<ColleagueRow>, HashMap<RecordRef, String>)> {
    let (kinds, query) = of_kinds(records, |_| "");
    // Numbers below those of the kinds; whoever is archived comes first, and is put last.
    let query = query.words(if kinds.is_empty() { "" } else { " UNION ALL " }).words(
        "SELECT CAST(CASE WHEN is_archived THEN -3 WHEN is_active THEN -1 ELSE -2 END AS BIGINT), personnel_id, \
         full_name, name_key FROM personnel WHERE personnel_type = 'Internal' AND (is_archived OR NOT is_archived)",
    );
    let rows: Vec<(i64, i64, String, String)> = query.load(db)?;
    let (mut staff, named): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(number, ..)| *number < 0);
    staff.sort_by(|(one, one_id, _, one_key), (other, other_id, _, other_key)| {
        (*one == -3, one_key, one_id).cmp(&(*other == -3, other_key, other_id))
    });
    let staff = staff.into_iter().map(|(number, id, name, _)| (id, name, number == -1)).collect();
    Ok((staff, of_rows(&kinds, named).collect()))
}

/// Colleagues by name, then those who are archived: who they are, and whether they may be given new work.
pub fn colleagues(db: &mut Db) -> Result<Vec<ColleagueRow>> {
    let may_hold = people::is_active.and(people::is_archived.eq(false));
    // Both said, so that the index is used, which begins with it.
    let either = people::is_archived.eq(false).or(people::is_archived.eq(true));
    let query = people::table.filter(people::personnel_type.eq("Internal")).filter(either);
    let order = (people::is_archived, people::name_key, people::personnel_id);
    let query = query.order(order).select((people::personnel_id, people::full_name, may_hold));
    Ok(on_either!(db, |db| query.load(db))?)
}

/// The e-mail addresses of people: whose each is, and whether they are archived.
pub fn addresses(db: &mut Db) -> Result<Vec<(String, i64, String, bool)>> {
    let known = people::table.filter(people::email.is_not_null()).order(people::personnel_id);
    let columns = (people::email.assume_not_null(), people::personnel_id, people::full_name, people::is_archived);
    Ok(known.select(columns).load(db)?)
}

/// The records of exactly that name, case and accents aside, and whether each is archived.
pub fn named(db: &mut Db, kind: RecordKind, name: &str) -> Result<Vec<(i64, bool)>> {
    on_table!(kind, named(db, name))
}

/// The first records of a kind: id, name and whether archived.
pub fn first_names(db: &mut Db, kind: RecordKind, limit: i64) -> Result<Vec<(i64, String, bool)>> {
    on_table!(kind, first_names(db, limit))
}

/// Near names that are pointed out at most.
pub(super) const NEAR: usize = 10;

/// Records other than the own whose name may mean the same, an acronym or what it stands for included, then those whose
/// name a slip of the keyboard leads to.
pub fn near(db: &mut Db, kind: RecordKind, name: &str, own: Option<i64>) -> Result<Vec<(i64, String)>> {
    let same = on_table!(kind, near(db, name, own))?;
    let alike = on_table!(kind, alike(db, name, own))?;
    Ok(by_slips(name, same, alike))
}

/// Those whose name may mean the same, and behind them those of the candidates to which a slip leads.
pub(super) fn by_slips(name: &str, same: Vec<(i64, String)>, alike: Vec<(i64, String)>) -> Vec<(i64, String)> {
    let others = alike.into_iter().filter(|one| !same.contains(one));
    let mut slips: Vec<(usize, (i64, String))> =
        others.filter_map(|one| Some((slips_between(&one.1, name)?, one))).collect();
    slips.sort();
    let mut near = same;
    near.extend(slips.into_iter().map(|(_, one)| one));
    near.truncate(NEAR);
    near
}

/// The question whether a record of a new name is one that there is, unless its own name means the same already. The
/// names are looked up in the index where there is one.
pub fn ask_near(
    db: &mut Db,
    index: Option<&NameIndex>,
    kind: RecordKind,
    name: &str,
    own: Option<(i64, &str)>,
) -> Result<Option<(Invalid, Near)>> {
    if own.is_some_and(|(_, held)| name_core(held) == name_core(name)) {
        return Ok(None);
    }
    let own = own.map(|(id, _)| id);
    let found = match index.filter(|index| index.kind() == kind) {
        Some(index) => index.near(name, own),
        None => near(db, kind, name, own)?,
    };
    let near: Near = found.into_iter().map(|(id, name)| (RecordRef { kind, id }.address(), name)).collect();
    let one = kind.singular();
    let article = if one.starts_with(['a', 'e', 'i', 'o', 'u']) { "An" } else { "A" };
    let words =
        format!("{article} {one} of nearly this name exists. Open it, or confirm below that this is another one.");
    Ok((!near.is_empty()).then(|| (Invalid::one(kind.name_column(), words), near)))
}

/// The record that an import knows under that slug.
pub fn by_slug(db: &mut Db, kind: RecordKind, slug: &str) -> Result<Option<i64>> {
    on_table!(kind, by_slug(db, slug))
}

/// Notes under which slug an import knows a record.
pub fn set_slug(db: &mut Db, visit: &Visit, kind: RecordKind, id: i64, slug: &str) -> Result<()> {
    on_table!(kind, set_slug(db, visit, id, slug))
}

/// Adds a record.
pub fn insert(db: &mut Db, visit: &Visit, kind: RecordKind, values: Map<String, Value>) -> Result<i64> {
    let new = entry(kind, 0, false, &values);
    let id = on_table!(kind, insert(db, visit, values.clone()))?;
    index::add(db, &index::Entry { id, ..new })?;
    Ok(id)
}

/// Changes a record that is held as it was read.
pub fn update(db: &mut Db, visit: &Visit, kind: RecordKind, before: &Record, values: Map<String, Value>) -> Result<()> {
    on_table!(kind, update(db, visit, before, values.clone()))?;
    let is_archived = before.is_archived;
    index::change(
        db,
        &entry(kind, before.id, is_archived, &before.values),
        &entry(kind, before.id, is_archived, &values),
    )
}

/// Removes a record on which nothing depends any more; the database refuses any other.
pub fn delete(db: &mut Db, visit: &Visit, _pass: AdminPass, kind: RecordKind, record: &Record) -> Result<()> {
    on_table!(kind, delete(db, visit, record))?;
    index::remove(db, &entry(kind, record.id, record.is_archived, &record.values))
}

/// Archives a record, or brings it back.
pub fn set_archived(db: &mut Db, visit: &Visit, kind: RecordKind, before: &Record, archived: bool) -> Result<()> {
    on_table!(kind, set_archived(db, visit, before, archived))?;
    let was = entry(kind, before.id, before.is_archived, &before.values);
    index::change(db, &was, &index::Entry { is_archived: archived, ..was.clone() })
}
