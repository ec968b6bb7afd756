//! A mailbox (maildir) whose messages between a colleague and a person on file become contacts with that person's
//! client. What is not taken is named with its reason; a message is taken once, however often it is looked at.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;
use mail_parser::{Address, Message, MessageParser};
use sha2::{Digest, Sha256};

use super::letter::one_line;
use crate::access::Visit;
use crate::clients::{self, ContactType};
use crate::contacts::{self, ContactDraft};
use crate::db::{Db, Lock, hold_lock};
use crate::error::{Error, Result};
use crate::ids::{ClientId, ContactId, PersonnelId};
use crate::links::{self, Direction, LinkEnd, LinkKind};
use crate::records::RecordKind;
use crate::records::queries as records;
use crate::web::beginning;

/// So much of a message is read: its head.
const HEAD: u64 = 256 * 1024;

/// How a mailbox is taken in.
pub struct Mailbox<'m> {
    pub folder: &'m Path,
    /// In which a message has its day.
    pub zone: Tz,
    /// Whether the contacts are confidential.
    pub is_confidential: bool,
}

/// What comes of the messages.
#[derive(Debug, Default)]
pub struct Preview {
    /// What becomes a contact.
    pub taken: Vec<Taken>,
    /// How many were taken before.
    pub known: usize,
    /// The files that become nothing, each with its reason.
    pub named: Vec<(String, &'static str)>,
    /// Whether there are more, which come once these are taken.
    pub has_more: bool,
}

/// A message that becomes a contact.
#[derive(Debug)]
pub struct Taken {
    pub day: NaiveDate,
    pub client: ClientId,
    pub client_name: String,
    pub subject: String,
}

impl fmt::Display for Preview {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Taken { day, client_name, subject, .. } in &self.taken {
            writeln!(out, "{day} {client_name}: {subject}")?;
        }
        for (file, why) in &self.named {
            writeln!(out, "{file}: not taken, {why}")?;
        }
        let [taken, known, named] = [self.taken.len(), self.known, self.named.len()];
        writeln!(out, "messages: {} in, {taken} taken, {known} known, {named} named", taken + known + named)
    }
}

/// What a message would become.
struct Found {
    id: ContactId,
    client: ClientId,
    draft: ContactDraft,
}

/// Takes in the messages of a mailbox, the earliest file names first; the caller's transaction keeps all or nothing.
pub fn run(db: &mut Db, visit: &Visit, mailbox: &Mailbox<'_>, most: usize) -> Result<Preview> {
    hold_lock(db, Lock::Import)?;
    let (preview, found) = read_all(db, visit, mailbox, most)?;
    for one in found {
        contacts::queries::insert_as(db, visit, (one.id, one.client), &one.draft)?;
    }
    Ok(preview)
}

/// What would come of them; of those that become contacts, so many at most.
pub fn preview(db: &mut Db, visit: &Visit, mailbox: &Mailbox<'_>, most: usize) -> Result<Preview> {
    Ok(read_all(db, visit, mailbox, most)?.0)
}

fn read_all(db: &mut Db, visit: &Visit, mailbox: &Mailbox<'_>, most: usize) -> Result<(Preview, Vec<Found>)> {
    let people = people(db)?;
    let (mut preview, mut all, mut seen) = (Preview::default(), Vec::new(), HashSet::new());
    for file in files(mailbox.folder)? {
        if all.len() >= most {
            preview.has_more = true;
            break;
        }
        let name = file.file_name().map(|name| one_line(&name.to_string_lossy())).unwrap_or_default();
        let mut head = Vec::new();
        // A file may be moved away while it is looked for.
        let Ok(_) = File::open(&file).and_then(|file| file.take(HEAD).read_to_end(&mut head)) else {
            preview.named.push((name, "it cannot be read"));
            continue;
        };
        let Some(message) = MessageParser::default().parse_headers(&head) else {
            preview.named.push((name, "it is no message"));
            continue;
        };
        match read(db, visit, mailbox, &people, &message)? {
            Ok(found) if !seen.insert(found.id) || contacts::queries::is_known(db, found.id)? => preview.known += 1,
            Ok(found) => all.push(found),
            Err(why) => preview.named.push((name, why)),
        }
    }
    let clients: Vec<i64> = all.iter().map(|found| found.client.0).collect();
    let names = records::names(db, RecordKind::Client, &clients)?;
    let taken = |found: &Found| Taken {
        day: found.draft.contact_date,
        client: found.client,
        client_name: names.get(&found.client.0).map(|name| one_line(name)).unwrap_or_default(),
        subject: found.draft.summary.clone().unwrap_or_default(),
    };
    preview.taken = all.iter().map(taken).collect();
    Ok((preview, all))
}

