//! The audit log in the browser, for administrators: all changes in words, narrowed by person, record, act, way, day.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{Datelike, Days, NaiveDate};

use super::history::subject;
use super::told::{Told, UndoneBy, told};
use crate::access::Way;
use crate::audit::reading_queries::{self, Asked, Condition};
use crate::closed_list::{ClosedList, closed_list};
use crate::db::Db;
use crate::error::Result;
use crate::ids::UserId;
use crate::index;
use crate::records::{self, RecordRef, indexing};
use crate::sessions;
use crate::web::{COUNTED, Chip, Choice, Count, PAGE_ROWS, Paging, Query, Reader, Shell, address, html};

closed_list! {
    /// What a change did.
    Act {
        Edit = "edit",
        Add = "add",
        Link = "link",
        Contact = "contact",
        Entry = "entry",
        Item = "item",
        Archive = "archive",
        Merge = "merge",
        Delete = "delete",
        Account = "account",
        SignIn = "sign-in",
    }
}

impl Act {
    fn label(self) -> &'static str {
        match self {
            Self::Edit => "Edits of records",
            Self::Add => "New records",
            Self::Link => "Links",
            Self::Contact => "Contacts",
            Self::Entry => "Roundtable entries",
            Self::Item => "Action items",
            Self::Archive => "Archived, brought back",
            Self::Merge => "Merges",
            Self::Delete => "Deletions",
            Self::Account => "Accounts and tokens",
            Self::SignIn => "Signing in",
        }
    }

    /// What holds for a row of the log that did it.
    fn condition(self) -> Condition {
        use Condition::{Frequent, Rare};
        match self {
            Self::Edit => Frequent(
                "action = 'update' AND table_name NOT IN ('contact_log', 'roundtable_history', 'merges', \
                 'users', 'tokens', 'action_items', 'action_item_owners') AND table_name NOT LIKE '%_relationships' \
                 AND changes NOT LIKE '{\"is_archived\"%'",
            ),
            Self::Add => Frequent(
                "action = 'create' AND table_name NOT IN ('contact_log', 'roundtable_history', 'merges', \
                 'users', 'tokens', 'action_items', 'action_item_owners') AND table_name NOT LIKE '%_relationships'",
            ),
            Self::Link => Frequent("table_name LIKE '%_relationships'"),
            Self::Contact => Frequent("table_name = 'contact_log'"),
            Self::Entry => Frequent("table_name = 'roundtable_history'"),
            Self::Item => Frequent("table_name IN ('action_items', 'action_item_owners')"),
            Self::Archive => Frequent("action = 'update' AND changes LIKE '{\"is_archived\"%'"),
            Self::Merge => Rare("table_name = 'merges'"),
            Self::Delete => Frequent("action = 'delete' AND table_name NOT LIKE '%_relationships'"),
            Self::Account => {
                Rare("((table_name = 'users' AND action IN ('create', 'update', 'password')) OR table_name = 'tokens')")
            }
            Self::SignIn => {
                Frequent("table_name = 'users' AND action IN ('sign in', 'sign in refused', 'password refused')")
            }
        }
    }
}

fn way_label(way: Way) -> &'static str {
    match way {
        Way::Page => "Pages",
        Way::Api => "API",
        Way::Assistant => "Assistants",
        Way::Import => "Imports",
        Way::Undo => "Undo",
        Way::Command => "Command line",
    }
}

#[derive(Template)]
#[template(path = "changes/audit.html")]
struct AuditPage {
    shell: Shell,
    path: &'static str,
    changes: Vec<Told>,
    paging: Paging,
    people: Vec<Choice>,
    acts: Vec<Choice>,
    by: String,
    ways: Vec<Choice>,
    act: String,
    way: String,
    day: String,
    record: String,
    /// What was typed for a record that is not there.
    unknown: bool,
    chips: Vec<Chip>,
}

const PATH: &str = "/admin/audit";

