//! Validating: a checkout presents a token with the action that it is about to do. The action is decided again, and the token burns: once, and for nobody
//! else afterwards.
//!
//! The reasons for which a token is refused come in a fixed order, the first that holds: `NO_TOKEN`, `INVALID_SIGNATURE`, `STORE_MISMATCH`, `REPLAY_DETECTED`,
//! `TOKEN_EXPIRED`, `SCOPE_RESTRICTED`, `ENFORCE_NOT_AVAILABLE`, `INTENT_MISMATCH`, and what the policy says: `STALE_PRICE`, `VARIANT_NOT_FOUND` or
//! `POLICY_DENIED`. A token that was used is a replay for ever, also once its time is over.

use std::borrow::Cow;
use std::sync::Arc;

use lictor_evidence::binding::BoundFields;
use lictor_evidence::token::{Claims, Mode, Reason};
use lictor_journal::Record;
use lictor_journal::record::{About, Burned, Refused, Step as Recorded};
use lictor_store::counter::Own;
use lictor_store::{Reads, Token, TokenState, View, Writes};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::authorize::SCOPE;
use super::case::{Case, Found, Ground, Made, Rehearsed};
use super::drawn::Drawn;
use super::grant::{Grant, lets};
use super::once::{Given, Once};
use super::past::Wanted;
use super::told::is_not;
use super::turn::{Step, Turn, Unwritable};
use super::within::{self, Within};
use super::write::Pen;
use crate::ask::Answer;
use crate::config::Terms;
use crate::key::Keys;
use crate::sources::Sources;
use crate::tenant::Identity;

/// Who presents something, and how.
pub(crate) struct Presented {
    /// When, by the gateway's clock.
    pub now: i64,
    /// The checkout.
    pub by: String,
    /// The id of the request.
    pub trace: String,
    pub once: Once,
    pub drawn: Drawn,
    pub identity: Arc<Identity>,
    /// Whether what is refused is let through nevertheless: the gateway only observes.
    pub observes: bool,
}

/// A token that was signed for this store, presented with an action.
pub(crate) struct Validate {
    pub presented: Presented,
    pub claims: Claims,
    /// What is decided again; nothing where the agent has no key in force.
    pub case: Option<(Arc<Case>, Rehearsed)>,
    /// Whether the case has what was known when the token was granted, and what was looked up since; else the token has it.
    pub is_recalled: bool,
    /// Who may state something of agents.
    pub sources: Arc<Sources>,
    /// Whose keys were revoked: those of people who approved it, too.
    pub keys: Arc<dyn Keys>,
    pub terms: Terms,
    /// Why this store does not look at what is presented, whatever the token says: `STORE_MISMATCH` or `SCOPE_RESTRICTED`.
    pub declined: Option<Reason>,
    /// What is presented within the envelope of the token, where it has one.
    pub within: Option<Within>,
}

/// Something that needs no look at the store to be refused. What a token says that is not of this store is not of its log, and is not recorded.
pub(crate) struct Refuse {
    pub presented: Presented,
    pub reason: Reason,
}

/// What a checkout is told: the members of the answer, in the order of their names.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Validated {
    /// Whether the action may happen.
    pub allowed: bool,
    /// What the policy says, where it refuses.
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<Value>,
    /// Why, as a code.
    reason_code: Cow<'static, str>,
    /// Where the receipt is, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<String>,
    /// Whether it was told before.
    #[serde(default, skip_serializing_if = "is_not")]
    pub repeated: bool,
    /// Whether the token was used up by this.
    token_consumed: bool,
    /// The id of the request.
    trace_id: String,
}

/// Why a presentation is refused, and the decision that refuses it.
struct Refusal {
    reason: Reason,
    made: Option<Arc<Made>>,
    /// What the policy says to that.
    policy: Option<Value>,
}

impl From<Reason> for Refusal {
    fn from(reason: Reason) -> Refusal {
        Refusal { reason, made: None, policy: None }
    }
}

impl Presented {
    fn told(&self, allowed: bool, reason: &'static str) -> Validated {
        Validated {
            allowed,
            reason_code: reason.into(),
            trace_id: self.trace.clone(),
            ..Validated::default()
        }
    }

