//! `GET /crm/events?meeting=`: one stream to one browser. It looks again whenever it is woken, and once a second all
//! the same, each time as a page does: with the rights that its viewer has then. A right that was taken away, a session
//! that ended, the end of the server end it.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Extension;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, timeout};

use super::state::{News, news, told};
use crate::access::Visit;
use crate::error::{Error, Result};
use crate::ids::{MeetingId, by_chance};
use crate::live::{Seat, queries as live};
use crate::meetings;
use crate::web::server::Stop;
use crate::web::{App, Query, Reader, Watcher};

/// How long a stream waits at least between two looks, and at most.
const CALM: Duration = Duration::from_millis(150);
const LOOK: Duration = Duration::from_millis(550);

/// How often a stream tells that it is there, and who else is, although nothing happened.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// How often a process says which streams it has.
const BEAT: Duration = Duration::from_secs(8);

/// One viewer's stream of one meeting.
struct Stream {
    watcher: Watcher,
    app: App,
    meeting: MeetingId,
    /// The number of the last event that was told.
    last: i64,
    woken: watch::Receiver<()>,
    _seat: Seat,
}

/// `GET /crm/events?meeting=`: `Last-Event-ID` names the last event that is known.
pub async fn show(reader: Reader, query: Query, headers: HeaderMap, stop: Option<Extension<Stop>>) -> Result<Response> {
    let app = reader.app();
    let session = reader.session()?.hash();
    let watcher = reader.watcher();
    let meeting = query.get("meeting").and_then(|text| text.parse().ok()).map(MeetingId);
    let known: Option<i64> = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let (meeting, last, is_whole) = watcher
        .look(move |db, page| {
            let pass = page.viewer().require_team()?;
            let meeting = meeting.ok_or(Error::NotFound)?;
            meetings::queries::find(db, pass, meeting)?.ok_or(Error::NotFound)?;
            Ok(match known {
                Some(known) => (meeting, known, live::is_kept(db, pass, known)?),
                None => (meeting, live::last(db, pass)?, true),
            })
        })
        .await?;
    let woken = app.live.news();
    let seat = app.live.take(&session).ok_or(Error::TooManyStreams)?;
    let place = (app.live.process(), by_chance());
    let visit = watcher
        .change(move |db, page| {
            live::arrive(db, &page.visit, page.viewer().require_team()?, meeting, place)?;
            Ok(page.visit.clone())
        })
        .await?;
    keep_beating(&app);
    let (sender, receiver) = mpsc::channel(4);
    let begin = if is_whole { ": you are connected\n\n".to_owned() } else { told("reload", None, &())? };
    let _ = sender.try_send(begin.into());
    let stream = Stream { watcher, app: app.clone(), meeting, last, woken, _seat: seat };
    tokio::spawn(async move {
        let stopped = async {
            match stop {
                Some(Extension(mut stop)) => stop.asked().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = stopped => return,
            () = sender.closed() => {}
            () = stream.follow(&sender) => {}
        }
        drop(sender);
        leave(&app, visit, meeting, place.1).await;
    });
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        // Proxies would hold back what they have not enough of.
        (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    Ok((headers, Body::new(Told(receiver))).into_response())
}

impl Stream {
    /// Tells what happens until the viewer may not know it any more.
    async fn follow(mut self, sender: &mpsc::Sender<Bytes>) {
        let mut told_who = None;
        loop {
            let asks_who = told_who.is_none_or(|at: Instant| at.elapsed() > HEARTBEAT);
            match self.look(asks_who).await {
                Ok(News { words, last }) => {
                    self.last = last;
                    if asks_who {
                        told_who = Some(Instant::now());
                    }
                    if !words.is_empty() && sender.send(words.into()).await.is_err() {
                        return;
                    }
                }
                Err(Error::SignedOut | Error::Forbidden | Error::NotFound) => {
                    let _ = sender.send(Bytes::from_static(b"event: end\ndata: {}\n\n")).await;
                    return;
                }
                // The database may be back with the next look; until then nothing is told.
                Err(error) => tracing::warn!(cause = %error, "a stream could not look"),
            }
            sleep(CALM).await;
            let _ = timeout(LOOK, self.woken.changed()).await;
        }
    }

    async fn look(&mut self, asks_who: bool) -> Result<News> {
        let (meeting, last) = (self.meeting, self.last);
        self.woken.mark_unchanged();
        let _turn = self.app.live.turns().acquire().await;
        self.watcher.look(move |db, page| news(db, page, meeting, last, asks_who)).await
    }
}

/// Tells the others that someone went away. One who is cut off by the end of the server comes back by themselves.
async fn leave(app: &App, visit: Visit, meeting: MeetingId, stream: i64) {
    let clock = app.config().clock.clone();
    let left = app.database.write(move |db| {
        let visit = Visit { now: clock.now(), ..visit.clone() };
        live::leave(db, &visit, meeting, stream)
    });
    match left.await {
        Ok(()) => app.live.wake(),
        Err(error) => tracing::warn!(cause = %error, "the end of a stream was not noted"),
    }
}

/// Says every few seconds which streams this process has, as long as there are any: those of one that was killed are
/// taken for closed soon after.
fn keep_beating(app: &App) {
    if !app.live.begin_beating() {
        return;
    }
    let app = app.clone();
    tokio::spawn(async move {
        while app.live.goes_on_beating() {
            sleep(BEAT).await;
            let (process, clock) = (app.live.process(), app.config().clock.clone());
            if let Err(error) = app.database.write(move |db| live::beat(db, process, clock.now())).await {
                tracing::warn!(cause = %error, "open streams were not noted");
            }
        }
    });
}

/// The body of the answer: what is told, as it is told.
struct Told(mpsc::Receiver<Bytes>);

impl HttpBody for Told {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>>>> {
        self.0.poll_recv(context).map(|words| words.map(|words| Ok(Frame::data(words))))
    }
}
