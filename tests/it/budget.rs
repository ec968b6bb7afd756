//! What each page asks of the database: `budget.txt` holds every route to its number of statements, and none asks
//! more often with more rows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use axum::http::Method;
use diesel::connection::{DebugQuery, InstrumentationEvent, set_default_instrumentation};
use roundtable::config::Address;

use crate::planted::{Planted, plant};
use crate::world::{Role, World};

const TABLE: &str = include_str!("budget.txt");

/// Statements of one database, without those that begin and end a transaction.
#[derive(Clone, Copy, Default)]
struct Asked {
    statements: usize,
    /// Prepared for this one use, or put into the cache.
    prepared: usize,
}

/// By the address of the database, so that other tests of the process do not count.
static ASKED: Mutex<BTreeMap<String, Asked>> = Mutex::new(BTreeMap::new());

fn count() -> Option<Box<dyn diesel::connection::Instrumentation>> {
    let mut address = String::new();
    let mut cached = BTreeSet::new();
    Some(Box::new(move |event: InstrumentationEvent<'_>| {
        let note = |statements, prepared| {
            let mut all = ASKED.lock().unwrap_or_else(PoisonError::into_inner);
            let asked = all.entry(address.clone()).or_default();
            asked.statements += statements;
            asked.prepared += prepared;
        };
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => address = without_settings(url),
            InstrumentationEvent::CacheQuery { sql, .. } => {
                cached.insert(sql.to_owned());
                note(0, 1);
            }
            // What runs without having come into the cache was prepared for this one use.
            InstrumentationEvent::FinishQuery { query, .. } if !is_frame(query) => {
                note(1, usize::from(!cached.contains(text_of(query).as_str())));
            }
            _ => {}
        }
    }))
}

/// An address without the time limits that every connection brings.
fn without_settings(url: &str) -> String {
    url.split('?').next().unwrap_or_default().to_owned()
}

fn text_of(query: &dyn DebugQuery) -> String {
    let shown = query.to_string();
    shown.rsplit_once(" -- binds:").map_or(shown.clone(), |(sql, _)| sql.to_owned())
}

/// Whether a statement frames a transaction; those are the same two for every page.
fn is_frame(query: &dyn DebugQuery) -> bool {
    let text = query.to_string();
    ["BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SET"].iter().any(|word| text.starts_with(word))
}

fn asked_of(world: &World) -> Asked {
    let all = ASKED.lock().unwrap_or_else(PoisonError::into_inner);
    let address = match &world.config.database {
        Address::Sqlite(path) => path.display().to_string(),
        Address::Postgres(url) => without_settings(url),
    };
    all.get(&address).copied().unwrap_or_default()
}

/// The statements of one page, once everything is warm.
async fn asked(world: &World, path: &str) -> Asked {
    world.get(Role::Admin, path).await;
    let before = asked_of(world);
    let answer = world.get(Role::Admin, path).await;
    assert!(!answer.status.is_server_error(), "{path}: {}", answer.body);
    let after = asked_of(world);
    Asked { statements: after.statements - before.statements, prepared: after.prepared - before.prepared }
}

/// Route by route, for one who may see everything.
async fn table(world: &World) -> Vec<(String, Asked)> {
    let planted = plant(world, true).await;
    fill(world, &planted, 0..2).await;
    let mut table = Vec::new();
    for route in roundtable::routes().list().iter().filter(|route| route.method == Method::GET) {
        table.push((route.path.clone(), asked(world, &planted.address(world, &route.path)).await));
    }
    table.sort_by(|one, other| one.0.cmp(&other.0));
    table
}

#[tokio::test]
async fn every_route_asks_what_its_budget_says() {
    set_default_instrumentation(count).unwrap();
    let on_sqlite = table(&World::sqlite()).await;
    let on_postgres = table(&World::postgres()).await;
    let lines: Vec<String> = on_sqlite
        .iter()
        .zip(&on_postgres)
        .map(|((path, sqlite), (_, postgres))| {
            let asked = if sqlite.statements == postgres.statements {
                sqlite.statements.to_string()
            } else {
                format!("{}/{}", sqlite.statements, postgres.statements)
            };
            format!("{path:<46} {asked:>3} {:>3} {:>3}", sqlite.prepared, postgres.prepared)
        })
        .collect();
    let table: Vec<&str> = TABLE.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(table == lines, "budget.txt should read:\n{}", lines.join("\n"));
}

