//! A reviewer looks at what people are asked: what it is sent, who asks it, and what follows from what it says.
//!
//! It is asked after the request for approval was written, beside everything else, so that nobody waits for it. It may deny what waits, and nothing more: it has no
//! vote that approves, what people have decided it does not change, and what it never answers is as if nobody had asked it.

mod claim;
mod effect;
mod asking;

use lictor_bundle::time::render_timestamp;
use lictor_store::Approval;
use serde_json::{Value as Json, json};

use super::asked::Asked;
use super::evidence::Evidence;
use super::field::Value;
use super::id::ApprovalId;
use super::shown::{field, risk};

pub(crate) use self::asking::{Overlooked, review};
#[cfg(test)]
pub(super) use self::claim::Claim;
pub(crate) use self::effect::Effect;
#[cfg(test)]
pub(super) use self::effect::Reviewed;

/// A request for approval that waits, as people see it.
#[derive(Clone, Debug)]
pub(crate) struct Fresh {
    /// The request.
    pub id: ApprovalId,
    /// What is asked, with what is personal in it.
    pub asked: Asked,
    /// Until when.
    pub expires_at: i64,
}

impl Fresh {
    /// What a reviewer is sent. It has neither what is secret, nor the digests that it could be guessed from, nor the id with which the agent comes back; and what
    /// is personal, and who the persons are, only where that is wanted.
    fn question(&self, tenant: &str, pii: bool) -> Vec<u8> {
        let Asked { at, action, asker, fields, left_out, demands, .. } = &self.asked;
        let seen = fields.iter().cloned().map(|mut field| {
            if field.personal && !pii {
                field.value = Value::Personal;
            }
            field
        });
        let asks = demands.iter().map(|demand| {
            json!({
                "code": demand.code, "rule": demand.rule, "stage": demand.stage, "to": demand.to,
                "quorum": demand.quorum, "cites": demand.cites,
            })
        });
        let mut question = json!({
            "version": 1,
            "tenant": tenant,
            "record": self.id.index,
            "agent": asker.agent,
            "action": action,
            "fields": seen.map(|one| field(&one)).collect::<Vec<_>>(),
            "fieldsLeftOut": left_out,
            "asks": asks.collect::<Vec<_>>(),
            "risk": self.asked.risk.as_ref().map_or(Json::Null, risk),
            "askedAt": render_timestamp(*at),
            "expiresAt": render_timestamp(self.expires_at),
        });
        if let Some(members) = question.as_object_mut().filter(|_| pii) {
            members.insert("owner".to_owned(), asker.owner.clone().into());
            members.insert("user".to_owned(), asker.user.clone().into());
        }
        // It has texts and numbers only, which can always be written.
        serde_json::to_vec(&question).unwrap_or_default()
    }
}

/// Whether a request was denied by a reviewer, and not by a person.
pub(crate) fn is_by_reviewer(denied: &Approval) -> bool {
    let last = denied.votes.iter().rev().find(|vote| !vote.approves);
    let evidence = last.and_then(|vote| Evidence::read(&vote.evidence));
    evidence.is_some_and(|evidence| !evidence.proof.is_of_person())
}
