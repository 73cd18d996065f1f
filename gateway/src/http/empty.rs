//! An empty handler of this server, for measurements: what all requests go through, and nothing behind it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::{io, thread};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request};
use tokio::sync::watch;

use super::refusal::Refusal;
use super::{Service, body, finished};
use crate::config::Limits;
use crate::metrics::Metrics;
use crate::net::Listener;

/// Serves an empty handler at this path of an address of its own, for as long as the process lives: it reads a body of JSON and answers these bytes of JSON. Connections,
/// limits, metrics, ids and lines in the log are a gateway's. Its threads are called `empty`.
///
/// # Errors
/// The system gives no address or no threads.
pub fn serve_empty(path: &str, answer: Bytes, limits: Limits) -> io::Result<SocketAddr> {
    let metrics = Arc::new(Metrics::new().map_err(io::Error::other)?);
    let router = finished(Router::new().route(path, post(answer_nothing)), (answer, limits.body));
    let listener = Listener::bind(SocketAddr::from(([127, 0, 0, 1], 0)), None)?;
    let address = listener.address;
    let runtime = tokio::runtime::Builder::new_multi_thread().thread_name("empty").enable_all().build()?;
    thread::Builder::new().name("empty".to_owned()).spawn(move || {
        let (_last, never) = watch::channel(false);
        runtime.block_on(listener.serve(Arc::new(Service { router, limits, metrics, traces: None }), never));
    })?;
    Ok(address)
}

async fn answer_nothing(
    State((answer, limit)): State<(Bytes, usize)>,
    request: Request<Body>,
) -> Result<Response, Refusal> {
    let sent = body::read(request, limit).await?;
    let read: Result<serde_json::Value, _> = serde_json::from_slice(&sent);
    match read {
        Ok(_) => Ok(([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], answer).into_response()),
        Err(error) => Err(Refusal::malformed(format!("body: is not JSON: {error}"))),
    }
}
