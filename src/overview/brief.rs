//! A client on one page, to be read on the way to it: who, what was, the way to the reactor, what is open. Each reader
//! gets what they may see.

use std::collections::HashMap;

use axum::response::Response;
use roundtable_pdf::{Block, Sheet};

use crate::action_items::{self, ActionItem};
use crate::clients::assessment::{self, Assessment};
use crate::clients::{self, AttentionRule, Client, ClientId};
use crate::contacts::{self, Contact, list_queries::ContactFilter};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::links::{self, Chains, Group, LinkKind};
use crate::meetings;
use crate::people::queries::Names;
use crate::records::{self, RecordKind, RecordRef};
use crate::roundtable;
use crate::web::markdown::{markdown_file, markdown_of};
use crate::web::{Day, Id, Page, Reader, beginning, pdf};

/// So many contacts, and people at the client, find room.
const CONTACTS: i64 = 6;
const PEOPLE: usize = 6;

/// So many entries of the roundtable.
const ENTRIES: i64 = 2;

/// So many action items.
const ITEMS: i64 = 8;

/// So many letters of a text.
pub const LETTERS: usize = 280;

/// `GET /clients/{id}/brief.pdf`
pub async fn show(reader: Reader, Id(id): Id<ClientId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let client = clients::queries::find(db, id)?.ok_or(Error::NotFound)?;
            pdf(&format!("brief-{id}.pdf"), &sheet(db, page, &client)?)
        })
        .await
}

/// `GET /clients/{id}/brief.md`
pub async fn as_markdown(reader: Reader, Id(id): Id<ClientId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let client = clients::queries::find(db, id)?.ok_or(Error::NotFound)?;
            markdown_file(&format!("brief-{id}.md"), markdown_of(&sheet(db, page, &client)?))
        })
        .await
}

/// The sheet of a client.
pub fn sheet(db: &mut Db, page: &Page, client: &Client) -> Result<Sheet> {
    let (id, viewer) = (client.client_id, page.viewer());
    let groups = links::pages::groups(db, page, RecordKind::Client, id.0)?;
    let reached = links::reached(db, viewer, id, &groups)?;
    let filter = ContactFilter { client: Some(id), ..ContactFilter::default() };
    let logged = contacts::list_queries::latest(db, viewer, &filter, CONTACTS)?;
    let open = contacts::queries::open_of_client(db, viewer, id, ITEMS)?;
    let (mut items, _) = action_items::queries::of_client(db, viewer, id, (0, ITEMS))?;
    items.retain(ActionItem::is_unsettled);
    let (last, planned) = (&client.last_contact, &client.planned);
    let people = [
        client.draft.mpr_primary_poc,
        client.draft.mpr_secondary_poc,
        last.last_contact_by,
        planned.next_planned_contact_assigned_to,
    ];
    let mentioned = people.into_iter().flatten().map(RecordRef::from).chain(reached.mentioned());
    let owners = items.iter().flat_map(|item| item.owners.iter().copied().map(RecordRef::from));
    let mentioned =
        mentioned.chain(contacts::pages::mentioned(&logged)).chain(contacts::pages::mentioned(&open)).chain(owners);
    let names = records::queries::names_of(db, mentioned)?;
    let mut blocks = who(page, client, &Names::among(&names));
    blocks.extend(at_client(&groups));
    if let Some(pass) = viewer.team() {
        let judged = assessment::find(db, pass, id)?.unwrap_or_default();
        blocks.extend(of_team(&judged));
        for entry in roundtable::queries::of_client(db, pass, id, ENTRIES)? {
            blocks.push(Block::Subheading(format!("Roundtable of {}", page.day(entry.draft.meeting_date).full())));
            let texts = entry.draft.texts().into_iter();
            blocks.extend(texts.filter_map(|(label, text)| Some(Block::Fact(label.into(), beginning(text?, LETTERS)))));
        }
    }
    blocks.extend(way(&reached.named(&names)));
    blocks.extend(to_do(page, &items, open, &names));
    blocks.extend(history(page, logged, &names));
    let foot = format!("{} · {} · {}", client.draft.client_name, page.day(page.visit.today).full(), readers(page));
    Ok(Sheet { title: client.draft.client_name.clone(), foot, blocks, is_one_page: true })
}

/// Who may read what this person is shown.
pub fn readers(page: &Page) -> &'static str {
    page.shell("", "clients").readers()
}

