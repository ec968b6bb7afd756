//! Reading the audit log: rows come back only for a viewer who may read the fields that they tell of.

use std::collections::{BTreeMap, HashSet};

use chrono::{Days, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamp};
use serde_json::Value;

use super::queries::{audit_log, changes};
use super::{Action, Sensitivity};
use crate::access::{AdminPass, Viewer, Way};
use crate::closed_list::ClosedList;
use crate::db::Db;
use crate::db::assembled::Assembled;
use crate::db::expressions::among;
use crate::error::{Error, Result};
use crate::ids::{ChangeId, UserId};

/// One row of the log: what a change did to one record.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = audit_log)]
pub struct Row {
    pub change_id: ChangeId,
    pub action: Action,
    pub table_name: String,
    pub record_id: i64,
    pub sensitivity: Sensitivity,
    changes: String,
}

/// Columns, each with its old and its new value.
pub type Fields = BTreeMap<String, (Value, Value)>;

impl Row {
    /// What changed.
    pub fn fields(&self) -> Result<Fields> {
        serde_json::from_str(&self.changes).map_err(|error| Error::Internal(format!("a row of the audit log: {error}")))
    }
}

/// A change as it is filed: who, when, from where and by which way.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = changes)]
pub struct Filed {
    pub change_id: ChangeId,
    pub occurred_date: NaiveDateTime,
    pub user_id: Option<UserId>,
    pub username: Option<String>,
    pub remote_address: Option<String>,
    pub way: Way,
    /// The token, or the file, by which it was made.
    pub way_name: Option<String>,
    /// The change that it took back.
    pub undoes: Option<ChangeId>,
}

/// The sensitivities that someone may read.
fn readable(viewer: &Viewer) -> Vec<Sensitivity> {
    let confidential = viewer.confidential().map(|_| Sensitivity::Confidential);
    let team = viewer.team().map(|_| Sensitivity::Team);
    [Some(Sensitivity::Public), confidential, team].into_iter().flatten().collect()
}

/// A change that someone made, or any for an administrator, with its rows, the last first. One with a row that they may
/// not read any more is none of theirs.
pub fn find_own(db: &mut Db, viewer: &Viewer, id: ChangeId) -> Result<Option<(Filed, Vec<Row>)>> {
    let filed: Option<Filed> = changes::table.find(id).select(Filed::as_select()).first(db).optional()?;
    let is_own = |filed: &Filed| filed.user_id.is_some() && filed.user_id == viewer.user_id;
    let Some(filed) = filed.filter(|filed| is_own(filed) || viewer.admin().is_some()) else { return Ok(None) };
    let rows = audit_log::table.filter(audit_log::change_id.eq(id)).order(audit_log::audit_id.desc());
    let rows: Vec<Row> = rows.select(Row::as_select()).load(db)?;
    let readable = readable(viewer);
    let is_readable = rows.iter().all(|row| readable.contains(&row.sensitivity));
    Ok(is_readable.then_some((filed, rows)))
}

/// Which of some changes were taken back.
pub fn undone(db: &mut Db, ids: impl IntoIterator<Item = ChangeId>) -> Result<HashSet<ChangeId>> {
    let undoes = changes::undoes.assume_not_null();
    let undoing = changes::table.filter(among(undoes, ids)).select(undoes);
    Ok(undoing.load(db)?.into_iter().collect())
}

/// Whether a change was taken back.
pub fn is_undone(db: &mut Db, id: ChangeId) -> Result<bool> {
    Ok(!undone(db, [id])?.is_empty())
}

/// The change that made a row.
pub fn maker_of(db: &mut Db, table: &str, id: i64) -> Result<Option<ChangeId>> {
    let of_row = audit_log::table.filter(audit_log::table_name.eq(table)).filter(audit_log::record_id.eq(id));
    let made = of_row.filter(audit_log::action.eq(Action::Create)).select(audit_log::change_id);
    Ok(made.order(audit_log::audit_id).first(db).optional()?)
}

/// Which changes a page of the log shows.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// What concerns a record.
    pub subject: Option<Subject>,
    /// What someone did.
    pub by: Option<UserId>,
    /// Changes with a row for which these words of the program hold.
    pub rows: Option<Condition>,
    /// From the first moment (UTC) on, before the second.
    pub between: Option<(NaiveDateTime, NaiveDateTime)>,
    /// What was made by one way.
    pub way: Option<Way>,
    /// Those that stand after a change that was filed at that moment (UTC).
    pub after: Option<(NaiveDateTime, ChangeId)>,
    /// These alone.
    pub ids: Option<Vec<ChangeId>>,
}

