//! The messages of a folder on an IMAP server: of the newest, the few fields of the head that are looked at, read
//! without a trace (`EXAMINE`, `PEEK`). Whatever the server does, this ends, within bounds (`guard.rs`).

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use async_imap::imap_proto::{AttributeValue, Response, Status};
use async_imap::{Client, Session};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::folder_name::on_the_wire;
use super::guard::{Guarded, Wire};
use super::trouble::Trouble;
use crate::config::{ImapServer, password_in};
use crate::error::{Error, Result};
use crate::mail::head::{HEAD, Head, Heard, Listing};

/// So many of the newest messages are looked at, and so many asked for at once.
const MOST: u32 = 5_000;
const AT_ONCE: u32 = 50;

/// After so long, or so many bytes, no more are asked for.
const WHOLE: Duration = Duration::from_secs(60);
const ENOUGH: u64 = 8 * 1024 * 1024;

/// So long a good-bye is waited for.
const GOOD_BYE: Duration = Duration::from_secs(1);

/// Reads the heads of the newest messages; before any transaction, since the server takes its time.
pub async fn listen(server: &ImapServer) -> Result<Listing> {
    // The library panics over some of what a server may say: then a task of its own ends, and nothing else.
    let mut task = JoinSet::new();
    let own = server.clone();
    task.spawn(async move { talk(&own).await });
    match task.join_next().await {
        Some(Ok(Ok(listing))) => Ok(listing),
        Some(Ok(Err(trouble))) => Err(Error::Setup(trouble.words(server))),
        Some(Err(_)) | None => Err(Error::Setup(Trouble::Rubbish.words(server))),
    }
}

async fn talk(server: &ImapServer) -> Result<Listing, Trouble> {
    let password = password_in(&server.password_file).map_err(|_| Trouble::NoPassword)?;
    if password.contains(['\r', '\n']) {
        return Err(Trouble::LongPassword);
    }
    let stream = within(server, connect(server)).await?;
    let mut client = Client::new(Guarded::new(stream));
    let greeting = within(server, async { client.read_response().await?.ok_or(Trouble::HungUp) }).await?;
    match greeting.parsed() {
        Response::Data { status: Status::Ok, .. } => {}
        Response::Data { status: Status::Bye | Status::PreAuth, .. } => return Err(Trouble::NotReady),
        _ => return Err(Trouble::Rubbish),
    }
    let refused = |(cause, _)| Trouble::of_command(cause, Trouble::SignIn);
    let signed_in = async { client.login(&server.user, &password).await.map_err(refused) };
    let mut session = within(server, signed_in).await?;
    let name = on_the_wire(&server.folder);
    let refused = |cause| Trouble::of_command(cause, Trouble::NoFolder);
    let opened = async { session.examine(name).await.map_err(refused) };
    let exists = within(server, opened).await?.exists;
    let listing = heads(server, &mut session, exists).await?;
    // What was heard was heard, however the server says good-bye.
    let _ = timeout(GOOD_BYE, session.logout()).await;
    Ok(listing)
}

/// A step that the server has so long for.
async fn within<T>(server: &ImapServer, step: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
    timeout(server.patience, step).await.unwrap_or(Err(Trouble::Late))
}

async fn connect(server: &ImapServer) -> Result<Box<dyn Wire>, Trouble> {
    let stream = TcpStream::connect((server.host.as_str(), server.port)).await.map_err(|_| Trouble::Unreachable)?;
    // Each command is one small piece, or two of them, and waits for nothing.
    stream.set_nodelay(true).map_err(|_| Trouble::Unreachable)?;
    if !server.is_secure {
        // What the name leads to is this machine, or the password is not for it.
        let is_here = stream.peer_addr().is_ok_and(|address| address.ip().is_loopback());
        return if is_here { Ok(Box::new(stream)) } else { Err(Trouble::Unreachable) };
    }
    let connector = native_tls::TlsConnector::new().map_err(|_| Trouble::NoTls)?;
    let connector = tokio_native_tls::TlsConnector::from(connector);
    let stream = connector.connect(&server.host, stream).await.map_err(|cause| Trouble::of_tls(&cause))?;
    Ok(Box::new(stream))
}

/// The heads of the newest messages, asked for from the newest on, so that these are there when time runs out.
async fn heads(server: &ImapServer, session: &mut Session<Guarded>, exists: u32) -> Result<Listing, Trouble> {
    let (begun, oldest) = (Instant::now(), exists.saturating_sub(MOST));
    let (mut heard, mut last, mut is_refused) = (BTreeMap::new(), exists, false);
    while last > oldest && begun.elapsed() < WHOLE && session.as_mut().read() < ENOUGH {
        let first = last.saturating_sub(AT_ONCE - 1).max(oldest + 1);
        match within(server, some_heads(session, first..=last, &mut heard)).await {
            // What is there is told.
            Err(Trouble::Late) if !heard.is_empty() => {
                let earliest = heard.keys().next().copied().unwrap_or(first);
                last = last.min(earliest.saturating_sub(1));
                break;
            }
            are_all => is_refused |= !are_all?,
        }
        last = first - 1;
    }
    if is_refused && heard.is_empty() {
        return Err(Trouble::NotGiven);
    }
    for number in last + 1..=exists {
        heard.entry(number).or_insert_with(|| Heard(format!("message {number}"), Err("it cannot be read")));
    }
    Ok(Listing { heard: heard.into_values().collect(), left_out: last })
}

/// The heads of messages with these numbers, which stay theirs as long as nothing else is asked (RFC 3501, 7.4.1), and
/// whether the server says that these are all: for one message that it cannot read, some say that they are not.
async fn some_heads(
    session: &mut Session<Guarded>,
    numbers: RangeInclusive<u32>,
    heard: &mut BTreeMap<u32, Heard>,
) -> Result<bool, Trouble> {
    let (first, last) = (numbers.start(), numbers.end());
    let fields = "MESSAGE-ID FROM TO CC DATE SUBJECT";
    let command = format!("FETCH {first}:{last} (BODY.PEEK[HEADER.FIELDS ({fields})]<0.{HEAD}>)");
    let tag = session.run_command(command).await?;
    loop {
        let answer = session.read_response().await?.ok_or(Trouble::HungUp)?;
        match answer.parsed() {
            Response::Fetch(number, parts) if numbers.contains(number) => {
                // Flags that another changed come by themselves, without a head.
                if let Some(bytes) = parts.iter().find_map(head) {
                    let head = Head::read(bytes);
                    heard.insert(*number, Heard(name(*number, &head), head));
                }
            }
            Response::Done { tag: of, status, .. } if *of == tag => match status {
                Status::Ok => return Ok(true),
                Status::No => return Ok(false),
                Status::Bad | Status::PreAuth | Status::Bye => return Err(Trouble::NotGiven),
            },
            _ => {}
        }
    }
}

/// By what people know a message; its number is another one once an older message is gone.
fn name(number: u32, head: &std::result::Result<Head, &'static str>) -> String {
    match head {
        Ok(Head { sent: Some(sent), subject: Some(subject), .. }) => format!("{} {subject}", sent.date_naive()),
        _ => format!("message {number}"),
    }
}

fn head<'a>(part: &'a AttributeValue<'_>) -> Option<&'a [u8]> {
    match part {
        AttributeValue::BodySection { data: Some(data), .. } => Some(data),
        _ => None,
    }
}
