//! All entries of a client in the order of time, with what each correction changed, and a search in them.

use std::collections::HashMap;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::pages::{Item, items};
use super::{RoundtableEntry, queries};
use crate::access::TeamPass;
use crate::clients::{self, Client};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::{ClientId, HistoryId, UserId};
use crate::index::marks::{Piece, marked};
use crate::index::{texts, words_of};
use crate::sessions;
use crate::since::{Compared, compared};
use crate::web::{Count, Id, PAGE_ROWS, Page, Paging, Query, Reader, Shell, address, html};

/// One version of an entry.
struct Version {
    item: Item,
    /// Who wrote it, and when.
    written: String,
    /// Its texts under their headings, with the words that were searched.
    texts: Vec<(&'static str, Vec<Piece>)>,
    /// What it changed of the version that it corrects.
    changes: Vec<(&'static str, Compared)>,
    /// The day of the meeting in the version that it corrects, if that was another.
    moved_from: Option<String>,
}

#[derive(Template)]
#[template(path = "roundtable/history.html")]
struct HistoryPage {
    shell: Shell,
    client: Client,
    versions: Vec<Version>,
    /// What was searched.
    search: String,
    /// Whether there are versions that were not searched.
    is_cut: bool,
    paging: Paging,
}

/// So many versions of one client are searched, the latest of them.
const SEARCHED: i64 = 500;

/// `GET /crm/roundtable/{client_id}`: all entries of a client, earlier versions included; `?search=` narrows them.
pub async fn show(reader: Reader, Id(id): Id<ClientId>, query: Query) -> Result<Response> {
    reader
        .page(move |db, page| {
            let pass = page.viewer().require_team()?;
            let client = clients::queries::find(db, id)?.ok_or(Error::NotFound)?;
            let search = query.get("search").unwrap_or_default().trim().to_owned();
            let words = texts::asked(&search);
            let total = queries::count_versions(db, pass, id)?;
            let is_cut = !words.is_empty() && total.rows > SEARCHED;
            let (entries, paging) = if words.is_empty() {
                let number = query.page(total.rows);
                let entries = queries::history(db, pass, id, (number - 1) * PAGE_ROWS, PAGE_ROWS)?;
                let paging = Paging::new(number, entries.len(), total, |number| page_of(id, "", number));
                (entries, paging)
            } else {
                let mut entries = queries::history(db, pass, id, 0, SEARCHED)?;
                entries.retain(|entry| holds(entry, &words));
                let found = i64::try_from(entries.len()).unwrap_or(i64::MAX);
                let number = query.page(found);
                let before = usize::try_from((number - 1) * PAGE_ROWS).unwrap_or(usize::MAX);
                let rows = usize::try_from(PAGE_ROWS).unwrap_or(usize::MAX);
                let entries: Vec<RoundtableEntry> = entries.into_iter().skip(before).take(rows).collect();
                let found = Count::exactly(found).among_found(is_cut);
                let paging = Paging::new(number, entries.len(), found, |number| page_of(id, &search, number));
                (entries, paging)
            };
            let versions = versions(db, page, pass, entries, &words)?;
            let name = &client.draft.client_name;
            let shell =
                page.shell(format!("Roundtable history of {name}"), "roundtable").crumb(name, format!("/clients/{id}"));
            html(StatusCode::OK, &HistoryPage { shell, client, versions, search, is_cut, paging })
        })
        .await
}

fn page_of(id: ClientId, search: &str, number: i64) -> String {
    address(&format!("/crm/roundtable/{id}"), &[("search", search), ("page", &number.to_string())])
}

/// Whether an entry holds each of the words, wherever it stands.
fn holds(entry: &RoundtableEntry, words: &[Vec<String>]) -> bool {
    let texts = entry.draft.texts();
    let held: Vec<String> = texts.iter().filter_map(|(_, text)| *text).flat_map(words_of).collect();
    words.iter().all(|forms| held.iter().any(|one| forms.iter().any(|form| one.starts_with(form.as_str()))))
}

fn versions(
    db: &mut Db,
    page: &Page,
    pass: TeamPass,
    entries: Vec<RoundtableEntry>,
    words: &[Vec<String>],
) -> Result<Vec<Version>> {
    let ids: Vec<i64> = entries.iter().map(|entry| entry.history_id.0).collect();
    let before = queries::corrected_by(db, pass, &ids)?.into_iter();
    let mut before: HashMap<HistoryId, RoundtableEntry> =
        before.filter_map(|entry| Some((entry.superseded_by?, entry))).collect();
    let names = sessions::queries::full_names(db)?;
    let version = |item: Item| {
        let entry = &item.entry;
        let before = before.remove(&entry.history_id);
        let author = entry.created_by.and_then(|UserId(id)| names.get(&id)).map_or("the server", String::as_str);
        let filled = entry.draft.texts().into_iter().filter_map(|(heading, text)| Some((heading, text?)));
        Version {
            written: format!("Written {} by {author}", page.moment(entry.created_date)),
            texts: filled.map(|(heading, text)| (heading, marked(text, words))).collect(),
            changes: before.as_ref().map(|before| changes(before, entry)).unwrap_or_default(),
            moved_from: before
                .filter(|before| before.draft.meeting_date != entry.draft.meeting_date)
                .map(|before| page.day(before.draft.meeting_date).full()),
            item,
        }
    };
    Ok(items(page, entries).into_iter().map(version).collect())
}

/// The texts that differ, each as it was and as it became.
fn changes(before: &RoundtableEntry, after: &RoundtableEntry) -> Vec<(&'static str, Compared)> {
    let texts = before.draft.texts().into_iter().zip(after.draft.texts());
    let compare = |((heading, old), (_, new)): ((_, Option<&str>), (_, Option<&str>))| {
        (heading, compared(old.unwrap_or_default(), new.unwrap_or_default()))
    };
    texts.map(compare).filter(|(_, compared)| !compared.is_same()).collect()
}
