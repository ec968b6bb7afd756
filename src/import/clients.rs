//! Clients from CSV: columns are the column names, points of contact by name. A client of a known name is left alone.

use std::collections::BTreeMap;

use super::Report;
use super::report::Outcome;
use crate::access::{TeamPass, Visit};
use crate::clients::assessment::{self, Assessment};
use crate::clients::{self, ClientDraft, PlannedContact};
use crate::contacts::{self, ContactDraft, parse_planned};
use crate::db::name_forms::name_key;
use crate::db::{Db, Lock, hold_lock};
use crate::error::{Error, Result};
use crate::people::{self, Colleague};
use crate::records::{self, RecordKind};
use crate::web::{FormData, Invalid};

const COLUMNS: [&str; 16] = [
    "client_name",
    "client_type",
    "notes",
    "mpr_primary_poc",
    "mpr_secondary_poc",
    "last_contact_date",
    "last_contact_type",
    "last_contact_by",
    "last_contact_notes",
    "next_planned_contact_date",
    "next_planned_contact_type",
    "next_planned_contact_assigned_to",
    "relationship_strength",
    "relationship_notes",
    "client_priority",
    "client_status",
];

/// The columns that tell of the last contact.
const LAST_CONTACT: [&str; 4] = ["last_contact_date", "last_contact_type", "last_contact_by", "last_contact_notes"];

/// The columns that name a colleague.
const COLLEAGUES: [&str; 4] =
    ["mpr_primary_poc", "mpr_secondary_poc", "last_contact_by", "next_planned_contact_assigned_to"];

/// Letters of a value that a report repeats.
const REPEATED: usize = 60;

/// Brings in a whole file; the caller's transaction keeps all of it or nothing.
pub fn run(db: &mut Db, visit: &Visit, text: &str) -> Result<Report> {
    hold_lock(db, Lock::Import)?;
    let unreadable = |cause: csv::Error| Error::Setup(format!("this is not a CSV of clients: {cause}"));
    let mut reader =
        csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let headers = reader.headers().map_err(unreadable)?.clone();
    if !headers.iter().any(|header| header == "client_name") {
        return Err(Error::Setup("the first line must name the columns, client_name among them".into()));
    }
    let staff = people::queries::staff(db)?;
    let pass = visit.viewer.require_team()?;
    let mut import = Import { db, visit, pass, staff, report: Report::default() };
    for unknown in headers.iter().filter(|header| !COLUMNS.contains(header)) {
        import.report.refused.push(format!("clients: there is no column {unknown}"));
    }
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let line = record.position().map_or(0, csv::Position::line);
        let named = headers.iter().zip(record.iter());
        let named = named.filter(|(column, value)| COLUMNS.contains(column) && !value.is_empty());
        let fields = named.map(|(column, value)| (column.to_owned(), value.to_owned())).collect();
        import.row(Row { line, fields })?;
    }
    Ok(import.report)
}

/// One line of the file: its values by column, those that were refused taken out.
struct Row {
    line: u64,
    fields: BTreeMap<String, String>,
}

struct Import<'a> {
    db: &'a mut Db,
    visit: &'a Visit,
    pass: TeamPass,
    staff: Vec<Colleague>,
    report: Report,
}

