//! Serving, by a loop of our own: `axum::serve` bounds neither time nor connections, and waits for ever when it stops
//! (docs/decisions/0011-own-server-loop.md). HTTP/2 and TLS are the proxy's.

mod connection;
mod places;
mod wire;

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use self::places::Places;
use crate::error::{Error, Result};

/// How much, and for how long, one may take up of the server.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections in all: fifty people with six each, as many streams as there may be (`live`), and well below the
    /// 1024 files that a process may usually open.
    pub connections: usize,
    /// Connections of one address: an office of fifty behind one router, each with a meeting open.
    pub connections_of_one: usize,
    /// Proxies, through which everyone comes, and which are not counted as one address.
    pub proxies: Vec<IpAddr>,
    /// From the first byte of a request to the end of its head.
    pub head: Duration,
    /// Without any request: longer than proxies keep a connection, so that it is they who close it, between two
    /// requests.
    pub idle: Duration,
    /// While the other side takes nothing of an answer.
    pub stalled: Duration,
    /// While the body of a refused request still comes in.
    pub refused: Duration,
    /// For what is under way when the server stops.
    pub stopping: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 768,
            connections_of_one: 384,
            proxies: Vec::new(),
            head: Duration::from_secs(10),
            idle: Duration::from_secs(150),
            stalled: Duration::from_secs(30),
            refused: Duration::from_secs(2),
            stopping: Duration::from_secs(10),
        }
    }
}

/// Tells an answer that goes on for long that the server stops; a handler takes it as `Extension<Stop>`.
#[derive(Clone)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Waits until the server stops.
    pub async fn asked(&mut self) {
        // Without the server that would tell, it has stopped.
        let _ = self.0.wait_for(|asked| *asked).await;
    }
}

/// Serves until the process is asked to stop; prints `listening on http://ADDRESS` once it does.
pub async fn serve(router: Router, listen: SocketAddr, limits: Limits) -> Result<()> {
    let listener =
        TcpListener::bind(listen).await.map_err(|cause| Error::Setup(format!("cannot listen on {listen}: {cause}")))?;
    println!("listening on http://{}", listener.local_addr()?);
    serve_until(asked_to_stop(), listener, router, limits).await;
    Ok(())
}

/// Serves until `stop` is over. From then on nobody new is taken, whoever waits for nothing is let go, and what is
/// under way has until the time limit.
pub async fn serve_until(stop: impl Future<Output = ()>, listener: TcpListener, router: Router, limits: Limits) {
    let limits = Arc::new(limits);
    let (stopping, told) = watch::channel(false);
    let told = Stop(told);
    let mut connections = JoinSet::new();
    tokio::select! {
        () = stop => {}
        () = accept_all(&listener, &mut connections, &router, &limits, &told) => {}
    }
    drop(listener);
    let _ = stopping.send(true);
    let all_ended = async { while connections.join_next().await.is_some() {} };
    // What is not over by then is cut off as the set of connections is dropped.
    let _ = tokio::time::timeout(limits.stopping, all_ended).await;
}

async fn accept_all(
    listener: &TcpListener,
    connections: &mut JoinSet<()>,
    router: &Router,
    limits: &Arc<Limits>,
    stop: &Stop,
) {
    let places = Places::new(limits);
    loop {
        // When all places are taken, whoever comes waits in the system's queue, which costs us nothing and loses
        // nobody.
        let free = places.free().await;
        let (stream, peer) = accept(listener).await;
        while connections.try_join_next().is_some() {}
        // An address that has its share is closed at once: waiting, it would hold a place that others need.
        let Some(place) = places.take(free, peer.ip()) else { continue };
        let served = connection::serve(stream, peer, router.clone(), limits.clone(), stop.clone());
        connections.spawn(async move {
            served.await;
            drop(place);
        });
    }
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        let cause = match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(cause) => cause,
        };
        let went_away =
            matches!(cause.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::Interrupted);
        if !went_away {
            // Out of files or memory: trying again at once would only burn the processor.
            tracing::warn!(%cause, "a connection could not be accepted");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

async fn asked_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else {
            let _ = interrupt.await;
            return;
        };
        tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
    }
    #[cfg(not(unix))]
    let _ = interrupt.await;
}
