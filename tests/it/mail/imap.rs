//! A mailbox on an IMAP server: the same as a maildir for whoever looks at it, and nothing for whoever may not.

use std::fs;
use std::process::Output;

use axum::body::Body;
use roundtable::config::Address;

use super::mailbox::{OFFER, mark, person, run};
use crate::command_line::program;
use crate::imap_server::{ImapServer, PASSWORD};
use crate::world::{Role, World, on_both, on_both_with};

const ASKED: &str = "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID FROM TO CC DATE SUBJECT)]<0.262144>)";

pub fn import(world: &World, settings: &[String], more: &[&str]) -> Output {
    let database = match &world.config.database {
        Address::Sqlite(file) => format!("sqlite:{}", file.display()),
        Address::Postgres(url) => url.clone(),
    };
    let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
    let arguments = [&["import", "mailbox", "--time-zone", "UTC"], &settings[..], more].concat();
    let certificate = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/certificate.pem");
    program(&database, &arguments).env("SSL_CERT_FILE", certificate).env("RUST_LOG", "trace").output().unwrap()
}

/// What an import says that is carried out.
pub fn told(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!String::from_utf8_lossy(&output.stderr).contains(PASSWORD), "the log holds the password");
    String::from_utf8(output.stdout).unwrap()
}

pub async fn rosa(world: &World) -> i64 {
    person(world, "Rosa Lind", "rosa@granite.example", "Granite Power").await
}

#[tokio::test]
async fn a_folder_on_a_server_is_taken_in_as_a_maildir_is_and_leaves_no_trace_there() {
    let server = ImapServer::start();
    let unknown = OFFER.replace("one@", "two@").replace("Rosa Lind <Rosa@", "Nobody <nobody@");
    server.holds(&[OFFER.into(), unknown, "no message at all".into(), OFFER.replace("Message-ID", "X-Other")]);
    on_both(async |world| {
        let client = rosa(world).await;
        let settings = server.arguments("imap", "127.0.0.1");
        let rehearsed = told(import(world, &settings, &["--dry-run"]));
        assert!(rehearsed.contains("2026-11-11 Granite Power: The offer · second round"), "{rehearsed}");
        let offer = "2026-11-11 The offer · second round: not taken, it";
        assert!(rehearsed.contains(&format!("{offer} is not between a colleague")), "{rehearsed}");
        assert!(rehearsed.contains(&format!("{offer} has no Message-ID")), "{rehearsed}");
        assert!(rehearsed.contains("message 3: not taken"), "{rehearsed}");
        assert!(rehearsed.ends_with("messages: 4 in, 1 taken, 0 known, 3 named\n"), "{rehearsed}");
        assert_eq!(world.number("SELECT count(*) FROM contact_log"), 0, "a rehearsal changes nothing");
        let login = format!("LOGIN \"plain@mpr.example\" \"{PASSWORD}\"");
        assert_eq!(server.heard(), [&*login, "EXAMINE \"INBOX\"", &*format!("FETCH 1:4 {ASKED}"), "LOGOUT"]);

        assert_eq!(told(import(world, &settings, &[])), rehearsed);
        let page = world.page(Role::Plain, &format!("/clients/{client}")).await;
        assert!(page.contains("The offer · second round") && !page.contains("Words that nobody reads"), "{page}");
        assert!(told(import(world, &settings, &[])).ends_with("messages: 4 in, 0 taken, 1 known, 3 named\n"));
        // By whatever way it comes, it is the same message.
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("cur")).unwrap();
        fs::write(folder.path().join("cur/1"), OFFER.replace('\n', "\r\n")).unwrap();
        assert!(run(world, &[folder.path().to_str().unwrap()]).ends_with("1 in, 0 taken, 1 known, 0 named\n"));

        let (way, name) = ("way = 'import'", "way_name = 'INBOX at 127.0.0.1'");
        let change = world.number(&format!("SELECT change_id FROM changes WHERE {way} AND {name}"));
        world.post(Role::Admin, &format!("/changes/{change}/undo"), &[]).await.location();
        assert_eq!(world.number("SELECT count(*) FROM contact_log"), 0);
        server.heard();
    })
    .await;
}

