//! Merging in the browser, for administrators: choose the other record, see what would happen, decide, undo.

use std::collections::BTreeSet;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::apply::{apply, hold};
use super::plan::plan;
use super::{Clash, Merge, Plan, queries, undo};
use crate::access::{Change, Visit, Way};
use crate::audit::reading_queries;
use crate::closed_list::ClosedList;
use crate::db::{Db, Lock, hold_lock};
use crate::error::{Error, Result};
use crate::market::{self, Cell};
use crate::records::{self, NamedRecord, RecordKind, RecordRef, references};
use crate::web::{FormData, Id, Page, Query, Reader, Shell, Writer, html, redirect};

/// Merges that the list shows.
const SHOWN: i64 = 200;

#[derive(Template)]
#[template(path = "merging/merge.html")]
struct MergePage {
    shell: Shell,
    survivor: NamedRecord,
    /// Once the other record is chosen.
    plan: Option<Plan>,
    /// What was typed for the other record.
    shown: String,
    /// Records that may be the same.
    near: Vec<(i64, String)>,
    error: Option<&'static str>,
    /// The clashes, by their field, in which the link of the merged record stays.
    theirs: BTreeSet<String>,
    /// What is filled in on either of the two, side by side.
    sides: Vec<(Cell, Cell)>,
}

/// What stands on the two records in the fields that everyone may read, where it stands on either.
fn sides(db: &mut Db, plan: &Plan) -> Result<Vec<(Cell, Cell)>> {
    let mut records = Vec::new();
    for record in [plan.survivor.record, plan.merged.record] {
        records.push(records::queries::find(db, record.kind, record.id)?.ok_or(Error::NotFound)?);
    }
    let fields: Vec<_> = plan.survivor.record.kind.fields().iter().collect();
    let mut columns = market::cells(db, &fields, &records)?.into_iter();
    let (ours, theirs) = (columns.next().unwrap_or_default(), columns.next().unwrap_or_default());
    Ok(ours.into_iter().zip(theirs).filter(|(ours, theirs)| ours.text.is_some() || theirs.text.is_some()).collect())
}

#[derive(Template)]
#[template(path = "merging/list.html")]
struct ListPage {
    shell: Shell,
    merges: Vec<Line>,
}

struct Line {
    merge: Merge,
    kind: RecordKind,
    at: String,
    undone: Option<String>,
}

fn face_of(db: &mut Db, record: RecordRef) -> Result<NamedRecord> {
    references::find_named(db, record)?.ok_or(Error::NotFound)
}

