//! The clients of the earlier system, and its owners as far as it kept them like clients.

use super::contacts::LastKnown;
use super::recorded::{name_of, named};
use super::row::Row;
use super::tally::Fate;
use super::{Import, with_words};
use crate::clients::{self, Client, ClientDraft, ContactType, PlannedContact};
use crate::error::{Error, Result};
use crate::ids::{ClientId, PersonnelId};
use crate::records::RecordKind;

/// The columns in which clients and owners name their points of contact.
const POINTS_OF_CLIENT: [&str; 2] = ["mpr_primary_poc", "mpr_secondary_poc"];
const POINTS_OF_OWNER: [&str; 2] = ["primary_poc", "secondary_poc"];

impl Import<'_> {
    /// A client.
    pub(super) fn client(&mut self, row: &mut Row) -> Result<Fate> {
        let Some(name) = name_of(RecordKind::Client, row) else {
            return Ok(Fate::Named("it has no name, or one that may not be shown".into()));
        };
        let mut draft = ClientDraft::named(name);
        let kind = row.choice("client_type");
        draft.client_type = kind.clone().unwrap_or_default();
        draft.notes = row.text("notes");
        if let Err(word) = kind {
            let words = format!("In the earlier system: Type: {word}");
            draft.notes = Some(with_words(draft.notes.as_deref(), &words));
        }
        let mut known = None;
        for (id, _) in named(self.db, RecordKind::Client, &draft.client_name)? {
            let id = self.survivor(RecordKind::Client, id)?;
            if known.is_none() && !self.is_claimed(RecordKind::Client, id) {
                known = Some(id);
            }
        }
        let fate = if known.is_some() { Fate::Merged } else { Fate::Taken };
        let id = match known {
            Some(id) => ClientId(id),
            None => {
                self.made(row)?;
                clients::queries::insert(self.db, &self.visit, &draft)?
            }
        };
        self.claim(RecordKind::Client, row, id.0);
        self.look_after(row, id, (&draft, POINTS_OF_CLIENT), RecordKind::Client)?;
        Ok(fate)
    }

    /// An owner whom the earlier system kept like a client is a client as well.
    pub(super) fn owner_as_client(&mut self, row: &mut Row) -> Result<()> {
        let kept = ["last_contact_date", "next_planned_contact_date"];
        let mut columns = POINTS_OF_OWNER.iter().chain(&kept).chain(&super::assessed::COLUMNS);
        let is_kept = columns.any(|column| row.holds(column));
        if let Some(owner) = row.id.filter(|_| is_kept) {
            self.visit.now = self.now;
            if let Some(client) = self.client_of(RecordKind::Owner, owner)? {
                let name = self.names.get(&(RecordKind::Owner, owner)).cloned().unwrap_or_default();
                let draft = ClientDraft::named(name);
                self.look_after(row, client, (&draft, POINTS_OF_OWNER), RecordKind::Owner)?;
            }
        }
        Ok(())
    }

    /// Who looks after a client, what is planned and what was, and how it is judged; what it says already stays.
    fn look_after(
        &mut self,
        row: &mut Row,
        id: ClientId,
        (draft, points): (&ClientDraft, [&str; 2]),
        of: RecordKind,
    ) -> Result<()> {
        let pocs = points.map(|column| self.person(row, column));
        if pocs[0].is_some() && pocs[0] == pocs[1] {
            row.remark(format!("{} is left out: it names the same person as {}", points[1], points[0]));
        }
        let client = clients::queries::find_held(self.db, id)?.ok_or(Error::NotFound)?;
        self.fill_client(&client, draft, pocs)?;
        self.plan(row, &client)?;
        self.assess(row, id, if of == RecordKind::Owner { ", as an owner" } else { "" })?;
        self.last_known(row, id, pocs[0], of)
    }

    /// Fills in what a client lacks.
    pub(super) fn fill_client(
        &mut self,
        client: &Client,
        found: &ClientDraft,
        [primary, secondary]: [Option<PersonnelId>; 2],
    ) -> Result<()> {
        let held = &client.draft;
        let mut draft = held.clone();
        draft.client_type = held.client_type.or(found.client_type);
        if let Some(notes) = &found.notes {
            draft.notes = Some(with_words(held.notes.as_deref(), notes));
        }
        draft.mpr_primary_poc = held.mpr_primary_poc.or(primary.filter(|_| held.mpr_secondary_poc != primary));
        let second = secondary.filter(|_| draft.mpr_primary_poc != secondary);
        draft.mpr_secondary_poc = held.mpr_secondary_poc.or(second);
        if draft != *held {
            self.begin()?;
            clients::queries::update(self.db, &self.visit, client, &draft)?;
        }
        Ok(())
    }

    /// The next contact, unless one is planned.
    fn plan(&mut self, row: &mut Row, client: &Client) -> Result<()> {
        let day = row.date("next_planned_contact_date");
        let kind = row.line("next_planned_contact_type");
        let assigned = self.person(row, "next_planned_contact_assigned_to");
        if client.planned != PlannedContact::default() {
            return Ok(());
        }
        let Some(day) = day else {
            if kind.is_some() || assigned.is_some() {
                row.remark("what it says of the next contact is left out: no day is planned");
            }
            return Ok(());
        };
        let planned = PlannedContact {
            next_planned_contact_date: Some(day),
            next_planned_contact_type: kind.as_deref().and_then(|word| contact_type(word).0),
            next_planned_contact_assigned_to: assigned,
        };
        self.begin()?;
        clients::plan_queries::set_planned(self.db, &self.visit, client.client_id, &planned)
    }

    /// Remembers what the row says of the last contact until the log has been read.
    fn last_known(&mut self, row: &mut Row, id: ClientId, poc: Option<PersonnelId>, of: RecordKind) -> Result<()> {
        let by = self.person(row, "last_contact_by");
        let (kind, notes) = (row.line("last_contact_type"), row.text("last_contact_notes"));
        let Some(day) = row.date("last_contact_date") else {
            if kind.is_some() || notes.is_some() || by.is_some() {
                row.remark("what it says of the last contact is left out: no day of it is known");
            }
            return Ok(());
        };
        let known = LastKnown { day, kind, notes, by: by.or(poc), table: of.table(), row: row.shown_id() };
        self.last.entry(id).or_default().push(known);
        Ok(())
    }
}

/// How a contact was made, by the words that people used; the word itself where it is none of the list.
pub fn contact_type(word: &str) -> (Option<ContactType>, Option<String>) {
    let known = match super::row::plain(word).as_str() {
        "in person" | "inperson" | "meeting" | "visit" | "site visit" | "face to face" => Some(ContactType::InPerson),
        "phone" | "phone call" | "call" | "telephone" => Some(ContactType::Phone),
        "email" | "e mail" | "mail" => Some(ContactType::Email),
        "video" | "video call" | "video conference" | "virtual" | "teams" | "zoom" => Some(ContactType::Video),
        "conference" | "event" => Some(ContactType::Conference),
        _ => None,
    };
    (known, known.is_none().then(|| word.to_owned()))
}
