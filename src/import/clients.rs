//! Clients from CSV: columns are the column names, points of contact by name. A client of a known name is left alone.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::Report;
use super::report::Outcome;
use crate::access::Visit;
use crate::clients::assessment::{self, Assessment};
use crate::clients::{self, ClientDraft, PlannedContact};
use crate::closed_list::ClosedList;
use crate::contacts::{self, ContactDraft};
use crate::db::{Db, Lock, hold_lock};
use crate::error::{Error, Result};
use crate::ids::PersonnelId;
use crate::people;
use crate::records::{self, RecordKind};

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
    let mut report = Report::default();
    for unknown in headers.iter().filter(|header| !COLUMNS.contains(header)) {
        report.refused.push(format!("clients: there is no column {unknown}"));
    }
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let line = record.position().map_or(0, csv::Position::line);
        let fields: HashMap<&str, &str> =
            headers.iter().zip(record.iter()).filter(|(_, value)| !value.is_empty()).collect();
        row(db, visit, &Row { line, fields }, &mut report)?;
    }
    Ok(report)
}

/// One line of the file.
struct Row<'a> {
    line: u64,
    fields: HashMap<&'a str, &'a str>,
}

impl Row<'_> {
    fn text(&self, column: &str) -> Option<String> {
        self.fields.get(column).map(|value| (*value).to_owned())
    }

    /// A value of a closed list; another is named in the report and left out.
    fn choice<T: ClosedList>(&self, column: &str, report: &mut Report) -> Option<T> {
        let word = self.fields.get(column)?;
        self.or_named(column, report, T::parse(word).ok())
    }

    fn date(&self, column: &str, report: &mut Report) -> Option<NaiveDate> {
        let day = self.fields.get(column)?;
        self.or_named(column, report, day.parse().ok())
    }

    /// The colleague of that name.
    fn person(&self, db: &mut Db, column: &str, report: &mut Report) -> Result<Option<PersonnelId>> {
        let Some(name) = self.fields.get(column) else { return Ok(None) };
        let key = crate::db::name_forms::name_key(name);
        let staff = people::queries::staff(db)?;
        let found = staff.iter().find(|person| crate::db::name_forms::name_key(&person.full_name) == key);
        Ok(self.or_named(column, report, found.map(|person| person.personnel_id)))
    }

    fn or_named<T>(&self, column: &str, report: &mut Report, value: Option<T>) -> Option<T> {
        if value.is_none() {
            let text = self.fields.get(column).copied().unwrap_or_default();
            report.refused.push(format!("clients: line {}: {column} “{text}”", self.line));
        }
        value
    }
}

fn row(db: &mut Db, visit: &Visit, row: &Row<'_>, report: &mut Report) -> Result<()> {
    let Some(name) = row.text("client_name") else {
        report.refuse("clients", format!("line {}: no client_name", row.line));
        return Ok(());
    };
    if !records::queries::named(db, RecordKind::Client, &name)?.is_empty() {
        report.note("clients", Outcome::Unchanged);
        return Ok(());
    }
    let mut draft = ClientDraft::named(name);
    draft.client_type = row.choice("client_type", report);
    draft.notes = row.text("notes");
    draft.mpr_primary_poc = row.person(db, "mpr_primary_poc", report)?;
    draft.mpr_secondary_poc = row.person(db, "mpr_secondary_poc", report)?;
    if draft.mpr_primary_poc.is_some() && draft.mpr_primary_poc == draft.mpr_secondary_poc {
        report.refused.push(format!("clients: line {}: both points of contact are one person", row.line));
        draft.mpr_secondary_poc = None;
    }
    let id = clients::queries::insert(db, visit, &draft)?;
    let pass = visit.viewer.require_team()?;
    let assessment = Assessment {
        relationship_strength: row.choice("relationship_strength", report),
        relationship_notes: row.text("relationship_notes"),
        client_priority: row.choice("client_priority", report),
        client_status: row.choice("client_status", report),
    };
    if !assessment.is_empty() {
        assessment::update(db, visit, pass, id, &assessment)?;
    }
    let planned = PlannedContact {
        next_planned_contact_date: row.date("next_planned_contact_date", report),
        next_planned_contact_type: row.choice("next_planned_contact_type", report),
        next_planned_contact_assigned_to: row.person(db, "next_planned_contact_assigned_to", report)?,
    };
    if planned.next_planned_contact_date.is_some() {
        clients::queries::set_planned(db, visit, id, &planned)?;
    } else if planned != PlannedContact::default() {
        report.refused.push(format!("clients: line {}: a planned contact needs a day", row.line));
    }
    if LAST_CONTACT.iter().any(|column| row.fields.contains_key(column)) {
        last_contact(db, visit, row, id, draft.mpr_primary_poc, report)?;
    }
    report.note("clients", Outcome::Added);
    Ok(())
}

/// The last contact of a line becomes an entry of the log, from which the client's last contact follows.
fn last_contact(
    db: &mut Db,
    visit: &Visit,
    row: &Row<'_>,
    client: clients::ClientId,
    poc: Option<PersonnelId>,
    report: &mut Report,
) -> Result<()> {
    let made_by = row.person(db, "last_contact_by", report)?.or(poc);
    let date = row.date("last_contact_date", report).filter(|date| *date <= visit.today);
    let (Some(contacted_by), Some(contact_date), Some(contact_type)) =
        (made_by, date, row.choice("last_contact_type", report))
    else {
        report.refused.push(format!(
            "clients: line {}: the last contact needs a day in the past, a type and who made it",
            row.line
        ));
        return Ok(());
    };
    let contact = ContactDraft {
        contact_date,
        contact_type,
        contacted_by,
        contact_person_id: None,
        contact_person_freetext: None,
        summary: row.text("last_contact_notes"),
        is_confidential: false,
        follow_up_needed: false,
        follow_up_date: None,
        follow_up_assigned_to: None,
        follow_up_done: false,
    };
    contacts::queries::insert(db, visit, client, &contact)?;
    Ok(())
}
