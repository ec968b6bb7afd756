//! Webhooks: who is told what of a change, in which order, and where nobody is told anything.

mod patience;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use hmac::{Hmac, KeyInit, Mac};
use roundtable::config::Flags;
use roundtable::firm::Settings;
use roundtable::jobs::{Errand, Tally};
use roundtable::tokens::Scope;
use roundtable::webhooks::sending::Teller;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::mcp;
use crate::planted::{Marks, plant_marked};
use crate::tokens::token_of;
use crate::world::{Role, World, beginning, on_both_with};

/// What was sent to a place.
#[derive(Clone, Debug)]
struct Sent {
    head: Vec<String>,
    body: String,
}

impl Sent {
    fn header(&self, name: &str) -> &str {
        let value = self.head.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        value.unwrap_or_else(|| panic!("no {name} in {:?}", self.head))
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Kind and action of each record that is told of.
    fn told(&self) -> Vec<(String, i64, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let records = self.json()["data"]["records"].as_array().unwrap().clone();
        let told = |one: &Value| (text(&one["collection"]), one["id"].as_i64().unwrap(), text(&one["action"]));
        records.iter().map(told).collect()
    }
}

/// Another program that is told of changes and answers as it is asked to.
#[derive(Clone)]
struct Place {
    port: u16,
    sent: Arc<Mutex<Vec<Sent>>>,
    answer: Arc<Mutex<&'static str>>,
}

const TAKEN: &str = "HTTP/1.1 204 No Content\r\n\r\n";

impl Place {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let place = Self { port, sent: Arc::default(), answer: Arc::new(Mutex::new(TAKEN)) };
        let own = place.clone();
        std::thread::spawn(move || listener.incoming().for_each(|stream| own.take(stream.unwrap())));
        place
    }

    fn take(&self, stream: TcpStream) {
        let mut writer = stream.try_clone().unwrap();
        let mut reader = BufReader::new(stream);
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            match line.trim_end() {
                "" => break,
                line => head.push(line.to_owned()),
            }
        }
        let length = head.iter().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        self.sent.lock().unwrap().push(Sent { head, body: String::from_utf8(body).unwrap() });
        let _ = writer.write_all(self.answer.lock().unwrap().as_bytes());
    }

    fn answers(&self, answer: &'static str) {
        *self.answer.lock().unwrap() = answer;
    }

    fn sent(&self) -> Vec<Sent> {
        std::mem::take(&mut self.sent.lock().unwrap())
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook?from=roundtable", self.port)
    }
}

fn within_the_house() -> Flags {
    Flags { webhooks_to_private_hosts: Some(true), ..mcp::flags() }
}

fn tell(world: &World) -> Tally {
    Teller::new(Settings::new(world.config.clone())).run(&mut world.db()).unwrap()
}

fn told(sent: usize) -> Tally {
    Tally { sent, ..Tally::default() }
}

const ALL: [(&str, &str); 12] = [
    ("collections", "clients"),
    ("collections", "owners"),
    ("collections", "vendors"),
    ("collections", "technologies"),
    ("collections", "projects"),
    ("collections", "operators"),
    ("collections", "constructors"),
    ("collections", "offtakers"),
    ("collections", "people"),
    ("collections", "contacts"),
    ("collections", "action-items"),
    ("collections", "links"),
];

/// Adds a place that is told of these collections; its address here and its secret.
async fn add(world: &World, url: &str, collections: &[(&str, &str)]) -> (String, String) {
    let fields = [&[("webhook_name", "Warehouse"), ("url", url)], collections].concat();
    let page = world.post(Role::Admin, "/admin/webhooks/new", &fields).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let secret = page.body.split("whsec_").nth(1).unwrap().split('<').next().unwrap();
    let id = world.number("SELECT max(webhook_id) FROM webhooks");
    (format!("/admin/webhooks/{id}"), secret.to_owned())
}