#[tokio::test]
async fn pages_ask_as_often_with_many_rows_as_with_few() {
    set_default_instrumentation(count).unwrap();
    let world = World::sqlite();
    let planted = plant(&world, true).await;
    let client = planted.client;
    let paths = [
        "/clients".to_owned(),
        format!("/clients/{client}"),
        format!("/clients/{client}/contacts"),
        format!("/clients/{client}/since"),
        format!("/clients/{client}/as-of"),
        "/crm/as-of".into(),
        "/contacts".into(),
        "/crm/dashboard".into(),
        "/crm/roundtable".into(),
        "/crm/since".into(),
        "/crm/coverage".into(),
        "/crm/meetings/1".into(),
        "/crm/meetings/1/agenda".into(),
        "/crm/meetings/1/since".into(),
        "/crm/meetings/1/minutes".into(),
        "/crm/meetings/1/minutes?edition=open".into(),
        format!("/crm/roundtable/{client}"),
        format!("/crm/poc/{}", planted.person),
        "/my-work".into(),
        "/calendar".into(),
        "/owners".into(),
        "/technologies".into(),
        "/people".into(),
        planted.address(&world, "/projects/{id}"),
        "/search?q=a".into(),
        "/admin/users".into(),
        "/admin/audit".into(),
        "/graph".into(),
        format!("/graph?of=clients/{client}"),
        format!("/paths?from=clients/{client}&to=technologies/1"),
        "/projects/map".into(),
        "/admin/merges".into(),
        "/api/v1/clients".into(),
        "/api/v1/clients?sort=priority&limit=200".into(),
        format!("/api/v1/clients/{client}/timeline"),
        "/api/v1/people".into(),
        "/api/v1/contacts".into(),
        "/api/v1/action-items".into(),
        "/api/v1/entries".into(),
        "/api/v1/links".into(),
        "/api/v1/changes".into(),
        "/api/v1/search?q=a".into(),
    ];
    fill(&world, &planted, 0..2).await;
    let mut few = Vec::new();
    for path in &paths {
        few.push(asked(&world, path).await.statements);
    }
    fill(&world, &planted, 2..60).await;
    for (path, few) in paths.iter().zip(few) {
        let many = asked(&world, path).await.statements;
        assert!(many <= few, "{path} asked {few} times with few rows, {many} times with many");
    }
}

/// Adds records of every kind that the pages show.
async fn fill(world: &World, planted: &Planted, numbers: std::ops::Range<u64>) {
    let client = planted.client;
    let vendor = planted.address(world, "/vendors/{id}").rsplit('/').next().unwrap().to_owned();
    let (today, poc) = (world.days_ago(0), planted.person.to_string());
    for index in numbers {
        let name = format!("Client {index}");
        let fields = [("client_name", name.as_str()), ("mpr_primary_poc", &poc)];
        let id = world.post(Role::Plain, "/clients/new", &fields).await.new_id();
        world.contact(Role::Plain, id, index, &[("follow_up_needed", "on")]).await;
        world.contact(Role::Plain, client, index, &[]).await;
        let assessment = [("client_priority", "High"), ("client_status", "Active")];
        world.post(Role::Team, &format!("/clients/{id}/assessment"), &assessment).await.location();
        let entry = [("meeting_date", &*today), ("next_steps", "words")];
        world.post(Role::Team, &format!("/crm/roundtable/{client}"), &entry).await.location();
        let item = [("text", &*name), ("assigned_to", &poc), ("due_date", &*today), ("is_open", "on")];
        world.post(Role::Plain, &format!("/clients/{id}/action-items"), &item).await.location();
        let at_meeting = [("client_id", &*id.to_string())];
        world.post(Role::Team, "/crm/meetings/1/points", &at_meeting).await.location();
        let said = [("meeting_id", "1"), ("meeting_date", &*today), ("action_items", "The team person: write to them")];
        world.post(Role::Team, &format!("/crm/roundtable/{id}"), &said).await.location();
        let owner = world.record("owners", &[("company_name", &name)]).await.to_string();
        let link = [("owner_id", &*owner)];
        world.post(Role::Plain, &format!("/clients/{client}/links/owner"), &link).await.location();
        world.record("technologies", &[("product_name", &name), ("vendor_id", &vendor)]).await;
    }
}
