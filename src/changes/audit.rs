//! The audit log in the browser and as a file, for administrators: all changes in words, narrowed by person, record,
//! act, way, day.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{Datelike, Days, NaiveDate};

use super::history::subject;
use super::told::{self, Told, UndoneBy, told};
use crate::access::{AdminPass, Way};
use crate::audit::reading_queries::{self, Asked, Condition, Listed};
use crate::closed_list::{ClosedList, closed_list};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::export::{self, Format, Sheet};
use crate::ids::UserId;
use crate::index;
use crate::records::{self, RecordRef, indexing};
use crate::sessions;
use crate::web::{COUNTED, Chip, Choice, Count, PAGE_ROWS, Page, Paging, Query, Reader, Shell, address, html};

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
    ways: Vec<Choice>,
    /// What narrows it: person, record, act, way, day.
    asked: [String; 5],
    /// What was typed for a record that is not there.
    unknown: bool,
    chips: Vec<Chip>,
}

const PATH: &str = "/admin/audit";

/// Changes that go into a file at most, so that its making stays within bounds.
const EXPORTED_CHANGES: i64 = 2_000;

/// What narrows the log, as it was asked for and as it was understood.
struct Narrowed {
    typed: [String; 5],
    record: Option<(RecordRef, String)>,
    act: Option<Act>,
    way: Option<Way>,
    day: Option<NaiveDate>,
}

/// The parameters that narrow it, in the order of `typed`.
const NAMES: [&str; 5] = ["by", "record", "act", "way", "day"];

impl Narrowed {
    fn read(db: &mut Db, query: &Query) -> Result<Self> {
        let typed = NAMES.map(|name| query.get(name).unwrap_or_default().to_owned());
        let [_, record, act, way, day] = &typed;
        let day = day.parse::<NaiveDate>().ok().filter(|day| (1900..=2200).contains(&day.year()));
        Ok(Self {
            record: if record.is_empty() { None } else { record_called(db, record)? },
            act: Act::parse(act).ok(),
            way: Way::parse(way).ok(),
            day,
            typed,
        })
    }

    /// Whether a record was asked for that is not there.
    fn is_unknown(&self) -> bool {
        !self.typed[1].is_empty() && self.record.is_none()
    }

    /// How many changes fit, no further than `limit`.
    fn count(&self, db: &mut Db, page: &Page, pass: AdminPass, limit: i64) -> Result<i64> {
        if self.is_unknown() {
            return Ok(0);
        }
        reading_queries::count(db, pass, page.viewer(), &self.asked(page), limit)
    }

    /// Those that fit, the latest first.
    fn list(&self, db: &mut Db, page: &Page, pass: AdminPass, (offset, limit): (i64, i64)) -> Result<Vec<Listed>> {
        if self.is_unknown() {
            return Ok(Vec::new());
        }
        reading_queries::list(db, pass, page.viewer(), &self.asked(page), offset, limit)
    }

    fn asked(&self, page: &Page) -> Asked {
        Asked {
            subject: self.record.as_ref().map(|(record, _)| subject(*record)),
            by: self.typed[0].parse().ok().map(UserId),
            rows: self.act.map(Act::condition),
            way: self.way,
            between: self.day.map(|day| (page.end_of(day - Days::new(1)), page.end_of(day))),
            ..Asked::default()
        }
    }

    /// The address with what narrows it, but for one of those, and with one more.
    fn address(&self, path: &str, without: &str, more: (&str, &str)) -> String {
        let kept = NAMES.into_iter().zip(self.typed.iter().map(String::as_str)).filter(|(name, _)| *name != without);
        address(path, &kept.chain([more]).collect::<Vec<_>>())
    }

    fn chips(&self, page: &Page, people: &[Choice]) -> Vec<Chip> {
        let chip = |label: String, name: &str| Chip { label, without: self.address(PATH, name, ("page", "")) };
        let person = people.iter().find(|choice| choice.value == self.typed[0]);
        let chips = [
            person.map(|person| chip(format!("Person: {}", person.label), "by")),
            self.record.as_ref().map(|(_, name)| chip(format!("Record: {name}"), "record")),
            self.act.map(|act| chip(act.label().to_owned(), "act")),
            self.way.map(|way| chip(format!("Way: {}", way_label(way)), "way")),
            self.day.map(|day| chip(format!("Day: {}", page.day(day).full()), "day")),
        ];
        chips.into_iter().flatten().collect()
    }
}

/// `GET /admin/audit`: `?by=`, `?record=`, `?act=`, `?way=` and `?day=` narrow it.
pub async fn list(reader: Reader, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_admin()?;
            let narrowed = Narrowed::read(db, &query)?;
            let total = Count::bounded(narrowed.count(db, page, pass, COUNTED + 1)?);
            let number = query.page(total.rows);
            let listed = narrowed.list(db, page, pass, ((number - 1) * PAGE_ROWS, PAGE_ROWS))?;
            let shown = listed.len();
            let changes = told(db, page, None, listed)?;
            let mut people: Vec<_> = sessions::queries::full_names(db)?.into_iter().collect();
            people.sort_by(|one, other| one.1.cmp(&other.1));
            let people: Vec<Choice> = people.into_iter().map(|(id, name)| Choice::new(id, name)).collect();
            let link = |number: i64| narrowed.address(PATH, "", ("page", &number.to_string()));
            let paging = Paging::new(number, shown, total, link).with_files(&narrowed.address(PATH, "", ("page", "")));
            let shown = AuditPage {
                shell: page.shell("Audit log", "admin"),
                path: PATH,
                changes,
                paging,
                acts: Act::ALL.iter().map(|act| Choice::new(act, act.label())).collect(),
                ways: Way::ALL.iter().map(|way| Choice::new(way, way_label(*way))).collect(),
                chips: narrowed.chips(page, &people),
                people,
                unknown: narrowed.is_unknown(),
                asked: narrowed.typed,
            };
            html(StatusCode::OK, &shown)
        })
        .await
}

/// `GET /admin/audit.csv` and its like: the log as it is narrowed, a row for what was done to each record.
pub async fn export(reader: Reader, query: Query, format: Format) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_admin()?;
            let narrowed = Narrowed::read(db, &query)?;
            if narrowed.count(db, page, pass, EXPORTED_CHANGES + 1)? > EXPORTED_CHANGES {
                let words =
                    "The log has more than 2,000 changes: narrow it by a day or a person, then export it again.";
                return Err(Error::Refused(words.into()));
            }
            let listed = narrowed.list(db, page, pass, (0, EXPORTED_CHANGES))?;
            let rows = told(db, page, None, listed)?.iter().flat_map(Told::rows).collect();
            export::answer(&Sheet::new("Audit log", told::HEADS, rows), format, page.visit.today)
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
