//! Synthetic records for measuring: the same for the same seed and day.

use chrono::Days;
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde_json::{Map, Value, json};

use crate::access::{TeamPass, Visit};
use crate::audit::client_queries;
use crate::clients::assessment::{self, Assessment, ClientPriority, ClientStatus, RelationshipStrength};
use crate::clients::{self, ClientDraft, ClientId, ClientType, ContactType};
use crate::closed_list::ClosedList;
use crate::contacts::{self, ContactDraft};
use crate::db::{Db, bulk};
use crate::error::{Error, Result};
use crate::ids::PersonnelId;
use crate::index;
use crate::links::{self, LinkDraft, LinkKind};
use crate::records::{self, RecordKind};
use crate::roundtable::{self, EntryDraft};

/// Colleagues around the clients: as many as a consultancy has.
const STAFF: usize = 30;

/// The tables that grow with the clients.
const INDEXED: [&str; 10] = [
    "clients",
    "contact_log",
    "client_owner_relationships",
    "client_project_relationships",
    "client_vendor_relationships",
    "roundtable_history",
    "audit_log",
    "audit_subjects",
    "client_changes",
    "search_names",
];

/// A contact and an entry look for the latest of their client; all else is found by its key while it comes in.
const NEEDED: [&str; 2] = ["contacts_of_client", "entries_of_client"];

const PLACES: [&str; 20] = [
    "Cedar",
    "Granite",
    "Harbor",
    "Juniper",
    "Lakeside",
    "Meridian",
    "Northern",
    "Ocean",
    "Prairie",
    "Quarry",
    "Ridge",
    "Summit",
    "Timber",
    "Upland",
    "Valley",
    "Western",
    "Yellow Pine",
    "Blue Mesa",
    "Copper",
    "Delta",
];
const TRADES: [&str; 10] = [
    "Power",
    "Energy",
    "Electric",
    "Utilities",
    "Generation",
    "Public Power",
    "Cooperative",
    "Consulting",
    "Grid",
    "Resources",
];

/// Adds so many clients with contacts, links, assessments and entries, and so many projects and owners around them.
pub fn run(db: &mut Db, visit: &Visit, (clients, projects): (u32, u32), seed: u64) -> Result<()> {
    let pass = visit.viewer.require_team()?;
    bulk::make_room(db, 2048)?;
    let generate = |db: &mut Db| {
        let mut generator = Generator { db, visit, pass, dice: SmallRng::seed_from_u64(seed) };
        let staff = generator.staff()?;
        let around = generator.around(seed, projects)?;
        (0..clients).try_for_each(|index| generator.client(seed, index, &staff, &around))
    };
    let last = client_queries::last_row(db)?;
    bulk::without_indexes(db, &INDEXED, &NEEDED, |db| {
        let work = |db: &mut Db| index::at_once(db, generate);
        bulk::without_trigger(db, client_queries::TELLS, work, |db| client_queries::tell_after(db, last))
    })
}

struct Generator<'a> {
    db: &'a mut Db,
    visit: &'a Visit,
    pass: TeamPass,
    dice: SmallRng,
}

/// Ids of the records around the clients.
struct Around {
    owners: Vec<i64>,
    projects: Vec<i64>,
    vendors: Vec<i64>,
}

