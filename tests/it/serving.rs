//! The server among clients that are slow, silent, many or in the way, and when it stops.

use std::convert::Infallible;
use std::io::Write;
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::routing::get;
use axum::{Extension, Router};
use futures_util::StreamExt;
use futures_util::stream::once;
use roundtable::web::server::{Limits, Stop};

use crate::command_line::{Server, program};
use crate::sockets::{Client, Served};
use crate::world::{Role, on_both};

const HALF: &str = "GET /health HTTP/1.1\r\nHost: x\r\n";
const SHORT: Duration = Duration::from_millis(200);
/// Far below the limits that a test does not shorten, far above those it does.
const SOON: Duration = Duration::from_secs(3);

async fn started(limits: Limits) -> Served {
    let slowly = async || {
        tokio::time::sleep(Duration::from_millis(600)).await;
        "done"
    };
    let router = Router::new()
        .route("/health", get(async || "ok"))
        .route("/slow", get(slowly))
        .route("/never", get(async || std::future::pending::<()>().await))
        .route("/large", get(async || "x".repeat(64 * 1024 * 1024)))
        .route("/stream", get(stream));
    Served::start(router, limits).await
}

async fn stream(Extension(mut stop): Extension<Stop>) -> Body {
    let last = once(async move {
        stop.asked().await;
        Ok::<_, Infallible>("the last words")
    });
    Body::from_stream(once(async { Ok("the first words") }).chain(last))
}

