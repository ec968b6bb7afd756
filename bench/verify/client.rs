//! A blocking HTTP/1.1 client: one request a connection, in bounded time.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Whatever ends the verification, in words.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

const PATIENCE: Duration = Duration::from_secs(30);

/// An answer of the server.
pub struct Answer {
    pub status: u16,
    /// Head and body.
    pub text: String,
}

impl Answer {
    /// The value of a header, whose name is given in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        let head = self.text.split("\r\n\r\n").next()?;
        head.lines().filter_map(|line| line.split_once(": ")).find(|(key, _)| *key == name).map(|(_, value)| value)
    }
}

/// Sends a form as a browser on the same site does.
pub fn post(host: &str, path: &str, cookie: &str, form: &str) -> Outcome<Answer> {
    let length = form.len();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nSec-Fetch-Site: same-origin\r\n\
         Connection: close\r\nCookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {length}\r\n\r\n{form}"
    );
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(request.as_bytes())?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let complete = text.contains("\r\n\r\n");
    let status = text.split(' ').nth(1).filter(|_| complete).ok_or("no whole answer")?.parse()?;
    Ok(Answer { status, text })
}
