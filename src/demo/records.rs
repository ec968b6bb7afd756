//! Reads `records.toml` into an empty database. Dates in it are relative, so that the demonstration never ages.

use std::collections::HashMap;

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};
use serde_json::{Map, Value, json};

use super::courses;
use super::items::Items;
use crate::access::{Change, TeamPass, Viewer, Visit};
use crate::accounts::{self, AccountDraft};
use crate::clients::assessment::{self, Assessment, Pause};
use crate::clients::{self, AttentionRule, ClientDraft, ClientId, PlannedContact};
use crate::closed_list::ClosedList;
use crate::contacts::{self, ContactDraft};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::{MeetingId, PersonnelId};
use crate::links::{self, Direction, LinkDraft, LinkEnd, LinkKind};
use crate::market::figures::{self, Figures};
use crate::meetings::{self, MeetingDraft, MeetingStatus, PointState, Proposed};
use crate::records::totals::{self, Holding};
use crate::records::{self, RecordKind};
use crate::roundtable::{self, EntryDraft};
use crate::sessions::{self, Password, SignInName};
use crate::web::Day;

/// Who can sign in to the demonstration.
pub struct SignIns {
    /// The password of all of them, made at each start.
    pub password: String,
    /// User names and what they may do.
    pub people: Vec<(String, String)>,
}

/// Fills an empty database; one that holds the demonstration already only gets a new password.
pub fn fill(db: &mut Db, visit: &Visit) -> Result<SignIns> {
    let password = Password::generate();
    let hash = password.hash()?;
    let pass = visit.viewer.require_admin()?;
    let existing = accounts::queries::list(db, pass)?;
    if existing.iter().any(|row| !row.draft.email.ends_with(".example")) {
        return Err(Error::Setup("this database holds real accounts; give the demonstration one of its own".into()));
    }
    if existing.is_empty() {
        Loader { db, visit, ids: HashMap::new(), file: &file()?, signs_in: true }.load(&hash)?;
    } else {
        for row in existing {
            sessions::queries::set_password(db, visit, row.user_id, &hash)?;
        }
    }
    let people = accounts::queries::list(db, pass)?;
    let people = people.into_iter().map(|row| (row.draft.username.clone(), row.draft.rights_in_words())).collect();
    Ok(SignIns { password: password.reveal_once(), people })
}

/// Puts the records of the demonstration into a database without any, unless there are some; its people get accounts
/// that cannot sign in.
pub fn fill_records(db: &mut Db, visit: &Visit) -> Result<bool> {
    for kind in RecordKind::ALL.iter().filter(|kind| **kind != RecordKind::Person) {
        if totals::of(db, *kind, [Holding::Any])? != [0] {
            return Ok(false);
        }
    }
    let hash = Password::generate().hash()?;
    Loader { db, visit, ids: HashMap::new(), file: &file()?, signs_in: false }.load(&hash)?;
    Ok(true)
}

fn file() -> Result<Map<String, Value>> {
    toml::from_str(include_str!("records.toml"))
        .map_err(|error| Error::Internal(format!("demonstration data: {error}")))
}

/// So many days ago the clients of the demonstration came on record.
const BEGUN: u64 = 440;

struct Loader<'a> {
    db: &'a mut Db,
    visit: &'a Visit,
    /// Ids by table and key.
    ids: HashMap<(String, String), i64>,
    file: &'a Map<String, Value>,
    /// Whether its accounts can be used.
    signs_in: bool,
}

/// One record of the file.
struct Entry<'a>(&'a Map<String, Value>);

impl Entry<'_> {
    fn text(&self, name: &str) -> Option<String> {
        self.0.get(name)?.as_str().map(ToOwned::to_owned)
    }

    fn flag(&self, name: &str) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    fn number(&self, name: &str) -> Option<i64> {
        self.0.get(name)?.as_i64()
    }

    fn choice<T: ClosedList>(&self, name: &str) -> Result<Option<T>> {
        let parse = |text: String| T::parse(&text).map_err(|error| Error::Internal(format!("{name}: {error}")));
        self.text(name).map(parse).transpose()
    }
}