/// `GET /admin/audit`: `?by=`, `?record=`, `?act=`, `?way=` and `?day=` narrow it.
pub async fn list(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_admin()?;
            let text = |name: &str| query.get(name).unwrap_or_default().to_owned();
            let [by, act, way, day, record] = ["by", "act", "way", "day", "record"].map(text);
            let found = if record.is_empty() { None } else { record_called(db, &record)? };
            let chosen_act = Act::parse(&act).ok();
            let chosen_way = Way::parse(&way).ok();
            let chosen_day = day.parse::<NaiveDate>().ok().filter(|day| (1900..=2200).contains(&day.year()));
            let asked = Asked {
                subject: found.as_ref().map(|(record, _)| subject(*record)),
                by: by.parse().ok().map(UserId),
                rows: chosen_act.map(Act::condition),
                way: chosen_way,
                between: chosen_day.map(|day| (page.end_of(day - Days::new(1)), page.end_of(day))),
                ..Asked::default()
            };
            let unknown = !record.is_empty() && found.is_none();
            let total = match unknown {
                true => 0,
                false => reading_queries::count(db, pass, page.viewer(), &asked, COUNTED + 1)?,
            };
            let total = Count::bounded(total);
            let number = query.page(total.rows);
            let listed = match unknown {
                true => Vec::new(),
                false => {
                    let offset = (number - 1) * PAGE_ROWS;
                    reading_queries::list(db, pass, page.viewer(), &asked, offset, PAGE_ROWS)?
                }
            };
            let shown = listed.len();
            let changes = told(db, page, None, listed)?;
            let mut people: Vec<_> = sessions::queries::full_names(db)?.into_iter().collect();
            people.sort_by(|one, other| one.1.cmp(&other.1));
            let people: Vec<Choice> = people.into_iter().map(|(id, name)| Choice::new(id, name)).collect();
            let kept = [("by", by.as_str()), ("record", &record), ("act", &act), ("way", &way), ("day", &day)];
            let without = |left: &str| {
                let rest: Vec<_> = kept.into_iter().filter(|(name, _)| *name != left).collect();
                address(PATH, &rest)
            };
            let chip = |label: String, name: &str| Chip { label, without: without(name) };
            let person = people.iter().find(|choice| choice.value == by).map(|choice| choice.label.clone());
            let chips = [
                person.map(|name| chip(format!("Person: {name}"), "by")),
                found.map(|(_, name)| chip(format!("Record: {name}"), "record")),
                chosen_act.map(|act| chip(act.label().to_owned(), "act")),
                chosen_way.map(|way| chip(format!("Way: {}", way_label(way)), "way")),
                chosen_day.map(|day| chip(format!("Day: {}", page.day(day).full()), "day")),
            ];
            let link = |number: i64| {
                let number = number.to_string();
                address(PATH, &[&kept[..], &[("page", number.as_str())]].concat())
            };
            let paging = Paging::new(number, shown, total, link);
            let acts = Act::ALL.iter().map(|act| Choice::new(act, act.label())).collect();
            let ways = Way::ALL.iter().map(|way| Choice::new(way, way_label(*way))).collect();
            let page = AuditPage {
                shell: page.shell("Audit log", "admin"),
                path: PATH,
                changes,
                paging,
                people,
                acts,
                ways,
                by,
                act,
                way,
                day,
                record,
                unknown,
                chips: chips.into_iter().flatten().collect(),
            };
            html(StatusCode::OK, &page)
        })
        .await
}

/// The record that is meant, by its address or by its name, with its name.
fn record_called(db: &mut Db, typed: &str) -> Result<Option<(RecordRef, String)>> {
    let record = match RecordRef::parse(typed) {
        Some(record) => Some(record),
        None => {
            let current = index::names(db, None, false, typed, 1)?.hits;
            let hits = if current.is_empty() { index::names(db, None, true, typed, 1)?.hits } else { current };
            hits.first().and_then(|hit| Some(RecordRef { kind: indexing::kind_at(hit.kind)?, id: hit.id }))
        }
    };
    let names = records::queries::names_of(db, record)?;
    Ok(record.and_then(|record| Some((record, names.get(&record)?.clone()))))
}
