//! What the log tells, and what it must not.

use std::fs::File;

use diesel::connection::SimpleConnection;
use roundtable::config::Address;

use crate::command_line::{Server, program};
use crate::sockets::Client;
use crate::world::{PASSWORD, World, cookie_of, on_both};

/// Makes the database quote a client's name in its refusal, as it does when a value does not fit a column.
fn plant_refusal(world: &World) {
    world.execute(match &world.config.database {
        Address::Sqlite(_) => {
            "CREATE TRIGGER planted BEFORE INSERT ON clients BEGIN \
             SELECT RAISE(ABORT, 'out of range: \"' || NEW.client_name || '\"'); END"
        }
        Address::Postgres(_) => {
            "CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS $$ \
             BEGIN RAISE EXCEPTION 'out of range: \"%\"', NEW.client_name; END $$; \
             CREATE TRIGGER planted BEFORE INSERT ON clients FOR EACH ROW EXECUTE FUNCTION planted()"
        }
    });
}

/// Gives a client a type that the program does not know.
fn plant_unreadable(world: &World, client: i64) {
    let allow = match &world.config.database {
        Address::Sqlite(_) => "PRAGMA ignore_check_constraints = ON",
        Address::Postgres(_) => "ALTER TABLE clients DROP CONSTRAINT clients_client_type_check",
    };
    let unread = format!("{allow}; UPDATE clients SET client_type = 'ZQunread' WHERE client_id = {client}");
    // On a connection of its own, which alone is allowed to.
    let noted = world.number("SELECT COALESCE(max(touch_id), 0) FROM world_touched");
    world.db().batch_execute(&unread).unwrap();
    world.execute(&format!("DELETE FROM world_touched WHERE touch_id > {noted}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_has_the_cause_of_a_failure_and_no_word_of_a_record_nor_a_colour() {
    on_both(async |world| {
        let client = world.client("ZQname").await;
        plant_unreadable(world, client);
        plant_refusal(world);
        // A server of its own has the time of the machine.
        world.set_clock(chrono::Utc::now().naive_utc());
        let cookie = cookie_of(&world.sign_in("plain", PASSWORD).await);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("log");
        let database = match &world.config.database {
            Address::Sqlite(path) => format!("sqlite:{}", path.display()),
            Address::Postgres(url) => url.clone(),
        };
        let mut command = program(&database, &["serve", "--listen", "127.0.0.1:0"]);
        command.env("RUST_LOG", "trace").stderr(File::create(&file).unwrap());
        let server = Server::begin(&mut command);
        let saved = Client::connect(&server.address).post("/clients/new", Some(&cookie), "client_name=ZQtyped");
        let mut client_page = Client::connect(&server.address);
        client_page.send(&format!(
            "GET /clients/{client}?q=ZQasked HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"
        ));
        let read = client_page.rest();
        drop(server);
        let log = std::fs::read_to_string(file).unwrap();
        for answer in [saved, read] {
            let (_, reference) = answer.split_once("Reference ").unwrap_or_else(|| panic!("{answer}\n{log}"));
            assert!(log.contains(&reference[..8]), "{log}");
        }
        assert!(log.contains("out of range") && log.contains("client_type"), "the cause is missing: {log}");
        assert!(!log.contains("ZQ"), "{log}");
        assert!(!log.contains('\u{1b}'), "{log}");
        let chatter = log.lines().find(|line| !line.contains(" roundtable::") && !line.contains(" WARN "));
        assert_eq!(chatter, None, "a library tells what it works on");
    })
    .await;
}
