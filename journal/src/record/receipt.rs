//! The receipt of a step. What it says follows from the record, so that the log fixes it at once, and it can be signed when somebody asks for it.

use std::borrow::Cow;
use std::slice;

use lictor_evidence::Digest;
use lictor_evidence::error::EvidenceError;
use lictor_evidence::receipt::{self, Approval, Event, Position, Receipt, State, TokenState, Verdict};
use lictor_evidence::time::Moment;
use serde::{Deserialize, Serialize};

use super::judged::Judged;
use super::outcome::Cause;
use super::{Record, Step, form};

/// What a record says of the receipt of its step.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipted {
    /// The digest of the bytes that are signed.
    pub digest: Digest,
    /// Its name, which nobody can guess.
    pub id: String,
    /// The gateway that issues it.
    pub issuer: String,
    /// The log: the origin in its checkpoints.
    pub origin: String,
}

/// Who issues receipts, and where the log has the record of one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Issuer<'a> {
    /// The gateway.
    pub issuer: &'a str,
    /// The tenant.
    pub tenant: &'a str,
    /// The log's origin.
    pub origin: &'a str,
    /// The index of the record.
    pub index: u64,
    /// Its time, in milliseconds.
    pub time: i64,
}

impl Record {
    /// The same record, which says that its step has a receipt of this name. `decided` is the decision that a step is about which made none itself.
    ///
    /// # Errors
    /// `V0103` where a step of this kind has no receipt, or what the record says can stand in none; `V0102`.
    pub fn with_receipt(
        self,
        issuer: Issuer<'_>,
        id: &str,
        decided: Option<&Judged>,
    ) -> Result<Record, EvidenceError> {
        let digest = self.says(issuer, id, decided)?.digest()?;
        let receipt = Receipted {
            id: id.to_owned(),
            issuer: issuer.issuer.to_owned(),
            origin: issuer.origin.to_owned(),
            digest,
        };
        Ok(Record { receipt: Some(receipt), ..self })
    }

    /// What its receipt says, to be signed; none where it has none.
    ///
    /// # Errors
    /// As [`Record::with_receipt`]; `V0103` also where this is not what the record's digest was taken of.
    pub fn receipt_at<'r>(
        &'r self,
        tenant: &'r str,
        index: u64,
        time: i64,
        decided: Option<&'r Judged>,
    ) -> Result<Option<Receipt<'r>>, EvidenceError> {
        let Some(Receipted { id, issuer, origin, digest }) = &self.receipt else { return Ok(None) };
        let receipt = self.says(Issuer { issuer, tenant, origin, index, time }, id, decided)?;
        if receipt.digest()? != *digest {
            return Err(form("the record has the digest of another receipt"));
        }
        Ok(Some(receipt))
    }

    fn says<'r>(
        &'r self,
        issuer: Issuer<'r>,
        id: &'r str,
        decided: Option<&'r Judged>,
    ) -> Result<Receipt<'r>, EvidenceError> {
        let made = self.step.judged().or(decided);
        let none =
            || form("a step of this kind has a receipt only together with the decision that it is about");
        let (Some(judged), Some((event, token, approvals))) = (made, self.event()) else {
            return Err(none());
        };
        let outcome = &judged.outcome;
        let denied = self.step.denied();
        let of_gateway = denied.map(|code| receipt::Cause {
            effect: Verdict::Deny,
            code: code.into(),
            rule: None,
            layer: None,
            cites: Cow::Borrowed(&[]),
        });
        Ok(Receipt {
            id: id.into(),
            issuer: issuer.issuer.into(),
            tenant: issuer.tenant.into(),
            event,
            time: Moment(issuer.time),
            action: judged.action.as_str().into(),
            agent: Cow::Borrowed(&judged.agent),
            decision: denied.map_or(outcome.decision(), |_| Verdict::Deny),
            reason_code: denied.unwrap_or(outcome.told_code()).into(),
            mode: judged.mode,
            causes: of_gateway.into_iter().chain(outcome.causes().iter().map(cause)).collect(),
            approvals: approvals.into(),
            bundle: judged.bundle,
            request_digest: judged.request_digest()?,
            facts_digest: judged.facts_digest()?,
            token,
            log: Position { origin: issuer.origin.into(), index: issuer.index },
        })
    }

    /// What the receipt is of, what had become of the token, and who was asked.
    fn event(&self) -> Option<(Event, Option<TokenState>, &[Approval])> {
        let token = |id, state| Some(TokenState { id, state });
        Some(match &self.step {
            Step::Decided(step) => {
                let issued = step.token.as_ref().and_then(|issued| token(issued.id, State::Issued));
                (Event::Decided, issued, step.approvals.as_slice())
            }
            Step::Burned(step) => (Event::Burned, token(step.token, State::Burned), &step.approvals),
            Step::Settled(step) => (Event::Settled, token(step.token, step.outcome), &[]),
            Step::Observed(_) => (Event::Observed, None, &[]),
            Step::ApprovalAnswered(step) => (Event::Approved, None, slice::from_ref(&step.answer)),
            _ => return None,
        })
    }
}

impl Step {
    /// The decision that the step made, where it made one.
    pub fn judged(&self) -> Option<&Judged> {
        match self {
            Step::Decided(step) => Some(&step.judged),
            Step::Burned(step) => Some(&step.judged),
            Step::Observed(step) => Some(&step.judged),
            Step::Refused(step) => step.judged.as_ref(),
            _ => None,
        }
    }
}

/// A cause as receipts have it. A receipt may be shown to anybody: where agents are told another code than the true one, it has that one, and not the rule.
fn cause(cause: &Cause) -> receipt::Cause<'_> {
    let shown = cause.told_as.is_none();
    receipt::Cause {
        effect: cause.effect,
        code: cause.told_as.as_deref().unwrap_or(&cause.code).into(),
        rule: cause.rule.as_deref().filter(|_| shown).map(Cow::from),
        layer: cause.layer.as_deref().filter(|_| shown).map(Cow::from),
        cites: if shown { cause.cites.as_slice().into() } else { Cow::Borrowed(&[]) },
    }
}
