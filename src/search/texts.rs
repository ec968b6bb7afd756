//! Texts that hold the words, the newest first, as far as this person may read them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::access::{TeamPass, Viewer};
use crate::action_items::{self, ActionItem};
use crate::clients::{ClientId, assessment};
use crate::contacts;
use crate::db::Db;
use crate::error::Result;
use crate::files::{self, FileRow, Home};
use crate::index::marks::{Piece, excerpt};
use crate::index::texts;
use crate::meetings::{self, Meeting};
use crate::records::{self, RecordKind, RecordRef, indexing};
use crate::roundtable;
use crate::web::Page;

/// So many texts of a group are shown, of so many that are looked at: those about archived clients are left out, and
/// contacts stand in the order of their days.
pub const SHOWN: usize = 10;
const CANDIDATES: i64 = 40;
const ENTRIES: i64 = 30;

/// Words that were asked for, each with what may stand in its place.
type Words = [Vec<String>];

/// A text with the words in it.
pub struct TextHit {
    /// What it belongs to.
    pub title: String,
    /// Where it stands.
    pub link: String,
    /// What it is.
    pub about: String,
    /// The words and what stands around them.
    pub excerpt: Vec<Piece>,
}

/// The first of the texts that holds one of the words, with what it is.
fn first<'a>(texts: impl IntoIterator<Item = &'a str>, words: &Words) -> Vec<Piece> {
    texts.into_iter().find_map(|text| excerpt(text, words)).unwrap_or_default()
}

/// The texts that this person may read, by what they are; each class of them is asked only with its pass.
pub fn all(db: &mut Db, page: &Page, words: &Words) -> Result<Vec<(&'static str, Vec<TextHit>)>> {
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let viewer = page.viewer();
    let mut all = vec![
        ("contacts", contacts(db, page, words)?),
        ("action-items", items(db, page, words)?),
        ("files", files(db, viewer, words)?),
        ("notes", notes(db, words)?),
    ];
    if let Some(pass) = viewer.team() {
        all.push(("meetings", meetings(db, page, pass, words)?));
        all.push(("entries", entries(db, page, pass, words)?));
        all.push(("assessments", assessments(db, pass, words)?));
    }
    Ok(all)
}

/// Texts about records that everyone may read.
fn notes(db: &mut Db, words: &Words) -> Result<Vec<TextHit>> {
    let mut kinds: BTreeMap<RecordKind, Vec<i64>> = BTreeMap::new();
    for (place, id) in texts::public_records(db, words, SHOWN)? {
        if let Some(kind) = indexing::kind_at(place) {
            kinds.entry(kind).or_default().push(id);
        }
    }
    let mut hits = Vec::new();
    for (kind, ids) in kinds {
        for record in records::queries::by_ids(db, kind, &ids)? {
            let entry = indexing::entry(kind, record.id, false, &record.values);
            hits.push(TextHit {
                excerpt: first(entry.texts, words),
                link: format!("/{}", RecordRef { kind, id: record.id }),
                about: kind.label().into(),
                title: record.name,
            });
        }
    }
    Ok(hits)
}

/// Contacts; confidential ones are looked for only with the right to read them.
fn contacts(db: &mut Db, page: &Page, words: &Words) -> Result<Vec<TextHit>> {
    let viewer = page.viewer();
    let mut ids = texts::public_contacts(db, words, CANDIDATES)?;
    if let Some(pass) = viewer.confidential() {
        ids.extend(texts::confidential_contacts(db, pass, words, CANDIDATES)?);
    }
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = contacts::queries::by_ids(db, viewer, &ids)?;
    let clients = found.iter().map(|contact| contact.client_id.0);
    let names = records::queries::current_names(db, RecordKind::Client, clients)?;
    let hit = |contact: contacts::Contact| {
        Some(TextHit {
            title: names.get(&contact.client_id.0)?.clone(),
            link: format!("/clients/{}/contacts", contact.client_id),
            about: format!("{}, {}", page.day(contact.draft.contact_date).full(), contact.draft.contact_type),
            excerpt: first(contact.draft.texts(), words),
        })
    };
    Ok(found.into_iter().filter_map(hit).take(SHOWN).collect())
}