fn merge_page(
    db: &mut Db,
    page: &Page,
    status: StatusCode,
    survivor: NamedRecord,
    plan: Option<Plan>,
    (shown, error): (String, Option<&'static str>),
    theirs: BTreeSet<String>,
) -> Result<Response> {
    let record = survivor.record;
    let near = records::queries::near(db, record.kind, &survivor.name, Some(record.id))?;
    let title = format!("Merge into {}", survivor.name);
    let shell = page.shell(title, survivor.record.kind.path()).crumb(&survivor.name, format!("/{}", survivor.record));
    let sides = plan.as_ref().map(|plan| sides(db, plan)).transpose()?.unwrap_or_default();
    html(status, &MergePage { shell, survivor, plan, shown, near, error, theirs, sides })
}

/// `GET /owners/{id}/merge` and its like; `?other=` names the record that is merged into this one.
pub async fn show(reader: Reader, Id(id): Id<i64>, query: Query, kind: RecordKind) -> Result<Response> {
    reader
        .page(move |db, page| {
            let survivor = face_of(db, RecordRef { kind, id })?;
            let shown = query.get("other_name").unwrap_or_default().to_owned();
            let other = other(db, kind, &query)?;
            let found = other.map(|id| face_of(db, RecordRef { kind, id })).transpose()?;
            let plan = found.map(|named| plan(db, &page.visit, survivor.record, named.record)).transpose()?;
            let error = (plan.is_none() && !shown.is_empty()).then_some("Choose the record from the list.");
            merge_page(db, page, StatusCode::OK, survivor, plan, (shown, error), BTreeSet::new())
        })
        .await
}

/// The record that was chosen, by its id or by a name that only one has.
fn other(db: &mut Db, kind: RecordKind, query: &Query) -> Result<Option<i64>> {
    if let Some(id) = query.get("other").and_then(|text| text.parse().ok()) {
        return Ok(Some(id));
    }
    let Some(name) = query.get("other_name") else { return Ok(None) };
    let named = references::named(db, name)?;
    let of_kind: Vec<i64> = named.into_iter().filter(|record| record.kind == kind).map(|record| record.id).collect();
    Ok(if let [id] = of_kind.as_slice() { Some(*id) } else { None })
}

/// `POST /owners/{id}/merge` and its like: 409 while something stands in the way, 422 while a clash is undecided.
pub async fn create(writer: Writer, Id(id): Id<i64>, form: FormData, kind: RecordKind) -> Result<Response> {
    writer
        .write(move |db, page| {
            hold_lock(db, Lock::ManyRecords)?;
            let chosen = form.get("other").and_then(|text| text.parse().ok());
            let survivor = face_of(db, RecordRef { kind, id })?;
            let Some(other) = chosen else {
                let error = (String::new(), Some("Choose the record that is the same as this one."));
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                return merge_page(db, page, status, survivor, None, error, BTreeSet::new());
            };
            let merged = RecordRef { kind, id: other };
            hold(db, survivor.record, merged)?;
            let plan = plan(db, &page.visit, survivor.record, merged)?;
            let status =
                if plan.obstacles.is_empty() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::CONFLICT };
            let decided = |clash: &Clash| matches!(form.get(&clash.field()).as_deref(), Some("ours" | "theirs"));
            let keeps_theirs = |clash: &Clash| form.get(&clash.field()).as_deref() == Some("theirs");
            let undecided = !plan.clashes.iter().all(decided);
            if undecided || !plan.obstacles.is_empty() {
                let error = undecided.then_some("Decide which link stays, for each of them.");
                let theirs = plan.clashes.iter().filter(|clash| keeps_theirs(clash)).map(Clash::field).collect();
                return merge_page(db, page, status, survivor, Some(plan), (String::new(), error), theirs);
            }
            apply(db, &page.visit, &plan, &keeps_theirs)?;
            let message = format!("{} merged into {}", plan.merged.name, survivor.name);
            redirect(&survivor.record.address(), &message)
        })
        .await
}

/// `GET /admin/merges`
pub async fn list(reader: Reader) -> Result<Response> {
    reader
        .page(|db, page| {
            let merges = queries::list(db, page.viewer().require_admin()?, SHOWN)?;
            let line = |merge: Merge| {
                Some(Line {
                    kind: RecordKind::parse(&merge.record_kind).ok()?,
                    at: page.moment(merge.merged_date),
                    undone: merge.undone_date.map(|at| page.moment(at)),
                    merge,
                })
            };
            let merges = merges.into_iter().filter_map(line).collect();
            html(StatusCode::OK, &ListPage { shell: page.shell("Merges", "admin"), merges })
        })
        .await
}

/// `POST /admin/merges/{id}/undo`: 409 where what came later stands in the way.
pub async fn undo(writer: Writer, Id(id): Id<i64>) -> Result<Response> {
    writer
        .write(move |db, page| {
            hold_lock(db, Lock::ManyRecords)?;
            let merge = queries::find(db, page.viewer().require_admin()?, id)?.ok_or(Error::NotFound)?;
            let made = reading_queries::maker_of(db, "merges", id)?;
            let change = Change::undoing(made);
            undo::undo(db, &Visit { way: Way::Undo, change, ..page.visit.clone() }, &merge)?;
            redirect(&merge.merged()?.address(), &merge.parted())
        })
        .await
}
