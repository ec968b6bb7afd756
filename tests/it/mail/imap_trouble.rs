//! IMAP servers that are slow, broken or hostile: whatever they do ends in words, and what is there is looked at.

use std::time::{Duration, Instant};

use roundtable::config::Flags;

use super::imap::{import, rosa, told};
use super::mailbox::OFFER;
use crate::imap_server::{ImapServer, PASSWORD, Reply, fields};
use crate::world::{Role, on_both, on_both_with};

#[tokio::test]
async fn whatever_a_server_does_it_ends_in_words() {
    let server = ImapServer::start();
    let says = |text: &str| Reply::Says(text.to_owned());
    let rubbish = "is no IMAP, or more than it was asked for";
    // Which of two bounds it comes to first is a matter of the machine.
    let either = [rubbish, "took too long"];
    let head = "* 1 FETCH (BODY[HEADER.FIELDS (TO)]<0> ";
    let cases = [
        ("greeting", Reply::Silent, &["took too long"][..]),
        ("EXAMINE", Reply::Silent, &["took too long"]),
        ("greeting", says("HTTP/1.1 400 Bad Request\r\n\r\n"), &[rubbish]),
        ("greeting", says("+OK Ready.\r\n"), &[rubbish]),
        ("greeting", says("* BYE Come later.\r\n"), &["lets nobody sign in at present"]),
        ("greeting", says("* PREAUTH Welcome.\r\n"), &["lets nobody sign in at present"]),
        ("greeting", Reply::SaysForEver("a"), &[rubbish]),
        ("greeting", says(&format!("* 1 FETCH (X ~{{262144}}\r\n BODYSTRUCTURE {}", "(".repeat(200_000))), &[rubbish]),
        ("LOGIN", Reply::SaysForEver("* 1 EXISTS\r\n"), &either),
        ("LOGIN", says("* BYE Enough.\r\n"), &["took too long"]),
        ("LOGIN", Reply::HangsUp, &["ended the connection"]),
        ("LOGIN", says("TAG BAD a password for the mail server\r\n"), &["refuses the name"]),
        ("EXAMINE", says("TAG NO a password for the mail server\r\n"), &["has no folder INBOX for plain@mpr.example"]),
        ("EXAMINE", says("* 4294967295 EXISTS\r\nTAG OK Done.\r\n"), &["does not give the messages"]),
        ("FETCH", says("TAG NO later\r\n"), &["does not give the messages"]),
        ("FETCH", says(&format!("{}TAG BAD What?\r\n", given(1, OFFER))), &["does not give the messages"]),
        ("FETCH", says(&format!("{head}{{262144}}\r\nand then nothing")), &["took too long"]),
        ("FETCH", says(&format!("{head}{{500000000}}\r\n")), &[rubbish]),
        ("FETCH", says("* 1 FETCH (BODY[] {14}\r\n"), &[rubbish]),
        ("FETCH", Reply::SaysForEver("* 1 FETCH (FLAGS ())\r\n"), &either),
        ("FETCH", says("* 1 FETCH (INTERNALDATE NIL)\r\n"), &[rubbish]),
        ("FETCH", says("* 1 FETCH (BODYSTRUCTURE ((((((((((((((((((((\r\n"), &[rubbish]),
    ];
    server.holds(&[OFFER.into()]);
    let flags = Flags { mailbox_seconds: Some(1), ..server.flags() };
    on_both_with(&flags, async |world| {
        for (command, reply, words) in cases.clone() {
            server.always(command, reply.clone());
            if command == "EXAMINE" {
                server.always("FETCH", says("TAG NO none\r\n"));
            }
            let begun = Instant::now();
            let page = world.page(Role::Admin, "/admin/mailbox").await;
            let reply = format!("{reply:?}").chars().take(100).collect::<String>();
            assert!(words.iter().any(|words| page.contains(words)), "{command} {reply}: {page}");
            assert!(!page.contains(PASSWORD), "{command} {reply}");
            assert!(begun.elapsed() < Duration::from_secs(8), "{command} {reply}: {:?}", begun.elapsed());
            server.forget();
        }
        assert!(world.page(Role::Admin, "/admin/mailbox").await.contains("0 were taken before"));
    })
    .await;
}

#[tokio::test]
async fn no_log_holds_the_password_though_the_server_repeats_it() {
    let server = ImapServer::start();
    server.holds(&[OFFER.into()]);
    on_both(async |world| {
        for command in ["greeting", "LOGIN", "EXAMINE", "FETCH"] {
            for reply in ["* BYE {}\r\nTAG NO {}\r\n", "TAG BAD {}\r\n", "* 1 FETCH (X {})\r\n{}\r\n"] {
                server.always(command, Reply::Says(reply.replace("{}", PASSWORD)));
                let output = import(world, &server.arguments("imap", "127.0.0.1"), &["--dry-run"]);
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                assert!(!output.status.success() && !said.contains(PASSWORD), "{command} {reply}: {said}");
                server.forget();
            }
        }
    })
    .await;
}

/// A head as a server gives it.
fn given(number: u32, message: &str) -> String {
    let head = fields(&message.replace('\n', "\r\n"));
    let fields = "BODY[HEADER.FIELDS (MESSAGE-ID FROM TO CC DATE SUBJECT)]<0>";
    format!("* {number} FETCH ({fields} {{{}}}\r\n{head})\r\n", head.len())
}

#[tokio::test]
async fn what_a_server_gives_is_looked_at_though_it_gives_less_or_more_than_it_was_asked_for() {
    let server = ImapServer::start();
    let first = given(1, OFFER);
    let nil = "* 2 FETCH (BODY[HEADER.FIELDS (SUBJECT)]<0> NIL)\r\n";
    let cases = [
        (0, String::new(), "0 in, 0 taken, 0 known, 0 named"),
        (2, format!("{first}TAG OK Done.\r\n"), "2 in, 1 taken, 0 known, 1 named"),
        (2, format!("{first}{nil}TAG OK Done.\r\n"), "2 in, 1 taken, 0 known, 1 named"),
        (2, format!("{first}TAG NO Some could not be had.\r\n"), "2 in, 1 taken, 0 known, 1 named"),
        (2, first.clone(), "2 in, 1 taken, 0 known, 1 named"),
        // The newest are there; those before them are waited for in vain.
        (60, String::new(), "50 in, 1 taken, 0 known, 49 named"),
        (1, format!("* 1 FETCH (FLAGS (\\Seen))\r\n{first}TAG OK Done.\r\n"), "1 in, 1 taken, 0 known, 0 named"),
        (1, format!("{first}* 1 FETCH (FLAGS ())\r\nTAG OK Done.\r\n"), "1 in, 1 taken, 0 known, 0 named"),
    ];
    on_both(async |world| {
        rosa(world).await;
        for (held, reply, words) in &cases {
            server.holds(&vec![OFFER.to_owned(); *held]);
            if *held == 60 {
                let newest = format!("{}TAG OK Done.\r\n", given(60, OFFER));
                server.always("FETCH 11:60", Reply::Says(newest));
                server.always("FETCH", Reply::Silent);
            } else {
                server.always("FETCH", Reply::Says(reply.clone()));
            }
            let said = told(import(world, &server.arguments("imap", "127.0.0.1"), &["--dry-run"]));
            assert!(said.ends_with(&format!("messages: {words}\n")), "{reply}: {said}");
            server.forget();
        }
    })
    .await;
}
