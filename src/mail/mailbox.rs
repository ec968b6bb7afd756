//! A mailbox whose messages between a colleague and a person on file become contacts with that person's
//! client. What is not taken is named with its reason; a message is taken once, however often it is looked at.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::fmt;

use chrono::NaiveDate;
use chrono_tz::Tz;
use sha2::{Digest, Sha256};

use super::head::{Head, Heard, Listing};
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

/// How a mailbox is taken in.
#[derive(Clone, Copy)]
pub struct Mailbox {
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
    /// The messages that become nothing, each with its reason.
    pub named: Vec<(String, &'static str)>,
    /// Whether there are more, which come once these are taken.
    pub has_more: bool,
    /// How many were looked at, and how many older ones were not.
    pub looked_at: (usize, u32),
    /// Which messages with which clients these are: the first of them, their number, and a digest.
    pub mark: String,
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
        for (name, why) in &self.named {
            writeln!(out, "{name}: not taken, {why}")?;
        }
        if let (looked_at, left_out @ 1..) = self.looked_at {
            writeln!(out, "only the newest {looked_at} messages were looked at, {left_out} older ones were not")?;
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

/// Takes in the messages of a mailbox that were not taken before, so many at most; the caller's transaction keeps all
/// or nothing. With the mark of a preview, only what that one told of.
pub fn run(
    db: &mut Db,
    visit: &Visit,
    mailbox: Mailbox,
    listing: &Listing,
    (most, mark): (usize, Option<&str>),
) -> Result<Preview> {
    hold_lock(db, Lock::Import)?;
    let seen = mark.and_then(seen);
    let most = seen.map_or(most, |(_, seen)| most.min(seen));
    let (preview, found) = read_all(db, visit, mailbox, listing, (seen.map(|(first, _)| first), most))?;
    if mark.is_some_and(|mark| mark != preview.mark) {
        return Err(Error::Refused("Messages came or went since this page was made. Look at it again.".into()));
    }
    for one in found {
        contacts::queries::insert_as(db, visit, (one.id, one.client), &one.draft)?;
    }
    Ok(preview)
}

/// What a mark tells: the first message that was seen, and how many. A server that is slower or quicker than before
/// gives fewer or more of the older ones, and newer ones come at any time; both wait.
fn seen(mark: &str) -> Option<(ContactId, usize)> {
    let mut parts = mark.split('.');
    Some((ContactId(parts.next()?.parse().ok()?), parts.next()?.parse().ok()?))
}

/// What would come of them; of those that become contacts, so many at most.
pub fn preview(db: &mut Db, visit: &Visit, mailbox: Mailbox, listing: &Listing, most: usize) -> Result<Preview> {
    Ok(read_all(db, visit, mailbox, listing, (None, most))?.0)
}

fn read_all(
    db: &mut Db,
    visit: &Visit,
    mailbox: Mailbox,
    listing: &Listing,
    (first, most): (Option<ContactId>, usize),
) -> Result<(Preview, Vec<Found>)> {
    let people = people(db)?;
    let looked_at = (listing.heard.len(), listing.left_out);
    let (mut preview, mut between) = (Preview { looked_at, ..Preview::default() }, Vec::new());
    for Heard(name, head) in &listing.heard {
        match head.as_ref().map_err(|why| *why).and_then(|head| Between::of(head, &people, (mailbox.zone, visit.today)))
        {
            Ok(one) => between.push((name, one)),
            Err(why) => preview.named.push((name.clone(), why)),
        }
    }
    let ids: Vec<i64> = between.iter().map(|(_, one)| one.id.0).collect();
    let mut known: HashSet<ContactId> = contacts::queries::known(db, &ids)?.into_iter().collect();
    let (mut all, mut homes) = (Vec::new(), HashMap::new());
    let skipped = first.and_then(|first| between.iter().position(|(_, one)| one.id == first)).unwrap_or(0);
    for (name, one) in between.into_iter().skip(skipped) {
        // A second file of one message is the same message.
        if !known.insert(one.id) {
            preview.known += 1;
            continue;
        }
        if all.len() >= most {
            preview.has_more = true;
            continue;
        }
        let home = match homes.entry(one.other) {
            Entry::Occupied(home) => *home.get(),
            Entry::Vacant(place) => *place.insert(home_of(db, visit, mailbox, one.other)?),
        };
        match home {
            Ok(client) => all.push(Found { id: one.id, client, draft: one.draft(mailbox) }),
            Err(why) => preview.named.push((name.clone(), why)),
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
    let of_each = all.iter().map(|found| format!("{} {} ", found.id, found.client));
    let digest = hex::encode(&Sha256::digest(of_each.collect::<String>())[..8]);
    preview.mark = all.first().map(|first| format!("{}.{}.{digest}", first.id, all.len())).unwrap_or_default();
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

/// A message between a colleague and someone else, on its day.
struct Between<'h> {
    id: ContactId,
    day: NaiveDate,
    colleague: PersonnelId,
    other: PersonnelId,
    subject: Option<&'h str>,
}

impl<'h> Between<'h> {
    /// Reads a head, or says why it becomes nothing.
    fn of(
        head: &'h Head,
        people: &HashMap<String, Known>,
        (zone, today): (Tz, NaiveDate),
    ) -> std::result::Result<Self, &'static str> {
        let known = || head.from.iter().chain(&head.to).filter_map(|email| people.get(email).copied());
        let (Some(colleague), Some(other)) =
            (known().find(|person| person.is_colleague), known().find(|person| !person.is_colleague))
        else {
            return Err("it is not between a colleague and a person on file");
        };
        let day = head.sent.map(|sent| sent.with_timezone(&zone).date_naive()).ok_or("it has no date")?;
        if day > today {
            return Err("its date has not come");
        }
        let id = id_of(head.id.as_deref().ok_or("it has no Message-ID")?, other.id);
        Ok(Self { id, day, colleague: colleague.id, other: other.id, subject: head.subject.as_deref() })
    }

    fn draft(&self, mailbox: Mailbox) -> ContactDraft {
        ContactDraft {
            contact_date: self.day,
            contact_type: ContactType::Email,
            contacted_by: self.colleague,
            contact_person_id: Some(self.other),
            contact_person_freetext: None,
            summary: self.subject.map(ToOwned::to_owned),
            is_confidential: mailbox.is_confidential,
            follow_up_needed: false,
            follow_up_date: None,
            follow_up_assigned_to: None,
            follow_up_done: false,
        }
    }
}

/// The one client to which a person is linked, or why there is none.
fn home_of(
    db: &mut Db,
    visit: &Visit,
    mailbox: Mailbox,
    person: PersonnelId,
) -> Result<std::result::Result<ClientId, &'static str>> {
    let end = LinkEnd { kind: LinkKind::ClientPersonnel, direction: Direction::To };
    let links = links::queries::rows(db, &visit.viewer, end, person.0)?;
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
    Ok(if is_gone { Err("the client of the person is archived") } else { Ok(client) })
}

/// The id under which a message is kept, the same each time: as if by chance, below what JavaScript counts exactly.
fn id_of(message_id: &str, person: PersonnelId) -> ContactId {
    let digest = Sha256::digest(format!("{message_id} {person}"));
    let first = digest.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    ContactId(i64::try_from(first >> 11).unwrap_or(i64::MAX).max(1))
}
