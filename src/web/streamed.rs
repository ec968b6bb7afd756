//! An answer in pieces, made as fast as it is taken: one piece is in memory, and no thread waits for whoever reads
//! slowly.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::task::JoinHandle;

/// Bytes of a piece.
pub const PIECE: usize = 128 * 1024;

/// What makes the next piece, on a thread of its own; an empty one is the end.
pub trait Source: FnMut() -> io::Result<Vec<u8>> + Send + Unpin + 'static {}

impl<S: FnMut() -> io::Result<Vec<u8>> + Send + Unpin + 'static> Source for S {}

/// What is still to come, and how many bytes that are where it is known.
struct Streamed<S> {
    state: State<S>,
    left: Option<u64>,
}

enum State<S> {
    Waiting(Option<S>),
    Making(JoinHandle<io::Result<(S, Vec<u8>)>>),
}

/// So many bytes of a file from a place on.
pub fn streamed(mut file: File, from: u64, length: u64) -> io::Result<Body> {
    file.seek(SeekFrom::Start(from))?;
    let mut rest = file.take(length);
    let next = move || -> io::Result<Vec<u8>> {
        let mut piece = Vec::new();
        rest.by_ref().take(PIECE as u64).read_to_end(&mut piece)?;
        Ok(piece)
    };
    Ok(Body::new(Streamed { state: State::Waiting(Some(next)), left: Some(length) }))
}

/// What is made piece by piece, whatever its length.
pub fn made(next: impl Source) -> Body {
    Body::new(Streamed { state: State::Waiting(Some(next)), left: None })
}

impl<S: Source> HttpBody for Streamed<S> {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        loop {
            let left = self.left;
            match &mut self.state {
                State::Waiting(next) => match next.take().filter(|_| left != Some(0)) {
                    Some(mut next) => {
                        let make = move || next().map(|piece| (next, piece));
                        self.state = State::Making(tokio::task::spawn_blocking(make));
                    }
                    None => return Poll::Ready(None),
                },
                State::Making(job) => {
                    let done = ready!(Pin::new(job).poll(context)).map_err(io::Error::other).and_then(|done| done);
                    self.state = State::Waiting(None);
                    let (next, piece) = match done {
                        Ok(done) => done,
                        Err(error) => return Poll::Ready(Some(Err(error))),
                    };
                    if piece.is_empty() {
                        let is_short = left.is_some().then(|| Err(io::ErrorKind::UnexpectedEof.into()));
                        return Poll::Ready(is_short);
                    }
                    self.left = left.map(|left| left - piece.len() as u64);
                    self.state = State::Waiting(Some(next));
                    return Poll::Ready(Some(Ok(Frame::data(piece.into()))));
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.left == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        self.left.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