/// Action items, as far as this person may see them, in the order of their dates.
fn items(db: &mut Db, page: &Page, words: &Words) -> Result<Vec<TextHit>> {
    let ids = texts::items(db, page.viewer(), words, CANDIDATES)?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = action_items::queries::by_ids(db, page.viewer(), &ids)?;
    let names = records::queries::current_names(db, RecordKind::Client, found.iter().map(|item| item.row.client_id.0))?;
    let hit = |item: ActionItem| {
        let (client, draft) = (item.row.client_id, item.row.draft);
        let due = draft.due_date.map(|day| format!(", due {}", page.day(day).full())).unwrap_or_default();
        Some(TextHit {
            title: names.get(&client.0)?.clone(),
            link: format!("/clients/{client}/action-items?item={}", item.row.item_id),
            about: format!("{}{due}", draft.item_state),
            excerpt: first([draft.text.as_str()], words),
        })
    };
    Ok(found.into_iter().filter_map(hit).take(SHOWN).collect())
}

/// Files by their names, as far as this person may see them.
fn files(db: &mut Db, viewer: &Viewer, words: &Words) -> Result<Vec<TextHit>> {
    let ids = texts::files(db, viewer, words, CANDIDATES)?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = files::queries::by_ids(db, viewer, &ids)?;
    let records = found.iter().filter_map(|file| file.home().and_then(Home::record));
    let names = records::queries::names_of(db, records)?;
    let hit = |file: FileRow| {
        let home = file.home()?;
        // What a meeting is called stands on its own page.
        let about = home.record().map_or_else(|| Some("A meeting".to_owned()), |record| names.get(&record).cloned())?;
        Some(TextHit {
            link: format!("{}#file-{}", home.files(), file.file_id),
            about: format!("{about} · {}", file.kind().label),
            excerpt: Vec::new(),
            title: file.file_name,
        })
    };
    Ok(found.into_iter().filter_map(hit).take(SHOWN).collect())
}

/// Meetings by what they are called, the latest first.
fn meetings(db: &mut Db, page: &Page, pass: TeamPass, words: &Words) -> Result<Vec<TextHit>> {
    let ids = texts::meetings(db, pass, words, CANDIDATES)?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = meetings::queries::by_ids(db, pass, &ids)?;
    found.sort_by_key(|meeting| Reverse((meeting.draft.meeting_date, meeting.meeting_id)));
    let hit = |meeting: Meeting| TextHit {
        link: format!("/crm/meetings/{}", meeting.meeting_id),
        about: format!("{}, {}", page.day(meeting.draft.meeting_date).full(), meeting.status),
        excerpt: Vec::new(),
        title: meeting.draft.title,
    };
    Ok(found.into_iter().map(hit).take(SHOWN).collect())
}

/// Roundtable entries in their latest version.
fn entries(db: &mut Db, page: &Page, pass: TeamPass, words: &Words) -> Result<Vec<TextHit>> {
    let ids = texts::entries(db, pass, words, ENTRIES)?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = roundtable::queries::by_ids(db, pass, &ids)?;
    let clients = found.iter().map(|entry| entry.client_id.0);
    let names = records::queries::current_names(db, RecordKind::Client, clients)?;
    let hit = |entry: roundtable::RoundtableEntry| {
        Some(TextHit {
            title: names.get(&entry.client_id.0)?.clone(),
            link: format!("/crm/roundtable/{}", entry.client_id),
            about: format!("Meeting of {}", page.day(entry.draft.meeting_date).full()),
            excerpt: first(entry.draft.texts().into_iter().filter_map(|(_, text)| text), words),
        })
    };
    Ok(found.into_iter().filter_map(hit).take(SHOWN).collect())
}

/// What the NED Team notes about clients.
fn assessments(db: &mut Db, pass: TeamPass, words: &Words) -> Result<Vec<TextHit>> {
    let found = texts::team_records(db, pass, indexing::place(RecordKind::Client), words, CANDIDATES)?;
    let names = records::queries::current_names(db, RecordKind::Client, found.iter().copied())?;
    let current = found.into_iter().filter(|id| names.contains_key(id));
    let ids: Vec<ClientId> = current.take(SHOWN).map(ClientId).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let notes = assessment::notes_of(db, pass, &ids)?;
    let hit = |(id, text): (ClientId, String)| TextHit {
        title: names.get(&id.0).cloned().unwrap_or_default(),
        link: format!("/clients/{id}"),
        about: "Strategy notes".into(),
        excerpt: first([text.as_str()], words),
    };
    Ok(notes.into_iter().map(hit).collect())
}
