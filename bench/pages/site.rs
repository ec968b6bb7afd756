//! A served database of synthetic clients, with a colleague who is signed in.

use std::any::Any;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chrono::{Days, NaiveDate};

use super::list::{Ask, Page};
use super::load::Load;
use crate::Outcome;
use crate::connection::{Connection, Encoding, Session};
use crate::postgres::Postgres;
use crate::server::{Program, Server};
use crate::settings::Settings;

/// Neighbours that the first client is given, beside those that it has anyway.
const NEIGHBOURS: usize = 500;
/// Entries that the first client is given: more than one page.
const ENTRIES: usize = 60;
/// Contacts that the second client is given, a month apart: ten years of them, since an entry at their beginning.
const CONTACTS: u64 = 120;
/// Clients that are given a plan for one of the next days, so that a month has something to show.
const PLANNED: u64 = 100;
/// Clients that are edited in turn.
const EDITED: usize = 200;
/// Colleagues that `generate` makes, before anyone else.
const COLLEAGUES: usize = 30;

/// What keeps the records.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// Ends, and is removed with its database, when dropped.
pub struct Site {
    server: Server,
    program: Program,
    /// The database's folder or server, to be dropped after those who use it.
    _database: Box<dyn Any + Sync>,
    session: Session,
    /// Somebody outside the team, who may not see what is confidential.
    pub outsider: Session,
    pub engine: Engine,
    pub clients: usize,
    /// How long `generate` took.
    pub generated_within: Duration,
    /// The day of what is saved.
    pub today: NaiveDate,
    /// The address of a meeting that is on.
    pub meeting: String,
    /// Some clients with the form that leaves them as they are, but for the notes.
    editable: Vec<(usize, String)>,
    /// Requests so far: no two saves are alike.
    asked: AtomicUsize,
}

impl Site {
    /// Of this build, on SQLite.
    pub fn on_sqlite(clients: usize) -> Outcome<Self> {
        Self::of_build(env!("CARGO_BIN_EXE_roundtable").into(), clients)
    }

    /// Of any build, on SQLite.
    pub fn of_build(binary: PathBuf, clients: usize) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let database = format!("sqlite:{}", folder.path().join("bench.db").display());
        Self::start(Engine::Sqlite, Program::of(binary, database), Box::new(folder), clients)
    }

    /// Of this build, on a PostgreSQL of its own.
    pub fn on_postgres(clients: usize) -> Outcome<Self> {
        let postgres = Postgres::start()?;
        Self::start(Engine::Postgres, Program::ours(postgres.address()), Box::new(postgres), clients)
    }

    fn start(engine: Engine, program: Program, database: Box<dyn Any + Sync>, clients: usize) -> Outcome<Self> {
        // A fifth as many projects, each with an owner, a vendor and a technology; enough for the map at any size.
        let (number, projects) = (clients.to_string(), (clients / 5).max(NEIGHBOURS).to_string());
        let begun = Instant::now();
        program.run(&["generate", "--seed", "1", "--clients", &number, "--projects", &projects], "")?;
        let generated_within = begun.elapsed();
        let colleague = ["--full-name", "Colleague 02", "--email", "bench@mpr.example", "--ned-team"];
        program.add_account(&[&["bench"][..], &colleague].concat())?;
        let outsider = ["--full-name", "Colleague 03", "--email", "outsider@mpr.example"];
        program.add_account(&[&["outsider"][..], &outsider].concat())?;
        let mut server = program.serve()?;
        let (session, outsider) = (server.sign_in("bench")?, server.sign_in("outsider")?);
        link_first_client(&session)?;
        fill_ten_years(&session)?;
        let meeting = begin_meeting(&session)?;
        let editable = editable(&session, clients)?;
        // The start that counts is one of a database that was served before.
        server.stop()?;
        let server = program.serve()?;
        let session = Session { host: server.host.clone(), ..session };
        let outsider = Session { host: server.host.clone(), ..outsider };
        let today = chrono::Utc::now().date_naive();
        let asked = AtomicUsize::new(0);
        Ok(Self {
            server,
            program,
            _database: database,
            session,
            outsider,
            engine,
            clients,
            generated_within,
            today,
            meeting,
            editable,
            asked,
        })
    }

    /// Engine and size.
    pub fn name(&self) -> String {
        format!("{} {}", self.engine.name(), super::grouped(self.clients))
    }

    /// From the start of the server to the line that says where it listens.
    pub fn started_within(&self) -> Duration {
        self.server.started_within
    }

    /// Who asks, and where.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Where the records are.
    pub fn database(&self) -> &str {
        &self.program.database
    }

    /// A database beside the site's own, on the same disk or server.
    pub fn beside(&self) -> String {
        match self.engine {
            Engine::Sqlite => format!("{}.beside", self.program.database),
            Engine::Postgres => self.program.database.clone(),
        }
    }

    /// The id of some client: a new database numbers them from 1, and the step visits all before one comes again.
    pub fn client(&self, number: usize) -> usize {
        1 + number.wrapping_mul(7919) % self.clients
    }

    /// The id of some colleague.
    pub fn colleague(&self, number: usize) -> usize {
        1 + number % COLLEAGUES
    }

    /// Some client, with the form that edits nothing.
    pub fn edited(&self, number: usize) -> &(usize, String) {
        &self.editable[number % self.editable.len()]
    }

    /// The text of the next request for a page.
    fn request(&self, page: &Page, encoding: Encoding) -> String {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        match page.ask {
            Ask::Read(address) => self.session.get(&address(self, number), encoding),
            Ask::Save(form) => {
                let (path, form) = form(self, number);
                self.session.post(&path, &form)
            }
        }
    }

    /// Whether this build has the page.
    pub fn has(&self, page: &Page) -> Outcome<bool> {
        let answer = Connection::open(&self.session.host)?.ask(&self.request(page, Encoding::Plain))?;
        Ok(answer.is(expected(page)))
    }

    /// The load of one page.
    pub fn load(&self, page: &Page, encoding: Encoding, settings: &Settings) -> Outcome<Load> {
        let connections = if page.is_save() { 1 } else { settings.connections };
        let request = || self.request(page, encoding);
        Load::measure(&self.session.host, connections, settings.measured, &request, expected(page))
    }
}

