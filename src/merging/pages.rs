//! Merging in the browser, for administrators: choose the other record, see what would happen, decide, undo.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::carry::{carry, hold};
use super::plan::plan;
use super::{Clash, Merge, Plan, queries, undo};
use crate::db::ids::ClientId;
use crate::db::{Db, Lock, hold_lock};
use crate::error::{Error, Result};
use crate::links::{End, Face, Node, nodes};
use crate::web::{FormData, Id, Page, Query, Reader, Shell, Writer, html, redirect};
use crate::{clients, records};

/// Merges that the list shows.
const SHOWN: i64 = 200;

#[derive(Template)]
#[template(path = "merging/merge.html")]
struct MergePage {
    shell: Shell,
    survivor: Face,
    /// Once the other record is chosen.
    plan: Option<Plan>,
    /// What was typed for the other record.
    shown: String,
    /// Records that may be the same.
    near: Vec<(i64, String)>,
    error: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "merging/list.html")]
struct ListPage {
    shell: Shell,
    merges: Vec<Line>,
}

struct Line {
    merge: Merge,
    end: End,
    at: String,
    undone: Option<String>,
}

fn face_of(db: &mut Db, node: Node) -> Result<Face> {
    nodes::face(db, node)?.ok_or(Error::NotFound)
}

fn merge_page(
    db: &mut Db,
    page: &Page,
    status: StatusCode,
    survivor: Face,
    plan: Option<Plan>,
    (shown, error): (String, Option<&'static str>),
) -> Result<Response> {
    let near = match survivor.node.end {
        End::Client => {
            let near = clients::queries::near(db, &survivor.name, Some(ClientId(survivor.node.id)))?;
            near.into_iter().map(|(id, name)| (id.0, name)).collect()
        }
        End::Record(kind) => records::queries::near(db, kind, &survivor.name, Some(survivor.node.id))?,
    };
    let title = format!("Merge into {}", survivor.name);
    let shell = page.shell(title, survivor.node.end.path()).crumb(&survivor.name, format!("/{}", survivor.node));
    html(status, &MergePage { shell, survivor, plan, shown, near, error })
}

/// `GET /owners/{id}/merge` and its like; `?other=` names the record that is merged into this one.
pub async fn show(reader: Reader, Id(id): Id<i64>, query: Query, end: End) -> Result<Response> {
    reader
        .page(move |db, page| {
            let survivor = face_of(db, Node { end, id })?;
            let shown = query.get("other_name").unwrap_or_default().to_owned();
            let other = other(db, end, &query)?;
            let found = other.map(|id| face_of(db, Node { end, id })).transpose()?;
            let plan = found.map(|face| plan(db, &page.visit, survivor.node, face.node)).transpose()?;
            let error = (plan.is_none() && !shown.is_empty()).then_some("Choose the record from the list.");
            merge_page(db, page, StatusCode::OK, survivor, plan, (shown, error))
        })
        .await
}

/// The record that was chosen, by its id or by a name that only one has.
fn other(db: &mut Db, end: End, query: &Query) -> Result<Option<i64>> {
    if let Some(id) = query.get("other").and_then(|text| text.parse().ok()) {
        return Ok(Some(id));
    }
    let Some(name) = query.get("other_name") else { return Ok(None) };
    let named = nodes::named(db, name)?;
    let of_kind: Vec<i64> = named.into_iter().filter(|node| node.end == end).map(|node| node.id).collect();
    Ok(if let [id] = of_kind.as_slice() { Some(*id) } else { None })
}

/// `POST /owners/{id}/merge` and its like: 409 while something stands in the way, 422 while a clash is undecided.
pub async fn create(writer: Writer, Id(id): Id<i64>, form: FormData, end: End) -> Result<Response> {
    writer
        .write(move |db, page| {
            hold_lock(db, Lock::ManyRecords)?;
            let chosen = form.get("other").and_then(|text| text.parse().ok());
            let survivor = face_of(db, Node { end, id })?;
            let Some(other) = chosen else {
                let error = (String::new(), Some("Choose the record that is the same as this one."));
                return merge_page(db, page, StatusCode::UNPROCESSABLE_ENTITY, survivor, None, error);
            };
            let merged = Node { end, id: other };
            hold(db, survivor.node, merged)?;
            let plan = plan(db, &page.visit, survivor.node, merged)?;
            let status =
                if plan.obstacles.is_empty() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::CONFLICT };
            let decided = |clash: &Clash| matches!(form.get(&clash.field()).as_deref(), Some("ours" | "theirs"));
            let undecided = !plan.clashes.iter().all(decided);
            if undecided || !plan.obstacles.is_empty() {
                let error = undecided.then_some("Decide which link stays, for each of them.");
                return merge_page(db, page, status, survivor, Some(plan), (String::new(), error));
            }
            carry(db, &page.visit, &plan, &|clash| form.get(&clash.field()).as_deref() == Some("theirs"))?;
            redirect(
                &format!("/{}", survivor.node),
                &format!("{} is merged into {}. Merges can be undone under Admin.", plan.merged.name, survivor.name),
            )
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
                    end: End::of_name(&merge.record_kind)?,
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
            undo::undo(db, &page.visit, &merge)?;
            let end = End::of_name(&merge.record_kind).ok_or(Error::NotFound)?;
            let back = format!("/{}/{}", end.path(), merge.merged_id);
            redirect(&back, &format!("{} stands on its own again.", merge.merged_name))
        })
        .await
}
