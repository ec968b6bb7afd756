//! Taking a row that is an entry of the contact log, or a link. What this person may not see is no duplicate: the row
//! is taken as if it were the first, as by hand.

use super::model::Decision;
use super::report::Fate;
use super::taking::{Outcome, Taking, refused, whole};
use crate::clients::{self, ClientId, ContactType};
use crate::closed_list::ClosedList;
use crate::contacts::{self, Contact, correcting, recording};
use crate::error::{Error, Result};
use crate::ids::{ContactId, PersonnelId};
use crate::links::{self, LinkKind};
use crate::web::Values;

impl Taking<'_> {
    /// Takes a contact: known by its client, day, type and who made it.
    pub fn contact(&mut self, row: u64, mut given: Values) -> Result<Outcome> {
        let client = given.remove("client_id").and_then(|id| id.parse().ok()).map(ClientId);
        let Some(client) = client else { return Ok(Err(vec![("client_id".into(), "Name the client.".into())])) };
        if let Some(known) = self.known_contact(client, row, &given)? {
            let address = format!("/contacts/{}/edit", known.contact_id);
            let what = format!("{} of {}", known.draft.contact_type, known.draft.contact_date);
            self.note_known(row, &what, vec![(address, what.clone())], false);
            let decision = self.decision(row, false);
            match decision {
                Decision::Skip => return Ok(Ok((Fate::Left, "This contact is logged already.".into()))),
                Decision::Create => {}
                Decision::Fill | Decision::Overwrite => return self.correct(&known, given, decision == Decision::Fill),
            }
        }
        let lookups = self.lookups.clone();
        let made = self.save(|db, page| {
            let client = clients::queries::find_held(db, client)?.ok_or(Error::NotFound)?;
            recording::make(db, page, &lookups, client, &given)
        })?;
        Ok(match made {
            Ok(id) => {
                self.contacts.insert(ContactId(id));
                Ok((Fate::New, String::new()))
            }
            Err(error) => Err(refused(error)),
        })
    }

    /// The contact that a row tells of; two rows of one file are two contacts.
    fn known_contact(&mut self, client: ClientId, row: u64, given: &Values) -> Result<Option<Contact>> {
        let viewer = self.page.viewer();
        let day = given.get("contact_date").and_then(|day| day.parse().ok());
        let by = given.get("contacted_by").and_then(|id| id.parse().ok()).map(PersonnelId).or(viewer.personnel_id);
        let how = given.get("contact_type").and_then(|how| ContactType::parse(how).ok());
        let (Some(day), Some(by), Some(how)) = (day, by, how) else { return Ok(None) };
        let mut alike = contacts::queries::alike(self.db, viewer, client, (day, how, by))?;
        alike.retain(|one| !self.contacts.contains(&one.contact_id));
        // Of several on one day, the one that says the same is meant.
        let summary = given.get("summary").map(String::as_str).unwrap_or_default();
        let says = |one: &Contact, words: &str| one.draft.summary.as_deref().unwrap_or_default() == words;
        let same = alike.iter().position(|one| says(one, summary));
        // What says something else is another, unless it is to be overwritten.
        let is_overwritten = self.decision(row, false) == Decision::Overwrite;
        let usual = || alike.iter().position(|one| is_overwritten || summary.is_empty() || says(one, ""));
        Ok(same.or_else(usual).map(|place| alike.swap_remove(place)))
    }

    fn correct(&mut self, known: &Contact, mut given: Values, only_empty: bool) -> Result<Outcome> {
        // Whom one met is told in two fields, of which either is enough.
        let (person, words) = (known.draft.contact_person_id, &known.draft.contact_person_freetext);
        if only_empty && (person.is_some() || words.is_some()) {
            given.remove("contact_person_id");
            given.remove("contact_person_freetext");
        }
        let (id, lookups) = (known.contact_id, self.lookups.clone());
        Ok(match self.save(|db, page| correcting::amend(db, page, &lookups, id, (&given, only_empty)))? {
            Ok(true) => Ok((if only_empty { Fate::Filled } else { Fate::Overwritten }, String::new())),
            Ok(false) => Ok((Fate::Unchanged, String::new())),
            Err(error) => Err(refused(error)),
        })
    }

    /// Takes a link, unless the two are linked already.
    pub fn link(&mut self, kind: LinkKind, given: Values) -> Result<Outcome> {
        let (from, to) = kind.columns();
        let id = |column: &str| given.get(column).and_then(|id| id.parse::<i64>().ok());
        let (Some(from_id), Some(to_id)) = (id(from), id(to)) else {
            return Ok(Err(whole("Both records of a link have to be named.")));
        };
        if links::queries::is_linked(self.db, self.page.viewer(), kind, from_id, to_id)? {
            return Ok(Ok((Fate::Unchanged, "They are linked already.".into())));
        }
        let made = self.save(|db, page| links::pages::make(db, page, kind, from_id, &given))?;
        Ok(made.map(|_| (Fate::New, String::new())).map_err(refused))
    }
}
