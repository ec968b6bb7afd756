//! The database of the earlier system, in any of its schemas: read as it is, each row accounted for, in one change.
//! A second run finds what the first one took and changes nothing.

mod assessed;
mod clients;
mod contacts;
mod entries;
mod linked;
mod marks;
pub mod pages;
mod people;
mod recorded;
mod row;
mod tables;
mod tally;
mod teams;

use std::collections::{HashMap, HashSet};
use std::path::Path;

use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Tz;

pub use tally::{Counts, Tally};

use self::contacts::LastKnown;
use self::marks::Marks;
use self::row::{Row, Zone};
use self::tables::{Table, kind_of_type};
use self::tally::Fate;
use crate::access::{AdminPass, ConfidentialPass, TeamPass, Viewer, Visit, Way};
use crate::audit;
use crate::db::foreign::{ForeignFile, ForeignTable};
use crate::db::{Db, Lock, hold_lock};
use crate::error::{Error, Result};
use crate::ids::{ClientId, PersonnelId};
use crate::links::{self, LinkDraft, LinkKind};
use crate::merging;
use crate::records::{self, RecordKind};

/// The column of `schema_version` by which a database of Roundtable is told from one of the earlier system.
const OWN: &str = "checksum";

/// Brings in a whole file; the caller's transaction keeps all of it or nothing. A moment that says no zone is of the
/// zone that is given.
pub fn run(db: &mut Db, visit: &Visit, zone: Tz, path: &Path) -> Result<Tally> {
    hold_lock(db, Lock::Import)?;
    let mut file = ForeignFile::open(path)?;
    let tables = file.tables()?;
    let is_own = |found: &ForeignTable| found.name == "schema_version" && found.columns.iter().any(|name| name == OWN);
    if tables.iter().any(is_own) {
        let shown = path.display();
        return Err(Error::Setup(format!(
            "{shown} is a database of Roundtable itself: restore it, or serve it as it is"
        )));
    }
    let find = |table: Table| tables.iter().find(|found| found.name.eq_ignore_ascii_case(table.name()));
    if find(Table::Records(RecordKind::Person)).is_none() && find(Table::Users).is_none() {
        let shown = path.display();
        return Err(Error::Setup(format!("{shown} is no database of the earlier system: it lacks its tables")));
    }
    let mut import = Import::new(db, visit, zone)?;
    let marks = import.marks_of(&mut file, find(Table::Marks))?;
    for table in Table::in_order() {
        if let Some(found) = find(table).filter(|_| table != Table::Marks) {
            import.look_ahead(&mut file, table, found, &marks)?;
        }
    }
    for table in Table::in_order() {
        if let Some(found) = find(table).filter(|_| table != Table::Marks) {
            import.table(&mut file, table, found, &marks)?;
        }
    }
    import.last_contacts()?;
    import.account_for(&marks, find(Table::Marks));
    for other in tables.iter().filter(|table| Table::of_name(&table.name).is_none()) {
        import.name_all(&mut file, other, tables::why_not(&other.name))?;
    }
    Ok(import.tally)
}

struct Import<'a> {
    db: &'a mut Db,
    visit: Visit,
    /// The moment of the import itself.
    now: NaiveDateTime,
    zone: Tz,
    team: TeamPass,
    confidential: ConfidentialPass,
    admin: AdminPass,
    tally: Tally,
    /// The id here behind each id of the file.
    ids: HashMap<(RecordKind, i64), i64>,
    /// Records that one row of the file stands for already.
    claimed: HashSet<(RecordKind, i64)>,
    /// Names of the file, as far as they may be shown.
    names: HashMap<(RecordKind, i64), String>,
    /// People of the file who act for the firm, whatever their type says.
    colleagues: HashSet<i64>,
    /// The account here behind each account of the file.
    users: HashMap<i64, Viewer>,
    /// What clients of the file say of their last contact, until it is found in the log.
    last: HashMap<ClientId, Vec<LastKnown>>,
    /// Records of the file and days on which a confidential contact was made.
    hushed: HashSet<(RecordKind, i64, NaiveDate)>,
    /// Clients that have a primary contact.
    primaries: HashSet<ClientId>,
    /// The hash of a password that nobody has seen.
    nobody_knows: String,
}

impl<'a> Import<'a> {
    fn new(db: &'a mut Db, visit: &Visit, zone: Tz) -> Result<Self> {
        let viewer = &visit.viewer;
        Ok(Self {
            db,
            now: visit.now,
            zone,
            team: viewer.require_team()?,
            confidential: viewer.confidential().ok_or(Error::Forbidden)?,
            admin: viewer.require_admin()?,
            visit: Visit { way: Way::Import, way_name: Some("nukeworks".into()), ..visit.clone() },
            tally: Tally::default(),
            ids: HashMap::new(),
            claimed: HashSet::new(),
            names: HashMap::new(),
            colleagues: HashSet::new(),
            users: HashMap::new(),
            last: HashMap::new(),
            hushed: HashSet::new(),
            primaries: HashSet::new(),
            nobody_knows: String::new(),
        })
    }

    /// Learns the names of records, who acts for the firm and which days are confidential, before any row is taken.
    fn look_ahead(&mut self, file: &mut ForeignFile, table: Table, found: &ForeignTable, marks: &Marks) -> Result<()> {
        let columns = table.colleagues();
        let kind = table.kind();
        if columns.is_empty() && kind.is_none() && table != Table::Contacts {
            return Ok(());
        }
        file.each(found, |cells| {
            let mut row = marks.apply(table, Row::new(&found.columns, cells));
            if let (Some(kind), Some(id)) = (kind, row.id)
                && let Some(name) = recorded::name_of(kind, &mut row)
            {
                self.names.insert((kind, id), name);
            }
            self.colleagues.extend(columns.iter().filter_map(|column| row.reference(column)));
            if table == Table::Contacts
                && row.is_confidential()
                && let (Ok((kind, id)), Some(day)) = (Self::entity(&mut row), row.date("contact_date"))
            {
                self.hushed.insert((kind, id, day));
            }
            Ok(())
        })
    }

