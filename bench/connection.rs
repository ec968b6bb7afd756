//! A small blocking HTTP/1.1 client on keep-alive connections, and the requests of a person who is signed in.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::Outcome;

/// Silence that lasts longer ends the work.
const PATIENCE: Duration = Duration::from_secs(60);

/// What kinds of compression a request accepts.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// None, as load generators ask.
    Plain,
    /// All that browsers know.
    Compressed,
}

/// An answer of the server.
pub struct Answer {
    /// Status code.
    pub status: u16,
    head: String,
    /// Body without its transfer coding, still compressed.
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header, whose name is given in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut pairs = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        pairs.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Whether it has that status and does not merely send to the sign-in.
    pub fn is(&self, status: u16) -> bool {
        self.status == status && !self.header("location").is_some_and(|to| to.starts_with("/sign-in"))
    }

    /// Refuses every other answer than the expected one.
    pub fn checked(self, expected: u16, request: &str) -> Outcome<Self> {
        if self.is(expected) {
            return Ok(self);
        }
        let first = request.lines().next().unwrap_or_default();
        Err(format!("{first}: {expected} expected, answered was\n{}\n{}", self.head, self.text()).into())
    }
}

/// A keep-alive connection.
pub struct Connection(BufReader<TcpStream>);

impl Connection {
    /// Connects to `127.0.0.1:PORT`.
    pub fn open(host: &str) -> Outcome<Self> {
        let stream = TcpStream::connect(host)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self(BufReader::with_capacity(64 * 1024, stream)))
    }

    /// Sends a request and reads the whole answer.
    pub fn ask(&mut self, request: &str) -> Outcome<Answer> {
        self.0.get_mut().write_all(request.as_bytes())?;
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.0.read_line(&mut head)? == 0 {
                return Err("the server closed the connection".into());
            }
        }
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or("no status line")?;
        let mut answer = Answer { status, head, body: Vec::new() };
        if answer.header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
            self.chunks(&mut answer.body)?;
        } else if let Some(length) = answer.header("content-length") {
            let length = length.parse()?;
            self.append(length, &mut answer.body)?;
        } else if !matches!(status, 204 | 304) {
            return Err("an answer without a length".into());
        }
        Ok(answer)
    }

    /// A body in chunks; the server sends no trailers.
    fn chunks(&mut self, body: &mut Vec<u8>) -> Outcome<()> {
        let mut line = String::new();
        loop {
            line.clear();
            self.0.read_line(&mut line)?;
            let size = usize::from_str_radix(line.split(';').next().unwrap_or_default().trim(), 16)?;
            self.append(size, body)?;
            self.0.read_line(&mut line)?;
            if size == 0 {
                return Ok(());
            }
        }
    }

    /// That many bytes more.
    fn append(&mut self, length: usize, body: &mut Vec<u8>) -> Outcome<()> {
        let before = body.len();
        body.resize(before + length, 0);
        Ok(self.0.read_exact(&mut body[before..])?)
    }
}

/// What each request says beside its path: where it goes and who asks.
#[derive(Clone)]
pub struct Session {
    /// `127.0.0.1:PORT`
    pub host: String,
    /// `name=value`; empty for someone who is not signed in.
    pub cookie: String,
}

impl Session {
    /// A request for a page.
    pub fn get(&self, path: &str, encoding: Encoding) -> String {
        let accepted = match encoding {
            Encoding::Plain => "",
            Encoding::Compressed => "Accept-Encoding: gzip, deflate, br, zstd\r\n",
        };
        format!("GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n{accepted}\r\n", self.host, self.cookie)
    }

    /// A form as a browser on the same site sends it.
    pub fn post(&self, path: &str, form: &str) -> String {
        self.post_as("application/x-www-form-urlencoded", path, form)
    }

    /// The same with one file.
    pub fn bring(&self, path: &str, kind: &str, file: &str) -> String {
        let part = "--edge\r\nContent-Disposition: form-data; name=";
        let form = format!(
            "{part}\"kind\"\r\n\r\n{kind}\r\n{part}\"file\"; filename=\"bench.csv\"\r\n\r\n{file}\r\n--edge--\r\n"
        );
        self.post_as("multipart/form-data; boundary=edge", path, &form)
    }

    fn post_as(&self, kind: &str, path: &str, body: &str) -> String {
        let (host, cookie, length) = (&self.host, &self.cookie, body.len());
        format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nSec-Fetch-Site: same-origin\r\n\
             Cookie: {cookie}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}"
        )
    }

    /// Sends a form on a connection of its own.
    pub fn send(&self, path: &str, form: &str) -> Outcome<Answer> {
        Connection::open(&self.host)?.ask(&self.post(path, form))
    }
}
