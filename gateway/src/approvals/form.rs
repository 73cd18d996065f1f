//! What a form at the machine of an agent may show of a request for approval, to whoever answers it there in the role `local_operator`.
//!
//! It is shown by the program of the agent, so it has nothing that is not for agents: where a rule is told as something else, it says that.

use lictor_bundle::time::render_timestamp;
use lictor_store::Approval;
use serde_json::{Value as Json, json};

use super::asked::{Asked, Demand, Told};
use super::evidence::Means;
use super::id::ApprovalId;
use super::refused::Refused;
use super::shown::{field, state};
use super::vote::answerer;
use crate::key::{Key, Keys};

/// What the form for the holder of a key may show.
///
/// # Errors
/// They could not answer it in a form, and why.
pub(crate) fn form(keys: &dyn Keys, key: &Key, approval: &Approval, now: i64) -> Result<Json, Refused> {
    let asked = Asked::from_bytes(&approval.body).ok_or(Refused::Unreadable)?;
    let state = state(approval, now);
    if state != lictor_store::ApprovalState::Pending {
        return Err(Refused::Over(state));
    }
    answerer(keys, key, now, approval, &asked, &Means::LocalOperator)?;
    // What could only be denied there is better answered where all of it can be.
    if asked.signed {
        return Err(Refused::NotSigned);
    }
    Ok(json!({
        "id": ApprovalId::of(approval).to_string(),
        "version": approval.version,
        "expiresAt": render_timestamp(approval.expires_at),
        "agent": asked.asker.agent,
        "action": asked.action,
        "fields": asked.fields.iter().map(field).collect::<Vec<_>>(),
        "fieldsLeftOut": asked.left_out,
        "asks": asked.demands.iter().map(ask).collect::<Vec<_>>(),
        "risk": asked.risk.as_ref().map(|risk| risk.score),
    }))
}

fn ask(demand: &Demand) -> Json {
    match &demand.told {
        None => json!({ "to": demand.to, "code": demand.code, "reason": demand.reason, "rule": demand.rule }),
        Some(Told { code, reason }) => {
            json!({ "to": demand.to, "code": code, "reason": reason, "rule": null })
        }
    }
}