    fn table(&mut self, file: &mut ForeignFile, table: Table, found: &ForeignTable, marks: &Marks) -> Result<()> {
        self.tally.begin(table.name());
        let mut links = linked::Gathered::default();
        file.each(found, |cells| {
            let mut row = marks.apply(table, Row::new(&found.columns, cells));
            let fate = match table {
                Table::Marks => return Ok(()),
                Table::Users => self.user(&mut row)?,
                Table::Records(RecordKind::Client) => self.client(&mut row)?,
                Table::Records(kind) => self.record(kind, &mut row)?,
                Table::Links(kind) => return self.gather(&mut links, kind, row),
                Table::PreferredConstructors => self.preferred_constructor(&mut row)?,
                Table::PeopleOfEntities => self.person_of_entity(&mut row)?,
                Table::Teams => self.team_member(&mut row)?,
                Table::Contacts => self.contact(&mut row)?,
                Table::Entries => self.entry(&mut row)?,
            };
            self.note(table, row, fate);
            Ok(())
        })?;
        self.link_all(links)
    }

    fn note(&mut self, table: Table, row: Row, fate: Fate) {
        let id = row.shown_id();
        for words in &row.remarks {
            self.tally.remark(table.name(), &id, words);
        }
        self.tally.note(table.name(), &id, fate);
    }

    fn name_all(&mut self, file: &mut ForeignFile, table: &ForeignTable, why: &str) -> Result<()> {
        self.tally.begin(&table.name);
        file.each(table, |cells| {
            let row = Row::new(&table.columns, cells);
            self.tally.note(&table.name, &row.shown_id(), Fate::Named(why.to_owned()));
            Ok(())
        })
    }

    /// What is written next was made at that moment.
    fn at(&mut self, row: &mut Row) {
        self.visit.now = row.moment("created_date", Zone::Utc).unwrap_or(self.now).min(self.now);
    }

    /// The same, and something will be.
    fn made(&mut self, row: &mut Row) -> Result<()> {
        self.at(row);
        self.open()
    }

    /// What is written next is made now.
    fn begin(&mut self) -> Result<()> {
        self.visit.now = self.now;
        self.open()
    }

    /// Files the change, which is of now, before its first row, which may be of an earlier moment.
    fn open(&mut self) -> Result<()> {
        let at = std::mem::replace(&mut self.visit.now, self.now);
        audit::begin(self.db, &self.visit)?;
        self.visit.now = at;
        Ok(())
    }

    /// The person here whom a column names.
    fn person(&mut self, row: &mut Row, column: &str) -> Option<PersonnelId> {
        let id = row.reference(column)?;
        let found = self.ids.get(&(RecordKind::Person, id)).copied().map(PersonnelId);
        if found.is_none() {
            row.remark(format!("{column} names person {id}, who is not there"));
        }
        found
    }

    /// The record that a row of several kinds names, by kind and id of the file.
    fn entity(row: &mut Row) -> Result<(RecordKind, i64), String> {
        let word = row.line("entity_type").unwrap_or_default();
        let kind = kind_of_type(&word).ok_or_else(|| format!("“{}” is no kind of record", tally::shown(&word)))?;
        let id = row.reference("entity_id").ok_or("it names no record")?;
        Ok((kind, id))
    }

    /// The client under which something about a record is kept: itself, the one of its name, or a new one.
    fn client_of(&mut self, kind: RecordKind, id: i64) -> Result<Option<ClientId>> {
        let Some(here) = self.ids.get(&(kind, id)).copied() else { return Ok(None) };
        if kind == RecordKind::Client {
            return Ok(Some(ClientId(here)));
        }
        let Some(name) = self.names.get(&(kind, id)).cloned() else { return Ok(None) };
        if let Some((client, _)) = records::queries::named(self.db, RecordKind::Client, &name)?.first() {
            return self.survivor(RecordKind::Client, *client).map(|id| Some(ClientId(id)));
        }
        self.open()?;
        let client = crate::clients::queries::insert(self.db, &self.visit, &crate::clients::ClientDraft::named(name))?;
        let link = match kind {
            RecordKind::Owner => Some(LinkKind::ClientOwner),
            RecordKind::Project => Some(LinkKind::ClientProject),
            RecordKind::Vendor => Some(LinkKind::ClientVendor),
            RecordKind::Operator => Some(LinkKind::ClientOperator),
            RecordKind::Client
            | RecordKind::Technology
            | RecordKind::Constructor
            | RecordKind::Offtaker
            | RecordKind::Person => None,
        };
        if let Some(link) = link {
            let draft = LinkDraft::default();
            links::queries::insert(self.db, &self.visit, link, (client.0, here), &draft)?;
        }
        let table = Table::Records(kind).name();
        self.tally.remark(table, &id.to_string(), "contacts, entries or a team of it: it is a client as well");
        Ok(Some(client))
    }

    /// What was merged since is known under the record that stayed.
    fn survivor(&mut self, kind: RecordKind, id: i64) -> Result<i64> {
        merging::queries::survivor_of(self.db, kind, id)
    }
}

/// A text with words added, unless it has them.
fn with_words(text: Option<&str>, words: &str) -> String {
    match text {
        Some(text) if text.contains(words) => text.to_owned(),
        Some(text) => format!("{text}\n\n{words}"),
        None => words.to_owned(),
    }
}
