//! The contact log of the earlier system, for every kind of record: under the client that the record is here. What a
//! client alone said of its last contact becomes an entry of the log.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::clients::contact_type;
use super::row::Row;
use super::tally::{Fate, shown};
use super::{Import, with_words};
use crate::clients::{self, Client, ContactType, LastContact};
use crate::contacts::{self, ContactDraft};
use crate::error::{Error, Result};
use crate::ids::{ClientId, PersonnelId};
use crate::records::{self, RecordKind};

/// What a client of the file says of its last contact.
pub struct LastKnown {
    pub day: NaiveDate,
    pub kind: Option<String>,
    pub notes: Option<String>,
    pub by: Option<PersonnelId>,
    /// The row that says it.
    pub table: &'static str,
    pub row: String,
}

impl Import<'_> {
    /// An entry of the log.
    pub(super) fn contact(&mut self, row: &mut Row) -> Result<Fate> {
        let (kind, id) = match Self::entity(row) {
            Ok(entity) => entity,
            Err(why) => return Ok(Fate::Named(why)),
        };
        let Some(day) = row.date("contact_date") else { return Ok(Fate::Named("it has no day".into())) };
        if day > self.visit.today {
            return Ok(Fate::Named("its day lies ahead: plan it as the next contact of the client".into()));
        }
        let by = match self.person(row, "contacted_by") {
            Some(person) => Some(person),
            None => self.person_of_user(row, "created_by")?,
        };
        let Some(by) = by else { return Ok(Fate::Named("nobody who is there made it".into())) };
        if !self.ids.contains_key(&(kind, id)) {
            return Ok(Fate::Named(format!("its {} {id} is not there", kind.singular())));
        }
        self.at(row);
        let Some(client) = self.client_of(kind, id)? else {
            return Ok(Fate::Named(format!("its {} may not be shown", kind.singular())));
        };
        let word = row.line("contact_type");
        let (known, other) = word.as_deref().map(contact_type).unwrap_or_default();
        let mut summary = row.text("summary");
        let is_open = !row.is_confidential();
        if !(is_open && self.hushed.contains(&(kind, id, day)))
            && let Some(last) = self.take_last(client, day, known)
        {
            summary = last.notes.map(|notes| with_words(summary.as_deref(), &notes)).or(summary);
        }
        let met = self.person(row, "contact_person_id");
        let needed = row.flag("follow_up_needed") == Some(true);
        let follow_up = (row.date("follow_up_date"), self.person(row, "follow_up_assigned_to"));
        if !needed && follow_up != (None, None) {
            row.remark("what it says of a follow-up is left out: none is needed");
        }
        let draft = ContactDraft {
            contact_date: day,
            contact_type: known.unwrap_or(ContactType::Phone),
            contacted_by: by,
            contact_person_id: met,
            contact_person_freetext: row.line("contact_person_freetext"),
            summary: self.with_type(row, summary, known, other),
            is_confidential: row.is_confidential(),
            follow_up_needed: needed,
            follow_up_date: follow_up.0.filter(|_| needed),
            follow_up_assigned_to: follow_up.1.filter(|_| needed),
            follow_up_done: false,
        };
        self.log(client, &draft)
    }

    /// A type that is none of the list is told in the words of the contact.
    fn with_type(
        &self,
        row: &mut Row,
        summary: Option<String>,
        known: Option<ContactType>,
        other: Option<String>,
    ) -> Option<String> {
        if known.is_some() {
            return summary;
        }
        let word = other.unwrap_or_else(|| "not said".into());
        row.remark(format!("its type is kept as Phone, and in words as “{}”", shown(&word)));
        Some(with_words(summary.as_deref(), &format!("Type in the earlier system: {word}")))
    }

    /// Logs a contact, unless it is there.
    fn log(&mut self, client: ClientId, draft: &ContactDraft) -> Result<Fate> {
        let same = contacts::queries::on_day(self.db, self.confidential, client, draft.contact_date)?;
        // What was done since is not said again by the file.
        let is_same = |other: ContactDraft| ContactDraft { follow_up_done: draft.follow_up_done, ..other } == *draft;
        if same.into_iter().any(is_same) {
            return Ok(Fate::Merged);
        }
        self.open()?;
        contacts::queries::insert(self.db, &self.visit, client, draft)?;
        Ok(Fate::Taken)
    }

    /// What a client of the file says of that contact.
    fn take_last(&mut self, client: ClientId, day: NaiveDate, kind: Option<ContactType>) -> Option<LastKnown> {
        let known = self.last.get_mut(&client)?;
        let is_same = |last: &LastKnown| {
            let told = last.kind.as_deref().and_then(|word| contact_type(word).0);
            last.day == day && (told.is_none() || kind.is_none() || told == kind)
        };
        let place = known.iter().position(is_same)?;
        Some(known.remove(place))
    }

    /// A last contact that nobody is known to have made is no entry of the log; the client keeps it if it is the
    /// latest.
    fn keep_last(&mut self, client: &Client, known: LastKnown) -> Result<()> {
        let held = client.last_contact.last_contact_date;
        if held.is_none_or(|day| day < known.day) {
            let last = LastContact {
                last_contact_date: Some(known.day),
                last_contact_type: known.kind.as_deref().and_then(|word| contact_type(word).0),
                last_contact_by: None,
                last_contact_notes: known.notes,
            };
            self.open()?;
            clients::queries::set_last_contact(self.db, &self.visit, client.client_id, &last)?;
        } else if held != Some(known.day) {
            let words = format!("the last contact of {} is left out: nobody is named who made it", known.day);
            self.tally.remark(known.table, &known.row, &words);
        }
        Ok(())
    }

    /// Last contacts that the log of the file does not hold become entries of it.
    pub(super) fn last_contacts(&mut self) -> Result<()> {
        let hushed = self.hushed_clients()?;
        let last: HashMap<ClientId, Vec<LastKnown>> = std::mem::take(&mut self.last);
        let mut last: Vec<(ClientId, LastKnown)> =
            last.into_iter().flat_map(|(client, known)| known.into_iter().map(move |one| (client, one))).collect();
        last.sort_by_key(|(client, known)| (*client, known.day));
        for (client, mut known) in last {
            let table = known.table;
            let is_hushed = hushed.contains(&(client, known.day));
            if known.day > self.visit.today {
                self.tally.remark(table, &known.row, "the last contact is left out: its day lies ahead");
                continue;
            }
            self.visit.now = self.now;
            let held = clients::queries::find(self.db, client)?.ok_or(Error::NotFound)?;
            let Some(by) = known.by.or(held.draft.mpr_primary_poc) else {
                if is_hushed && known.notes.take().is_some() {
                    let words = "the notes of the last contact are left out: a contact of that day is confidential";
                    self.tally.remark(table, &known.row, words);
                }
                self.keep_last(&held, known)?;
                continue;
            };
            let (kind, other) = known.kind.as_deref().map(contact_type).unwrap_or_default();
            let mut row = Row::default();
            let draft = ContactDraft {
                contact_date: known.day,
                contact_type: kind.unwrap_or(ContactType::Phone),
                contacted_by: by,
                contact_person_id: None,
                contact_person_freetext: None,
                summary: self.with_type(&mut row, known.notes, kind, other),
                is_confidential: is_hushed,
                follow_up_needed: false,
                follow_up_date: None,
                follow_up_assigned_to: None,
                follow_up_done: false,
            };
            for words in row.remarks {
                self.tally.remark(table, &known.row, &format!("last contact: {words}"));
            }
            self.log(client, &draft)?;
        }
        Ok(())
    }

    /// The clients here behind the records that have confidential days: what is told of such a day may be its words.
    fn hushed_clients(&mut self) -> Result<HashSet<(ClientId, NaiveDate)>> {
        let mut clients = HashSet::new();
        for (kind, id, day) in &self.hushed {
            let client = match (kind, self.names.get(&(*kind, *id))) {
                (RecordKind::Client, _) => self.ids.get(&(*kind, *id)).copied(),
                (_, Some(name)) => {
                    records::queries::named(self.db, RecordKind::Client, name)?.first().map(|(id, _)| *id)
                }
                (_, None) => None,
            };
            clients.extend(client.map(|client| (ClientId(client), *day)));
        }
        Ok(clients)
    }
}
