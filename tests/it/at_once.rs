//! What two people do at the same moment, on the database that lets them: PostgreSQL. SQLite has one writer at a time.

use std::cell::Cell;
use std::time::Duration;

use axum::http::StatusCode;
use diesel::connection::SimpleConnection;

use crate::world::{Role, World};

/// Waits until as many transactions as that wait for a lock.
async fn until_waiting(world: &World, count: i64) {
    let waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    for _ in 0..200 {
        if world.number(waiting) == count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{count} transactions do not wait for a lock");
}

#[tokio::test]
async fn a_contact_that_a_merge_moves_meanwhile_is_held_with_the_client_that_it_is_of_now() {
    let world = World::postgres();
    let (first, second) = (world.client("First").await, world.client("Second").await);
    world.contact(Role::Plain, first, 3, &[("follow_up_needed", "on")]).await;
    let contact = world.number("SELECT max(contact_id) FROM contact_log");
    let columns = ["last_contact_date", "last_contact_type", "last_contact_by"];
    let same = columns.map(|column| format!("{column} = (SELECT {column} FROM clients WHERE client_id = {first})"));
    world.execute(&format!("UPDATE clients SET {} WHERE client_id = {second}", same.join(", ")));
    let hold = |client: i64| format!("BEGIN; SELECT 1 FROM clients WHERE client_id = {client} FOR NO KEY UPDATE;");
    let (mut merger, mut other) = (world.db(), world.db());
    merger.batch_execute(&hold(first)).unwrap();
    merger.batch_execute(&format!("UPDATE contact_log SET client_id = {second}")).unwrap();
    let is_done = Cell::new(false);
    let path = format!("/follow-ups/{contact}/completion");
    let completion = async {
        let answer = world.post(Role::Plain, &path, &[]).await;
        is_done.set(true);
        answer
    };
    let meanwhile = async {
        until_waiting(&world, 1).await;
        other.batch_execute(&hold(second)).unwrap();
        merger.batch_execute("COMMIT").unwrap();
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert!(!is_done.get(), "the contact was changed while another held its client");
        other.batch_execute("COMMIT").unwrap();
    };
    let (answer, ()) = tokio::join!(completion, meanwhile);
    assert_eq!(answer.location(), format!("/clients/{second}"));
}

#[tokio::test]
async fn handing_over_while_people_are_merged_breaks_nothing() {
    let world = World::postgres();
    let staff = |name: String| {
        let world = &world;
        async move {
            let confirmed = ("name_confirmed", "on");
            let fields = [("full_name", &*name), ("personnel_type", "Internal"), ("is_active", "on"), confirmed];
            world.record("people", &fields).await
        }
    };
    for round in 0..8 {
        let (leaver, heir, twin) = (
            staff(format!("Leaver {round}")).await,
            staff(format!("Heir {round}")).await,
            staff(format!("Twin {round}")).await,
        );
        let (from, to, same) = (leaver.to_string(), heir.to_string(), twin.to_string());
        let mut work = Vec::new();
        for client in 0..4 {
            let name = format!("Client {round}-{client}");
            let (primary, secondary) = if client % 2 == 0 { (&from, &same) } else { (&same, &from) };
            let fields = [("client_name", &*name), ("mpr_primary_poc", primary), ("mpr_secondary_poc", secondary)];
            let client = world.post(Role::Plain, "/clients/new", &fields).await.new_id();
            let follow_up = [("contacted_by", &*from), ("follow_up_needed", "on"), ("follow_up_assigned_to", &from)];
            world.contact(Role::Plain, client, 1, &follow_up).await;
            work.push((if work.len() % 4 == 0 { "primary" } else { "secondary" }, client.to_string()));
            let contact = format!("SELECT contact_id FROM contact_log WHERE client_id = {client}");
            work.push(("follow_up", world.number(&contact).to_string()));
        }
        let (handover, merge) = (format!("/people/{leaver}/handover"), format!("/people/{heir}/merge"));
        let mut given = vec![("successor", if round % 2 == 0 { &*to } else { &*same })];
        given.extend(work.iter().map(|(field, id)| (*field, id.as_str())));
        let merged = [("other", &*same)];
        let (one, other) =
            tokio::join!(world.post(Role::Plain, &handover, &given), world.post(Role::Admin, &merge, &merged),);
        assert_eq!(other.status, StatusCode::SEE_OTHER, "{}", other.body);
        // A successor who has just become part of another is told to be none.
        let allowed = [StatusCode::SEE_OTHER, StatusCode::UNPROCESSABLE_ENTITY];
        assert!(allowed.contains(&one.status), "{}: {}", one.status, one.body);
        let left = format!("SELECT count(*) FROM clients WHERE {twin} IN (mpr_primary_poc, mpr_secondary_poc)");
        assert_eq!(world.number(&left), 0, "nobody is left with a person who was merged");
    }
}

#[tokio::test]
async fn a_record_that_is_held_for_too_long_gives_back_what_was_typed() {
    let world = World::postgres();
    let client = world.client("Granite Power").await;
    let mut other = world.db();
    other.batch_execute(&format!("BEGIN; SELECT 1 FROM clients WHERE client_id = {client} FOR UPDATE;")).unwrap();
    let typed = [("client_name", "Granite Energy"), ("notes", "typed meanwhile")];
    let answer = world.post(Role::Plain, &format!("/clients/{client}/edit"), &typed).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.body.contains("Database busy") && answer.body.contains("typed meanwhile"), "{}", answer.body);
}

#[tokio::test]
async fn a_webhook_can_be_removed_while_a_save_tells_it() {
    let world = World::postgres();
    let add = async |name: &str| {
        let fields = [("webhook_name", name), ("url", "https://hooks.example/"), ("collections", "clients")];
        assert_eq!(world.post(Role::Admin, "/admin/webhooks/new", &fields).await.status, StatusCode::OK);
        world.number("SELECT max(webhook_id) FROM webhooks")
    };
    const HELD: &str = "BEGIN; SELECT 1 FROM locks WHERE lock_name = 'live events' FOR UPDATE;";
    // A save that has seen the webhook waits to tell it, and it is removed meanwhile.
    let removed = format!("/admin/webhooks/{}/delete", add("Removed").await);
    let mut held = world.db();
    held.batch_execute(HELD).unwrap();
    let save = world.post(Role::Plain, "/clients/new", &[("client_name", "Saved Meanwhile")]);
    let removal = async {
        until_waiting(&world, 1).await;
        world.post(Role::Admin, &removed, &[]).await
    };
    let release = async {
        tokio::time::sleep(Duration::from_millis(800)).await;
        held.batch_execute("COMMIT").unwrap();
    };
    let (save, removal, ()) = tokio::join!(save, removal, release);
    assert_eq!((save.status, removal.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER));
    // It is removed while a save that has told it is about to end.
    let webhook = add("Told").await;
    let told = format!(
        "{HELD} INSERT INTO jobs (kind, job_key, webhook_id, payload, run_after, created_date) \
         VALUES ('webhook', 'told', {webhook}, '{{}}', '2026-11-16', '2026-11-16')"
    );
    held.batch_execute(&told).unwrap();
    let path = format!("/admin/webhooks/{webhook}/delete");
    let removal = world.post(Role::Admin, &path, &[]);
    let release = async {
        until_waiting(&world, 1).await;
        held.batch_execute("COMMIT").unwrap();
    };
    let (removal, ()) = tokio::join!(removal, release);
    assert_eq!(removal.status, StatusCode::SEE_OTHER, "{}", removal.body);
    assert_eq!(world.number("SELECT count(*) FROM jobs"), 0);
}