fn expected(page: &Page) -> u16 {
    if page.is_save() { 303 } else { 200 }
}

/// Gives the first client many projects, owners and entries, so that its map and its history have something to show.
fn link_first_client(session: &Session) -> Outcome<()> {
    let mut connection = Connection::open(&session.host)?;
    let today = chrono::Utc::now().date_naive();
    let links = (1..=NEIGHBOURS).map(|number| {
        let kind = if number % 2 == 0 { "owner" } else { "project" };
        (format!("/clients/1/links/{kind}"), format!("{kind}_id={number}"))
    });
    let entries = (1..=ENTRIES)
        .map(|number| ("/crm/roundtable/1".to_owned(), format!("meeting_date={today}&discussion=Of+part+{number}")));
    for (path, form) in links.chain(entries) {
        let request = session.post(&path, &form);
        let answer = connection.ask(&request)?;
        // One that is linked already is refused, and is a neighbour all the same.
        if answer.status != 422 {
            answer.checked(303, &request)?;
        }
    }
    Ok(())
}

/// Gives the second client ten years of contacts since its only entry, and others a plan.
fn fill_ten_years(session: &Session) -> Outcome<()> {
    let mut connection = Connection::open(&session.host)?;
    let today = chrono::Utc::now().date_naive();
    let ago = |months: u64| today - Days::new(30 * months);
    let entry = ("/crm/roundtable/2".to_owned(), format!("meeting_date={}&next_steps=Begin", ago(CONTACTS + 1)));
    let contacts = (0..CONTACTS).map(|month| {
        let form = format!("contact_date={}&contact_type=Video&summary=Spoke+of+month+{month}", ago(month));
        ("/clients/2/contact".to_owned(), form)
    });
    let plans = (0..PLANNED).map(|number| {
        let day = today + Days::new(1 + number % 28);
        (format!("/clients/{}/contact", 3 + number), format!("next_planned_contact_date={day}"))
    });
    for (path, form) in std::iter::once(entry).chain(contacts).chain(plans) {
        let request = session.post(&path, &form);
        connection.ask(&request)?.checked(303, &request)?;
    }
    Ok(())
}

/// Prepares a meeting and starts it; its address.
fn begin_meeting(session: &Session) -> Outcome<String> {
    let form = format!("title=Roundtable&meeting_date={}", chrono::Utc::now().date_naive());
    let prepared = session.send("/crm/meetings/new", &form)?.checked(303, "POST /crm/meetings/new")?;
    let meeting = prepared.header("location").ok_or("a new meeting has no address")?.to_owned();
    let path = format!("{meeting}/start");
    session.send(&path, "")?.checked(303, &path)?;
    Ok(meeting)
}

/// Some clients, far apart, with their form as it stands.
fn editable(session: &Session, clients: usize) -> Outcome<Vec<(usize, String)>> {
    let mut connection = Connection::open(&session.host)?;
    let mut found = Vec::new();
    for id in (1..=clients).step_by(clients.div_ceil(EDITED)) {
        let request = session.get(&format!("/clients/api/{id}"), Encoding::Plain);
        let answer = connection.ask(&request)?.checked(200, &request)?;
        let client: serde_json::Value = serde_json::from_slice(&answer.body)?;
        let fields = ["client_name", "client_type", "mpr_primary_poc", "mpr_secondary_poc"];
        let text = |field: &str| match &client[field] {
            serde_json::Value::String(text) => text.clone(),
            serde_json::Value::Number(number) => number.to_string(),
            _ => String::new(),
        };
        let pairs = fields.map(|field| (field, text(field)));
        found.push((id, form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()));
    }
    Ok(found)
}
