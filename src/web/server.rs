//! Serving: the listening socket, the line that tells the address, a stop that lets requests finish.

use std::net::SocketAddr;

use axum::Router;
use tokio::net::TcpListener;

use crate::error::{Error, Result};

/// Serves until the process is asked to stop; prints `listening on http://ADDRESS` once it does.
pub async fn serve(router: Router, listen: SocketAddr) -> Result<()> {
    let listener =
        TcpListener::bind(listen).await.map_err(|cause| Error::Setup(format!("cannot listen on {listen}: {cause}")))?;
    println!("listening on http://{}", listener.local_addr()?);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(asked_to_stop()).await?;
    Ok(())
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

/// `GET /health`: the process answers.
pub async fn health() -> &'static str {
    "ok"
}
