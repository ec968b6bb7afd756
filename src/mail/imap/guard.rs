//! What stands between an IMAP server and the library that reads it: no more is let through than what was asked for may
//! need. The library itself makes room for whatever size a server announces, up to half a gigabyte, and reads what has
//! no size anew with each piece.

use std::fmt::Debug;
use std::io::{Error, ErrorKind};
use std::pin::Pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, ready};

use regex::bytes::Regex;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::mail::head::HEAD;

/// An answer is at most so long beside the head in it, and opens at most so many lists, which the library reads each
/// within the other.
const LINE: usize = 16 * 1024;
const LISTS: usize = 16;

/// So much may be read in all, and so much beside heads, which becomes many times as much in the library.
const WHOLE: u64 = 24 * 1024 * 1024;
const BESIDE: u64 = 2 * 1024 * 1024;

/// A connection, with TLS or without.
pub trait Wire: AsyncRead + AsyncWrite + Debug + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Debug + Send + Unpin> Wire for T {}

/// A connection on which reading fails where more comes than may, or where it ends.
#[derive(Debug)]
pub struct Guarded {
    stream: Box<dyn Wire>,
    reader: Reader,
    read: u64,
}

impl Guarded {
    /// A connection on which nothing was read.
    pub fn new(stream: Box<dyn Wire>) -> Self {
        Self { stream, reader: Reader::default(), read: 0 }
    }

    /// How many bytes were read.
    pub fn read(&self) -> u64 {
        self.read
    }
}

