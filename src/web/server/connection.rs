//! One connection: its requests, one after the other, and how it ends.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::{HeaderValue, Request, header};
use axum::response::Response;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;

use super::wire::Wire;
use super::{Limits, Stop};

/// The longest head of a request, in bytes.
const LONGEST_HEAD: usize = 64 * 1024;

/// How far a connection has come. Only its own task asks and changes it.
#[derive(Default)]
pub struct Course {
    heads: AtomicUsize,
    is_answering: AtomicBool,
    has_unread: AtomicBool,
}

impl Course {
    /// Which request's head is being waited for; `None` while one is being answered.
    pub fn awaited_head(&self) -> Option<usize> {
        (!self.is_answering.load(Relaxed)).then(|| self.heads.load(Relaxed))
    }

    /// Whether the body of the last request was not read to its end.
    pub fn has_unread(&self) -> bool {
        self.has_unread.load(Relaxed)
    }

    fn begin(&self, body: &Incoming) {
        self.heads.fetch_add(1, Relaxed);
        self.is_answering.store(true, Relaxed);
        self.has_unread.store(!body.is_end_stream(), Relaxed);
    }
}

/// Serves one connection until either side has enough or the server stops.
pub async fn serve(stream: TcpStream, peer: SocketAddr, router: Router, limits: Arc<Limits>, mut stop: Stop) {
    // Answers go out whole: waiting for more would only delay them.
    let _ = stream.set_nodelay(true);
    let course = Arc::new(Course::default());
    let wire = TokioIo::new(Wire::new(stream, course.clone(), limits.clone()));
    let (router, told) = (TowerToHyperService::new(router), stop.clone());
    let service = service_fn(|request: Request<Incoming>| {
        course.begin(request.body());
        answer(request, &router, peer, told.clone(), &course)
    });
    let mut http = http1::Builder::new();
    // hyper's limit runs whenever it waits for a head: it is the idle one. A head that has begun is the wire's to
    // watch.
    http.timer(TokioTimer::new()).header_read_timeout(limits.idle).max_header_size(LONGEST_HEAD);
    let mut connection = pin!(http.serve_connection(wire, service));
    tokio::select! {
        biased;
        _ = connection.as_mut() => return,
        () = stop.asked() => {}
    }
    // hyper would wait for the rest of a first head.
    if course.awaited_head() == Some(0) {
        return;
    }
    connection.as_mut().graceful_shutdown();
    // How a connection ended is of no use to anyone; what went wrong with a request is in the log already.
    let _ = connection.await;
}

async fn answer(
    request: Request<Incoming>,
    router: &TowerToHyperService<Router>,
    peer: SocketAddr,
    stop: Stop,
    course: &Arc<Course>,
) -> Result<Response, Infallible> {
    let mut request = request.map(|body| Watched { body, course: course.clone() });
    request.extensions_mut().insert(ConnectInfo(peer));
    request.extensions_mut().insert(stop);
    let mut response = router.call(request).await?;
    course.is_answering.store(false, Relaxed);
    if course.has_unread() {
        // What is left of the body cannot be told from the next request: this is the last answer, and says so.
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}

/// The body of a request, which notes when it has been read to its end.
struct Watched {
    body: Incoming,
    course: Arc<Course>,
}

impl Body for Watched {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<hyper::Result<Frame<Bytes>>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        if matches!(polled, Poll::Ready(None)) || self.body.is_end_stream() {
            self.course.has_unread.store(false, Relaxed);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
