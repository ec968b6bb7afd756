//! Taking a row that is a record: a new one, or one that is there already and is filled, overwritten or left.

use std::rc::Rc;

use super::model::Decision;
use super::report::Fate;
use super::taking::{Outcome, Taking, refused, whole};
use super::taking_clients;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::market;
use crate::people::Lookups;
use crate::records::{self, RecordKind, RecordRef, whereabouts};
use crate::web::{CONFIRMED, Page, Values};

/// The records that a row stands for.
type Found = Vec<(i64, String, bool)>;

impl Taking<'_> {
    /// Takes a record.
    pub fn record(&mut self, row: u64, kind: RecordKind, given: Values) -> Result<Outcome> {
        let name = given.get(kind.name_column()).cloned().unwrap_or_default();
        let found = self.found(kind, &given, &name)?;
        if found.is_empty() {
            return self.new_record(row, kind, given, &name);
        }
        let others = found.iter().map(|(id, name, _)| (RecordRef { kind, id: *id }.address(), name.clone())).collect();
        self.note_known(row, &name, others, false);
        let decision = self.decision(row, false);
        match (decision, &found[..]) {
            (Decision::Skip, [(_, name, _), ..]) => Ok(Ok((Fate::Left, format!("{name} is there already.")))),
            (Decision::Create, _) => self.create(kind, given, true),
            (_, [(id, name, is_archived)]) => {
                let archived = is_archived.then_some(name.as_str());
                self.amend(RecordRef { kind, id: *id }, given, (decision == Decision::Fill, archived))
            }
            (_, several) => {
                let words =
                    format!("{} {} are called so. Do this row by hand.", several.len(), kind.plural().to_lowercase());
                Ok(Err(whole(words)))
            }
        }
    }

    /// The records that are meant by an e-mail address or by exactly that name; those in the lists, if any are.
    fn found(&mut self, kind: RecordKind, given: &Values, name: &str) -> Result<Found> {
        let email = given.get("email").map(|email| email.to_lowercase()).filter(|_| kind == RecordKind::Person);
        if let Some(people) = email.as_ref().and_then(|email| self.emails.get(email)) {
            return Ok(in_lists(people.clone()));
        }
        let mut found = Found::new();
        for (id, is_archived) in self.lookups.named(self.db, kind, name)? {
            let Some(record) = records::queries::find(self.db, kind, id)? else { continue };
            let is_meant = match kind {
                // A technology is known within its vendor, and a person of another address is someone else.
                RecordKind::Technology => {
                    given.get("vendor_id") == record.reference("vendor_id").map(|id| id.to_string()).as_ref()
                }
                RecordKind::Person => email.is_none() || record.text("email").is_none(),
                _ => true,
            };
            if is_meant {
                found.push((id, record.name, is_archived));
            }
        }
        Ok(in_lists(found))
    }

    fn new_record(&mut self, row: u64, kind: RecordKind, given: Values, name: &str) -> Result<Outcome> {
        let (values, lookups) = (given.clone(), self.lookups.clone());
        let near = match self.save(|db, page| make(db, page, &lookups, kind, &values))? {
            Ok(id) => return Ok(Ok(self.made(kind, id, &given))),
            Err(Error::Near(_, near)) => near,
            Err(error) => return Ok(Err(refused(error))),
        };
        let names = near.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ");
        self.note_known(row, name, near.clone(), true);
        match (self.decision(row, true), &near[..]) {
            (Decision::Skip, _) => Ok(Ok((Fate::Left, format!("Nearly the name of {names}. Say what to do with it.")))),
            (Decision::Create, _) => self.create(kind, given, true),
            (decision, [(address, _)]) => {
                let id = address.rsplit('/').next().and_then(|id| id.parse().ok()).ok_or(Error::NotFound)?;
                // It keeps its own name.
                let given = given.into_iter().filter(|(field, _)| field != kind.name_column()).collect();
                self.amend(RecordRef { kind, id }, given, (decision == Decision::Fill, None))
            }
            _ => Ok(Err(whole(format!("Nearly the name of {names}. Do this row by hand.")))),
        }
    }

    fn create(&mut self, kind: RecordKind, given: Values, is_confirmed: bool) -> Result<Outcome> {
        let mut values = given.clone();
        if is_confirmed {
            values.insert(CONFIRMED.into(), "on".into());
        }
        let lookups = self.lookups.clone();
        Ok(match self.save(|db, page| make(db, page, &lookups, kind, &values))? {
            Ok(id) => Ok(self.made(kind, id, &given)),
            Err(error) => Err(refused(error)),
        })
    }

    /// Notes that a record was made, so that a later row of the same person finds it.
    fn made(&mut self, kind: RecordKind, id: i64, given: &Values) -> (Fate, String) {
        if let (RecordKind::Person, Some(email), Some(name)) = (kind, given.get("email"), given.get("full_name")) {
            self.emails.entry(email.to_lowercase()).or_default().push((id, name.clone(), false));
        }
        self.lookups.note_name(kind, id, given.get(kind.name_column()).map_or("", String::as_str), false);
        (Fate::New, String::new())
    }

    /// Fills or overwrites a record; one that is archived, whose name is given, comes back with that or not at all.
    fn amend(
        &mut self,
        record: RecordRef,
        mut given: Values,
        (only_empty, archived): (bool, Option<&str>),
    ) -> Result<Outcome> {
        if archived.is_some() && !self.import.settings.brings_back {
            let one = record.kind.singular();
            let words =
                format!("An archived {one} has this name. Bring it back, or tick that archived ones come back.");
            return Ok(Err(whole(words)));
        }
        // What is said of all rows is for new records: a row itself says nothing of it.
        given.retain(|field, _| !self.import.settings.fixed.contains_key(field));
        let lookups = self.lookups.clone();
        let changed = self.save(|db, page| {
            if let Some(name) = archived {
                whereabouts::refuse_merged(db, record, name)?;
                let held = records::queries::find_held(db, record.kind, record.id)?.ok_or(Error::NotFound)?;
                records::queries::set_archived(db, &page.visit, record.kind, &held, false)?;
            }
            let is_amended = match record.kind {
                RecordKind::Client => {
                    taking_clients::amend(db, page, &lookups, record.id.into(), (&given, only_empty))?
                }
                _ => market::form::amend(db, page, &lookups, record, (&given, only_empty))?,
            };
            Ok(is_amended || archived.is_some())
        })?;
        if matches!(changed, Ok(true))
            && let Some(held) = records::queries::find(self.db, record.kind, record.id)?
        {
            self.lookups.note_name(record.kind, record.id, &held.name, held.is_archived);
            if let (RecordKind::Person, Some(email)) = (record.kind, held.text("email")) {
                let of_email = self.emails.entry(email.to_lowercase()).or_default();
                of_email.retain(|(id, _, _)| *id != record.id);
                of_email.push((record.id, held.name, held.is_archived));
            }
        }
        Ok(match changed {
            Ok(true) if only_empty => Ok((Fate::Filled, String::new())),
            Ok(true) => Ok((Fate::Overwritten, String::new())),
            Ok(false) => Ok((Fate::Unchanged, String::new())),
            Err(error) => Err(refused(error)),
        })
    }
}

fn make(db: &mut Db, page: &Page, lookups: &Rc<Lookups>, kind: RecordKind, given: &Values) -> Result<i64> {
    match kind {
        RecordKind::Client => taking_clients::make(db, page, lookups, given),
        _ => market::form::make(db, page, lookups, kind, given),
    }
}

/// Those that are not archived, or the archived ones where there are no others.
fn in_lists(found: Found) -> Found {
    let (archived, current): (Found, Found) = found.into_iter().partition(|(_, _, is_archived)| *is_archived);
    if current.is_empty() { archived } else { current }
}
