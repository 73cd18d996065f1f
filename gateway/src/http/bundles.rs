//! The policy in force: which it is, and putting another in its place.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use http::{Request, StatusCode};
use lictor_bundle::time::render_timestamp;
use serde_json::{Value, json};

use super::body;
use super::caller::Caller;
use super::refusal::Refusal;
use super::written::Json;
use crate::gateway::Shared;
use crate::key::Right;
use crate::operate::{self, Act};
use crate::policy::{InForce, Origin, Refused};

/// The type of a bundle's bytes.
const BYTES: &str = "application/octet-stream";

/// `GET /bundles/current`
pub(crate) async fn current(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
) -> Result<Json<Value>, Refusal> {
    caller.noted.by(&caller.key, None);
    caller.needs(Right::ReadBundle)?;
    match shared.policy.in_force() {
        Some(policy) => Ok(Json(shown(&policy))),
        None => Err(Refusal::new(
            StatusCode::NOT_FOUND,
            "NO_BUNDLE",
            "there is no policy in force; send one to /bundles",
        )),
    }
}

/// `POST /bundles`
pub(crate) async fn send(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    request: Request<Body>,
) -> Result<Json<Value>, Refusal> {
    caller.noted.by(&caller.key, None);
    caller.needs(Right::ChangeBundle)?;
    if !body::is(request.headers(), BYTES) {
        let message = format!("send the bytes of a bundle, with the header Content-Type: {BYTES}");
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_TYPE", message));
    }
    let bytes = caller.body(request, shared.limits.bundle).await?;
    // Verifying a large one takes as long as many decisions, which go on beside it.
    let at = Arc::clone(&shared);
    let (tenant, by) = (shared.tenant.identity.name.clone(), caller.key.name.clone());
    let act = Act { tenant, by, trace: caller.trace.to_string() };
    let done = tokio::task::spawn_blocking(move || {
        let say = |policy: &InForce| operate::bundle_in_force(&at.tenant, policy, act.clone());
        let replaced = at.policy.replace(&bytes, Origin::Signed(&at.trust), &say);
        replaced.inspect(|policy| at.tenant.tell_unanswered(policy, at.called()))
    });
    let done = done.await;
    match done.map_err(|_| Refusal::fault())? {
        Ok(policy) => {
            shared.metrics.reloaded();
            shared.sources.compare(&policy, shared.called());
            tracing::info!(key = caller.key.id, bundle = %policy.engine.id(), sequence = policy.release().sequence, "another bundle is in force");
            Ok(Json(shown(&policy)))
        }
        Err(refused) => {
            shared.metrics.reload_failed();
            tracing::warn!(
                key = caller.key.id,
                code = refused.code(),
                why = refused.message(),
                "a bundle was refused"
            );
            Err(refusal(&refused))
        }
    }
}

fn refusal(refused: &Refused) -> Refusal {
    let status = match refused {
        Refused::Kept(_) | Refused::Said(_) => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::FORBIDDEN,
    };
    let message = format!("{}; {}; the policy that was in force still is", refused.message(), refused.help());
    Refusal::new(status, refused.code(), message)
}

fn shown(policy: &InForce) -> Value {
    let release = policy.release();
    json!({
        "bundle": policy.engine.id().to_string(),
        "name": policy.engine.bundle().manifest.name,
        "sequence": release.sequence,
        "expires": release.expires.map(render_timestamp),
        "mode": match policy.engine.mode() {
            lictor_runtime::Mode::Enforced => "enforced",
            lictor_runtime::Mode::Observed => "observed",
        },
        "inForceSince": render_timestamp(policy.since),
    })
}
