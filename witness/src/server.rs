//! The witness behind HTTP: one address to post to.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;

use crate::{Answer, Witness};

/// The most bytes of a request: a note has a megabyte at most, and a proof 63 lines.
const MAX_BODY: usize = 2 << 20;

/// Serves until the process is told to end. `begun` is told the address, which is a free one where the port is 0.
///
/// # Errors
/// The address cannot be had, or the system gives no threads.
pub fn serve(
    witness: Witness,
    listen: SocketAddr,
    begun: impl FnOnce(SocketAddr) -> io::Result<()>,
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(listen).await?;
        begun(listener.local_addr()?)?;
        let routes = Router::new()
            .route("/add-checkpoint", post(add_checkpoint))
            .layer(DefaultBodyLimit::max(MAX_BODY))
            .with_state(Arc::new(witness));
        axum::serve(listener, routes).with_graceful_shutdown(ended()).await
    })
}

async fn add_checkpoint(State(witness): State<Arc<Witness>>, body: Bytes) -> Response {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    // The disk is waited for; while that lasts, others wait as well, since they take turns anyway.
    let Answer { status, content_type, body } = witness.add_checkpoint(&body, now);
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, content_type)], body).into_response()
}

/// Comes when the process is asked to end.
async fn ended() {
    #[cfg(unix)]
    if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        return;
    }
    let _ = tokio::signal::ctrl_c().await;
}
