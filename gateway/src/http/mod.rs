//! What is served: which path leads where, and what every answer has in common.

mod trace;
mod refusal;
mod written;
mod lent;
mod frame;
mod caller;
mod signed;
pub(crate) mod body;

mod evaluation;
pub(crate) mod metadata;
mod jwks;
mod keys;
mod exec;
mod query;
mod log;
mod audit;
mod receipts;
mod bundles;
mod approvals;
mod openapi;
mod health;
mod whose;
mod empty;

use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::routing::{get, post};
use http::StatusCode;
use tower::layer::layer_fn;

use crate::gateway::{Shared, Tenants};
use crate::pages;

pub use self::empty::serve_empty;
pub(crate) use self::frame::{Noted, Service, answer};
pub(crate) use self::health::Operations;
pub(crate) use self::refusal::Refusal;
pub(crate) use self::trace::{Parent, TraceId};

/// Where evaluations are asked for.
pub(crate) const EVALUATION: &str = "/access/v1/evaluation";
/// Where several are.
pub(crate) const EVALUATIONS: &str = "/access/v1/evaluations";
/// Where bundles are sent.
pub(crate) const BUNDLES: &str = "/bundles";

/// The paths of the gateway.
pub(crate) fn gateway(tenants: &Tenants, default: Option<&str>) -> Router {
    match &**tenants {
        [alone] => finished(for_some().merge(for_everybody()), Arc::clone(alone)),
        several => whose::router(several, default),
    }
}

/// The paths at which a tenant shows everybody something of its own. None of those that are not here does that.
fn for_everybody() -> Router<Arc<Shared>> {
    Router::new()
        .route("/.well-known/jwks.json", get(jwks::token_keys))
        .route("/.well-known/lictor-keys.json", get(keys::history))
        .route("/r/{id}", get(receipts::receipt))
        .merge(log::routes())
}

/// The paths for whoever has a key or a session, and those that are the same for all tenants.
fn for_some() -> Router<Arc<Shared>> {
    Router::new()
        .route(EVALUATION, post(evaluation::one))
        .route(EVALUATIONS, post(evaluation::several))
        .route("/.well-known/authzen-configuration", get(metadata::authzen))
        .merge(audit::routes())
        .merge(exec::routes())
        .route(BUNDLES, post(bundles::send))
        .route("/bundles/current", get(bundles::current))
        .route("/openapi.json", get(openapi::document))
        .merge(approvals::routes())
        .merge(pages::routes())
}

/// The paths of metrics and health.
pub(crate) fn operations(asked: Operations) -> Router {
    let routes = Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics));
    finished(routes, asked)
}

fn finished<S: Clone + Send + Sync + 'static>(routes: Router<S>, state: S) -> Router {
    routes
        .method_not_allowed_fallback(not_allowed)
        .route_layer(layer_fn(Noting))
        .fallback(not_found)
        .with_state(state)
}

/// Notes which path it was, for what is told of the request, and hands it on.
#[derive(Clone)]
struct Noting<S>(S);

impl<S: tower::Service<Request>> tower::Service<Request> for Noting<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> S::Future {
        if let (Some(noted), Some(path)) =
            (request.extensions().get::<Arc<Noted>>(), request.extensions().get::<MatchedPath>())
        {
            noted.at(path.clone());
        }
        self.0.call(request)
    }
}

async fn not_found() -> Refusal {
    let message = "there is nothing at this path; /openapi.json lists what there is";
    Refusal::new(StatusCode::NOT_FOUND, "NOT_FOUND", message)
}

async fn not_allowed() -> Refusal {
    let message = "this path has no such method; the header Allow lists those that it has";
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", message)
}
