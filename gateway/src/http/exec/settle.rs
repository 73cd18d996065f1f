//! `POST /agents/v1/exec/settle`: whoever has used a token says how the action went.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use http::{Request, StatusCode};
use serde_json::{Map, Value, json};

use super::{Sent, claims, deciding, given, marked};
use super::{asked, money};
use crate::gateway::Shared;
use crate::http::caller::Caller;
use crate::http::refusal::Refusal;
use crate::http::written::Json;
use crate::json::{Object, Wrong};
use crate::key::Right;
use crate::life::{Outcome, Settle, Settled};

pub(super) async fn settle(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    request: Request<Body>,
) -> Result<Json<Map<String, Value>>, Refusal> {
    let sent = Sent::read(&shared, &caller, Right::Execute, request).await?;
    let (policy, now) = deciding(&shared)?;
    let body = Object::only(sent.text()?, &["executionToken", "outcome", "amount"])?;
    let token = asked::needed_token(&body)?;
    let name = body.text("outcome")?;
    let outcome = Outcome::named(&name)
        .ok_or_else(|| asked::none_of("outcome", &name, "executed, failed or unknown"))?;
    let amount = body.object("amount")?;
    amount.as_ref().map(money::check).transpose()?;
    if amount.is_some() && outcome != Outcome::Executed {
        return Err(Wrong::at("amount", "is what was done, and nothing was; leave it out").into());
    }
    let told = |settled: Settled, repeated: bool| match settled {
        Settled::Done => {
            let told = json!({ "settled": outcome.name(), "traceId": caller.trace.to_string() });
            Ok(Json(marked(told.as_object().cloned().unwrap_or_default(), repeated)))
        }
        refused => Err(Refusal::new(status(refused), refused.code(), refused.message())),
    };
    let Some(claims) =
        claims(&shared, &token, now).filter(|claims| claims.audience == shared.tenant.identity.name)
    else {
        return told(Settled::NoSuchToken, false);
    };
    let schema = &policy.engine.bundle().schema;
    let amount = amount.map(|amount| money::read(&amount, schema)).transpose()?;
    let amount = amount.map(|amount| (amount.currency, amount.minor));
    let step = Settle {
        now,
        by: caller.key.name.clone(),
        trace: caller.trace.to_string(),
        once: sent.once(&caller, "settle"),
        identity: Arc::clone(&shared.tenant.identity),
        claims,
        outcome,
        amount,
    };
    let (settled, repeated) = given(shared.tenant.take(step).await)?;
    told(settled, repeated)
}

fn status(settled: Settled) -> StatusCode {
    match settled {
        Settled::Done => StatusCode::OK,
        Settled::NoSuchToken | Settled::NotYours | Settled::TooMuch => StatusCode::FORBIDDEN,
        Settled::NotBurned | Settled::Already | Settled::SeveralAmounts => StatusCode::CONFLICT,
    }
}