/// A person to whom one can write.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Known {
    id: PersonnelId,
    is_colleague: bool,
}

/// The people who are not archived, by their addresses.
fn people(db: &mut Db) -> Result<HashMap<String, Known>> {
    let staff: HashSet<i64> = records::colleagues(db)?.into_iter().map(|(id, ..)| id).collect();
    let current = records::addresses(db)?.into_iter().filter(|(.., is_archived)| !is_archived);
    let known = |(email, id, ..): (String, i64, String, bool)| {
        (email.to_lowercase(), Known { id: PersonnelId(id), is_colleague: staff.contains(&id) })
    };
    // Of two with one address, the one who was there first.
    Ok(current.rev().map(known).collect())
}

/// The messages that were read and those that were not, in the order of their names.
fn files(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    let no_mailbox = || Error::Setup(format!("{} is no maildir: it has no folder cur", folder.display()));
    let mut files = Vec::new();
    for part in ["cur", "new"] {
        let entries = match std::fs::read_dir(folder.join(part)) {
            Ok(entries) => entries,
            Err(_) if part == "new" => continue,
            Err(_) => return Err(no_mailbox()),
        };
        for entry in entries {
            files.push(entry?.path());
        }
    }
    files.sort_by(|one, other| one.file_name().cmp(&other.file_name()));
    Ok(files)
}

/// What a message becomes, or why it becomes nothing.
fn read(
    db: &mut Db,
    visit: &Visit,
    mailbox: &Mailbox<'_>,
    people: &HashMap<String, Known>,
    message: &Message<'_>,
) -> Result<std::result::Result<Found, &'static str>> {
    let known = |address: Option<&Address<'_>>| -> Vec<Known> {
        let addresses = address.into_iter().flat_map(Address::iter).filter_map(|one| one.address());
        addresses.filter_map(|email| people.get(&email.trim().to_lowercase()).copied()).collect()
    };
    let (from, to) = (known(message.from()), [known(message.to()), known(message.cc())].concat());
    let colleague = from.iter().chain(&to).find(|person| person.is_colleague);
    let other = from.iter().chain(&to).find(|person| !person.is_colleague);
    let (Some(colleague), Some(other)) = (colleague, other) else {
        return Ok(Err("it is not between a colleague and a person on file"));
    };
    let sent = message.date().and_then(|date| DateTime::from_timestamp(date.to_timestamp(), 0));
    let Some(day) = sent.map(|sent| sent.with_timezone(&mailbox.zone).date_naive()) else {
        return Ok(Err("it has no date"));
    };
    if day > visit.today {
        return Ok(Err("its date has not come"));
    }
    let Some(message_id) = message.message_id() else { return Ok(Err("it has no Message-ID")) };
    let end = LinkEnd { kind: LinkKind::ClientPersonnel, direction: Direction::To };
    let links = links::queries::rows(db, &visit.viewer, end, other.id.0)?;
    // What a confidential link tells, an open contact must not tell.
    let mut held: Vec<i64> = links
        .iter()
        .filter(|link| mailbox.is_confidential || !link.draft.is_confidential)
        .map(|link| link.from)
        .collect();
    held.sort_unstable();
    held.dedup();
    let client = match held[..] {
        [] => return Ok(Err("the person is linked to no client")),
        [client] => ClientId(client),
        _ => return Ok(Err("the person is linked to several clients")),
    };
    let is_gone = clients::queries::find(db, client)?.is_none_or(|client| client.is_archived);
    if is_gone {
        return Ok(Err("the client of the person is archived"));
    }
    let subject = message.subject().map(|subject| beginning(&one_line(subject), 300)).filter(|text| !text.is_empty());
    let draft = ContactDraft {
        contact_date: day,
        contact_type: ContactType::Email,
        contacted_by: colleague.id,
        contact_person_id: Some(other.id),
        contact_person_freetext: None,
        summary: subject,
        is_confidential: mailbox.is_confidential,
        follow_up_needed: false,
        follow_up_date: None,
        follow_up_assigned_to: None,
        follow_up_done: false,
    };
    Ok(Ok(Found { id: id_of(message_id, other.id), client, draft }))
}

/// The id under which a message is kept, the same each time: as if by chance, below what JavaScript counts exactly.
fn id_of(message_id: &str, person: PersonnelId) -> ContactId {
    let digest = Sha256::digest(format!("{message_id} {person}"));
    let first = digest.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    ContactId(i64::try_from(first >> 11).unwrap_or(i64::MAX).max(1))
}
