//! A small HTTP/1.1 client on keep-alive connections, and the load it makes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Whatever ends the measuring, in words.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Connections that ask at the same time.
pub const CONNECTIONS: usize = 4;
const WARM_UP: Duration = Duration::from_millis(500);
const MEASURED: Duration = Duration::from_secs(4);
/// An answer that takes longer than this ends the measuring.
const PATIENCE: Duration = Duration::from_secs(60);

/// An answer of the server.
pub struct Answer {
    /// Status code.
    pub status: u16,
    head: String,
    /// Body without its transfer coding.
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header, whose name is given in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut pairs = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        pairs.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// Refuses every other status than the expected one, and a page that only sends to the sign-in.
    pub fn checked(self, expected: u16, request: &str) -> Outcome<Self> {
        let signed_out = self.header("location").is_some_and(|to| to.starts_with("/sign-in"));
        if self.status == expected && !signed_out {
            return Ok(self);
        }
        let first = request.lines().next().unwrap_or_default();
        let body = String::from_utf8_lossy(&self.body);
        Err(format!("{first}: {expected} expected, answered was\n{}\n\n{body}", self.head).into())
    }
}

/// A keep-alive connection.
pub struct Connection {
    stream: TcpStream,
    /// What was read and not yet used.
    buffer: Vec<u8>,
    /// Where the next bytes arrive.
    scratch: Vec<u8>,
}

impl Connection {
    /// Connects to `127.0.0.1:PORT`.
    pub async fn open(host: &str) -> Outcome<Self> {
        let stream = timeout(PATIENCE, TcpStream::connect(host)).await??;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::new(), scratch: vec![0; 64 * 1024] })
    }

    /// Sends a request and reads the whole answer, in bounded time.
    pub async fn ask(&mut self, request: &str) -> Outcome<Answer> {
        let late = |_| format!("no answer within {PATIENCE:?} to {}", request.lines().next().unwrap_or_default());
        timeout(PATIENCE, self.exchange(request.as_bytes())).await.map_err(late)?
    }

    /// One request and its answer, however long it takes.
    async fn exchange(&mut self, mut request: &[u8]) -> Outcome<Answer> {
        while !request.is_empty() {
            self.stream.writable().await?;
            match self.stream.try_write(request) {
                Ok(written) => request = &request[written..],
                Err(cause) if cause.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(cause) => return Err(cause.into()),
            }
        }
        let head = String::from_utf8(self.take_until(b"\r\n\r\n").await?)?;
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or("no status line")?;
        let mut answer = Answer { status, head, body: Vec::new() };
        if answer.header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
            answer.body = self.chunks().await?;
        } else if let Some(length) = answer.header("content-length") {
            let length = length.parse()?;
            answer.body = self.take(length).await?;
        } else if !matches!(status, 204 | 304) {
            return Err("an answer without a length".into());
        }
        Ok(answer)
    }

    /// A body in chunks, to the end of its trailers.
    async fn chunks(&mut self) -> Outcome<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = String::from_utf8(self.take_until(b"\r\n").await?)?;
            let size = usize::from_str_radix(line.split(';').next().unwrap_or_default().trim(), 16)?;
            if size == 0 {
                break;
            }
            body.extend(self.take(size).await?);
            self.take(2).await?;
        }
        while !self.take_until(b"\r\n").await?.is_empty() {}
        Ok(body)
    }

    /// Everything before the mark; the mark itself is dropped.
    async fn take_until(&mut self, mark: &[u8]) -> Outcome<Vec<u8>> {
        loop {
            if let Some(end) = self.buffer.windows(mark.len()).position(|part| part == mark) {
                let taken = self.take(end).await?;
                self.take(mark.len()).await?;
                return Ok(taken);
            }
            self.more().await?;
        }
    }

    /// That many bytes.
    async fn take(&mut self, length: usize) -> Outcome<Vec<u8>> {
        while self.buffer.len() < length {
            self.more().await?;
        }
        Ok(self.buffer.drain(..length).collect())
    }

    /// Waits for something more to arrive.
    async fn more(&mut self) -> Outcome<()> {
        loop {
            self.stream.readable().await?;
            match self.stream.try_read(&mut self.scratch) {
                Ok(0) => return Err("the server closed the connection".into()),
                Ok(length) => {
                    self.buffer.extend_from_slice(&self.scratch[..length]);
                    return Ok(());
                }
                Err(cause) if cause.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(cause) => return Err(cause.into()),
            }
        }
    }
}

/// Makes the text of the request of that number.
pub type Requests = Arc<dyn Fn(usize) -> String + Send + Sync>;

/// What a load came to.
#[derive(Default)]
pub struct Load {
    /// Requests in a second, all connections together.
    pub rate: f64,
    /// Bytes of all bodies.
    bytes: usize,
    /// How long each answer took; in order of size once the load is over.
    took: Vec<Duration>,
}

impl Load {
    /// Asks on all connections for four seconds after a warm-up; every answer must have the expected status.
    pub async fn measure(host: &str, requests: Requests, expected: u16) -> Outcome<Self> {
        let number = Arc::new(AtomicUsize::new(0));
        let mut tasks = JoinSet::new();
        for _ in 0..CONNECTIONS {
            tasks.spawn(one_connection(host.to_owned(), requests.clone(), number.clone(), expected));
        }
        let mut all = Self::default();
        while let Some(part) = tasks.join_next().await {
            let part = part??;
            all.rate += part.rate;
            all.bytes += part.bytes;
            all.took.extend(part.took);
        }
        all.took.sort_unstable();
        Ok(all)
    }

    /// Milliseconds within which that many of a hundred answers came.
    pub fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.took.len() * percent).div_ceil(100).max(1);
        self.took.get(rank - 1).map_or(f64::NAN, |took| took.as_secs_f64() * 1000.0)
    }

    /// Mean size of a body.
    pub fn body_bytes(&self) -> usize {
        self.bytes / self.took.len().max(1)
    }
}

/// At least one request is measured, however slow; the rate counts to the end of the last answer.
async fn one_connection(host: String, requests: Requests, number: Arc<AtomicUsize>, expected: u16) -> Outcome<Load> {
    let mut connection = Connection::open(&host).await?;
    let mut load = Load::default();
    let mut begun = Instant::now();
    let mut warm = false;
    loop {
        let request = requests(number.fetch_add(1, Ordering::Relaxed));
        let asked = Instant::now();
        let answer = connection.ask(&request).await?.checked(expected, &request)?;
        if warm {
            load.took.push(asked.elapsed());
            load.bytes += answer.body.len();
            if begun.elapsed() >= MEASURED {
                load.rate = load.took.len() as f64 / begun.elapsed().as_secs_f64();
                return Ok(load);
            }
        } else if begun.elapsed() >= WARM_UP {
            warm = true;
            begun = Instant::now();
        }
    }
}
