//! A believable body for each route that changes something, so that the proofs walk more than refusals. A new route has
//! to be told here what it takes.

use std::collections::BTreeMap;

use axum::http::Method;
use roundtable::links::{Direction, LinkEnd};
use roundtable::records::RecordKind;

use crate::planted::{Marks, Planted, plant_marked};
use crate::world::{Role, World, on_each};

/// A change as the proofs ask for it.
pub struct Change {
    /// How it is asked for.
    pub method: Method,
    /// The route.
    pub path: String,
    /// The address, with its parameters filled in.
    pub address: String,
    /// The fields.
    pub body: Vec<(&'static str, String)>,
}

/// What would end the session of whoever walks (`accounts.rs` tells what they do), what is asked tool by tool
/// (`mcp.rs`), and what asks for no session.
const NOT_WALKED: [&str; 7] = [
    "/sign-in",
    "/sign-out",
    "/password",
    "/profile/sessions",
    "/mcp",
    "/mail/unsubscribe/{token}",
    "/invitation/{token}",
];

/// Every change there is: those that take something away last, so that the others find it.
pub fn changes(world: &World, planted: &Planted) -> Vec<Change> {
    let routes = roundtable::routes();
    let mut paths: Vec<(Method, String)> = routes
        .list()
        .iter()
        .filter(|route| route.method != Method::GET && !NOT_WALKED.contains(&route.path.as_str()))
        .map(|route| (route.method.clone(), route.path.clone()))
        .collect();
    // What is deleted by its method comes after all else.
    paths.sort_by_key(|(method, path)| if method == Method::DELETE { 9 } else { turn(path) });
    let of_path = |(method, path): &(Method, String)| {
        let change = |address| {
            let body = match path.strip_prefix("/api/v1/") {
                Some(rest) => program_body(world, planted, method, rest),
                None => body(world, planted, path),
            };
            Change { method: method.clone(), path: path.clone(), address, body }
        };
        // A link is added to one record alone, so that from the other end it is not there yet.
        let is_new_link = link_end(path).is_some() && !path.contains("{link_id}");
        let addresses = planted.addresses(world, path).into_iter().take(if is_new_link { 1 } else { usize::MAX });
        addresses.map(change).collect::<Vec<_>>()
    };
    paths.iter().flat_map(of_path).collect()
}

/// When a change has its turn.
fn turn(path: &str) -> usize {
    match path.rsplit('/').next().unwrap_or_default() {
        // First, while there is something to hand over.
        "handover" => 0,
        "delete" if path.contains("/links/") => 4,
        _ if path.contains("/links/") => 2,
        "completion" | "done" | "end" => 3,
        // What is done at a meeting comes before its end.
        "close" => 4,
        "merge" => 5,
        "undo" => 6,
        "archive" => 7,
        "delete" => 8,
        _ => 1,
    }
}

/// The kind of link that a path adds to or takes from.
pub fn link_end(path: &str) -> Option<LinkEnd> {
    let parts: Vec<&str> = path.split('/').collect();
    let (Some(here), Some(&"links"), Some(segment)) = (parts.get(1), parts.get(3), parts.get(4)) else { return None };
    LinkEnd::of(RecordKind::of_path(here)?).into_iter().find(|end| end.segment() == *segment)
}

fn body(world: &World, planted: &Planted, path: &str) -> Vec<(&'static str, String)> {
    let text = |pairs: &[(&'static str, &str)]| -> Vec<(&'static str, String)> {
        pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
    };
    let (today, later) = (world.days_ago(0), world.days_ahead(9));
    let plain = world.person(Role::Plain).to_string();
    let nothing = Vec::new();
    let kind = path.split('/').nth(1).and_then(RecordKind::of_path);
    if let Some(end) = link_end(path) {
        // From one end the first records are linked, from the other the second: no link is there twice.
        let second = usize::from(end.direction == Direction::To || end.own_column() == "vendor_id");
        let there = planted.record(end.there().path(), second).to_string();
        return if path.ends_with("/delete") { nothing } else { vec![(end.field(), there)] };
    }
    match path.rsplit('/').next().unwrap_or_default() {
        "new" | "edit" if path.starts_with("/crm/meetings/") => text(&[("title", "Another"), ("meeting_date", &today)]),
        "start" | "close" | "nukeworks" | "run" | "discard" | "import" | "rehearse" => nothing,
        "files" => text(&[("file", "Another letter.pdf")]),
        _ if path == "/links/{id}/edit" => text(&[("notes", "Said anew of a link")]),
        _ if path == "/files/{id}/edit" => text(&[("file_name", "A letter.pdf")]),
        "test" | "retry" | "resume" | "digest" | "mailbox" | "invitation" => nothing,
        _ if path == "/admin/webhooks/new" => {
            let url = "https://hooks.example/roundtable";
            text(&[("webhook_name", "Warehouse"), ("url", url), ("collections", "clients")])
        }
        "mail" => text(&[("digest", "daily"), ("wants_assignments", "on")]),
        "attendees" => vec![("present", plain)],
        "points" => vec![("client_id", planted.other.to_string())],
        "position" => text(&[("step", "1")]),
        "state" => text(&[("state", "Discussed")]),
        "archive" => text(&[("archived", "on")]),
        "merge" => vec![("other", planted.record(kind.unwrap().path(), 1).to_string())],
        "undo" | "completion" | "done" | "end" => nothing,
        "dropped" => text(&[("reason", "No longer wanted")]),
        "moved" => text(&[("due_date", &later), ("follow_up_date", &later)]),
        "handed-on" => {
            vec![("assigned_to", plain.clone()), ("follow_up_assigned_to", plain), ("is_open", "on".into())]
        }
        "planned-contact" => text(&[("next_planned_contact_date", &later)]),
        "action-items" => {
            vec![("text", "Write to them".into()), ("assigned_to", plain), ("is_open", "on".into())]
        }
        "address" => nothing,
        "tokens" => text(&[("token_name", "Nightly"), ("scope", "read"), ("expires_days", "30")]),
        _ if path == "/admin/tokens/new" => {
            let user = world.number("SELECT user_id FROM users WHERE username = 'robot'").to_string();
            text(&[("user_id", &user), ("token_name", "Nightly"), ("scope", "read"), ("expires_days", "30")])
        }
        "moves" => {
            let entry = format!("/clients/{}", planted.client);
            vec![("entry", entry), ("day", later), ("shown", "view=week".into())]
        }
        "recognised" => text(&[("action_items", "The team person: write by tomorrow")]),
        _ if path == "/action-items/{id}/edit" => {
            let who = world.person(Role::Team).to_string();
            vec![("text", "Write to them again".into()), ("assigned_to", who), ("is_open", "on".into())]
        }
        "pause" => text(&[("paused_until", &later), ("pause_reason", "Nobody is there")]),
        "rhythm" => text(&[("rhythm_high_days", "33")]),
        "delete" => match kind {
            Some(kind) => vec![(kind.name_column(), format!("{} one", kind.label()))],
            None => nothing,
        },
        "handover" => vec![("successor", plain), ("secondary", planted.client.to_string())],
        "assessment" => {
            text(&[("client_priority", "Medium"), ("client_status", "Warm"), ("assessment_reason", "They said so")])
        }
        "contact" => {
            text(&[("contact_date", &today), ("contact_type", "Email"), ("next_planned_contact_date", &later)])
        }
        "correction" => text(&[("meeting_date", &today), ("discussion", "Said better")]),
        "presenting" | "writing" => vec![("client_id", planted.client.to_string())],
        _ if path.starts_with("/drafts/") => text(&[("meeting_date", &today), ("next_steps", "Half a sen")]),
        _ if path == "/crm/roundtable/{id}" => text(&[("meeting_date", &today), ("next_steps", "Call them")]),
        "columns" => text(&[("column", "links"), ("column", "priority"), ("list", "sort=-name")]),
        _ if path == "/clients/views/new" => {
            text(&[("view_name", "Governments"), ("list", "client_type=Government&priority=Low")])
        }
        "many" => {
            let ids = [planted.client, planted.other].map(|id| ("client", id.to_string()));
            // None of it is what others of these bodies set.
            [&ids[..], &text(&[("next_planned_contact_date", &today), ("client_status", "Cold")])].concat()
        }
        _ if path == "/contacts/new" => {
            let client = planted.client.to_string();
            text(&[("client_id", &client), ("contact_date", &today), ("contact_type", "Phone")])
        }
        _ if path == "/contacts/{id}/edit" => {
            let more = [
                ("contact_date", &*today),
                ("contact_type", "Video"),
                ("contacted_by", &*plain),
                ("follow_up_needed", "on"),
            ];
            text(&[&more[..], &[("summary", "Said otherwise")]].concat())
        }
        _ if path == "/admin/users/new" => {
            let name = [("username", "newcomer"), ("full_name", "New Comer"), ("email", "new@mpr.example")];
            text(&[&name[..], &[("password", "a long enough one"), ("is_active", "on")]].concat())
        }
        _ if path == "/admin/users/{id}/edit" => {
            let name = [("username", "plain"), ("full_name", "Plain Person"), ("email", "plain@mpr.example")];
            text(&[&name[..], &[("is_active", "on")]].concat())
        }
        _ if path == "/admin/demonstration" => Vec::new(),
        _ if path == "/admin/settings" => text(&[("organisation", "MPR Associates"), ("urgent_after_days", "90")]),
        form @ ("new" | "edit") => {
            let kind = kind.unwrap_or_else(|| panic!("the proofs do not know what {path} takes"));
            let which = if form == "new" { "three, of another name" } else { "one" };
            let mut fields = vec![
                (kind.name_column(), format!("{} {which}", kind.label())),
                ("notes", "An open word".to_owned()),
                ("name_confirmed", "on".to_owned()),
            ];
            match kind {
                RecordKind::Technology => fields.push(("vendor_id", planted.record("vendors", 0).to_string())),
                RecordKind::Person => {
                    fields.extend(text(&[("personnel_type", "External"), ("is_active", "on")]));
                }
                _ => {}
            }
            fields
        }
        _ => panic!("the proofs do not know what {path} takes"),
    }
}

/// What a program sends.
fn program_body(world: &World, planted: &Planted, method: &Method, path: &str) -> Vec<(&'static str, String)> {
    let first = path.split('/').next().unwrap_or_default();
    let text = |pairs: &[(&'static str, &str)]| -> Vec<(&'static str, String)> {
        pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
    };
    let (today, client) = (world.days_ago(0), planted.client.to_string());
    let team = format!("[{}]", world.person(Role::Team));
    let of_client = |more: &[(&'static str, &str)]| text(&[&[("client_id", &*client)], more].concat());
    match (method, first, RecordKind::of_path(first)) {
        (&Method::DELETE, ..) => Vec::new(),
        (&Method::PATCH, "contacts", _) => text(&[("summary", "Said by a program")]),
        (&Method::PATCH, "entries", _) => text(&[("discussion", "Said by a program")]),
        (&Method::PATCH, "action-items", _) => text(&[("text", "Have a program write to them")]),
        (&Method::PATCH, "links", _) => text(&[("notes", "Said of a link by a program")]),
        (&Method::PATCH, "meetings", _) => text(&[("title", "Called so by a program")]),
        (&Method::PATCH, _, Some(_)) => text(&[("notes", "Words of a program")]),
        (_, "contacts", _) => of_client(&[("contact_type", "Email"), ("contact_date", &today)]),
        (_, "entries", _) => of_client(&[("meeting_date", &today), ("next_steps", "Call them")]),
        (_, "action-items", _) => of_client(&[("text", "Let a program write"), ("assigned_to", &team)]),
        (_, "meetings", _) => text(&[("title", "Of a program"), ("meeting_date", &today)]),
        (_, "links", _) => {
            let owner = planted.record("owners", 1).to_string();
            of_client(&[("kind", "client_owner_relationships"), ("owner_id", &owner)])
        }
        (_, _, Some(kind)) => {
            let name = format!("{} five, of yet another name", kind.label());
            let mut fields = vec![(kind.name_column(), name), ("name_confirmed", "on".into())];
            match kind {
                RecordKind::Technology => fields.push(("vendor_id", planted.record("vendors", 0).to_string())),
                RecordKind::Person => fields.extend(text(&[("personnel_type", "External")])),
                _ => {}
            }
            fields
        }
        _ => panic!("the proofs do not know what {method} {path} takes"),
    }
}

/// As pairs for a request.
pub fn pairs<'b>(body: &'b [(&'static str, String)]) -> Vec<(&'static str, &'b str)> {
    body.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

on_each! {
    async fn whoever_has_every_right_gets_through_with_these_bodies(world: &World) {
        let planted = plant_marked(world, Marks { team: true, confidential: false }).await;
        let mut done = BTreeMap::new();
        for change in changes(world, &planted) {
            let answer = world.ask(&change.method, Role::Admin, &change.address, &pairs(&change.body)).await;
            let status = answer.status.as_u16();
            let best = done.entry(format!("{} {}", change.method, change.path)).or_insert(status);
            *best = status.min(*best);
        }
        // What others depend on is not deleted, where both have the same link a merge asks which one stays, and the
        // demonstration is for an empty database; a file is no form, and `nukeworks.rs` sends one; a mailbox has
        // `mail/mailbox.rs`.
        let may_refuse = |change: &str| {
            let is_last = ["/delete", "/merge", "/demonstration"].iter().any(|end| change.ends_with(end));
            let is_elsewhere = change.starts_with("POST /import") || change == "POST /admin/mailbox";
            is_last || is_elsewhere || change.starts_with("DELETE ")
        };
        // What answers with a part of a page changes nothing yet.
        let is_through = |status: u16| matches!(status, 200 | 201 | 204 | 303);
        let refused: Vec<_> =
            done.iter().filter(|(path, status)| !is_through(**status) && !may_refuse(path)).collect();
        assert!(refused.is_empty(), "{refused:?}");
    }
}
