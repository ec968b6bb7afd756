//! What a place refuses, and one that is slow: neither keeps the rest waiting.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use roundtable::config::Address;
use roundtable::jobs::Tally;

use super::{ALL, Place, TAKEN, add, tell, told, within_the_house};
use crate::command_line::{Server, program};
use crate::world::{Role, beginning, on_both_with};

#[tokio::test]
async fn a_message_that_is_refused_is_left_out_and_the_next_one_is_told() {
    let place = Place::start();
    on_both_with(&within_the_house(), async |world| {
        world.keep_sessions();
        let (page, _) = add(world, &place.url(), &ALL).await;
        world.client("One").await;
        let second = world.client("Two").await;
        let again = Tally { again: 1, ..told(0) };
        let at = |minutes: i64| world.set_clock(beginning() + TimeDelta::minutes(minutes));
        place.answers("HTTP/1.1 422 What is this\r\n\r\n");
        for minutes in [1, 3, 11, 31] {
            at(minutes);
            assert_eq!(tell(world), again, "after {minutes} minutes");
        }
        at(101);
        assert_eq!(tell(world), Tally { failed: 1, ..again }, "the next one is told, and refused too");
        place.answers(TAKEN);
        at(111);
        place.sent();
        assert_eq!(tell(world), told(1));
        assert_eq!(place.sent()[0].told()[0].1, second);
        let shown = world.page(Role::Admin, &page).await;
        assert!(shown.contains("is left out") && shown.contains("422") && shown.contains("Working"), "{shown}");

        // Who says to come later is waited for, however often; and one refusal after that is not yet the end.
        world.client("Three").await;
        for (hours, answer) in [
            (12, "HTTP/1.1 429 Slowly\r\n\r\n"),
            (24, "HTTP/1.1 408 Late\r\n\r\n"),
            (36, "HTTP/1.1 425 Early\r\n\r\n"),
            (48, "HTTP/1.1 500 Broken\r\n\r\n"),
            (60, "HTTP/1.1 404 Moving\r\n\r\n"),
            (72, "HTTP/1.1 422 Unclear\r\n\r\n"),
        ] {
            place.answers(answer);
            at(hours * 60);
            assert_eq!(tell(world), again, "{answer}");
        }
        at(84 * 60);
        assert_eq!(tell(world), Tally { failed: 1, ..told(0) });
        place.answers(TAKEN);
        place.sent();
    })
    .await;
}

/// A place that answers byte by byte, for ever.
fn dripping() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            std::thread::spawn(move || {
                let mut stream = stream.unwrap();
                let _ = stream.read(&mut [0; 4096]);
                while stream.write_all(b"H").is_ok() {
                    std::thread::sleep(Duration::from_secs(1));
                }
            });
        }
    });
    port
}

#[tokio::test]
async fn a_slow_place_keeps_no_other_waiting() {
    let place = Place::start();
    on_both_with(&within_the_house(), async |world| {
        let slow = format!("http://127.0.0.1:{}/", dripping());
        add(world, &slow, &ALL).await;
        add(world, &place.url(), &ALL).await;
        world.client("Granite Power").await;
        // Due also on a machine whose clock is behind that of the tests.
        world.execute("UPDATE jobs SET run_after = '2000-01-01 00:00:00'");
        let database = match &world.config.database {
            Address::Sqlite(file) => format!("sqlite:{}", file.display()),
            Address::Postgres(url) => url.clone(),
        };
        let mut command = program(&database, &["serve", "--listen", "127.0.0.1:0"]);
        let server = Server::spawn(command.env("ROUNDTABLE_WEBHOOKS_TO_PRIVATE_HOSTS", "true"));
        let begun = Instant::now();
        while place.sent().is_empty() {
            assert!(begun.elapsed() < Duration::from_secs(8), "it waits behind a slow one");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        drop(server);
    })
    .await;
}