#[tokio::test]
async fn a_place_is_told_what_changed_by_ids_signed_and_in_order() {
    let place = Place::start();
    on_both_with(&within_the_house(), async |world| {
        let (page, secret) = add(world, &place.url(), &[("collections", "clients"), ("collections", "contacts")]).await;
        assert!(!world.page(Role::Admin, &page).await.contains(&secret), "it is shown once");
        let client = world.client("Granite Power").await;
        world.record("owners", &[("company_name", "Not asked for")]).await;
        world.contact(Role::Plain, client, 3, &[("summary", "an open word")]).await;
        assert_eq!(tell(world), told(2));
        assert_eq!(tell(world), told(0));
        let sent = place.sent();
        assert!(sent[0].head[0].starts_with("POST /hook?from=roundtable HTTP/1.1"));
        assert_eq!(sent[0].told(), [("clients".into(), client, "created".into())]);
        let contact = world.number("SELECT contact_id FROM contact_log");
        let expected = [("contacts".into(), contact, "created".into()), ("clients".into(), client, "updated".into())];
        let mut second = sent[1].told();
        second.sort_by_key(|(kind, ..)| kind != "contacts");
        assert_eq!(second, expected);
        for one in &sent {
            assert!(!one.body.contains("Granite") && !one.body.contains("open word"), "{}", one.body);
            let key = STANDARD.decode(&secret).unwrap();
            let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
            let [id, at] = ["webhook-id", "webhook-timestamp"].map(|name| one.header(name));
            mac.update(format!("{id}.{at}.{}", one.body).as_bytes());
            let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
            assert_eq!(one.header("webhook-signature"), signature);
        }
        let token = token_of(world, Role::Plain, Scope::Write);
        let logged = json!({ "client_id": client, "contact_type": "Phone", "contact_date": world.days_ago(1) });
        mcp::used(world, &token, "log_contact", &logged).await;
        assert_eq!(tell(world), told(1), "what an assistant does is told too");
        place.sent();
        world.post(Role::Admin, &format!("{page}/test"), &[]).await.location();
        assert_eq!(tell(world), told(1));
        assert_eq!(place.sent()[0].json()["type"], "test");
        let shown = world.page(Role::Admin, &page).await;
        assert!(shown.contains("204") && shown.contains("Working"), "{shown}");
        world.post(Role::Admin, &format!("{page}/delete"), &[]).await.location();
        world.client("Told Nobody").await;
        assert_eq!(tell(world), told(0));
    })
    .await;
}

