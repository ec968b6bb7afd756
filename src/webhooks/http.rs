//! One POST to one place: its name is looked up once, what it leads to is checked, and that very address is connected
//! to, so that no name leads into the firm's own network. Redirects are answers like any other.

use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use native_tls::TlsConnector;
use url::Url;

/// How long for the name, for a connection and for each step on it, and how long for all of it.
const STEP: Duration = Duration::from_secs(5);
const WHOLE: Duration = Duration::from_secs(15);

/// The head of an answer is at most this large; its body is not read.
const HEAD: usize = 16 * 1024;

/// What is sent.
pub struct Request<'r> {
    pub url: &'r Url,
    pub headers: &'r [(&'static str, String)],
    pub body: &'r str,
}

/// Sends it; the status of the answer, or what was in the way. To addresses that are not public, and without TLS, only
/// where the settings let it.
pub fn post(request: &Request<'_>, to_private_hosts: bool) -> Result<u16, String> {
    post_within(request, to_private_hosts, WHOLE)
}

fn post_within(request: &Request<'_>, to_private_hosts: bool, whole: Duration) -> Result<u16, String> {
    let (url, host) = (request.url, request.url.host_str().unwrap_or_default());
    let is_secure = url.scheme() == "https";
    let is_let_in_the_clear = to_private_hosts && url.scheme() == "http";
    if !is_secure && !is_let_in_the_clear {
        return Err("Only https addresses are told.".into());
    }
    let until = Instant::now() + whole;
    let addresses = addresses(url).ok_or_else(|| format!("{host} has no address."))?;
    let allowed = addresses.into_iter().find(|address| to_private_hosts || is_public(address.ip()));
    let address = allowed.ok_or_else(|| format!("{host} is no public address."))?;
    if !is_secure && is_public(address.ip()) {
        return Err("Only https addresses are told outside of the firm's own network.".into());
    }
    let stream = TcpStream::connect_timeout(&address, STEP).map_err(|cause| format!("No connection: {cause}"))?;
    let stream = Timed { stream, until };
    if !is_secure {
        return exchange(stream, request);
    }
    let connector = TlsConnector::new().map_err(|cause| format!("TLS cannot be used: {cause}"))?;
    // The certificate has to be of the name, whatever the address is.
    let name = host.trim_start_matches('[').trim_end_matches(']');
    let stream = connector.connect(name, stream).map_err(|cause| format!("No secure connection: {cause}"))?;
    exchange(stream, request)
}

/// What a name leads to; the system takes as long as it likes to look it up, and is not waited for.
fn addresses(url: &Url) -> Option<Vec<SocketAddr>> {
    let (sender, found) = std::sync::mpsc::channel();
    let url = url.clone();
    let work = move || drop(sender.send(url.socket_addrs(|| None)));
    std::thread::Builder::new().name("one name".into()).spawn(work).ok()?;
    found.recv_timeout(STEP).ok()?.ok()
}

/// A connection on which each step has its time and all of them have theirs, those of the handshake too.
#[derive(Debug)]
struct Timed {
    stream: TcpStream,
    until: Instant,
}

impl Timed {
    fn limit(&self) -> std::io::Result<Duration> {
        let left = self.until.saturating_duration_since(Instant::now()).min(STEP);
        if left.is_zero() { Err(ErrorKind::TimedOut.into()) } else { Ok(left) }
    }
}

impl Read for Timed {
    fn read(&mut self, piece: &mut [u8]) -> std::io::Result<usize> {
        self.stream.set_read_timeout(Some(self.limit()?))?;
        self.stream.read(piece)
    }
}

impl Write for Timed {
    fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
        self.stream.set_write_timeout(Some(self.limit()?))?;
        self.stream.write(piece)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.stream.flush()
    }
}

fn exchange(mut stream: impl Read + Write, request: &Request<'_>) -> Result<u16, String> {
    let broken = |cause: std::io::Error| match cause.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => "No answer in time.".to_owned(),
        _ => format!("The connection broke: {cause}"),
    };
    stream.write_all(text(request).as_bytes()).and_then(|()| stream.flush()).map_err(broken)?;
    let mut head = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let read = stream.read(&mut piece).map_err(broken)?;
        head.extend_from_slice(&piece[..read]);
        match status(&head)? {
            Some(status) => return Ok(status),
            None if read == 0 || head.len() > HEAD => return Err("What was answered is no HTTP.".into()),
            None => {}
        }
    }
}

fn text(request: &Request<'_>) -> String {
    let url = request.url;
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut text = format!("POST {}{query} HTTP/1.1\r\n", url.path());
    let own = [
        ("host", format!("{}{port}", url.host_str().unwrap_or_default())),
        ("connection", "close".into()),
        ("content-type", "application/json".into()),
        ("content-length", request.body.len().to_string()),
    ];
    for (name, value) in own.iter().chain(request.headers) {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text + "\r\n" + request.body
}

/// The status of an answer, once its head is whole; answers that announce another are passed over.
fn status(mut head: &[u8]) -> Result<Option<u16>, String> {
    loop {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut response = httparse::Response::new(&mut headers);
        match response.parse(head) {
            Ok(httparse::Status::Complete(length)) => match response.code {
                Some(100..=199) => head = &head[length..],
                code => return Ok(code),
            },
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(_) => return Err("What was answered is no HTTP.".into()),
        }
    }
}

/// Whether an address is one of the public internet. What is not known to be so is not.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let is_special = match (first, second, third) {
        // This network, shared by providers, protocols, relays, tests of networks, reserved.
        (0, ..) | (100, 64..=127, _) | (192, 0, 0) | (192, 88, 99) | (198, 18..=19, _) | (240.., ..) => true,
        _ => address.is_private() || address.is_loopback() || address.is_link_local() || address.is_multicast(),
    };
    !is_special && !address.is_documentation()
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // All that is given out begins so; of it, what stands for IPv4 addresses, tunnels and examples is left out.
    match address.segments() {
        [0x2001, 0..=0x01ff, ..] | [0x2001, 0x0db8, ..] | [0x2002, ..] | [0x3fff, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_public_internet_are_public() {
        let public = ["9.9.9.9", "172.32.0.1", "2606:4700::1111", "::ffff:9.9.9.9"];
        let private = [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "192.0.2.1",
            "::1",
            "::",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::7f00:1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "2001::1",
            "2001:db8::1",
        ];
        let is_public = |text: &&str| is_public(text.parse().unwrap());
        assert!(public.iter().all(is_public));
        assert_eq!(private.iter().find(|text| is_public(text)), None);
    }

    #[test]
    fn a_handshake_that_drips_ends_in_time() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url: Url = format!("https://{}/", listener.local_addr().unwrap()).parse().unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            // A message of a handshake that is announced as long, and comes byte by byte.
            for byte in [0x16, 3, 3, 0x40, 0, 2, 0, 0x3f, 0xfc].into_iter().chain(std::iter::repeat(3)) {
                std::thread::sleep(Duration::from_millis(100));
                if stream.write_all(&[byte]).is_err() {
                    return;
                }
            }
        });
        let begun = Instant::now();
        let request = Request { url: &url, headers: &[], body: "{}" };
        let said = post_within(&request, true, Duration::from_secs(1)).unwrap_err();
        assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
        assert!(said.starts_with("No secure connection"), "{said}");
    }

    #[test]
    fn an_announcement_is_no_answer() {
        assert_eq!(status(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"), Ok(Some(204)));
        assert_eq!(status(b"HTTP/1.1 20"), Ok(None));
        assert!(status(b"SSH-2.0-OpenSSH\r\n").is_err());
    }
}