impl Import<'_> {
    fn row(&mut self, mut row: Row) -> Result<()> {
        let Some(name) = row.fields.get("client_name").map(|name| name.replace('\0', "")) else {
            self.report.refuse("clients", format!("line {}: no client_name", row.line));
            return Ok(());
        };
        if !records::queries::named(self.db, RecordKind::Client, &name)?.is_empty() {
            self.report.note("clients", Outcome::Unchanged);
            return Ok(());
        }
        for column in COLLEAGUES {
            self.colleague(&mut row, column);
        }
        let (visit, pass) = (self.visit, self.pass);
        let Some(draft) = self.read(&mut row, &["client_name"], |form, staff| ClientDraft::parse(form, staff, None))
        else {
            self.report.refuse("clients", format!("line {}: its client_name cannot be taken", row.line));
            return Ok(());
        };
        let id = clients::queries::insert(self.db, visit, &draft)?;
        let assessment = self.read(&mut row, &[], |form, _| Assessment::parse(pass, form)).unwrap_or_default();
        if !assessment.is_empty() {
            assessment::update(self.db, visit, pass, id, &assessment)?;
        }
        let nothing = PlannedContact::default();
        let planned = self
            .read(&mut row, &["next_planned_contact_date"], |form, staff| parse_planned(form, visit, staff, &nothing));
        if let Some(planned) = planned.filter(|planned| *planned != nothing) {
            clients::plan_queries::set_planned(self.db, visit, id, &planned)?;
        }
        if LAST_CONTACT.iter().any(|column| row.fields.contains_key(*column)) {
            self.last_contact(&mut row, id)?;
        }
        self.report.note("clients", Outcome::Added);
        Ok(())
    }

    /// The last contact of a line becomes an entry of the log, from which the client's last contact follows.
    fn last_contact(&mut self, row: &mut Row, client: clients::ClientId) -> Result<()> {
        let is_told = row.fields.contains_key("last_contact_by");
        if let Some(poc) = row.fields.get("mpr_primary_poc").filter(|_| !is_told).cloned() {
            row.fields.insert("last_contact_by".into(), poc);
        }
        let visit = self.visit;
        let needed = ["last_contact_date", "last_contact_type", "last_contact_by"];
        let contact = self.read(row, &needed, |form, staff| {
            ContactDraft::parse(&contacts::with_log_names(form.clone()), visit, staff, None)
        });
        match contact {
            Some(contact) => {
                contacts::queries::insert(self.db, visit, client, &contact)?;
            }
            None => self.report.refused.push(format!(
                "clients: line {}: the last contact needs a day in the past, a type and who made it",
                row.line
            )),
        }
        Ok(())
    }

    /// What a form would take of a line. A value that it refuses is named in the report and left out; without one of
    /// the `needed` nothing is taken.
    fn read<T>(
        &mut self,
        row: &mut Row,
        needed: &[&str],
        parse: impl Fn(&FormData, &[Colleague]) -> Result<T, Invalid>,
    ) -> Option<T> {
        loop {
            let form = FormData::of_pairs(row.fields.clone(), self.visit.today);
            let invalid = match parse(&form, &self.staff) {
                Ok(taken) => return Some(taken),
                Err(invalid) => invalid,
            };
            let mut is_lost = false;
            for error in invalid.0 {
                let column = contacts::column_of(&error.field);
                is_lost |= needed.contains(&column) || !row.fields.contains_key(column);
                self.refuse(row, column, &error.message);
            }
            if is_lost {
                return None;
            }
        }
    }

    /// Puts the id of a colleague in the place of the name; of two of one name, the one who is active.
    fn colleague(&mut self, row: &mut Row, column: &'static str) {
        let Some(key) = row.fields.get(column).map(|name| name_key(name)) else { return };
        let namesakes = self.staff.iter().filter(|person| name_key(&person.full_name) == key);
        let (active, departed): (Vec<&Colleague>, Vec<&Colleague>) = namesakes.partition(|person| person.is_active);
        let found = if active.is_empty() { departed } else { active };
        let ids: Vec<String> = found.iter().map(|person| person.personnel_id.to_string()).collect();
        match ids.as_slice() {
            [id] => {
                row.fields.insert(column.into(), id.clone());
            }
            [] => self.refuse(row, column, "There is no colleague of this name."),
            _ => self.refuse(row, column, "More than one colleague has this name."),
        }
    }

    /// Names a value in the report and takes it out of the line.
    fn refuse(&mut self, row: &mut Row, column: &str, why: &str) {
        let value = row.fields.remove(column).unwrap_or_default();
        let person = value.parse::<i64>().ok().filter(|_| COLLEAGUES.contains(&column));
        let name = person.and_then(|id| self.staff.iter().find(|one| one.personnel_id.0 == id));
        let shown = name.map_or(value.as_str(), |person| person.full_name.as_str());
        let shown: String = shown.chars().take(REPEATED).collect();
        self.report.refused.push(format!("clients: line {}: {column} “{shown}”: {why}", row.line));
    }
}
