//! A mailbox: which messages become contacts, which are named, and taking them back.

use std::fs;
use std::path::Path;

use roundtable::config::{Address, Flags};

use crate::command_line::program;
use crate::world::{Role, World, on_both, on_both_with};

pub fn run(world: &World, arguments: &[&str]) -> String {
    let database = match &world.config.database {
        Address::Sqlite(file) => format!("sqlite:{}", file.display()),
        Address::Postgres(url) => url.clone(),
    };
    let output =
        program(&database, &[&["import", "maildir", "--time-zone", "UTC"], arguments].concat()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn put(folder: &Path, name: &str, text: &str) {
    fs::create_dir_all(folder.join("cur")).unwrap();
    fs::create_dir_all(folder.join("new")).unwrap();
    fs::write(folder.join(name), text.replace('\n', "\r\n")).unwrap();
}

/// A person of a client to whom one can write, and the client.
pub async fn person(world: &World, name: &str, email: &str, client: &str) -> i64 {
    let fields = [("full_name", name), ("personnel_type", "External"), ("email", email), ("is_active", "on")];
    let person = world.record("people", &fields).await.to_string();
    let client = world.client(client).await;
    let path = format!("/clients/{client}/links/personnel");
    world.post(Role::Plain, &path, &[("personnel_id", &*person)]).await.location();
    client
}

pub const OFFER: &str = "From: Rosa Lind <Rosa@granite.example>
To: \"The plain person\" <plain@mpr.example>
Subject: =?utf-8?q?The_offer_=C2=B7_second?=
 round
Date: Tue, 10 Nov 2026 23:30:00 -0500
Message-ID: <one@granite.example>

Words that nobody reads.
";

#[tokio::test]
async fn messages_with_a_person_of_a_client_become_contacts_once_and_are_taken_back() {
    on_both(async |world| {
        let client = person(world, "Rosa Lind", "rosa@granite.example", "Granite Power").await;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_str().unwrap();
        put(folder.path(), "cur/1:2,S", OFFER);
        put(folder.path(), "new/2", &OFFER.replace("one@", "two@").replace("Rosa Lind <Rosa@", "Nobody <nobody@"));
        put(folder.path(), "new/3", &OFFER.replace("one@", "three@").replace("2026", "2032"));
        put(folder.path(), "new/4", "no message at all");
        put(folder.path(), "new/5", &OFFER.replace("Message-ID", "X-Other"));
        let told = run(world, &[path, "--dry-run"]);
        assert!(told.contains("2026-11-11 Granite Power: The offer · second round"), "{told}");
        assert!(told.contains("2: not taken, it is not between a colleague and a person on file"), "{told}");
        assert!(told.contains("3: not taken, its date has not come"), "{told}");
        assert!(told.contains("5: not taken, it has no Message-ID"), "{told}");
        assert!(told.ends_with("messages: 5 in, 1 taken, 0 known, 4 named\n"), "{told}");
        assert_eq!(world.number("SELECT count(*) FROM contact_log"), 0, "a rehearsal changes nothing");

        assert_eq!(run(world, &[path]), told);
        let page = world.page(Role::Plain, &format!("/clients/{client}")).await;
        assert!(page.contains("The offer · second round") && !page.contains("Words that nobody reads"), "{page}");
        assert!(run(world, &[path]).ends_with("messages: 5 in, 0 taken, 1 known, 4 named\n"));
        let change = world.number("SELECT change_id FROM changes WHERE way = 'import'");
        world.post(Role::Admin, &format!("/changes/{change}/undo"), &[]).await.location();
        assert_eq!(world.number("SELECT count(*) FROM contact_log"), 0);
    })
    .await;
}

#[tokio::test]
async fn what_a_confidential_link_tells_becomes_no_open_contact() {
    on_both(async |world| {
        let fields = [("full_name", "Rosa Lind"), ("personnel_type", "External"), ("email", "rosa@granite.example")];
        let person = world.record("people", &[&fields[..], &[("is_active", "on")]].concat()).await.to_string();
        let client = world.client("Granite Power").await;
        let link = [("personnel_id", &*person), ("is_confidential", "on")];
        world.post(Role::Confidential, &format!("/clients/{client}/links/personnel"), &link).await.location();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_str().unwrap();
        put(folder.path(), "cur/1", OFFER);
        assert!(run(world, &[path]).contains("the person is linked to no client"));
        run(world, &[path, "--confidential"]);
        assert_eq!(world.number("SELECT count(*) FROM contact_log WHERE is_confidential"), 1);
        assert!(!world.page(Role::Plain, &format!("/clients/{client}")).await.contains("The offer"));
    })
    .await;
}

#[tokio::test]
async fn an_administrator_looks_at_a_mailbox_takes_it_in_and_takes_that_back() {
    let folder = tempfile::tempdir().unwrap();
    let flags = Flags { mailbox: Some(folder.path().to_owned()), ..Flags::default() };
    on_both_with(&flags, async |world| {
        let _ = fs::remove_dir_all(folder.path().join("cur"));
        let page = world.page(Role::Admin, "/admin/mailbox").await;
        assert!(page.contains("is no maildir"), "{page}");
        assert_eq!(world.post(Role::Admin, "/admin/mailbox", &[]).await.status, 409);
        let client = person(world, "Rosa Lind", "rosa@granite.example", "Granite Power").await;
        put(folder.path(), "cur/1:2,S", OFFER);
        put(folder.path(), "cur/2", OFFER);
        put(folder.path(), "new/3", &OFFER.replace("one@", "two@").replace("Rosa Lind <Rosa@", "Nobody <nobody@"));
        let page = world.page(Role::Admin, "/admin/mailbox").await;
        assert!(page.contains("The offer · second round") && page.contains("Granite Power"), "{page}");
        assert!(page.contains("Take in 1") && page.contains("3: it is not between a colleague"), "{page}");
        assert!(!world.page(Role::ReadOnlyAdmin, "/admin/mailbox").await.contains("Take in"));
        assert_eq!(world.number("SELECT count(*) FROM contact_log"), 0, "looking changes nothing");

        let seen = [("as", "open"), ("mark", mark(&page))];
        put(folder.path(), "new/4", &OFFER.replace("one@", "four@"));
        let taken = world.post(Role::Admin, "/admin/mailbox", &seen).await;
        assert_eq!(taken.location(), "/admin/mailbox");
        assert_eq!(world.number("SELECT count(*) FROM contact_log"), 1, "what came meanwhile was not looked at");
        fs::remove_file(folder.path().join("new/4")).unwrap();
        assert!(world.page(Role::Plain, &format!("/clients/{client}")).await.contains("The offer · second round"));
        let page = world.page(Role::Admin, "/admin/mailbox").await;
        assert!(page.contains("There is nothing new. 2 were taken before."), "{page}");
        let change = world.number("SELECT change_id FROM changes WHERE way = 'import'");
        world.post(Role::Admin, &format!("/changes/{change}/undo"), &[]).await.location();
        assert_eq!(world.number("SELECT count(*) FROM contact_log"), 0);

        let page = world.page(Role::Admin, "/admin/mailbox?as=confidential").await;
        assert!(page.contains("value=\"confidential\"") && page.contains("Take in 1"), "{page}");
        world.post(Role::Admin, "/admin/mailbox", &[("as", "confidential"), ("mark", mark(&page))]).await.location();
        assert_eq!(world.number("SELECT count(*) FROM contact_log WHERE is_confidential"), 1);
    })
    .await;
    on_both(async |world| {
        assert!(world.page(Role::Admin, "/admin/mailbox").await.contains("There is no mailbox"));
        assert_eq!(world.post(Role::Admin, "/admin/mailbox", &[]).await.status, 409);
    })
    .await;
}

/// The mark that a page carries of the messages it shows.
pub fn mark(page: &str) -> &str {
    page.split("name=\"mark\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default()
}
