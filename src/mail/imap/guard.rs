//! What stands between an IMAP server and the library that reads it: no more is let through than what was asked for may
//! need. The library itself makes room for whatever size a server announces, up to half a gigabyte, and reads what has
//! no size anew with each piece.

use std::io::{Error, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::mail::head::HEAD;

/// An answer is at most so long beside the heads in it, and opens at most so many lists, which the library reads each
/// within the other.
const LINE: usize = 16 * 1024;
const LISTS: usize = 16;

/// So much may be read in all.
const WHOLE: u64 = 24 * 1024 * 1024;

/// A connection on which reading fails where more comes than may, or where it ends.
#[derive(Debug)]
pub struct Guarded<S> {
    stream: S,
    reader: Reader,
    read: u64,
}

impl<S> Guarded<S> {
    /// A connection on which nothing was read.
    pub fn new(stream: S) -> Self {
        Self { stream, reader: Reader::default(), read: 0 }
    }

    /// How many bytes were read.
    pub fn read(&self) -> u64 {
        self.read
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guarded<S> {
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

impl<S: AsyncWrite + Unpin> AsyncWrite for Guarded<S> {
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

/// Reads answers byte by byte as the library will: what it took for a size the library must take for one too.
#[derive(Debug, Default)]
struct Reader {
    state: State,
    /// The beginning of the answer, which tells what it is.
    beginning: Vec<u8>,
    /// How long the answer is beside its literals, and how long these are together.
    length: usize,
    literals: u32,
    lists: usize,
}

#[derive(Clone, Copy, Debug, Default)]
enum State {
    #[default]
    Plain,
    Quoted,
    Escaped,
    /// In the size of a literal.
    Size(u32),
    /// After the brace that ends it.
    AfterSize(u32),
    /// Before the end of a line, which may announce a literal.
    AfterReturn(Option<u32>),
    /// So many bytes before the end of a literal.
    Literal(u32),
}

impl Reader {
    /// Whether a byte may come here.
    fn takes(&mut self, byte: u8) -> bool {
        if let State::Literal(left) = self.state {
            self.state = if left > 1 { State::Literal(left - 1) } else { State::Plain };
            return true;
        }
        self.length += 1;
        if self.beginning.len() < 20 {
            self.beginning.push(byte);
        }
        self.lists += usize::from(byte == b'(');
        self.length <= LINE && self.lists <= LISTS && self.step(byte)
    }

    fn step(&mut self, byte: u8) -> bool {
        self.state = match (self.state, byte) {
            (State::AfterReturn(size), b'\n') => return self.end_line(size),
            // No other answer than the one that was asked for needs a literal.
            (State::AfterSize(size), b'\r') if self.is_fetch() => State::AfterReturn(Some(size)),
            (State::AfterSize(_), b'\r') => return false,
            (State::Plain | State::Size(_), b'\r') => State::AfterReturn(None),
            // Within quotes no line ends (RFC 3501, 4.3).
            (State::AfterReturn(_), _) | (_, b'\r' | b'\n') => return false,
            (State::Escaped, _) => State::Quoted,
            (State::Quoted, b'"') => State::Plain,
            (State::Quoted, b'\\') => State::Escaped,
            (State::Quoted, _) => State::Quoted,
            (State::Size(size), b'0'..=b'9') => {
                State::Size(size.saturating_mul(10).saturating_add(u32::from(byte - b'0')))
            }
            (State::Size(size), b'}') => State::AfterSize(size),
            (_, b'{') => State::Size(0),
            (_, b'"') => State::Quoted,
            _ => State::Plain,
        };
        true
    }

    /// A line ends: with it the answer, unless a literal follows.
    fn end_line(&mut self, announced: Option<u32>) -> bool {
        let Some(size) = announced else {
            *self = Self::default();
            return true;
        };
        self.literals = self.literals.saturating_add(size);
        self.state = if size > 0 { State::Literal(size) } else { State::Plain };
        self.literals <= HEAD
    }

    /// Whether it is an answer with heads: `* 7 FETCH (`.
    fn is_fetch(&self) -> bool {
        let Some(rest) = self.beginning.strip_prefix(b"* ") else { return false };
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        digits > 0 && rest[digits..].get(..7).is_some_and(|word| word.eq_ignore_ascii_case(b" FETCH "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(text: &str) -> bool {
        let mut reader = Reader::default();
        text.bytes().all(|byte| reader.takes(byte))
    }

    #[test]
    fn what_is_asked_for_is_let_through() {
        let text = "* OK [CAPABILITY IMAP4rev1] a \"server\" {of} {5} ours\r\n* 3 EXISTS\r\nA1 OK done\r\n+ \r\n";
        assert!(takes(text));
        assert!(takes("* 1 FETCH (BODY[HEADER.FIELDS (\"TO\")]<0> {14}\r\n{9999999}\r\n\"\\( FLAGS (\\Seen))\r\n"));
        let large = "x".repeat(HEAD as usize);
        assert!(takes(&format!("* 1 FETCH (BODY[] {{{HEAD}}}\r\n{large})\r\n").repeat(3)));
    }

    #[test]
    fn what_makes_the_library_take_much_is_not() {
        let long = "x".repeat(LINE);
        for text in [
            "* 1 FETCH (BODY[] {500000000}\r\n",
            "* 1 FETCH (BODY[] {99999999999999999999}\r\n",
            "* 1 FETCH (BODY[] {1}\r\nx BODY[] {262144}\r\n",
            "* LIST () \"/\" {500000000}\r\n",
            "* LIST () \"/\" {100}\r\n* 1 FETCH (BODY[] {90}\r\n",
            "* LIST () \"/\" {{5}\r\n",
            "* LIST () \"\r\n* 1 FETCH (BODY[] {90}\r\n",
            "* 1 FETCH (FLAGS (\"{90}\r\n",
            "* 1 FETCH (FLAGS (\"\\\"\r\n",
            "* OK one\n* OK two\r\n",
            "* OK one\r* OK two\r\n",
            &format!("* OK {long}"),
            &format!("* 1 FETCH (BODYSTRUCTURE {}", "(".repeat(LISTS)),
        ] {
            assert!(!takes(text), "{}", &text[..text.len().min(60)]);
        }
    }
}