impl Generator<'_> {
    fn pick<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        all.choose(&mut self.dice).copied()
    }

    fn chance(&mut self, of_hundred: u32) -> bool {
        self.dice.random_range(0..100) < of_hundred
    }

    fn record(&mut self, kind: RecordKind, values: &Value) -> Result<i64> {
        let mut all: Map<String, Value> =
            kind.fields().iter().map(|spec| (spec.name.to_owned(), Value::Null)).collect();
        if let Value::Object(given) = values {
            all.extend(given.clone());
        }
        records::queries::insert(self.db, self.visit, kind, all)
    }

    fn staff(&mut self) -> Result<Vec<PersonnelId>> {
        let person = |index: usize| {
            let name = format!("Colleague {index:02}");
            json!({ "full_name": name, "personnel_type": "Internal", "is_active": true })
        };
        (0..STAFF).map(|index| self.record(RecordKind::Person, &person(index)).map(PersonnelId)).collect()
    }

    fn around(&mut self, seed: u64, projects: u32) -> Result<Around> {
        let mut around = Around { owners: Vec::new(), projects: Vec::new(), vendors: Vec::new() };
        let mut designs = Vec::new();
        for index in 0..(projects / 10).clamp(20, 100) {
            let vendor =
                self.record(RecordKind::Vendor, &json!({ "vendor_name": format!("Vendor {seed}-{index:03}") }))?;
            let technology = json!({ "product_name": format!("Reactor {index:03}"), "vendor_id": vendor });
            designs.push((vendor, self.record(RecordKind::Technology, &technology)?));
            around.vendors.push(vendor);
        }
        for index in 0..projects {
            let owner = self.record(RecordKind::Owner, &json!({ "company_name": format!("Owner {index:03}") }))?;
            let project =
                self.record(RecordKind::Project, &json!({ "project_name": format!("Project {index:03}") }))?;
            let (vendor, design) = self.pick(&designs).unwrap_or_default();
            let (visit, none) = (self.visit, LinkDraft::default());
            let chosen = LinkDraft { product_id: Some(design), ..LinkDraft::default() };
            links::queries::insert(self.db, visit, LinkKind::ProjectOwner, (project, owner), &none)?;
            links::queries::insert(self.db, visit, LinkKind::ProjectVendor, (project, vendor), &chosen)?;
            around.owners.push(owner);
            around.projects.push(project);
        }
        Ok(around)
    }

    fn client(&mut self, seed: u64, index: u32, staff: &[PersonnelId], around: &Around) -> Result<()> {
        let place = self.pick(&PLACES).unwrap_or_default();
        let trade = self.pick(&TRADES).unwrap_or_default();
        let mut draft = ClientDraft::named(format!("{place} {trade} {seed}-{index:06}"));
        draft.client_type = self.pick(ClientType::ALL);
        draft.mpr_primary_poc = self.pick(staff);
        draft.mpr_secondary_poc = self.pick(staff).filter(|person| Some(*person) != draft.mpr_primary_poc);
        let id = clients::queries::insert(self.db, self.visit, &draft)?;
        let assessment = Assessment {
            relationship_strength: self.pick(RelationshipStrength::ALL),
            relationship_notes: Some(format!("Notes on {place} {trade}.")),
            client_priority: self.pick(ClientPriority::ALL),
            client_status: self.pick(ClientStatus::ALL),
            assessment_reason: None,
            rhythm_days: None,
        };
        assessment::update(self.db, self.visit, self.pass, id, &assessment)?;
        self.contacts(id, staff)?;
        self.links(id, around)?;
        if self.chance(50) {
            self.entry(id)?;
        }
        Ok(())
    }

    fn contacts(&mut self, client: ClientId, staff: &[PersonnelId]) -> Result<()> {
        for _ in 0..self.dice.random_range(0..3) {
            let days = self.dice.random_range(0..240);
            let contact = ContactDraft {
                contact_date: self.visit.today - Days::new(days),
                contact_type: self.pick(ContactType::ALL).unwrap_or(ContactType::Phone),
                contacted_by: self.pick(staff).ok_or_else(|| Error::Internal("no colleagues".into()))?,
                contact_person_id: None,
                contact_person_freetext: None,
                summary: Some("Spoke about the schedule and the next deliverable.".into()),
                is_confidential: self.chance(5),
                follow_up_needed: false,
                follow_up_date: None,
                follow_up_assigned_to: None,
                follow_up_done: false,
            };
            contacts::queries::insert(self.db, self.visit, client, &contact)?;
        }
        Ok(())
    }

    fn links(&mut self, client: ClientId, around: &Around) -> Result<()> {
        let kinds = [
            (LinkKind::ClientOwner, &around.owners),
            (LinkKind::ClientProject, &around.projects),
            (LinkKind::ClientVendor, &around.vendors),
        ];
        for (kind, others) in kinds {
            if self.chance(50) {
                let other = self.pick(others).unwrap_or_default();
                let draft = LinkDraft { is_confidential: self.chance(5), ..LinkDraft::default() };
                links::queries::insert(self.db, self.visit, kind, (client.0, other), &draft)?;
            }
        }
        Ok(())
    }

    fn entry(&mut self, client: ClientId) -> Result<()> {
        let days = self.dice.random_range(1..300);
        let draft = EntryDraft {
            meeting_date: self.visit.today - Days::new(days),
            next_steps: Some("Send the proposal and agree on a date.".into()),
            client_near_term_focus: Some("Licensing schedule.".into()),
            mpr_work_targets: None,
            discussion: None,
            action_items: None,
        };
        roundtable::queries::insert(self.db, self.visit, self.pass, (client, None), &draft)?;
        Ok(())
    }
}