/// What holds for a row, in words of the program.
#[derive(Clone, Copy, Debug)]
pub enum Condition {
    /// For few rows, which are found by their table.
    Rare(&'static str),
    /// For many of them.
    Frequent(&'static str),
}

/// A record as the log knows it.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    pub table: &'static str,
    pub kind: &'static str,
    pub id: i64,
}

/// A change with its rows that someone may read, the first one first.
pub struct Listed {
    pub filed: Filed,
    /// Whether it was taken back.
    pub is_undone: bool,
    /// Whether those are all of its rows.
    pub is_whole: bool,
    /// Whether it has more rows than are read.
    pub is_cut: bool,
    pub rows: Vec<Row>,
}

/// Rows of one change at most; of what did more, the first are told.
const ROWS: i64 = 400;

/// Changes whose rows are read in one statement: SQLite takes 500 parts of one at most.
const TOGETHER: usize = 250;

/// A row that is marked confidential today was perhaps open when it was made: what was said of it then is as restricted
/// as it is now. The same of a file that ever was.
const IS_HIDDEN: &str = "EXISTS (SELECT 1 FROM audit_log AS marked WHERE marked.table_name = audit_log.table_name \
     AND marked.record_id = audit_log.record_id AND ((marked.sensitivity = 'confidential' \
     AND marked.changes LIKE '%\"is_confidential\":[%') OR (marked.table_name = 'files' \
     AND (marked.changes LIKE '%\"visibility\":[\"confidential\",%' \
     OR marked.changes LIKE '%\"visibility\":[%,\"confidential\"]%'))))";

/// The same of an action item that is the team's today, and of who does it: of someone from whom it was taken no row is
/// left that could tell. And of a file that ever was the team's.
const IS_OF_TEAM: &str = "(EXISTS (SELECT 1 FROM action_items WHERE audit_log.table_name = 'action_items' \
     AND item_id = audit_log.record_id AND NOT is_open) OR (audit_log.table_name = 'action_item_owners' \
     AND NOT EXISTS (SELECT 1 FROM action_item_owners JOIN action_items USING (item_id) \
     WHERE assignment_id = audit_log.record_id AND is_open)) OR (audit_log.table_name = 'files' \
     AND EXISTS (SELECT 1 FROM audit_log AS marked WHERE marked.table_name = 'files' \
     AND marked.record_id = audit_log.record_id AND marked.sensitivity = 'team' \
     AND marked.changes LIKE '%\"visibility\":[%')))";

type FiledColumns =
    (BigInt, Timestamp, Nullable<BigInt>, Nullable<Text>, Nullable<Text>, Text, Nullable<Text>, Nullable<BigInt>);

/// The changes that concern a record, as far as someone may read of them, the latest first.
pub fn of_record(db: &mut Db, viewer: &Viewer, subject: Subject, offset: i64, limit: i64) -> Result<Vec<Listed>> {
    let asked = Asked { subject: Some(subject), ..Asked::default() };
    listed(db, viewer, &asked, offset, limit)
}

/// The changes that concern a record from a moment (UTC) on, as far as someone may read of them, the latest first.
pub fn of_record_since(
    db: &mut Db,
    viewer: &Viewer,
    subject: Subject,
    from: NaiveDateTime,
    limit: i64,
) -> Result<Vec<Listed>> {
    // Nothing is filed in the days to come.
    let asked = Asked { subject: Some(subject), between: Some((from, from + Days::new(36_500))), ..Asked::default() };
    listed(db, viewer, &asked, 0, limit)
}

/// The changes that concern a record, or for an administrator all, in the order of their moments and ids: what a
/// program goes through, page by page.
pub fn in_order(db: &mut Db, viewer: &Viewer, asked: &Asked, limit: i64) -> Result<Vec<Listed>> {
    if asked.subject.is_none() && viewer.admin().is_none() {
        return Err(Error::Forbidden);
    }
    listed_by(db, viewer, asked, "change_id DESC", (0, limit))
}

/// How many changes concern a record, as far as someone may read of them and no further than `limit`.
pub fn count_of_record(db: &mut Db, viewer: &Viewer, subject: Subject, limit: i64) -> Result<i64> {
    counted(db, viewer, &Asked { subject: Some(subject), ..Asked::default() }, limit)
}

/// All changes that fit, the latest first.
pub fn list(
    db: &mut Db,
    _pass: AdminPass,
    viewer: &Viewer,
    asked: &Asked,
    offset: i64,
    limit: i64,
) -> Result<Vec<Listed>> {
    listed(db, viewer, asked, offset, limit)
}

/// How many changes fit, no further than `limit`.
pub fn count(db: &mut Db, _pass: AdminPass, viewer: &Viewer, asked: &Asked, limit: i64) -> Result<i64> {
    counted(db, viewer, asked, limit)
}

fn counted(db: &mut Db, viewer: &Viewer, asked: &Asked, limit: i64) -> Result<i64> {
    let query = Assembled::<BigInt>::default().words("SELECT count(*) FROM (SELECT change_id FROM changes WHERE TRUE");
    let query = matching(viewer, asked, query).words(" LIMIT ").number(limit).words(") AS counted");
    Ok(query.get_result(db)?)
}

fn listed(db: &mut Db, viewer: &Viewer, asked: &Asked, offset: i64, limit: i64) -> Result<Vec<Listed>> {
    // Of one moment, what was written last is the latest: the ids of changes are drawn by chance.
    let written = "(SELECT max(audit_id) FROM audit_log WHERE audit_log.change_id = changes.change_id) DESC";
    listed_by(db, viewer, asked, written, (offset, limit))
}

/// The changes that fit, the latest first; those of one moment in the order that is said.
fn listed_by(
    db: &mut Db,
    viewer: &Viewer,
    asked: &Asked,
    among_equals: &str,
    (offset, limit): (i64, i64),
) -> Result<Vec<Listed>> {
    let query = Assembled::<(FiledColumns, Bool)>::default().words(
        "SELECT change_id, occurred_date, user_id, username, remote_address, way, way_name, undoes, EXISTS \
         (SELECT 1 FROM changes AS later WHERE later.undoes = changes.change_id) FROM changes WHERE TRUE",
    );
    let order = format!(" ORDER BY occurred_date DESC, {among_equals} LIMIT ");
    let query = matching(viewer, asked, query).words(order).number(limit).words(" OFFSET ").number(offset);
    let found: Vec<(Filed, bool)> = query.load(db)?;
    let mut rows: Vec<(Row, bool, bool)> = Vec::new();
    for found in found.chunks(TOGETHER) {
        rows.extend(rows_of(found, asked.subject).load::<(Row, bool, bool)>(db)?);
    }
    let readable = readable(viewer);
    let may_read = |row: &Row, is_hidden: bool, is_of_team: bool| {
        let may_see = (!is_hidden || viewer.confidential().is_some()) && (!is_of_team || viewer.team().is_some());
        readable.contains(&row.sensitivity) && may_see
    };
    let mut of_change: BTreeMap<ChangeId, (bool, Vec<Row>)> = BTreeMap::new();
    for (row, is_hidden, is_of_team) in rows {
        let (is_whole, seen) = of_change.entry(row.change_id).or_insert((true, Vec::new()));
        if may_read(&row, is_hidden, is_of_team) { seen.push(row) } else { *is_whole = false }
    }
    let is_all = |rows: &[Row]| i64::try_from(rows.len()).is_ok_and(|rows| rows < ROWS);
    let listed = |(filed, is_undone): (Filed, bool)| {
        let (is_whole, rows) = of_change.remove(&filed.change_id).unwrap_or_default();
        // Of an import those about the record that is asked for were read alone.
        let is_cut = !is_all(&rows) || (asked.subject.is_some() && !is_small(&filed));
        let is_whole = is_whole && !is_cut && is_small(&filed);
        Listed { filed, is_undone, is_whole, is_cut, rows }
    };
    Ok(found.into_iter().map(listed).collect())
}

/// Whether a change is the work of a moment, and no import of thousands of records.
fn is_small(filed: &Filed) -> bool {
    !matches!(filed.way, Way::Import | Way::Command)
}

type RowColumns = ((BigInt, Text, Text, BigInt, Text, Text), Bool, Bool);

/// The rows of some changes, the first one first; of an import, in what concerns a record, only those about it.
fn rows_of(found: &[(Filed, bool)], subject: Option<Subject>) -> Assembled<RowColumns> {
    let ids = |fits: fn(&Filed) -> bool| {
        found.iter().map(|(filed, _)| filed).filter(move |filed| fits(filed)).map(|filed| filed.change_id)
    };
    let select =
        format!("SELECT change_id, action, table_name, record_id, sensitivity, changes, {IS_HIDDEN}, {IS_OF_TEAM}");
    let numbered = " FROM (SELECT audit_log.*, ROW_NUMBER() OVER (PARTITION BY change_id ORDER BY audit_id) AS place \
         FROM audit_log WHERE change_id";
    let mut query = Assembled::default().words(select).words(numbered);
    query = match subject {
        // By the record, and not by going through all rows of an import.
        Some(subject) => {
            let query =
                query.among(ids(|_| true)).words(" AND audit_id IN (SELECT audit_id FROM audit_log WHERE change_id");
            about(subject, "audit_id", "TRUE", query.among(ids(is_small)).words(" UNION ")).words(")")
        }
        // Of an import only so many rows are looked at as are told. A number of them that is a power of two keeps the
        // texts of the statement few.
        None => padded(ids(|filed| !is_small(filed))).into_iter().fold(query.among(ids(is_small)), |query, import| {
            let query =
                query.words(" UNION ALL SELECT * FROM (SELECT audit_log.*, 1 FROM audit_log WHERE change_id = ");
            query.number(import.0).words(" ORDER BY audit_id LIMIT ").number(ROWS).words(") AS import")
        }),
    };
    query.words(") AS audit_log WHERE place <= ").number(ROWS).words(" ORDER BY audit_id")
}

/// The same ids, and of a change that is not as many more as make their number a power of two.
fn padded(ids: impl Iterator<Item = ChangeId>) -> Vec<ChangeId> {
    let mut ids: Vec<ChangeId> = ids.collect();
    if !ids.is_empty() {
        ids.resize(ids.len().next_power_of_two(), ChangeId(0));
    }
    ids
}

/// Asks for a column of the rows about a record, its own and those that tell of it, as far as they fit a condition.
fn about<T>(Subject { table, kind, id }: Subject, column: &str, condition: &str, query: Assembled<T>) -> Assembled<T> {
    let own = format!("SELECT audit_log.{column} FROM audit_log WHERE {condition} AND audit_log.table_name = ");
    let beside = format!(
        " UNION SELECT audit_log.{column} FROM audit_subjects JOIN audit_log \
         ON audit_log.table_name = audit_subjects.table_name AND audit_log.record_id = audit_subjects.record_id \
         WHERE {condition} AND audit_subjects.subject_kind = "
    );
    let query = query.words(own).text(table).words(" AND audit_log.record_id = ").number(id);
    query.words(beside).text(kind).words(" AND audit_subjects.subject_id = ").number(id)
}

/// Adds the conditions under which a change is shown.
fn matching<T>(viewer: &Viewer, asked: &Asked, mut query: Assembled<T>) -> Assembled<T> {
    let words: Vec<String> = readable(viewer).into_iter().map(|one| format!("'{one}'")).collect();
    let mut may_read = format!("audit_log.sensitivity IN ({})", words.join(", "));
    if viewer.confidential().is_none() {
        may_read.push_str(&format!(" AND NOT {IS_HIDDEN}"));
    }
    if viewer.team().is_none() {
        may_read.push_str(&format!(" AND NOT {IS_OF_TEAM}"));
    }
    if let Some(subject) = asked.subject {
        query = about(subject, "change_id", &may_read, query.words(" AND change_id IN (")).words(")");
    }
    if let Some(UserId(id)) = asked.by {
        query = query.words(" AND user_id = ").number(id);
    }
    if let Some(way) = asked.way {
        query = query.words(" AND way = ").text(way.as_str());
    }
    if let Some((from, to)) = asked.between {
        query = query.words(" AND occurred_date >= ").moment(from).words(" AND occurred_date < ").moment(to);
    }
    if let Some((at, ChangeId(id))) = asked.after {
        query = query.words(" AND occurred_date <= ").moment(at);
        query = query.words(" AND (occurred_date < ").moment(at).words(" OR change_id < ").number(id).words(")");
    }
    if let Some(ids) = &asked.ids {
        query = query.words(" AND change_id").among(ids.iter().copied());
    }
    if let Some(condition) = asked.rows {
        // What is rare is looked up, what is frequent is met soon.
        let row = match condition {
            Condition::Rare(_) => " AND change_id IN (SELECT audit_log.change_id FROM audit_log WHERE ",
            Condition::Frequent(_) => {
                " AND EXISTS (SELECT 1 FROM audit_log WHERE audit_log.change_id = changes.change_id AND "
            }
        };
        let (Condition::Rare(words) | Condition::Frequent(words)) = condition;
        query = query.words(row).words(words).words(")");
    }
    query
}