    /// Writes that it was refused.
    fn refuse(
        &self,
        view: &View<'_>,
        refusal: Refusal,
        claims: Option<&Claims>,
    ) -> Result<(Writes, Turn<Given<Validated>>), Unwritable> {
        let mut pen = Pen::new(view, &self.identity);
        let Refusal { reason, made, policy } = refusal;
        let refused = Refused {
            code: reason.code().to_owned(),
            by: self.by.clone(),
            of: claims.map(|claims| claims.id.index),
            token: claims.map(|claims| claims.id),
            about: claims
                .map(|claims| About { agent: claims.subject.clone(), action: claims.action.clone() }),
            judged: made.as_ref().map(|made| made.judged.clone()),
        };
        let covering = made.as_ref().map(|made| &made.covering);
        let index = pen.put(Record::new(&self.trace, Recorded::Refused(Box::new(refused))), covering)?;
        let told = Validated { policy, ..self.told(self.observes, reason.code()) };
        self.once.remember(view, &mut pen.writes, index, &told);
        Ok((pen.writes, Turn::Done(Given::First(told))))
    }
}

impl Step for Refuse {
    type Done = Given<Validated>;

    fn now(&self) -> i64 {
        self.presented.now
    }

    fn wanted(&self) -> Wanted {
        Wanted::default()
    }

    fn reads(&self, _: &Wanted, _: i64) -> Reads {
        self.presented.once.read(Reads::none())
    }

    fn run(&self, view: &View<'_>, _: &Wanted) -> Result<(Writes, Turn<Self::Done>), Unwritable> {
        match self.presented.once.before(view) {
            Some(given) => Ok((Writes::none(), Turn::Done(given))),
            None => self.presented.refuse(view, self.reason.into(), None),
        }
    }
}

impl Step for Validate {
    type Done = Given<Validated>;

    fn now(&self) -> i64 {
        self.presented.now
    }

    fn wanted(&self) -> Wanted {
        self.case.as_ref().map(|(_, rehearsed)| rehearsed.wanted.clone()).unwrap_or_default()
    }

    fn reads(&self, wanted: &Wanted, now: i64) -> Reads {
        let index = self.claims.id.index;
        let reads = self.presented.once.read(Reads::none()).token(index);
        match &self.case {
            None => reads,
            Some((case, _)) => case.counters(Some(Own::Token(index))).read(reads, wanted, now),
        }
    }

    fn run(&self, view: &View<'_>, wanted: &Wanted) -> Result<(Writes, Turn<Self::Done>), Unwritable> {
        if let Some(given) = self.presented.once.before(view) {
            return Ok((Writes::none(), Turn::Done(given)));
        }
        let refuse = |refusal: Refusal| self.presented.refuse(view, refusal, Some(&self.claims));
        if self.declined == Some(Reason::StoreMismatch) {
            return refuse(Reason::StoreMismatch.into());
        }
        let (token, grant) = match self.unused(view) {
            Ok(found) => found,
            Err(reason) => return refuse(reason.into()),
        };
        // An agent that was revoked does nothing any more, whatever it was granted.
        let Some((case, rehearsed)) = &self.case else { return refuse(Reason::PolicyDenied.into()) };
        let observes = case.counts() == Mode::Observe;
        if !observes && self.claims.mode == Mode::Observe {
            return refuse(Reason::EnforceNotAvailable.into());
        }
        // What was stated of the agent may be over by now, or taken back.
        if !observes && let Err(why) = self.sources.stands(&grant.known, view.now()) {
            let policy = json!({ "outcome": "deny", "reasonCode": why.code, "reason": why.reason });
            return refuse(Refusal { policy: Some(policy), ..Reason::PolicyDenied.into() });
        }
        // Where nobody can say which keys were revoked, all of them may have been.
        if !observes && grant.keys.iter().any(|key| self.keys.is_revoked(key).unwrap_or(true)) {
            let reason = "somebody who approved it may not approve any more; ask again";
            let policy = json!({ "outcome": "deny", "reasonCode": "APPROVAL_VOID", "reason": reason });
            return refuse(Refusal { policy: Some(policy), ..Reason::PolicyDenied.into() });
        }
        let known = if self.is_recalled { &case.known } else { &grant.known };
        let (own, record) = (Some(Own::Token(token.index)), &self.presented.drawn.record);
        let Found { made, missing, .. } = case.find(Ground { view, wanted, known, own, record, rehearsed });
        if !missing.is_empty() {
            return Ok((Writes::none(), Turn::Again(missing)));
        }
        let fields = match &self.within {
            None => made.fields.as_ref(),
            Some(within) => within.bound().filter(|_| made.fields.is_some()),
        };
        let is_bound = fields.zip(grant.secret()).is_some_and(|(fields, secret)| {
            let bound = fields.bound.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
            secret.holds(&self.claims.bound, &BoundFields { action: &fields.action, fields: bound })
        });
        let entries = match &self.within {
            None => Some(token.entries.clone()),
            Some(_) => {
                let at = token.entries.first().map_or(view.now(), |entry| entry.at);
                within::presented(
                    &token.entries,
                    &case.counters(own).entries(&made.counts_for, at, token.action),
                )
            }
        };
        let Some(entries) = entries.filter(|_| is_bound) else {
            return refuse(Refusal { made: Some(made), ..Reason::IntentMismatch.into() });
        };
        if !observes && !lets(&made.decision, &grant.answered) {
            let answer = Answer::of(made.decision.clone(), true);
            let policy = json!({ "outcome": answer.outcome.name(), "reasonCode": answer.code(), "reason": answer.reason() });
            let reason = of_policy(answer.code());
            return refuse(Refusal { made: Some(made), policy: Some(policy), ..reason.into() });
        }
        self.burn(view, Token { entries, ..token.clone() }, &grant, &made)
    }
}

