//! The socket of a connection, with the time limits that only the socket can see.

use std::io::{Error, ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use super::Limits;
use super::connection::Course;

/// A socket that gives up on a head that does not end and on an answer that is not taken, and that takes in what still
/// comes of a refused body.
pub struct Wire {
    stream: TcpStream,
    course: Arc<Course>,
    limits: Arc<Limits>,
    /// The request whose head has begun.
    begun: Option<usize>,
    reading: Patience,
    writing: Patience,
    is_shut: bool,
}

impl Wire {
    /// The socket of a connection that is watched.
    pub fn new(stream: TcpStream, course: Arc<Course>, limits: Arc<Limits>) -> Self {
        let (reading, writing) = (Patience::default(), Patience::default());
        Self { stream, course, limits, begun: None, reading, writing, is_shut: false }
    }

    fn written(&mut self, cx: &mut Context<'_>, outcome: Poll<Result<usize>>) -> Poll<Result<usize>> {
        if outcome.is_ready() {
            self.writing = Patience::default();
        } else if self.writing.is_over(cx, self.limits.stalled) {
            return Poll::Ready(Err(Error::from(ErrorKind::TimedOut)));
        }
        outcome
    }

    /// Reads on and forgets: to close while bytes wait to be read resets the connection, which takes the answer from
    /// whoever is still sending.
    fn take_in(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut bytes = [0; 8 * 1024];
        while !self.reading.is_over(cx, self.limits.refused) {
            let mut buffer = ReadBuf::new(&mut bytes);
            let outcome = ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer));
            if outcome.is_err() || buffer.filled().is_empty() {
                break;
            }
        }
        Poll::Ready(())
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let before = buffer.filled().len();
        let outcome = Pin::new(&mut self.stream).poll_read(cx, buffer);
        let Some(awaited) = self.course.awaited_head() else { return outcome };
        if outcome.is_ready() {
            if buffer.filled().len() > before && self.begun != Some(awaited) {
                self.begun = Some(awaited);
                self.reading = Patience::default();
            }
            return outcome;
        }
        let limit = self.limits.head;
        if self.begun == Some(awaited) && self.reading.is_over(cx, limit) {
            return Poll::Ready(Err(Error::from(ErrorKind::TimedOut)));
        }
        outcome
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(cx, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.written(cx, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        if !self.is_shut {
            ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
            self.is_shut = true;
            self.reading = Patience::default();
        }
        if self.course.has_unread() {
            ready!(self.take_in(cx));
        }
        Poll::Ready(Ok(()))
    }
}

/// A time limit that runs from when it is first asked.
#[derive(Default)]
struct Patience(Option<Pin<Box<Sleep>>>);

impl Patience {
    fn is_over(&mut self, cx: &mut Context<'_>, limit: Duration) -> bool {
        self.0.get_or_insert_with(|| Box::pin(sleep(limit))).as_mut().poll(cx).is_ready()
    }
}
