//! Links as they were before a change.

use serde_json::json;

use super::taking_back::{Taken, find_held, gone_since, left, object, refuse_gone, refused, typed};
use crate::access::Visit;
use crate::audit::{Action, Fields, Row};
use crate::db::Db;
use crate::error::Result;
use crate::ids::LinkId;
use crate::links::{self, Direction, LinkDraft, LinkEnd, LinkKind, LinkRow};
use crate::records::RecordRef;

/// Takes back that a link was added, removed, or lost its place as the primary contact.
pub fn link(db: &mut Db, visit: &Visit, kind: LinkKind, row: &Row, fields: &Fields) -> Result<Taken> {
    let id = LinkId(row.record_id);
    match row.action {
        Action::Delete => match gone_since(db, &row.table_name, fields)? {
            Some(words) => refused(format!("Cannot be undone: {words}")),
            None => put_back(db, visit, kind, &removed(kind, id, fields)?),
        },
        Action::Create => {
            let Some(link) = links::queries::by_id(db, &visit.viewer, kind, id)? else {
                return refused("Cannot be undone: the link was removed since.");
            };
            let (record, names) = ends(db, kind, &link)?;
            let columns = object(links::queries::columns(kind, &link))?;
            if columns.iter().any(|(column, value)| left(fields, column) != value) {
                return refused(format!("Cannot be undone: the link between {names} changed since."));
            }
            links::queries::delete(db, visit, kind, &link)?;
            Ok(Taken::at(record, format!("{names} unlinked again")))
        }
        _ => {
            let Some(link) = links::queries::by_id(db, &visit.viewer, kind, id)? else {
                return refused("Cannot be undone: the link was removed since.");
            };
            let (record, names) = ends(db, kind, &link)?;
            let was_primary = fields.get("is_primary_contact").is_some_and(|(old, _)| old == &json!(true));
            if !was_primary {
                return refused(format!("Cannot be undone: choose the primary contact again by hand ({names})."));
            }
            if !links::queries::restore_primary(db, visit, &link)? {
                return refused(format!("Cannot be undone: the primary contact changed since ({names})."));
            }
            Ok(Taken::at(record, format!("{names}: primary contact again")))
        }
    }
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
    let was = |column: &str| fields.get(column).map(|(old, _)| old.clone()).unwrap_or_default();
    let end = LinkEnd { kind, direction: Direction::From };
    let draft = json!({
        "role": kind.role().map(|role| was(role.name)),
        "contracted_volume": was("contracted_volume"),
        "product_id": was("product_id"),
        "is_primary_contact": was("is_primary_contact") == json!(true),
        "notes": was("notes"),
        "sources": was("sources"),
        "is_confidential": was("is_confidential") == json!(true),
    });
    Ok(LinkRow {
        link_id: id,
        from: typed(was(end.own_column()))?,
        to: typed(was(end.field()))?,
        draft: typed::<LinkDraft>(draft)?,
        created_date: typed(was("created_date"))?,
    })
}
