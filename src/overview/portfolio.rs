//! The clients of the roundtable on paper, one page each, in rank order: what the team has before it when it goes
//! through them.

use std::collections::HashMap;

use axum::response::Response;
use roundtable_pdf::{Block, Sheet};

use super::brief::{LETTERS, of_team, readers, under, who};
use crate::clients::assessment::{self, Assessment};
use crate::clients::{self, Client, ClientId};
use crate::contacts;
use crate::contacts::pages::Item;
use crate::db::Db;
use crate::error::Result;
use crate::people::queries::Names;
use crate::records::{self, RecordRef};
use crate::roundtable::{self, RoundtableEntry};
use crate::web::markdown::{markdown_file, markdown_of};
use crate::web::{Page, Reader, beginning, pdf_of};

/// Clients at most, so that its making stays within bounds.
const CLIENTS: i64 = 300;

/// `GET /crm/portfolio.pdf`
pub async fn show(reader: Reader) -> Result<Response> {
    reader
        .page(|db, page| {
            let title = format!("Portfolio review of {}", page.day(page.visit.today).full());
            pdf_of(&format!("portfolio-{}.pdf", page.visit.today), &title, &sheets(db, page, &title)?)
        })
        .await
}

/// `GET /crm/portfolio.md`
pub async fn as_markdown(reader: Reader) -> Result<Response> {
    reader
        .page(|db, page| {
            let title = format!("Portfolio review of {}", page.day(page.visit.today).full());
            let of_each: Vec<String> = sheets(db, page, &title)?.iter().map(markdown_of).collect();
            markdown_file(&format!("portfolio-{}.md", page.visit.today), of_each.join("\n"))
        })
        .await
}

/// What is known of each client beside itself.
struct Known {
    judged: HashMap<ClientId, Assessment>,
    entries: HashMap<ClientId, RoundtableEntry>,
    contacts: HashMap<ClientId, Vec<Item>>,
    names: HashMap<RecordRef, String>,
}

fn sheets(db: &mut Db, page: &Page, title: &str) -> Result<Vec<Sheet>> {
    let pass = page.viewer().require_team()?;
    let mut ids: Vec<ClientId> =
        assessment::agenda(db, pass, 0, CLIENTS + 1)?.into_iter().map(|(row, _)| row.client_id).collect();
    let is_cut = i64::try_from(ids.len()).is_ok_and(|found| found > CLIENTS);
    ids.truncate(usize::try_from(CLIENTS).unwrap_or(usize::MAX));
    let mut clients = clients::queries::find_each(db, &ids)?;
    clients.sort_by_key(|client| ids.iter().position(|id| *id == client.client_id));
    let entries = roundtable::queries::latest_of_each(db, pass, &ids)?;
    let logged = contacts::queries::latest_of_each(db, page.viewer(), &ids)?;
    let people = clients.iter().flat_map(|client| {
        let (draft, last, planned) = (&client.draft, &client.last_contact, &client.planned);
        [draft.mpr_primary_poc, draft.mpr_secondary_poc, last.last_contact_by, planned.next_planned_contact_assigned_to]
    });
    let mentioned = people.flatten().map(RecordRef::from).chain(contacts::pages::mentioned(&logged));
    let names = records::queries::names_of(db, mentioned.collect::<Vec<_>>())?;
    let mut of_clients: HashMap<ClientId, Vec<Item>> = HashMap::new();
    for item in contacts::pages::items_named(page, logged, &names) {
        of_clients.entry(item.contact.client_id).or_default().push(item);
    }
    let known = Known {
        judged: assessment::find_each(db, pass, &ids)?,
        entries: entries.into_iter().map(|entry| (entry.client_id, entry)).collect(),
        contacts: of_clients,
        names,
    };
    let mut sheets: Vec<Sheet> = clients.iter().map(|client| sheet(page, client, &known)).collect();
    if sheets.is_empty() {
        sheets.push(remark(page, title, "No client is Active, Warm, Strategic or High.".into()));
    }
    if is_cut {
        let words = format!("These are the first {CLIENTS} clients in rank order. The roundtable lists the others.");
        sheets.push(remark(page, title, words));
    }
    Ok(sheets)
}

/// A page that says one thing.
fn remark(page: &Page, title: &str, words: String) -> Sheet {
    let blocks = vec![Block::Remark(words)];
    Sheet { title: title.to_owned(), foot: readers(page).into(), blocks, is_one_page: true }
}

fn sheet(page: &Page, client: &Client, known: &Known) -> Sheet {
    let id = client.client_id;
    let mut blocks = who(page, client, &Names::among(&known.names));
    blocks.extend(known.judged.get(&id).into_iter().flat_map(of_team));
    if let Some(entry) = known.entries.get(&id) {
        blocks.push(Block::Heading(format!("Roundtable of {}", page.day(entry.draft.meeting_date).full())));
        let texts = entry.draft.texts().into_iter();
        blocks.extend(texts.filter_map(|(label, text)| Some(Block::Fact(label.into(), beginning(text?, LETTERS)))));
    }
    let contacts = known.contacts.get(&id).into_iter().flatten().map(|item| {
        let draft = &item.contact.draft;
        let said = draft.summary.as_deref().map(|text| format!(": {}", beginning(text, LETTERS))).unwrap_or_default();
        let by = item.made_by.as_deref().unwrap_or("–");
        Block::Item(format!("{}, {}, {by}{said}", item.day.full(), draft.contact_type))
    });
    blocks.extend(under("Contacts", contacts.collect()));
    let foot = format!("{} · {} · {}", client.draft.client_name, page.day(page.visit.today).full(), readers(page));
    Sheet { title: client.draft.client_name.clone(), foot, blocks, is_one_page: true }
}