pub fn who(page: &Page, client: &Client, names: &Names) -> Vec<Block> {
    let (last, planned) = (&client.last_contact, &client.planned);
    let rule = AttentionRule::new(&page.config, page.visit.today);
    let joined = |words: &[Option<String>]| {
        let words: Vec<&str> = words.iter().flatten().map(String::as_str).collect();
        if words.is_empty() { "–".to_owned() } else { words.join(", ") }
    };
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| page.day(day).full());
    let kind = client.draft.client_type.map(|kind| kind.to_string());
    let facts = [
        ("Type", joined(&[kind])),
        (
            "Points of contact",
            joined(&[names.of(client.draft.mpr_primary_poc), names.of(client.draft.mpr_secondary_poc)]),
        ),
        (
            "Last contact",
            joined(&[
                day(last.last_contact_date),
                last.last_contact_type.map(|kind| kind.to_string()),
                names.of(last.last_contact_by),
                Some(rule.of(last.last_contact_date).words().to_owned()),
            ]),
        ),
        (
            "Next contact",
            joined(&[
                day(planned.next_planned_contact_date),
                planned.next_planned_contact_type.map(|kind| kind.to_string()),
                names.of(planned.next_planned_contact_assigned_to),
            ]),
        ),
    ];
    let mut blocks: Vec<Block> = facts.into_iter().map(|(label, words)| Block::Fact(label.into(), words)).collect();
    blocks.extend(client.draft.notes.as_deref().map(|notes| Block::Fact("Notes".into(), beginning(notes, LETTERS))));
    blocks
}

/// The people whom one meets there.
fn at_client(groups: &[Group]) -> Vec<Block> {
    let people = groups.iter().filter(|group| group.place.kind == LinkKind::ClientPersonnel);
    let people: Vec<Block> = people
        .flat_map(|group| group.links.iter().take(PEOPLE))
        .map(|link| {
            let role = link.draft.role.as_ref().map(|role| format!(", {role}")).unwrap_or_default();
            let primary = if link.draft.is_primary_contact { ", primary contact" } else { "" };
            Block::Item(format!("{}{role}{primary}", link.name))
        })
        .collect();
    under("People there", people)
}

pub fn of_team(judged: &Assessment) -> Vec<Block> {
    let words = judged.in_words().map(|(label, word)| Block::Fact(label.into(), word.into()));
    let notes = judged.strategy();
    let notes = notes.map(|notes| Block::Fact("Strategy notes".into(), beginning(notes, LETTERS)));
    under("Internal assessment (NED Team only)", words.chain(notes).collect())
}

fn way(chains: &Chains) -> Vec<Block> {
    let line = |chain: &links::Chain| {
        let names: Vec<&str> = chain.steps.iter().map(|step| step.name.as_str()).collect();
        Block::Item(names.join(" → "))
    };
    under("Way to the reactor", chains.shown.iter().map(line).collect())
}

fn to_do(page: &Page, items: &[ActionItem], open: Vec<Contact>, names: &HashMap<RecordRef, String>) -> Vec<Block> {
    let people = Names::among(names);
    let items = items.iter().map(|item| Block::Item(meetings::item_in_words(page, &people, item)));
    let follow_ups = contacts::pages::items_named(page, open, names).into_iter().map(|item| {
        let day = item.follow_up.as_ref().map_or_else(|| "no date".into(), Day::full);
        let who = item.assigned_to.as_ref().map(|name| format!(", {name}")).unwrap_or_default();
        let what = item.contact.draft.summary.as_deref().map(|text| beginning(text, LETTERS)).unwrap_or_default();
        Block::Item(format!("Follow-up, {day}{who}: {what}"))
    });
    under("Open", items.chain(follow_ups).collect())
}

fn history(page: &Page, logged: Vec<Contact>, names: &HashMap<RecordRef, String>) -> Vec<Block> {
    let line = |item: contacts::pages::Item| {
        let draft = &item.contact.draft;
        let people = [item.made_by.as_deref(), item.met.as_deref()];
        let people: Vec<&str> = people.into_iter().flatten().collect();
        let said = draft.summary.as_deref().map(|text| format!(": {}", beginning(text, LETTERS))).unwrap_or_default();
        Block::Item(format!("{}, {}, {}{said}", item.day.full(), draft.contact_type, people.join(" with ")))
    };
    under("Contacts", contacts::pages::items_named(page, logged, names).into_iter().map(line).collect())
}

/// Blocks under a heading; nothing where there are none.
pub fn under(heading: &str, blocks: Vec<Block>) -> Vec<Block> {
    let heading = (!blocks.is_empty()).then(|| Block::Heading(heading.into()));
    heading.into_iter().chain(blocks).collect()
}
