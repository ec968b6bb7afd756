//! What the earlier system knew of people and companies that is no link here: it becomes a role, or words in the notes.

use super::Import;
use super::row::Row;
use super::tally::Fate;
use crate::clients::{self, ClientDraft};
use crate::error::{Error, Result};
use crate::ids::PersonnelId;
use crate::links::{LinkDraft, LinkKind};
use crate::records::{self, RecordKind};
use serde_json::json;

/// Why words that are confidential are not put where everybody reads them.
const NO_PLACE: &str = "it is confidential, and there is no confidential place for it here";

impl Import<'_> {
    /// Whom a vendor builds with.
    pub(super) fn preferred_constructor(&mut self, row: &mut Row) -> Result<Fate> {
        let vendor = row.reference("vendor_id").and_then(|id| self.ids.get(&(RecordKind::Vendor, id)).copied());
        let builder = row.reference("constructor_id");
        let name = builder.and_then(|id| self.names.get(&(RecordKind::Constructor, id)).cloned());
        let (Some(vendor), Some(name)) = (vendor, name) else {
            return Ok(Fate::Named("its vendor or its constructor is not there".into()));
        };
        if row.is_confidential() {
            return Ok(Fate::Named(NO_PLACE.into()));
        }
        let why = [row.text("preference_reason"), row.text("notes")];
        let why: Vec<String> = why.into_iter().flatten().collect();
        let words = if why.is_empty() { name } else { format!("{name} ({})", why.join("; ")) };
        self.add_words(RecordKind::Vendor, vendor, &format!("Preferred constructor: {words}"))?;
        Ok(Fate::Merged)
    }

    /// Who works where.
    pub(super) fn person_of_entity(&mut self, row: &mut Row) -> Result<Fate> {
        let (kind, id) = match Self::entity(row) {
            Ok(entity) => entity,
            Err(why) => return Ok(Fate::Named(why)),
        };
        let there = self.ids.get(&(kind, id)).copied();
        let person = self.person(row, "personnel_id");
        let (Some(there), Some(person)) = (there, person) else {
            return Ok(Fate::Named("the person or the record is not there".into()));
        };
        let column = if row.has("role_at_entity") { "role_at_entity" } else { "relationship_role" };
        let (role, notes) = (row.line(column), row.text("notes"));
        let is_confidential = row.is_confidential();
        if kind == RecordKind::Client {
            let draft = LinkDraft { role, notes, is_confidential, ..LinkDraft::default() };
            return self.add_link(row, LinkKind::ClientPersonnel, (there, person.0), &draft);
        }
        let Some(name) = self.names.get(&(kind, id)).cloned().filter(|_| !is_confidential) else {
            return Ok(Fate::Named(NO_PLACE.into()));
        };
        let record = records::queries::find_held(self.db, RecordKind::Person, person.0)?.ok_or(Error::NotFound)?;
        if record.text("employer").is_none() && kind != RecordKind::Project {
            let mut values = record.values.clone();
            values.insert("employer".into(), json!(name));
            self.begin()?;
            records::queries::update(self.db, &self.visit, RecordKind::Person, &record, values)?;
        }
        let said: Vec<String> = [role, notes].into_iter().flatten().collect();
        if !said.is_empty() || record.text("employer").is_none_or(|employer| employer != name) {
            let words = if said.is_empty() { String::new() } else { format!(": {}", said.join("; ")) };
            self.add_words(RecordKind::Person, person.0, &format!("At {name}{words}"))?;
        }
        Ok(Fate::Merged)
    }

    /// Who looks after what: a point of contact where there is none, else words.
    pub(super) fn team_member(&mut self, row: &mut Row) -> Result<Fate> {
        if row.is_confidential() {
            return Ok(Fate::Named(NO_PLACE.into()));
        }
        let (kind, id) = match Self::entity(row) {
            Ok(entity) => entity,
            Err(why) => return Ok(Fate::Named(why)),
        };
        let there = self.ids.get(&(kind, id)).copied();
        let person = self.person(row, "personnel_id");
        let (Some(there), Some(person)) = (there, person) else {
            return Ok(Fate::Named("the person or the record is not there".into()));
        };
        let is_active = !row.has("is_active") || row.flag("is_active") != Some(false);
        let said = row.line("assignment_type").unwrap_or_else(|| "Team".into()).replace('_', " ");
        let place = match super::row::plain(&said).as_str() {
            "primary poc" => Some(0),
            "secondary poc" => Some(1),
            _ => None,
        };
        let is_of_client = matches!(kind, RecordKind::Client | RecordKind::Owner);
        if let Some(place) = place.filter(|_| is_active && is_of_client)
            && self.points_to(kind, id, person, place)?
        {
            return Ok(Fate::Merged);
        }
        let name = row.reference("personnel_id").and_then(|id| self.names.get(&(RecordKind::Person, id)).cloned());
        let since = row.date("assigned_date").map(|day| format!(", since {day}")).unwrap_or_default();
        let former = if is_active { "" } else { ", no longer" };
        let words = format!("{said}: {}{since}{former}", name.unwrap_or_default());
        self.add_words(kind, there, &words)?;
        Ok(Fate::Merged)
    }

    /// Makes a person the point of contact of a client, and tells whether they are it then.
    fn points_to(&mut self, kind: RecordKind, id: i64, person: PersonnelId, place: usize) -> Result<bool> {
        self.visit.now = self.now;
        let Some(client) = self.client_of(kind, id)? else { return Ok(false) };
        let client = clients::queries::find_held(self.db, client)?.ok_or(Error::NotFound)?;
        let mut pocs = [None, None];
        pocs[place] = Some(person);
        let nothing = ClientDraft::named(client.draft.client_name.clone());
        self.fill_client(&client, &nothing, pocs)?;
        let after = clients::queries::find(self.db, client.client_id)?.ok_or(Error::NotFound)?.draft;
        Ok([after.mpr_primary_poc, after.mpr_secondary_poc][place] == Some(person))
    }
}
