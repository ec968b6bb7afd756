//! Links as they were before a change.

use chrono::NaiveDateTime;
use serde_json::{Map, Value, json};

use super::taking_back::{Taken, earlier, find_held, gone_since, left, object, refuse_gone, refused, typed};
use crate::access::Visit;
use crate::audit::{Action, Fields, Row};
use crate::db::Db;
use crate::error::Result;
use crate::ids::LinkId;
use crate::links::{self, Direction, LinkDraft, LinkEnd, LinkKind, LinkRow};
use crate::records::RecordRef;

/// Takes back that a link was added, removed, or changed in what it says.
pub fn link(db: &mut Db, visit: &Visit, kind: LinkKind, row: &Row, fields: &Fields) -> Result<Taken> {
    let id = LinkId(row.record_id);
    if row.action != Action::Create
        && let Some(words) = gone_since(db, &row.table_name, fields)?
    {
        return refused(format!("Cannot be undone: {words}"));
    }
    if row.action == Action::Delete {
        return put_back(db, visit, kind, &removed(kind, id, fields)?);
    }
    let Some(link) = links::queries::by_id(db, &visit.viewer, kind, id)? else {
        return refused("Cannot be undone: the link was removed since.");
    };
    let (record, names) = ends(db, kind, &link)?;
    let columns = object(links::queries::columns(kind, &link))?;
    let changed = format!("Cannot be undone: the link between {names} changed since.");
    if row.action == Action::Create {
        if columns.iter().any(|(column, value)| left(fields, column) != value) {
            return refused(changed);
        }
        links::queries::delete(db, visit, kind, &link)?;
        return Ok(Taken::at(record, format!("{names} unlinked again")));
    }
    let Ok(before) = earlier(columns, fields) else { return refused(changed) };
    let before = link_of(kind, id, &before, link.created_date)?;
    if before.draft.product_id != link.draft.product_id
        && links::pages::refused_technology(db, &before.draft, link.to)?.is_some()
    {
        return refused(format!("Cannot be undone: the technology is none of the vendor's any more ({names})."));
    }
    if !links::queries::restate(db, visit, kind, &link, &before.draft)? {
        return refused(format!("Cannot be undone: the primary contact changed since ({names})."));
    }
    Ok(Taken::at(record, format!("The link between {names} is as it was before")))
}

/// The records at both ends, kept from other writers and still in the lists: the first, and the names of both.
fn ends(db: &mut Db, kind: LinkKind, link: &LinkRow) -> Result<(RecordRef, String)> {
    let (from, to) = kind.ends();
    let ends = [RecordRef { kind: from, id: link.from }, RecordRef { kind: to, id: link.to }];
    let mut names = Vec::new();
    for end in ends {
        let held = find_held(db, end)?;
        refuse_gone(db, end, &held)?;
        names.push(held.name);
    }
    Ok((ends[0], names.join(" and ")))
}

fn put_back(db: &mut Db, visit: &Visit, kind: LinkKind, link: &LinkRow) -> Result<Taken> {
    let (record, names) = ends(db, kind, link)?;
    if !links::queries::put_back(db, visit, kind, link)? {
        return refused(format!("Cannot be undone: {names} were linked anew since, or another took that place."));
    }
    Ok(Taken::at(record, format!("{names} linked again")))
}

/// A link that was removed, as the audit log has it.
fn removed(kind: LinkKind, id: LinkId, fields: &Fields) -> Result<LinkRow> {
    let columns: Map<String, Value> = fields.iter().map(|(column, (old, _))| (column.clone(), old.clone())).collect();
    let created = typed(columns.get("created_date").cloned().unwrap_or_default())?;
    link_of(kind, id, &columns, created)
}

/// A link by its columns.
fn link_of(kind: LinkKind, id: LinkId, columns: &Map<String, Value>, created_date: NaiveDateTime) -> Result<LinkRow> {
    let held = |column: &str| columns.get(column).cloned().unwrap_or_default();
    let end = LinkEnd { kind, direction: Direction::From };
    let draft = json!({
        "role": kind.role().map(|role| held(role.name)),
        "contracted_volume": held("contracted_volume"),
        "product_id": held("product_id"),
        "is_primary_contact": held("is_primary_contact") == json!(true),
        "notes": held("notes"),
        "sources": held("sources"),
        "is_confidential": held("is_confidential") == json!(true),
    });
    Ok(LinkRow {
        link_id: id,
        from: typed(held(end.own_column()))?,
        to: typed(held(end.field()))?,
        draft: typed::<LinkDraft>(draft)?,
        created_date,
    })
}