#[tokio::test]
async fn what_is_restricted_is_told_to_no_place() {
    let place = Place::start();
    for open in [World::sqlite_with, World::postgres_with] {
        let mut heard = Vec::new();
        for marked in [true, false] {
            let world = open(&within_the_house());
            add(&world, &place.url(), &ALL).await;
            plant_marked(&world, Marks { team: marked, confidential: marked }).await;
            // The place that was planted is nowhere.
            world.execute("DELETE FROM jobs WHERE webhook_id = 2");
            world.execute("DELETE FROM webhooks WHERE webhook_id = 2");
            let tally = tell(&world);
            assert_eq!(tally, told(tally.sent));
            let by_chance = |id: i64| if id > 1_000_000 { 0 } else { id };
            let told = |one: &Sent| {
                let told = one.told().into_iter();
                told.map(|(kind, id, action)| (kind, by_chance(id), action)).collect::<Vec<_>>()
            };
            heard.push(place.sent().iter().map(told).collect::<Vec<_>>());
        }
        assert!(heard[0].len() > 20);
        assert_eq!(heard[0], heard[1]);
    }
    // What becomes confidential before it is told is not told.
    on_both_with(&within_the_house(), async |world| {
        let client = world.client("Granite Power").await;
        add(world, &place.url(), &[("collections", "contacts")]).await;
        world.contact(Role::Confidential, client, 3, &[("summary", "said aloud")]).await;
        let contact = world.number("SELECT contact_id FROM contact_log");
        let (day, own) = (world.days_ago(3), world.person(Role::Confidential).to_string());
        let hidden = [("contact_date", &*day), ("contact_type", "Phone"), ("contacted_by", &own)];
        let hidden = [&hidden[..], &[("is_confidential", "on")]].concat();
        world.post(Role::Confidential, &format!("/contacts/{contact}/edit"), &hidden).await.location();
        assert_eq!(tell(world), Tally { dropped: 1, ..told(0) });
        assert!(place.sent().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_place_that_fails_is_tried_again_in_order_and_given_up_after_days() {
    let place = Place::start();
    on_both_with(&within_the_house(), async |world| {
        world.keep_sessions();
        let (page, _) = add(world, &place.url(), &ALL).await;
        let [first, second] = [world.client("One").await, world.client("Two").await];
        place.answers("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n");
        let again = Tally { again: 1, ..told(0) };
        assert_eq!(tell(world), again, "the second waits behind the first");
        place.answers("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\n\r\n");
        world.set_clock(beginning() + TimeDelta::minutes(2));
        assert_eq!(tell(world), again);
        let shown = world.page(Role::Admin, &page).await;
        assert!(shown.contains("Redirects are not followed.") && shown.contains("302"), "{shown}");
        assert!(shown.contains("Failing since"), "{shown}");
        place.answers(TAKEN);
        world.set_clock(beginning() + TimeDelta::minutes(10));
        assert_eq!(tell(world), told(2));
        let sent = place.sent();
        let ids: Vec<i64> = sent.iter().map(|one| one.told()[0].1).collect();
        assert_eq!(ids, [first, first, first, second]);
        assert_eq!(sent[0].header("webhook-id"), sent[2].header("webhook-id"));
        assert_ne!(sent[2].header("webhook-id"), sent[3].header("webhook-id"));

        place.answers("no http at all");
        world.client("Three").await;
        world.client("Four").await;
        let mut tried = 0;
        for hour in 1..130 {
            world.set_clock(beginning() + TimeDelta::hours(hour));
            tried += tell(world).again;
        }
        assert!((6..30).contains(&tried), "{tried}");
        assert!(world.page(Role::Admin, &page).await.contains("Given up"));
        assert_eq!(world.number("SELECT count(*) FROM jobs WHERE state = 'waiting'"), 0);
        world.client("Nobody Hears").await;
        place.answers(TAKEN);
        assert_eq!(tell(world), told(0));
        world.post(Role::Admin, &format!("{page}/resume"), &[]).await.location();
        place.sent();
        let five = world.client("Five").await;
        assert_eq!(tell(world), told(1));
        assert_eq!(place.sent()[0].told()[0].1, five);
        // One that says that it is gone for good is believed.
        place.answers("HTTP/1.1 410 Gone\r\n\r\n");
        world.client("Six").await;
        assert_eq!(tell(world), Tally { failed: 1, ..told(0) });
        assert!(world.page(Role::Admin, "/admin/webhooks").await.contains("Given up"));
        place.answers(TAKEN);
        place.sent();
    })
    .await;
}

#[tokio::test]
async fn nobody_is_told_within_the_firms_own_network_or_without_a_certificate() {
    let place = Place::start();
    on_both_with(&Flags::default(), async |world| {
        for url in [&*place.url(), "ftp://hooks.example/", "https://user:word@hooks.example/", "hooks.example"] {
            let fields = [("webhook_name", "Inner"), ("url", url), ("collections", "clients")];
            let answer = world.post(Role::Admin, "/admin/webhooks/new", &fields).await;
            assert_eq!(answer.status, 422, "{url}");
        }
        let hosts = ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0x7f000001", "2130706433"];
        for host in hosts {
            let (page, _) = add(world, &format!("https://{host}:{}/", place.port), &ALL).await;
            world.post(Role::Admin, &format!("{page}/test"), &[]).await.location();
            assert_eq!(tell(world), Tally { again: 1, ..told(0) }, "{host}");
            let shown = world.page(Role::Admin, &page).await;
            assert!(shown.contains("is no public address"), "{host}: {shown}");
            world.post(Role::Admin, &format!("{page}/delete"), &[]).await.location();
        }
        assert!(place.sent().is_empty());
    })
    .await;
    on_both_with(&within_the_house(), async |world| {
        let port = secure_place_of_nobody();
        let (page, _) = add(world, &format!("https://localhost:{port}/"), &ALL).await;
        world.post(Role::Admin, &format!("{page}/test"), &[]).await.location();
        assert_eq!(tell(world), Tally { again: 1, ..told(0) });
        assert!(world.page(Role::Admin, &page).await.contains("No secure connection"));
    })
    .await;
}

/// A place whose certificate nobody vouches for.
fn secure_place_of_nobody() -> u16 {
    let [certificate, key] = [include_bytes!("certificate.pem").as_slice(), include_bytes!("certificate.key")];
    let identity = native_tls::Identity::from_pkcs8(certificate, key).unwrap();
    let acceptor = native_tls::TlsAcceptor::new(identity).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = acceptor.accept(stream.unwrap()) else { continue };
            let _ = stream.write_all(TAKEN.as_bytes());
        }
    });
    port
}
