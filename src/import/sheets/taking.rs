//! Taking the rows of a file, one after the other, by the saves of the slices: the rules and messages of the forms
//! hold. A row that cannot be taken is told with its reason and leaves nothing; the others are taken.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::rc::Rc;

use super::cells::{Mapped, mapped};
use super::files::Progress;
use super::kinds::{Kind, fields};
use super::model::{Decision, Import};
use super::report::{Fate, Known, Problem, Reason, Report};
use super::rows::{Lines, Row, lines};
use crate::audit;
use crate::db::name_forms::name_key;
use crate::db::{Db, Lock, attempt, hold_lock};
use crate::error::{Error, Result};
use crate::ids::ContactId;
use crate::people::{self, Lookups};
use crate::records::{self, RecordKind};
use crate::web::{Page, Values, beginning};

/// Letters of a value that a report repeats.
const REPEATED: usize = 60;

/// Takes all rows, tells what came of them, and each reason in a file.
pub fn take(
    db: &mut Db,
    page: &Page,
    import: &Import,
    (rows, reasons): (&Path, &Path),
    (progress, is_run): (&Progress, bool),
) -> Result<Report> {
    if is_run {
        hold_lock(db, Lock::Import)?;
    }
    let fields = fields(db, page, import.kind)?;
    let columns = mapped(fields, &import.recognised, &import.settings, page.visit.today);
    let emails = match import.kind {
        Kind::Records(RecordKind::Person) => people::queries::by_email(db)?,
        _ => HashMap::new(),
    };
    let kind = match import.kind {
        Kind::Records(kind) => Some(kind),
        Kind::Contacts | Kind::Links(_) => None,
    };
    let lookups = Rc::new(Lookups::of_many(db, kind)?);
    let report = Report::begin(is_run, page.viewer().rights_key());
    let (named, contacts) = (HashMap::new(), HashSet::new());
    let mut taking = Taking { db, page, import, columns, named, contacts, emails, lookups, report };
    let mut told = Lines::create(reasons)?;
    let (all, mut done) = (import.recognised.to_take(import.settings.has_head), 0);
    progress.tell(0, all)?;
    for row in lines::<Row>(rows)? {
        let row = row?;
        if !import.recognised.is_taken(row.0, import.settings.has_head) {
            continue;
        }
        let (fate, why) = match taking.row(&row)? {
            Ok(outcome) => outcome,
            Err(refused) => (Fate::Wrong, taking.refuse(&row, refused)),
        };
        taking.report.note(row.0, fate);
        told.add(&Reason { row: row.0, fate: fate.to_string(), why })?;
        done += 1;
        progress.tell(done, all)?;
    }
    told.finish()?;
    Ok(taking.report)
}

/// What is wrong with a row, by field; by none for the row as a whole.
pub(super) type Refused = Vec<(String, String)>;

/// What became of a row and why, or what is wrong with it.
pub(super) type Outcome = std::result::Result<(Fate, String), Refused>;

pub(super) struct Taking<'t> {
    pub db: &'t mut Db,
    pub page: &'t Page,
    pub import: &'t Import,
    pub columns: Vec<Mapped>,
    /// The records that names stand for, as they were found.
    named: HashMap<(RecordKind, String), std::result::Result<i64, String>>,
    /// The contacts that earlier rows made.
    pub contacts: HashSet<ContactId>,
    /// The people of an address.
    pub emails: people::queries::ByEmail,
    /// What the forms look up, for all rows.
    pub lookups: Rc<Lookups>,
    pub report: Report,
}