#[tokio::test]
async fn an_administrator_looks_at_it_takes_it_in_and_takes_that_back() {
    let server = ImapServer::start();
    on_both_with(&server.flags(), async |world| {
        rosa(world).await;
        server.holds(&[OFFER.into()]);
        let page = world.page(Role::Admin, "/admin/mailbox").await;
        assert!(page.contains("Messages in INBOX of plain@mpr.example at 127.0.0.1 between"), "{page}");
        assert!(page.contains("The offer · second round") && page.contains("Take in 1"), "{page}");
        let seen = [("as", "open"), ("mark", mark(&page))];
        server.holds(&[OFFER.replace("one@", "two@")]);
        assert_eq!(world.post(Role::Admin, "/admin/mailbox", &seen).await.status, 409, "what was seen is gone");
        // A server that is quicker this time gives older messages too, and newer ones come at any time.
        let others = ["zero@", "two@"].map(|id| OFFER.replace("one@", id));
        server.holds(&[others[0].clone(), OFFER.into(), others[1].clone()]);
        assert_eq!(world.post(Role::Admin, "/admin/mailbox", &seen).await.location(), "/admin/mailbox");
        assert_eq!(world.number("SELECT count(*) FROM contact_log"), 1);
        assert!(world.page(Role::Admin, "/admin/mailbox").await.contains("Take in 2"), "what was not seen waits");
        let change = world.number("SELECT change_id FROM changes WHERE way = 'import'");
        world.post(Role::Admin, &format!("/changes/{change}/undo"), &[]).await.location();
        assert_eq!(world.number("SELECT count(*) FROM contact_log"), 0);

        server.set_password(&format!("{PASSWORD}\nand more\n"));
        let page = world.page(Role::Admin, "/admin/mailbox").await;
        assert!(page.contains("The file with the password for 127.0.0.1 must hold one line."), "{page}");
        server.set_password("another");
        let page = world.page(Role::Admin, "/admin/mailbox").await;
        assert!(page.contains("127.0.0.1 refuses the name plain@mpr.example or its password."), "{page}");
        let refused = world.post(Role::Admin, "/admin/mailbox", &[]).await;
        assert_eq!(refused.status, 409);
        assert!(!page.contains("another") && !refused.everything().contains("another"));
        server.forget();
    })
    .await;
}

#[tokio::test]
async fn nobody_else_has_the_server_asked() {
    let server = ImapServer::start();
    server.holds(&[OFFER.into()]);
    on_both_with(&server.flags(), async |world| {
        for role in [Role::Anonymous, Role::Plain, Role::Team] {
            assert_ne!(world.get(role, "/admin/mailbox").await.status, 200);
            assert_ne!(world.post(role, "/admin/mailbox", &[]).await.status, 200);
        }
        let cookie = world.cookie(Role::Admin).unwrap();
        let (name, key) = cookie.split_once('=').unwrap();
        let made_up = format!("{name}={}", key.chars().rev().collect::<String>());
        let request = world.request("GET", "/admin/mailbox").header("cookie", made_up);
        assert_ne!(world.send(request.body(Body::empty()).unwrap()).await.status, 200);
        assert_eq!(server.heard(), [""; 0]);
        // A browser fetches ahead whatever a link leads to, unless it is told otherwise.
        let messages = world.page(Role::Admin, "/admin/messages").await;
        assert!(messages.contains("href=\"/admin/mailbox\" data-no-prefetch"), "{messages}");
        assert_eq!(server.heard(), [""; 0]);
        let page = world.page(Role::Admin, "/admin/mailbox").await;
        assert!(page.contains("href=\"/admin/mailbox?as=confidential\" data-no-prefetch"), "{page}");
        assert!(!server.heard().is_empty());
    })
    .await;
}