fn pause() {
    thread::sleep(Duration::from_millis(150));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_does_not_end_is_cut_off() {
    let served = started(Limits { head: SHORT, ..Limits::default() }).await;
    let mut silent = served.connect();
    for after_another in [false, true] {
        let mut client = served.connect();
        if after_another {
            client.ask_health();
        }
        client.send(HALF);
        let begun = Instant::now();
        let mut writer = client.0.try_clone().unwrap();
        let dripping = thread::spawn(move || {
            while writer.write_all(b"a: b\r\n").is_ok() && begun.elapsed() < SOON {
                thread::sleep(Duration::from_millis(20));
            }
        });
        assert_eq!(client.rest(), "");
        assert!(begun.elapsed() < SOON, "it took {:?}", begun.elapsed());
        dripping.join().unwrap();
    }
    silent.ask_health();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_without_requests_is_closed() {
    let served = started(Limits { idle: SHORT, ..Limits::default() }).await;
    let (mut silent, mut idle) = (served.connect(), served.connect());
    idle.ask_health();
    let begun = Instant::now();
    assert_eq!((silent.rest(), idle.rest()), Default::default());
    assert!(begun.elapsed() < SOON);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_nobody_takes_gives_its_place_back() {
    let served = started(Limits { stalled: SHORT, connections: 1, ..Limits::default() }).await;
    let mut greedy = served.connect();
    greedy.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
    pause();
    let begun = Instant::now();
    served.connect().ask_health();
    assert!(begun.elapsed() < SOON);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_has_its_share_and_a_proxy_is_not_counted() {
    let limits = Limits { connections_of_one: 2, ..Limits::default() };
    let served = started(limits.clone()).await;
    let (mut one, mut other) = (served.connect(), served.connect());
    one.ask_health();
    other.ask_health();
    assert!(!served.connect().try_health());
    drop(one);
    let begun = Instant::now();
    while !served.connect().try_health() {
        assert!(begun.elapsed() < SOON, "the place was not given back");
    }
    let proxied = started(Limits { proxies: vec!["127.0.0.1".parse().unwrap()], ..limits }).await;
    let mut clients: Vec<_> = (0..4).map(|_| proxied.connect()).collect();
    clients.iter_mut().for_each(Client::ask_health);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_when_all_places_are_taken_waits() {
    let served = started(Limits { connections: 1, ..Limits::default() }).await;
    let mut first = served.connect();
    first.ask_health();
    let mut second = served.connect();
    second.0.set_read_timeout(Some(SHORT)).unwrap();
    assert!(!second.try_health());
    drop(first);
    second.0.set_read_timeout(Some(SOON)).unwrap();
    second.ask_health();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_for_nothing_does_not_delay_the_stop() {
    let served = started(Limits::default()).await;
    let mut clients: Vec<_> = (0..4).map(|_| served.connect()).collect();
    clients[0].send(HALF);
    clients[1].ask_health();
    clients[2].ask_health();
    clients[2].send(HALF);
    pause();
    let took = served.stop().await;
    assert!(took < SOON, "the stop took {took:?}");
    for mut client in clients {
        assert_eq!(client.rest(), "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_under_way_is_answered_while_the_server_stops() {
    let served = started(Limits::default()).await;
    let address = served.address;
    let mut client = served.connect();
    client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    let mut streamed = served.connect();
    streamed.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    pause();
    let stopped = tokio::spawn(served.stop());
    pause();
    assert!(TcpStream::connect(address).is_err(), "a stopping server takes nobody new");
    let answer = client.rest();
    assert!(answer.contains("200 OK") && answer.ends_with("done"), "{answer}");
    let answer = streamed.rest();
    assert!(answer.contains("the first words") && answer.contains("the last words"), "{answer}");
    assert!(stopped.await.unwrap() < SOON);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_end_is_cut_off_when_the_server_stops() {
    let served = started(Limits { stopping: SHORT, ..Limits::default() }).await;
    let mut client = served.connect();
    client.send("GET /never HTTP/1.1\r\nHost: x\r\n\r\n");
    pause();
    assert!(served.stop().await < SOON);
    assert_eq!(client.rest(), "");
}

#[cfg(unix)]
#[test]
fn the_program_stops_when_it_is_told_to_and_says_that_all_is_well() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("r.db").display());
    for signal in ["-TERM", "-INT"] {
        let mut command = program(&database, &["serve", "--listen", "127.0.0.1:0"]);
        let mut server = Server::begin(command.stderr(Stdio::null()));
        let mut client = Client::connect(&server.address);
        client.send(HALF);
        let mut idle = Client::connect(&server.address);
        idle.ask_health();
        let begun = Instant::now();
        let told = Command::new("kill").args([signal, &server.child.id().to_string()]).status().unwrap();
        assert!(told.success() && server.child.wait().unwrap().success());
        assert!(begun.elapsed() < SOON, "the stop took {:?}", begun.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_before_the_body_is_read_says_that_it_is_the_last_answer() {
    on_both(async |world| {
        let served = Served::start(roundtable::app(world.config.clone()), Limits::default()).await;
        let reader = world.cookie(Role::ReadOnly);
        for (cookie, status) in [(reader.as_deref(), "403 Forbidden"), (None, "303 See Other")] {
            let begun = Instant::now();
            let mut client = served.connect();
            client.begin_post("/clients/new", cookie, 1_000_000, "");
            let answer = client.rest();
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
            assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
            assert!(begun.elapsed() < SOON);
        }
        let plain = world.cookie(Role::Plain);
        let mut client = served.connect();
        let body = "client_name=Granite+Power";
        client.begin_post("/clients/new", plain.as_deref(), body.len(), "");
        client.send(&format!("{body}GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
        let answers = client.rest();
        assert!(answers.starts_with("HTTP/1.1 303") && answers.ends_with("\r\n\r\nok"), "{answers}");
        let from = "SELECT count(*) FROM changes WHERE remote_address = '127.0.0.1'";
        assert_eq!(world.number(from), 1, "handlers know where a request comes from");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sends_too_much_still_gets_the_answer() {
    on_both(async |world| {
        let served = Served::start(roundtable::app(world.config.clone()), Limits::default()).await;
        let plain = world.cookie(Role::Plain);
        let body = "x".repeat(8 * 1024 * 1024);
        let answer = served.connect().post("/clients/new", plain.as_deref(), &body);
        assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("Too much text"), "{answer}");
    })
    .await;
}
