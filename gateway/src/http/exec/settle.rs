//! `POST /agents/v1/exec/settle`: whoever has used a token says how the action went.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use http::{Request, StatusCode};
use lictor_bundle::amount::parse_minor;
use lictor_bundle::currency::Currency;
use lictor_bundle::schema::Schema;
use serde_json::{Map, Value, json};

use super::asked;
use super::{PREFIX, Sent, claims, deciding, given, marked};
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
    let body = asked::only(sent.text()?, &["executionToken", "outcome", "amount"])?;
    let token = asked::needed_token(&body)?;
    let name = body.text("outcome")?;
    let outcome = Outcome::named(&name)
        .ok_or_else(|| asked::none_of("outcome", &name, "executed, failed or unknown"))?;
    let amount = amount(&body, &policy.engine.bundle().schema)?;
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
    let step = Settle {
        now,
        by: caller.key.name.clone(),
        trace: caller.trace.to_string(),
        once: sent.once(&caller, &format!("{PREFIX}/settle")),
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

/// What was done in the end: `{"amount": "4.50", "currency": "USD"}` or `{"minor": 450, "currency": "USD"}`.
fn amount(body: &Object<'_>, schema: &Schema) -> Result<Option<(Currency, i64)>, Wrong> {
    let Some(amount) = body.object("amount")? else { return Ok(None) };
    let code = amount.text("currency")?;
    let currency = Currency::parse(&code);
    let digits = currency.and_then(|currency| currency.digits(&schema.currencies));
    let Some((currency, digits)) = currency.zip(digits) else {
        return Err(asked::none_of("amount.currency", &code, "the code of a currency"));
    };
    let wrong = |what: &str| Wrong::at("amount", what);
    let minor = match (amount.get("minor"), amount.get("amount")) {
        (Some(minor), None) => minor.parse().map_err(|_| wrong("has no whole number of minor units"))?,
        (None, Some(_)) => parse_minor(&amount.text("amount")?, digits)
            .map_err(|error| Wrong::at("amount.amount", error.to_string()))?,
        _ => return Err(wrong("has `amount` or `minor`, and a `currency`")),
    };
    Ok(Some((currency, minor)))
}