#[tokio::test]
async fn of_many_messages_the_newest_are_looked_at() {
    let server = ImapServer::start();
    let messages: Vec<String> = (1..=5_060).map(|number| OFFER.replace("one@", &format!("{number}@"))).collect();
    server.holds(&messages);
    on_both_with(&server.flags(), async |world| {
        rosa(world).await;
        let page = world.page(Role::Admin, "/admin/mailbox").await;
        assert!(page.contains("Only the newest 5000 messages are looked at; 60 older ones are"), "{page}");
        assert!(page.contains("Take in 500") && page.contains("There are more"), "{page}");
        let fetches: Vec<String> = server.heard().into_iter().filter(|line| line.starts_with("FETCH")).collect();
        assert_eq!(fetches.len(), 100);
        assert!(fetches[0].starts_with("FETCH 5011:5060 ") && fetches[99].starts_with("FETCH 61:110 "));
    })
    .await;
}

#[tokio::test]
async fn with_tls_a_server_is_spoken_to_whose_certificate_bears_its_name() {
    let [certificate, key] =
        [include_bytes!("../certificate.pem").as_slice(), include_bytes!("../certificate.key").as_slice()];
    let identity = native_tls::Identity::from_pkcs8(certificate, key).unwrap();
    let acceptor = native_tls::TlsAcceptor::new(identity).unwrap();
    let server = ImapServer::start_behind(move |stream| acceptor.accept(stream).ok());
    let plain = ImapServer::start();
    server.holds(&[OFFER.into()]);
    on_both(async |world| {
        rosa(world).await;
        let taken = told(import(world, &server.arguments("imaps", "localhost"), &[]));
        assert!(taken.ends_with("messages: 1 in, 1 taken, 0 known, 0 named\n"), "{taken}");
        let mut nowhere = plain.arguments("imaps", "localhost");
        nowhere[1] = "imaps://plain@localhost:1/INBOX".into();
        for (settings, words) in [
            (nowhere, "The mail server localhost cannot be reached at port 1."),
            (server.arguments("imaps", "127.0.0.1"), "its certificate is refused"),
            (plain.arguments("imaps", "localhost"), "No secure connection to the mail server localhost can be had"),
        ] {
            let output = import(world, &settings, &[]);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(!output.status.success() && said.contains(words) && !said.contains(PASSWORD), "{said}");
        }
        assert!(plain.heard().iter().all(|line| !line.contains("LOGIN")));
    })
    .await;
}

#[test]
fn settings_that_cannot_work_are_refused_and_not_repeated() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let file = file.path().to_str().unwrap();
    for (address, password_file, words) in [
        ("imaps://crm:secret@mail.test/INBOX", Some(file), "mailbox must hold no password"),
        ("imap://crm@mail.test/INBOX", Some(file), "imap:// is for a server on this machine"),
        ("imaps://mail.test/INBOX", Some(file), "look like imaps://name@mail.firm.example/INBOX"),
        ("imaps://crm@mail.test/secret%0D%0ADELETE", Some(file), "look like"),
        ("pop3://crm:secret@mail.test", Some(file), "look like"),
        ("imaps://crm@mail.test", None, "needs mailbox_password_file"),
        ("imaps://crm@mail.test", Some("/nowhere/at/all"), "there is no mailbox_password_file"),
        ("/var/mail/crm", Some(file), "mailbox_password_file is for a mailbox on a server"),
    ] {
        let mut arguments = vec!["import", "mailbox", "--mailbox", address];
        arguments.extend(password_file.iter().flat_map(|file| ["--mailbox-password-file", file]));
        let output = program("sqlite:none.db", &arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(words), "{address}: {said}");
        assert!(!said.contains("secret"), "{address}: {said}");
    }
}
