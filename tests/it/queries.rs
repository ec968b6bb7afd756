//! No page makes a number of queries that grows with its rows.

use std::sync::atomic::{AtomicUsize, Ordering};

use diesel::connection::{InstrumentationEvent, set_default_instrumentation};

use crate::planted::{Planted, plant};
use crate::world::{Role, World};

static QUERIES: AtomicUsize = AtomicUsize::new(0);

fn count() -> Option<Box<dyn diesel::connection::Instrumentation>> {
    Some(Box::new(|event: InstrumentationEvent<'_>| {
        if matches!(event, InstrumentationEvent::StartQuery { .. }) {
            QUERIES.fetch_add(1, Ordering::Relaxed);
        }
    }))
}

/// The queries of one page, once everything is warm.
async fn queries(world: &World, path: &str) -> usize {
    world.page(Role::Admin, path).await;
    let before = QUERIES.load(Ordering::Relaxed);
    world.page(Role::Admin, path).await;
    QUERIES.load(Ordering::Relaxed) - before
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
        "/contacts".into(),
        "/crm/dashboard".into(),
        "/crm/roundtable".into(),
        format!("/crm/roundtable/{client}"),
        format!("/crm/poc/{}", planted.person),
        "/my-work".into(),
        "/owners".into(),
        "/technologies".into(),
        "/people".into(),
        planted.address("/projects/{id}"),
        "/search?q=a".into(),
        "/admin/users".into(),
        "/admin/audit".into(),
        "/graph".into(),
        format!("/graph?of=clients/{client}"),
        format!("/paths?from=clients/{client}&to=technologies/1"),
        "/projects/map".into(),
        "/admin/merges".into(),
    ];
    fill(&world, &planted, 0..2).await;
    let mut few = Vec::new();
    for path in &paths {
        few.push(queries(&world, path).await);
    }
    fill(&world, &planted, 2..60).await;
    for (path, few) in paths.iter().zip(few) {
        let many = queries(&world, path).await;
        assert!(many <= few, "{path} asked {few} times with few rows, {many} times with many");
        assert!(many <= 45, "{path} asked {many} times");
    }
}

/// Adds records of every kind that the pages show.
async fn fill(world: &World, planted: &Planted, numbers: std::ops::Range<u64>) {
    let client = planted.client;
    let vendor = planted.address("/vendors/{id}").rsplit('/').next().unwrap().to_owned();
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
        let owner = world.record("owners", &[("company_name", &name)]).await.to_string();
        let link = [("owner_id", &*owner)];
        world.post(Role::Plain, &format!("/clients/{client}/links/owner"), &link).await.location();
        world.record("technologies", &[("product_name", &name), ("vendor_id", &vendor)]).await;
    }
}