impl AsyncRead for Guarded {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let own = self.get_mut();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut own.stream).poll_read(context, buffer))?;
        let piece = &buffer.filled()[before..];
        if piece.is_empty() && buffer.remaining() > 0 {
            // It is asked for what it has not said yet.
            return Poll::Ready(Err(ErrorKind::UnexpectedEof.into()));
        }
        own.read += piece.len() as u64;
        if own.read > WHOLE || !piece.iter().all(|byte| own.reader.takes(*byte)) {
            return Poll::Ready(Err(Error::new(ErrorKind::InvalidData, "more than was asked for")));
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Reads answers byte by byte. What it takes for a literal, the library must take for one too: else what stands in
/// it is read unseen. So there is one literal in an answer at most, and only where the head stands that was asked for.
#[derive(Debug, Default)]
struct Reader {
    state: State,
    /// The answer so far, without the head in it.
    answer: Vec<u8>,
    has_head: bool,
    lists: usize,
    /// How long all answers are without their heads.
    beside: u64,
}

#[derive(Clone, Copy, Debug, Default)]
enum State {
    #[default]
    Plain,
    /// Before the end of a line.
    AfterReturn,
    /// So many bytes before the end of a head.
    Head(u32),
}

impl Reader {
    /// Whether a byte may come here.
    fn takes(&mut self, byte: u8) -> bool {
        if let State::Head(left) = self.state {
            self.state = if left > 1 { State::Head(left - 1) } else { State::Plain };
            return true;
        }
        self.answer.push(byte);
        self.lists += usize::from(byte == b'(');
        self.beside += 1;
        self.answer.len() <= LINE && self.lists <= LISTS && self.beside <= BESIDE && self.step(byte)
    }

    fn step(&mut self, byte: u8) -> bool {
        match (self.state, byte) {
            (State::AfterReturn, b'\n') => return self.end_line(),
            (State::AfterReturn, _) | (_, b'\n') => return false,
            (_, b'\r') => self.state = State::AfterReturn,
            _ => {}
        }
        true
    }

    /// A line ends: with it the answer, unless a head follows.
    fn end_line(&mut self) -> bool {
        self.state = State::Plain;
        let Some((before, size)) = literal(&self.answer) else {
            self.answer.clear();
            (self.has_head, self.lists) = (false, 0);
            return true;
        };
        let size = size.parse().ok().filter(|size| *size <= HEAD && !self.has_head && BEFORE_HEAD.is_match(before));
        let Some(size) = size else { return false };
        self.has_head = true;
        if size > 0 {
            self.state = State::Head(size);
        }
        true
    }
}

/// What a line says before the literal that it announces, and the size of that.
fn literal(line: &[u8]) -> Option<(&[u8], &str)> {
    let line = line.strip_suffix(b"}\r\n")?;
    let brace = line.iter().rposition(|byte| *byte == b'{')?;
    let size = std::str::from_utf8(&line[brace + 1..]).ok()?;
    size.bytes().all(|byte| byte.is_ascii_digit()).then_some((&line[..brace], size))
}

/// An answer up to the head that was asked for, with what a server may tell of a message by itself.
static BEFORE_HEAD: LazyLock<Regex> = LazyLock::new(|| {
    let by_itself = r#"UID [0-9]+ |(?:FLAGS|MODSEQ) \([^()"{}\x00-\x1f]*\) "#;
    let pattern = format!(r#"(?i-u)^\* [0-9]+ FETCH \((?:{by_itself})*BODY\[HEADER\.FIELDS \([a-z" -]+\)\](?:<0>)? $"#);
    Regex::new(&pattern).expect("the pattern is fixed")
});

#[cfg(test)]
mod tests {
    use async_imap::imap_proto::{AttributeValue, Response};

    use super::*;

    const FETCH: &str = "* 1 FETCH (BODY[HEADER.FIELDS (TO)]<0>";

    fn takes(text: &str) -> bool {
        let mut reader = Reader::default();
        text.bytes().all(|byte| reader.takes(byte))
    }

    #[test]
    fn what_is_asked_for_is_let_through() {
        let text =
            "* OK [CAPABILITY IMAP4rev1] a \"server\" {of} {5} ours, 5\" and {six}\r\n* 3 EXISTS\r\nA1 OK done\r\n";
        assert!(takes(text) && takes("+ \r\n"));
        let large = "x".repeat(HEAD as usize);
        assert!(takes(&format!("{FETCH} {{{HEAD}}}\r\n{large})\r\n").repeat(3)));
        assert!(takes(&format!("{FETCH} {{0}}\r\n)\r\n{FETCH} NIL)\r\n{FETCH} \"\")\r\n")));
    }

    #[test]
    fn what_is_taken_for_a_head_is_one_for_the_library_too() {
        for before in [
            FETCH,
            "* 17 FETCH (BODY[HEADER.FIELDS (\"MESSAGE-ID\" \"TO\")]",
            "* 1 fetch (uid 7 Flags (\\Seen $Junk [Gmail]/All \\*) body[header.fields (To Cc)]<0>",
            "* 1 FETCH (FLAGS () MODSEQ (624140003) UID 4294967295 BODY[HEADER.FIELDS (TO)]",
            "* 1 FETCH (FLAGS (%  ~]) MODSEQ (x) BODY[HEADER.FIELDS (TO)]",
        ] {
            let text = format!("{before} {{14}}\r\n{{9999999}}\r\n\"\\( FLAGS (\\Seen))\r\n");
            assert!(takes(&text), "{text}");
            let (rest, answer) = Response::parse(text.as_bytes()).unwrap();
            let Response::Fetch(_, parts) = &answer else { panic!("{answer:?}") };
            let is_head = |part: &AttributeValue<'_>| match part {
                AttributeValue::BodySection { data: Some(data), .. } => **data == *b"{9999999}\r\n\"\\(",
                _ => false,
            };
            assert!(rest.is_empty() && parts.iter().any(is_head), "{answer:?}");
        }
    }

    #[test]
    fn what_makes_the_library_take_much_is_not() {
        let long = "x".repeat(LINE);
        for text in [
            &*format!("{FETCH} {{500000000}}\r\n"),
            &format!("{FETCH} {{262145}}\r\n"),
            &format!("{FETCH} {{99999999999999999999}}\r\n"),
            &format!("{FETCH} {{}}\r\n"),
            &format!("{FETCH} {{1}}\r\nx BODY[HEADER.FIELDS (TO)]<0> {{1}}\r\n"),
            &format!("{FETCH}  {{1}}\r\n"),
            "* 1 FETCH (X ~{262144}\r\n BODYSTRUCTURE ((((((",
            "* 1 FETCH (X a{262144}\r\n BODYSTRUCTURE ((((((",
            "* 1 FETCH (X (BODY[] {262144}\r\n) BODYSTRUCTURE ((((((",
            "* 1 FETCH (X (BODY[HEADER.FIELDS (TO)] {262144}\r\n",
            "* 1 FETCH (FLAGS (BODY[HEADER.FIELDS (TO)] {262144}\r\n",
            "* 1 FETCH (FLAGS (\") BODY[HEADER.FIELDS (TO)] {262144}\r\n",
            "* 1 FETCH (FLAGS (\"{90}\r\n",
            "* 1 FETCH (BODY[] {90}\r\n",
            "* LIST () \"/\" {500000000}\r\n",
            "* LIST () \"/\" {{5}\r\n",
            "* OK {5}\r\n",
            "* OK one\n* OK two\r\n",
            "* OK one\r* OK two\r\n",
            &format!("* OK {long}"),
            &format!("* 1 FETCH (BODYSTRUCTURE {}", "(".repeat(LISTS)),
            &"* FLAGS (a a a a a a a a)\r\n".repeat(100_000),
        ] {
            assert!(!takes(text), "{}", &text[..text.len().min(60)]);
        }
    }
}
