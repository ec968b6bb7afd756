//! A file as an answer, read from the disk as fast as it is taken: one piece is in memory, and no thread waits for
//! whoever reads slowly.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::task::JoinHandle;

/// Bytes of a piece.
const PIECE: u64 = 128 * 1024;

/// What is left of a file.
struct Streamed {
    state: State,
    left: u64,
}

enum State {
    Waiting(Option<File>),
    Reading(JoinHandle<io::Result<(File, Vec<u8>)>>),
}

/// So many bytes of a file from a place on.
pub fn streamed(mut file: File, from: u64, length: u64) -> io::Result<Body> {
    file.seek(SeekFrom::Start(from))?;
    Ok(Body::new(Streamed { state: State::Waiting(Some(file)), left: length }))
}

fn read(mut file: File, length: u64) -> io::Result<(File, Vec<u8>)> {
    let mut piece = Vec::new();
    Read::by_ref(&mut file).take(length).read_to_end(&mut piece)?;
    Ok((file, piece))
}

impl HttpBody for Streamed {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        loop {
            let left = self.left;
            match &mut self.state {
                State::Waiting(file) => match file.take().filter(|_| left > 0) {
                    Some(file) => {
                        let length = left.min(PIECE);
                        self.state = State::Reading(tokio::task::spawn_blocking(move || read(file, length)));
                    }
                    None => return Poll::Ready(None),
                },
                State::Reading(job) => {
                    let done = ready!(Pin::new(job).poll(context)).map_err(io::Error::other).and_then(|done| done);
                    let (file, piece) = match done {
                        Ok(done) => done,
                        Err(error) => {
                            self.state = State::Waiting(None);
                            return Poll::Ready(Some(Err(error)));
                        }
                    };
                    if piece.is_empty() {
                        self.state = State::Waiting(None);
                        return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())));
                    }
                    self.left -= piece.len() as u64;
                    self.state = State::Waiting(Some(file));
                    return Poll::Ready(Some(Ok(Frame::data(piece.into()))));
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
