//! What the log says of itself: checkpoints, tiles and proofs. Hashes are for everybody; the entries below them say when something happened, and are for auditors.

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode, Uri};
use lictor_ledger::tile::TilePath;
use lictor_ledger::{ErrorKind, TlogProof, proof};
use serde_json::{Value, json};

use super::caller::Caller;
use super::query::Query;
use super::refusal::Refusal;
use super::written::Json;
use crate::gateway::Shared;
use crate::key::Right;
use crate::tenant::{LogError, Tenant};

/// The paths.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/checkpoint", get(checkpoint))
        .route("/tile/{level}/{*index}", get(tile))
        .route("/proof/inclusion", get(inclusion))
        .route("/proof/consistency", get(consistency))
}

/// `GET /checkpoint`: how large the log is, and its root, signed (C2SP tlog-checkpoint). It is for everybody: whoever keeps one finds out where anything is
/// taken back.
async fn checkpoint(State(shared): State<Arc<Shared>>) -> Result<impl IntoResponse, Refusal> {
    let note = look(&shared, |tenant| tenant.checkpoint()).await?;
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    Ok(([(CONTENT_TYPE, kind)], note.to_string()))
}

/// `GET /tile/LEVEL/INDEX` and `GET /tile/entries/INDEX`, each with `.p/WIDTH` where it is not full (C2SP tlog-tiles).
async fn tile(State(shared): State<Arc<Shared>>, request: Request) -> Result<Response, Refusal> {
    let (mut parts, _) = request.into_parts();
    let none = || {
        let message = "the log has no such tile, or not as much of it yet; /checkpoint says how large it is";
        Refusal::new(StatusCode::NOT_FOUND, "NO_TILE", message)
    };
    let path = TilePath::parse(parts.uri.path().trim_start_matches('/')).map_err(|_| none())?;
    if let TilePath::Entries(_) = path {
        let caller = Caller::from_request_parts(&mut parts, &shared).await?;
        caller.needs(Right::Audit)?;
        caller.spend(&shared, 1)?;
    }
    let bytes = look(&shared, move |tenant| tenant.tile(path)).await?.ok_or_else(none)?;
    let kind = HeaderValue::from_static("application/octet-stream");
    Ok(([(CONTENT_TYPE, kind)], bytes).into_response())
}

/// `GET /proof/inclusion?index=N&size=M`: that the log has the record of this index (C2SP tlog-proof), as it was when it had so many, or as it is now.
async fn inclusion(State(shared): State<Arc<Shared>>, uri: Uri) -> Result<Json<Value>, Refusal> {
    let query = Query::of(&uri, &["index", "size"])?;
    let index = query.number("index")?.ok_or_else(|| Refusal::malformed("index: say which record"))?;
    let size = query.number("size")?;
    let proved =
        look(&shared, move |tenant| tenant.proved(size, |size| proof::inclusion(index, size))).await?;
    let size = proved.size;
    let proof = TlogProof { extra: None, index, hashes: proved.hashes, checkpoint: proved.checkpoint };
    Ok(Json(json!({ "index": index, "size": size, "proof": proof.to_string() })))
}

/// `GET /proof/consistency?old=N&new=M`: that the log of the new size is the one of the old size, and more after it.
async fn consistency(State(shared): State<Arc<Shared>>, uri: Uri) -> Result<Json<Value>, Refusal> {
    let query = Query::of(&uri, &["old", "new"])?;
    let old = query.number("old")?.ok_or_else(|| Refusal::malformed("old: say how many records it had"))?;
    let new = query.number("new")?;
    let proved = look(&shared, move |tenant| tenant.proved(new, |new| proof::consistency(old, new))).await?;
    let hashes: Vec<String> = proved.hashes.iter().map(|hash| hash.to_base64()).collect();
    let checkpoint = proved.checkpoint.to_string();
    Ok(Json(json!({ "old": old, "new": proved.size, "hashes": hashes, "checkpoint": checkpoint })))
}

/// Looks at the log on a thread that may wait for the store.
async fn look<T: Send + 'static>(
    shared: &Shared,
    look: impl FnOnce(&Tenant) -> Result<T, LogError> + Send + 'static,
) -> Result<T, Refusal> {
    let tenant = Arc::clone(&shared.tenant);
    let looked = tokio::task::spawn_blocking(move || look(&tenant)).await;
    looked.map_err(|_| Refusal::fault())?.map_err(|error| match &error {
        LogError::Ledger(error) if error.kind == ErrorKind::Range => {
            Refusal::new(StatusCode::NOT_FOUND, "NOT_IN_LOG", error.message.clone())
        }
        error => {
            tracing::error!(%error, "the log could not be read");
            let message = "the store does not answer, so nothing is said of the log";
            Refusal::unavailable("STORE_UNAVAILABLE", message)
        }
    })
}