impl Loader<'_> {
    fn entries(&self, table: &str) -> Vec<Map<String, Value>> {
        let list = self.file.get(table).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_object).cloned().collect()
    }

    fn id(&self, table: &str, key: &str) -> Result<i64> {
        let id = self.ids.get(&(table.to_owned(), key.to_owned())).copied();
        id.ok_or_else(|| Error::Internal(format!("demonstration data: no {table} {key}")))
    }

    /// The id of the record that a field of an entry names.
    fn named(&self, entry: &Entry<'_>, field: &str, table: &str) -> Result<Option<i64>> {
        entry.text(field).map(|key| self.id(table, &key)).transpose()
    }

    fn person(&self, entry: &Entry<'_>, field: &str) -> Result<Option<PersonnelId>> {
        Ok(self.named(entry, field, "personnel")?.map(PersonnelId))
    }

    fn ahead(&self, entry: &Entry<'_>, field: &str) -> Option<NaiveDate> {
        let days = entry.number(field)?;
        Some(self.visit.today + chrono::TimeDelta::days(days))
    }

    fn load(mut self, password_hash: &str) -> Result<()> {
        for kind in RecordKind::around_clients() {
            self.records(kind)?;
        }
        self.users(password_hash)?;
        self.clients()?;
        self.links()?;
        self.contacts()?;
        self.roundtable()
    }

    fn records(&mut self, kind: RecordKind) -> Result<()> {
        for map in self.entries(kind.table()) {
            let entry = Entry(&map);
            let mut values: Map<String, Value> = Map::new();
            for spec in kind.fields() {
                let value = match map.get(spec.name) {
                    Some(Value::Array(lines)) => {
                        lines.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n").into()
                    }
                    // Dates of TOML arrive as a map of one text.
                    Some(Value::Object(date)) => date.values().next().cloned().unwrap_or_default(),
                    Some(value) => value.clone(),
                    None => Value::Null,
                };
                values.insert(spec.name.to_owned(), value);
            }
            if kind == RecordKind::Person {
                values.insert("is_active".into(), json!(entry.0.get("is_active").is_none_or(|v| v == &json!(true))));
                values.insert("employer".into(), json!(self.employer(&map)));
            }
            if kind == RecordKind::Technology {
                values.insert("vendor_id".into(), json!(self.named(&entry, "vendor", "technology_vendors")?));
            }
            let id = records::queries::insert(self.db, self.visit, kind, values)?;
            if let (RecordKind::Project, Some(pass)) = (kind, self.visit.viewer.confidential()) {
                let figure = |name: &str| map.get(name).and_then(Value::as_f64);
                let figures = Figures {
                    capex: figure("capex"),
                    opex: figure("opex"),
                    fuel_cost: figure("fuel_cost"),
                    lcoe: figure("lcoe"),
                };
                if figures != Figures::default() {
                    figures::update(self.db, self.visit, pass, id, &figures)?;
                }
            }
            self.ids.insert((kind.table().into(), entry.text("key").unwrap_or_default()), id);
        }
        Ok(())
    }

    /// The name of the company that a person works for.
    fn employer(&self, person: &Map<String, Value>) -> Option<String> {
        let employer = person.get("employer")?;
        let (table, key) = (employer.get("kind")?.as_str()?, employer.get("key")?.as_str()?);
        let record = self.entries(table).into_iter().find(|record| record.get("key") == Some(&json!(key)))?;
        let name = ["client_name", "company_name", "vendor_name"].iter().find_map(|name| record.get(*name))?;
        name.as_str().map(ToOwned::to_owned)
    }

    fn clients(&mut self) -> Result<()> {
        let Some(pass) = self.visit.viewer.team() else { return Ok(()) };
        let judge = self.judge()?;
        for (number, map) in self.entries("clients").into_iter().enumerate() {
            let entry = Entry(&map);
            let mut draft = ClientDraft::named(entry.text("client_name").unwrap_or_default());
            draft.client_type = entry.choice("client_type")?;
            draft.notes = entry.text("notes");
            draft.mpr_primary_poc = self.person(&entry, "mpr_primary_poc")?;
            draft.mpr_secondary_poc = self.person(&entry, "mpr_secondary_poc")?;
            let begun = self.visit_ago(BEGUN, self.visit.viewer.clone());
            let id = clients::queries::insert(self.db, &begun, &draft)?;
            let assessment = Assessment {
                relationship_strength: entry.choice("relationship_strength")?,
                relationship_notes: entry.text("relationship_notes"),
                client_priority: entry.choice("client_priority")?,
                client_status: entry.choice("client_status")?,
                assessment_reason: None,
                rhythm_days: entry.number("rhythm_days"),
            };
            for (days, step) in courses::steps(number, &assessment) {
                assessment::update(self.db, &self.visit_ago(days, judge.clone()), pass, id, &step)?;
            }
            let pause =
                Pause { paused_until: self.ahead(&entry, "paused_in_days"), pause_reason: entry.text("pause_reason") };
            assessment::set_pause(self.db, self.visit, pass, id, &pause)?;
            let planned = PlannedContact {
                next_planned_contact_date: self.ahead(&entry, "next_planned_contact_in_days"),
                next_planned_contact_type: entry.choice("next_planned_contact_type")?,
                next_planned_contact_assigned_to: self.person(&entry, "next_planned_contact_assigned_to")?,
            };
            clients::plan_queries::set_planned(self.db, self.visit, id, &planned)?;
            self.ids.insert(("clients".into(), entry.text("key").unwrap_or_default()), id.0);
        }
        Ok(())
    }

    fn users(&mut self, password_hash: &str) -> Result<()> {
        for map in self.entries("users") {
            let entry = Entry(&map);
            let draft = AccountDraft {
                username: entry.text("username").unwrap_or_default(),
                email: format!("{}@mpr.example", entry.text("username").unwrap_or_default()),
                full_name: entry.text("full_name").unwrap_or_default(),
                has_confidential_access: entry.flag("has_confidential_access"),
                is_ned_team: entry.flag("is_ned_team"),
                is_admin: entry.flag("is_admin"),
                is_read_only: entry.flag("is_read_only"),
                is_active: self.signs_in,
                is_service: false,
            };
            accounts::queries::insert(self.db, self.visit, &draft, password_hash)?;
        }
        Ok(())
    }

    fn links(&mut self) -> Result<()> {
        for &kind in LinkKind::ALL {
            let (from, to) = kind.ends();
            let field = match to {
                RecordKind::Person => "person",
                _ => LinkEnd { kind, direction: Direction::From }.segment(),
            };
            for map in self.entries(kind.as_str()) {
                let entry = Entry(&map);
                let from = self.named(&entry, from.singular(), table_of(from))?.unwrap_or_default();
                let to = self.named(&entry, field, table_of(to))?.unwrap_or_default();
                let draft = self.link(&entry)?;
                let begun = self.visit_ago(BEGUN, self.visit.viewer.clone());
                links::queries::insert(self.db, &begun, kind, (from, to), &draft)?;
            }
        }
        Ok(())
    }

    fn link(&self, entry: &Entry<'_>) -> Result<LinkDraft> {
        let role = ["relationship_type", "role_at_client", "agreement_type", "component_type"];
        Ok(LinkDraft {
            role: role.iter().find_map(|name| entry.text(name)),
            contracted_volume: entry.text("contracted_volume"),
            product_id: self.named(entry, "product", "products")?,
            is_primary_contact: entry.flag("is_primary_contact"),
            notes: entry.text("notes"),
            sources: None,
            is_confidential: entry.flag("is_confidential"),
        })
    }

    fn contacts(&mut self) -> Result<()> {
        let missing = |field: &str| Error::Internal(format!("demonstration data: a contact without {field}"));
        for map in self.entries("contact_log") {
            let entry = Entry(&map);
            let client = self.named(&entry, "client", "clients")?.unwrap_or_default();
            let draft = ContactDraft {
                contact_date: self.ago(&entry),
                contact_type: entry.choice("contact_type")?.ok_or_else(|| missing("type"))?,
                contacted_by: self.person(&entry, "contacted_by")?.ok_or_else(|| missing("maker"))?,
                contact_person_id: self.person(&entry, "contact_person")?,
                contact_person_freetext: entry.text("contact_person_freetext"),
                summary: entry.text("summary"),
                is_confidential: entry.flag("is_confidential"),
                follow_up_needed: entry.flag("follow_up_needed"),
                follow_up_date: self.ahead(&entry, "follow_up_in_days"),
                follow_up_assigned_to: self.person(&entry, "follow_up_assigned_to")?,
                follow_up_done: entry.flag("follow_up_done"),
            };
            let days = (self.visit.today - draft.contact_date).num_days().unsigned_abs();
            let then = self.visit_ago(days, self.visit.viewer.clone());
            contacts::queries::insert(self.db, &then, ClientId(client), &draft)?;
        }
        Ok(())
    }

    fn ago(&self, entry: &Entry<'_>) -> NaiveDate {
        let days = entry.number("days_ago").and_then(|days| u64::try_from(days).ok()).unwrap_or_default();
        self.visit.today - Days::new(days)
    }

    /// The meetings that were held, with their entries, and the next one as it is prepared.
    fn roundtable(&mut self) -> Result<()> {
        let Some(pass) = self.visit.viewer.team() else { return Ok(()) };
        let items = Items::new(self.db)?;
        let mut entries = self.entries("roundtable_history");
        entries.sort_by_key(|map| self.ago(&Entry(map)));
        let days: Vec<&[Map<String, Value>]> =
            entries.chunk_by(|one, other| self.ago(&Entry(one)) == self.ago(&Entry(other))).collect();
        for of_day in days {
            self.meeting(pass, &items, of_day)?;
        }
        let today = self.visit.today;
        let before = |days| today - Days::new(days);
        let rule = AttentionRule { today, urgent_before: before(90), warning_before: before(60) };
        let agenda = meetings::agenda::propose(self.db, pass, &rule, today)?;
        let invited = accounts::queries::team_members(self.db, pass)?;
        let next = self.meeting_on(today + Days::new(2), &invited);
        meetings::queries::insert(self.db, self.visit, pass, &next, (&agenda, &invited))?;
        Ok(())
    }

    /// A meeting of one day.
    fn meeting_on(&self, day: NaiveDate, invited: &[PersonnelId]) -> MeetingDraft {
        let title = format!("Roundtable of {}", Day::new(day, self.visit.today).month());
        MeetingDraft { title, meeting_date: day, note_taker: invited.first().copied(), minutes_each: 3 }
    }

    /// A meeting that was held, from its entries.
    fn meeting(&mut self, pass: TeamPass, items: &Items, entries: &[Map<String, Value>]) -> Result<()> {
        let Some(first) = entries.first() else { return Ok(()) };
        let (day, visit) = (self.ago(&Entry(first)), self.visit);
        let at = |minutes: i64| {
            let now = day.and_time(NaiveTime::MIN) + TimeDelta::hours(14) + TimeDelta::minutes(minutes);
            Visit { now, change: Change::begin(), ..visit.clone() }
        };
        let (began, mut minutes) = (at(0), 0);
        let mut agenda = Vec::new();
        for map in entries {
            let client = self.named(&Entry(map), "client", "clients")?.unwrap_or_default();
            agenda.push(Proposed { client_id: ClientId(client), reason: Some("Discussed each month".into()) });
        }
        let invited = accounts::queries::team_members(self.db, pass)?;
        let draft = self.meeting_on(day, &invited);
        let id = meetings::queries::insert(self.db, &began, pass, &draft, (&agenda, &invited))?;
        let present: Vec<(PersonnelId, bool)> = invited.iter().map(|person| (*person, true)).collect();
        meetings::attendee_queries::set(self.db, &began, pass, id, &present)?;
        self.step(&began, pass, id, MeetingStatus::Running)?;
        for (map, point) in entries.iter().zip(meetings::point_queries::list(self.db, pass, id)?) {
            let entry = Entry(map);
            let draft = EntryDraft {
                meeting_date: day,
                next_steps: entry.text("next_steps"),
                client_near_term_focus: entry.text("client_near_term_focus"),
                mpr_work_targets: entry.text("mpr_work_targets"),
                discussion: entry.text("discussion"),
                action_items: entry.text("action_items"),
            };
            // Two minutes for one, four for the next.
            minutes += 2 + minutes % 4;
            let discussed = (PointState::Discussed, None);
            meetings::point_queries::set_state(self.db, &at(minutes), pass, &point, discussed)?;
            let visit = Visit { viewer: self.recorder(&entry)?, ..at(minutes) };
            let client = point.proposed.client_id;
            let entry = roundtable::queries::insert(self.db, &visit, pass, (client, Some(id)), &draft)?;
            if let Some(text) = &draft.action_items {
                items.make(self.db, &visit, pass, (client, entry, id, day), text)?;
            }
        }
        self.step(&at(minutes + 1), pass, id, MeetingStatus::Closed)
    }

    fn step(&mut self, visit: &Visit, pass: TeamPass, id: MeetingId, status: MeetingStatus) -> Result<()> {
        let meeting = meetings::queries::find(self.db, pass, id)?.ok_or(Error::NotFound)?;
        meetings::queries::set_status(self.db, visit, pass, &meeting, status)
    }

    /// A visit so many days ago, which is a change of its own.
    fn visit_ago(&self, days: u64, viewer: Viewer) -> Visit {
        Visit { viewer, now: self.visit.now - Days::new(days), change: Change::begin(), ..self.visit.clone() }
    }

    /// Whoever judges the clients.
    fn judge(&mut self) -> Result<Viewer> {
        let users = self.entries("users");
        let judge = users.iter().find(|user| Entry(user).flag("is_ned_team"));
        let username = judge.and_then(|user| Entry(user).text("username")).unwrap_or_default();
        let account = sessions::queries::find_by_name(self.db, &SignInName::of(&username))?;
        Ok(account.map_or_else(Viewer::command_line, sessions::Account::into_viewer))
    }

    /// The account of whoever recorded an entry.
    fn recorder(&mut self, entry: &Entry<'_>) -> Result<Viewer> {
        let key = entry.text("recorded_by");
        let users = self.entries("users");
        let user = users.iter().find(|user| user.get("personnel").and_then(Value::as_str) == key.as_deref());
        let username = user.and_then(|user| user.get("username")).and_then(Value::as_str).unwrap_or_default();
        let account = sessions::queries::find_by_name(self.db, &SignInName::of(username))?;
        Ok(account.map_or_else(Viewer::command_line, sessions::Account::into_viewer))
    }
}

/// The table in which an end of a link is kept.
fn table_of(end: RecordKind) -> &'static str {
    match end {
        RecordKind::Client => "clients",
        kind => kind.table(),
    }
}