impl Taking<'_> {
    fn row(&mut self, row: &Row) -> Result<Outcome> {
        // On PostgreSQL others save meanwhile: a colleague may leave between two rows.
        if let Db::Postgres(_) = self.db {
            self.lookups = Rc::default();
        }
        let given = match self.read(row)? {
            Ok(given) => given,
            Err(refused) => return Ok(Err(refused)),
        };
        match self.import.kind {
            Kind::Records(kind) => self.record(row.0, kind, given),
            Kind::Contacts => self.contact(row.0, given),
            Kind::Links(kind) => self.link(kind, given),
        }
    }

    /// What a row says, as the form takes it.
    fn read(&mut self, row: &Row) -> Result<std::result::Result<Values, Refused>> {
        let (mut given, mut refused, mut names) = (self.import.settings.fixed.clone(), Refused::new(), Vec::new());
        for column in &self.columns {
            let name = column.field.name.to_owned();
            match (column.read(row), column.names) {
                (None, _) => {}
                (Some(Ok(text)), Some(kind)) => names.push((name, kind, text)),
                (Some(Ok(text)), None) => {
                    if name == "follow_up_needed" && name_key(&row.cell(column.column).text()) == "done" {
                        given.insert("follow_up_done".into(), "on".into());
                    }
                    given.insert(name, text);
                }
                (Some(Err(message)), _) => refused.push((name, message)),
            }
        }
        let is_contact = self.import.kind == Kind::Contacts;
        for (field, kind, text) in names {
            match self.named(kind, &text)? {
                Ok(id) => drop(given.insert(field, id.to_string())),
                // Whoever was met need not be on file.
                Err(_) if is_contact && field == "contact_person_id" => {
                    given.entry("contact_person_freetext".into()).or_insert(text);
                }
                Err(message) => refused.push((field, message)),
            }
        }
        Ok(if refused.is_empty() { Ok(given) } else { Err(refused) })
    }

    /// The one record of a name.
    fn named(&mut self, kind: RecordKind, name: &str) -> Result<std::result::Result<i64, String>> {
        let key = (kind, name_key(name));
        if let Some(known) = self.named.get(&key) {
            return Ok(known.clone());
        }
        let all = records::queries::named(self.db, kind, name)?;
        let (one, name) = (kind.singular(), beginning(name, REPEATED));
        let current: Vec<i64> = all.iter().filter(|(_, is_archived)| !is_archived).map(|(id, _)| *id).collect();
        let found = match current[..] {
            [id] => Ok(id),
            [] if all.is_empty() => Err(format!("There is no {one} called “{name}”. Add it first, or mend the name.")),
            [] => Err(format!("The {one} “{name}” is archived. Bring it back first.")),
            _ => Err(format!("Several are called “{name}”. Do this row by hand.")),
        };
        self.named.insert(key, found.clone());
        Ok(found)
    }

    /// Saves something, or takes back what of it was written and tells why it is refused.
    pub fn save<T>(&mut self, work: impl FnOnce(&mut Db, &Page) -> Result<T>) -> Result<Result<T>> {
        audit::begin(self.db, &self.page.visit)?;
        let page = self.page;
        match attempt(self.db, |db| work(db, page)) {
            Ok(value) => Ok(Ok(value)),
            Err(error) if is_of_row(&error) => Ok(Err(error)),
            Err(error) => Err(error),
        }
    }

    /// What is done with a row whose record is known, or near.
    pub fn decision(&self, row: u64, is_near: bool) -> Decision {
        let usual = if is_near { self.import.settings.near } else { self.import.settings.known };
        self.import.settings.rows.get(&row).copied().unwrap_or(usual)
    }

    /// Notes that the record of a row may be there.
    pub fn note_known(&mut self, row: u64, name: &str, others: Vec<(String, String)>, is_near: bool) {
        let (name, decision) = (beginning(name, REPEATED), self.decision(row, is_near));
        self.report.known(Known { row, name, others, is_near, decision });
    }

    /// Notes what is wrong with a row, and says it in a line.
    fn refuse(&mut self, row: &Row, refused: Refused) -> String {
        let mut words = Vec::new();
        for (field, message) in refused {
            let column = self.columns.iter().find(|column| column.field.name == field);
            let head = column.map(|column| column.head.clone()).unwrap_or_default();
            let value = column.map(|column| beginning(&row.cell(column.column).text(), REPEATED)).unwrap_or_default();
            words.push(if head.is_empty() { message.clone() } else { format!("{head}: {message}") });
            self.report.wrong(Problem { row: row.0, column: head, value, message });
        }
        words.join(" ")
    }
}

/// Whether an error tells of the row, and not of the database or of whoever asks.
fn is_of_row(error: &Error) -> bool {
    matches!(error, Error::Invalid(_) | Error::Near(..) | Error::Refused(_) | Error::NotFound)
        || error.is_duplicate()
        || error.is_reference()
}

/// What is wrong, by field.
pub(super) fn refused(error: Error) -> Refused {
    match error {
        Error::Invalid(errors) | Error::Near(errors, _) => errors,
        Error::Refused(words) => whole(words),
        Error::NotFound => whole("The record is no longer there."),
        _ => whole("The database refuses this row."),
    }
}

/// What is wrong with a row as a whole.
pub(super) fn whole(words: impl Into<String>) -> Refused {
    vec![(String::new(), words.into())]
}
