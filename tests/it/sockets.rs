//! A server on a socket of this machine, and a client that can behave badly.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use axum::Router;
use roundtable::web::server::{Limits, serve_until};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A server within the test, until it is stopped or dropped. Its clients block: the test needs several threads.
pub struct Served {
    pub address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

impl Served {
    pub async fn start(router: Router, limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, told) = oneshot::channel();
        let stop_asked = async move { told.await.unwrap_or_default() };
        let ended = tokio::spawn(serve_until(stop_asked, listener, router, limits));
        Self { address, stop, ended }
    }

    pub fn connect(&self) -> Client {
        Client::connect(&self.address.to_string())
    }

    /// Stops the server; tells how long that took.
    pub async fn stop(self) -> Duration {
        let begun = Instant::now();
        self.stop.send(()).unwrap();
        self.ended.await.unwrap();
        begun.elapsed()
    }
}

pub struct Client(pub TcpStream);

impl Client {
    pub fn connect(address: &str) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Self(stream)
    }

    pub fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).unwrap();
    }

    /// Asks `/health` on a connection that stays open.
    pub fn ask_health(&mut self) {
        assert!(self.try_health(), "the server closed the connection");
    }

    /// Asks `/health`; tells whether there was an answer.
    pub fn try_health(&mut self) -> bool {
        let mut answer = String::new();
        let _ = self.0.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
        let mut byte = [0];
        while !answer.ends_with("\r\n\r\nok") {
            match self.0.read(&mut byte) {
                Ok(1) => answer.push(char::from(byte[0])),
                _ => return false,
            }
        }
        true
    }

    /// Everything that still comes until the server closes the connection.
    pub fn rest(&mut self) -> String {
        let mut bytes = Vec::new();
        if let Err(error) = self.0.read_to_end(&mut bytes) {
            let kind = error.kind();
            assert_eq!(kind, std::io::ErrorKind::ConnectionReset, "the server did not close the connection");
        }
        String::from_utf8(bytes).unwrap()
    }

    /// Sends a form and closes with it; returns the answer.
    pub fn post(&mut self, path: &str, cookie: Option<&str>, body: &str) -> String {
        self.begin_post(path, cookie, body.len(), "Connection: close\r\n");
        self.send(body);
        self.rest()
    }

    /// Sends the head of a form, with more headers.
    pub fn begin_post(&mut self, path: &str, cookie: Option<&str>, length: usize, headers: &str) {
        let cookie = cookie.map(|cookie| format!("Cookie: {cookie}\r\n")).unwrap_or_default();
        self.send(&format!(
            "POST {path} HTTP/1.1\r\nHost: roundtable.test\r\nOrigin: http://roundtable.test\r\n{cookie}{headers}\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n"
        ));
    }
}
