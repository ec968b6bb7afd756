//! The archive as a download: it goes out as it is written, and no word of it is put down on the way.

use std::io::{self, Write};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;
use tokio::sync::mpsc;

use crate::access::AdminPass;
use crate::config::Config;
use crate::db::read_transaction;
use crate::error::{Error, Result};
use crate::files::store::Store;
use crate::web::Reader;

/// Bytes of a piece, and pieces that wait for a slow reader at most.
const PIECE: usize = 64 * 1024;
const WAITING: usize = 8;

/// `GET /admin/archive`
pub async fn download(reader: Reader) -> Result<Response> {
    let app = reader.app();
    let found = Arc::new(Mutex::new(None));
    let noted = found.clone();
    let checked = reader.page(move |_, page| {
        let pass = page.viewer().require_admin()?;
        let name = format!("attachment; filename=\"roundtable-{}.zip\"", page.visit.today);
        let name = HeaderValue::from_str(&name).map_err(|error| Error::Internal(error.to_string()))?;
        let kind = HeaderValue::from_static("application/zip");
        *noted.lock().unwrap_or_else(PoisonError::into_inner) = Some(pass);
        Ok([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)].into_response())
    });
    let mut response = checked.await?;
    let pass = found.lock().unwrap_or_else(PoisonError::into_inner).take().ok_or(Error::Forbidden)?;
    let (sender, receiver) = mpsc::channel(WAITING);
    let config = app.config();
    // A connection of its own: whoever downloads slowly holds no place that a page needs.
    tokio::task::spawn_blocking(move || {
        if let Err(error) = write(&config, pass, sender.clone()) {
            tracing::warn!(cause = %error, "an archive was not finished");
            // A part must not be taken for the whole.
            let _ = sender.blocking_send(Err(error));
        }
    });
    *response.body_mut() = Body::new(Pieces(receiver));
    Ok(response)
}

fn write(config: &Config, pass: AdminPass, to: mpsc::Sender<Result<Bytes>>) -> Result<()> {
    let mut db = config.database.connect(config.durability)?;
    let mut out = Outlet { to, piece: Vec::with_capacity(PIECE) };
    read_transaction(&mut db, |db| super::write(db, pass, &Store::of(config), &mut out))?;
    Ok(out.send()?)
}

/// What is written goes out in pieces, as fast as they are taken.
struct Outlet {
    to: mpsc::Sender<Result<Bytes>>,
    piece: Vec<u8>,
}

impl Outlet {
    fn send(&mut self) -> io::Result<()> {
        let piece = Bytes::from(std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE)));
        self.to.blocking_send(Ok(piece)).map_err(|_| io::Error::new(io::ErrorKind::BrokenPipe, "nobody reads it"))
    }
}

impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The body of the answer.
struct Pieces(mpsc::Receiver<Result<Bytes>>);

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}