/// Why a policy refuses, where that has a code of its own in the life of a token.
fn of_policy(code: &str) -> Reason {
    let of_its_own = [Reason::StalePrice, Reason::VariantNotFound];
    of_its_own.into_iter().find(|reason| reason.code() == code).unwrap_or(Reason::PolicyDenied)
}

impl Validate {
    /// The token, where it is there and was not used yet, and is good now.
    fn unused<'v>(&self, view: &'v View<'_>) -> Result<(&'v Token, Grant<'static>), Reason> {
        let claims = &self.claims;
        let token = view.token(claims.id.index).filter(|token| token.id == claims.id.random);
        // A store that does not know it has not granted it, or has forgotten it with its generation.
        let forgotten = claims.generation != view.head().generation;
        let token = token.ok_or(if forgotten { Reason::TokenExpired } else { Reason::InvalidSignature })?;
        match token.state {
            TokenState::Burned | TokenState::Executed | TokenState::Failed | TokenState::Unknown => {
                return Err(Reason::ReplayDetected);
            }
            TokenState::Released => return Err(Reason::TokenExpired),
            TokenState::Issued => {}
        }
        let now = view.now();
        let in_time = now <= token.expires_at && now >= claims.not_before.saturating_mul(1_000);
        if forgotten || token.generation != claims.generation || !in_time {
            return Err(Reason::TokenExpired);
        }
        if claims.scope != SCOPE || self.declined == Some(Reason::ScopeRestricted) {
            return Err(Reason::ScopeRestricted);
        }
        let grant = Grant::from_bytes(&token.body).ok_or(Reason::InvalidSignature)?;
        Ok((token, grant))
    }

    fn burn(
        &self,
        view: &View<'_>,
        token: Token,
        grant: &Grant<'_>,
        made: &Made,
    ) -> Result<(Writes, Turn<Given<Validated>>), Unwritable> {
        let Presented { by, trace, once, drawn, identity, .. } = &self.presented;
        let mut pen = Pen::new(view, identity);
        let burned = Burned {
            of: token.index,
            token: self.claims.id,
            by: by.clone(),
            judged: made.judged.clone(),
            approvals: grant.approvals.clone(),
        };
        let record = Record::new(trace, Recorded::Burned(Box::new(burned)));
        let (record, receipt) = pen.with_receipt(record, drawn.receipt, None)?;
        let index = pen.put(record, Some(&made.covering))?;
        let settled_by = view.now().saturating_add(i64::from(self.terms.settle_within).saturating_mul(1_000));
        let burned = Token {
            state: TokenState::Burned,
            burned_by: Some(by.clone()),
            due_at: Some(settled_by),
            ..token
        };
        pen.writes.advance(TokenState::Issued, burned);
        let receipt = Some(identity.receipt(receipt));
        let told = Validated { receipt, token_consumed: true, ..self.presented.told(true, "OK") };
        once.remember(view, &mut pen.writes, index, &told);
        Ok((pen.writes, Turn::Done(Given::First(told))))
    }
}
