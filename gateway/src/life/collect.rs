//! Asking people, and collecting what they answered.

use lictor_bundle::hex;
use lictor_bundle::time::render_timestamp;
use lictor_evidence::Digest;
use lictor_evidence::keys::Thumbprint;
use lictor_evidence::receipt;
use lictor_evidence::time::Moment;
use lictor_journal::Record;
use lictor_journal::record::{About, Pending, Refused, Step as Recorded, Void, VoidReason};
use lictor_store::{Approval, ApprovalState, Vote};

use super::authorize::{Authorize, Authorized};
use super::case::Made;
use super::grant::Answered;
use super::told::Told;
use super::turn::Unwritable;
use super::write::Pen;
use crate::approvals::{
    ApprovalId, Asked, Asker, Evidence, Fresh, People, Proof, for_agent, is_by_reviewer, lost,
};

/// The most requests of one agent that wait for people.
const PENDING: u64 = 20;
/// The most requests that wait for people at all.
const PENDING_AT_ALL: u64 = 1_000;

/// What an agent is told of a request for approval that is not its own.
const NOT_OF_THIS_AGENT: &str = "this agent has no request for approval of this id";
/// What it is told where policy, approvers or store are not any more what they were.
const WITHOUT_GROUND: &str = "what was asked has lost its ground; ask again";

/// What became of a request for approval, for the agent that comes for it.
pub(super) enum Collected {
    /// It was approved.
    Ready(Box<Ready>),
    /// It was not, or not yet.
    Not(Box<Authorized>),
}

/// An approval that is used now.
pub(super) struct Ready {
    /// The row, as it is from now on.
    pub approval: Approval,
    /// The rules that were answered.
    pub answered: Vec<Answered>,
    /// What people said.
    pub approvals: Vec<receipt::Approval>,
    /// The keys that they came with, by their ids.
    pub keys: Vec<String>,
}

impl Authorize {
    /// Looks what became of a request for approval. Whoever gets nothing by it is refused, and that is recorded, but where it only has to wait.
    pub(super) fn collect(&self, id: ApprovalId, pen: &mut Pen<'_, '_>) -> Result<Collected, Unwritable> {
        let (view, case) = (pen.view, &*self.case);
        let kept = view.approval(id.index).filter(|kept| id.is_of(kept));
        let Some(kept) = kept else {
            return self.turned_away(pen, None, "APPROVAL_UNKNOWN", NOT_OF_THIS_AGENT);
        };
        let not = |pen: &mut Pen<'_, '_>, code, reason| self.turned_away(pen, Some(kept.index), code, reason);
        // One of somebody else is not there for this agent; that it was tried is written down.
        if kept.agent != case.agent.name {
            return not(pen, "APPROVAL_UNKNOWN", NOT_OF_THIS_AGENT);
        }
        let Some(asked) = Asked::from_bytes(&kept.body) else {
            return not(pen, "APPROVAL_VOID", "the request for approval cannot be read any more; ask again");
        };
        match kept.state {
            ApprovalState::Denied if is_by_reviewer(kept) => {
                return not(pen, "APPROVAL_DENIED", "a reviewer refused this");
            }
            ApprovalState::Denied => return not(pen, "APPROVAL_DENIED", "a person refused this"),
            ApprovalState::Expired => {
                return not(pen, "APPROVAL_EXPIRED", "nobody answered in time; ask again");
            }
            ApprovalState::Used => return not(pen, "APPROVAL_USED", "a token was granted for this already"),
            ApprovalState::Void => return not(pen, "APPROVAL_VOID", WITHOUT_GROUND),
            ApprovalState::Pending | ApprovalState::Approved => {}
        }
        if kept.expires_at < view.now() {
            return not(pen, "APPROVAL_EXPIRED", "nobody answered in time; ask again");
        }
        let bundle = lictor_runtime::Digest(case.policy.engine.id().0).to_string();
        // Where nobody can say which keys were revoked, all of them may have been.
        let is_revoked = |key: &str| self.keys.is_revoked(key).unwrap_or(true);
        if let Some(because) = lost(kept, &asked, view.head(), &bundle, is_revoked) {
            self.void(pen, kept.clone(), &asked.action, because)?;
            let told = Told::new("denied", "APPROVAL_VOID", Some(WITHOUT_GROUND), &self.trace);
            return Ok(Collected::Not(Box::new(told.into())));
        }
        if kept.subject != self.subject() {
            return not(pen, "INTENT_MISMATCH", "another action was approved than this one");
        }
        if kept.state == ApprovalState::Pending {
            // Why people are asked was told when they were, as far as it is for an agent.
            let reason = "people have not answered yet; wait for it at /approvals/ID/wait, and ask again";
            let told = Told::new("step_up", "APPROVAL_PENDING", Some(reason), &self.trace);
            let told = Told { approval: Some(for_agent(kept, view.now())), ..told };
            return Ok(Collected::Not(Box::new(told.into())));
        }
        let answered = asked
            .demands
            .iter()
            .map(|demand| Answered { code: demand.code.clone(), rule: demand.rule.clone() });
        let approval =
            Approval { version: kept.version.saturating_add(1), state: ApprovalState::Used, ..kept.clone() };
        let approvals = kept.votes.iter().filter_map(|vote| said(&asked, vote)).collect();
        let keys = kept.votes.iter().filter_map(|vote| Evidence::read(&vote.evidence));
        let keys = keys.map(|evidence| evidence.key).collect();
        Ok(Collected::Ready(Box::new(Ready { approval, answered: answered.collect(), approvals, keys })))
    }

    /// Refuses an agent that comes for an approval by which nothing may happen.
    fn turned_away(
        &self,
        pen: &mut Pen<'_, '_>,
        of: Option<u64>,
        code: &'static str,
        reason: &str,
    ) -> Result<Collected, Unwritable> {
        let case = &*self.case;
        let action = match case.action.is_empty() {
            false => case.action.clone(),
            true => case.fields(pen.view.now()).map(|fields| fields.action).unwrap_or_default(),
        };
        let refused = Refused {
            code: code.to_owned(),
            by: case.agent.name.clone(),
            of,
            token: None,
            about: Some(About { agent: case.agent.name.clone(), action }),
            judged: None,
        };
        pen.put(Record::new(&self.trace, Recorded::Refused(Box::new(refused))), None)?;
        Ok(Collected::Not(Box::new(Told::new("denied", code, Some(reason), &self.trace).into())))
    }

    /// Asks people, unless they are asked already, have just refused, or too much waits for them.
    pub(super) fn ask(&self, pen: &mut Pen<'_, '_>, made: &Made) -> Result<Authorized, Unwritable> {
        let (view, case) = (pen.view, &*self.case);
        let now = view.now();
        let told = self.told("step_up", made);
        let denied = |code: &'static str, reason: &str| Told::new("denied", code, Some(reason), &self.trace);
        let subject = self.subject();
        let refused = match view.subject(&subject) {
            Some(kept) if kept.generation == view.head().generation => match kept.state {
                // Equal requests are one.
                ApprovalState::Pending | ApprovalState::Approved if kept.expires_at >= now => {
                    let told = Told { approval: Some(for_agent(kept, now)), ..told };
                    return self.attempt(pen, made, told);
                }
                ApprovalState::Denied => kept.cools_until.filter(|until| *until > now).map(|until| {
                    let reason = match is_by_reviewer(kept) {
                        true => "a reviewer has refused the same a short while ago",
                        false => "a person has refused the same a short while ago",
                    };
                    let ask_again_after = Some(render_timestamp(until));
                    Told { ask_again_after, ..denied("APPROVAL_DENIED", reason) }
                }),
                _ => None,
            },
            _ => None,
        };
        let is_full = view.pending(&case.agent.name) >= PENDING || view.pending_at_all() >= PENDING_AT_ALL;
        let full =
            || denied("APPROVALS_FULL", "too much waits for people already; ask again once it was answered");
        if let Some(refused) = refused.or_else(|| is_full.then(full)) {
            return self.attempt(pen, made, refused);
        }
        let asker = Asker {
            agent: case.agent.name.clone(),
            requester: None,
            owner: case.agent.owner.clone(),
            user: case.known.person().map(str::to_owned),
        };
        let schema = &case.policy.engine.bundle().schema;
        let action = made.judged.action.clone();
        let params = made.params.clone().unwrap_or_default();
        let asked = Asked::of(&made.decision, asker, schema, &action, &params, now);
        // What too few people could ever answer is not asked.
        let Some((asked, within)) = asked.filter(|(asked, _)| self.can_answer(asked, now)) else {
            let reason = "the policy asks people, and too few could answer; tell whoever runs this gateway";
            return self.attempt(pen, made, denied("APPROVAL_IMPOSSIBLE", reason));
        };
        let of = pen.next();
        let index = of.saturating_add(1);
        let approval = Approval {
            index,
            id: self.drawn.id,
            version: 0,
            state: ApprovalState::Pending,
            generation: view.head().generation,
            subject,
            agent: case.agent.name.clone(),
            quorum: asked.quorum(),
            expires_at: now.saturating_add(within),
            cools_until: None,
            votes: Vec::new(),
            entries: case.counters(None).entries(&made.counts_for, now, index),
            body: asked.clone().sealed(&self.drawn.record, index).to_bytes(),
        };
        let asks = made.judged.outcome.causes().iter().filter_map(|cause| cause.asks.clone());
        let pending = Pending {
            of,
            id: ApprovalId::of(&approval).to_string(),
            about: About { agent: approval.agent.clone(), action },
            subject: Digest(approval.subject),
            asks: asks.collect(),
            quorum: approval.quorum,
            expires: Moment(approval.expires_at),
        };
        let fresh = Fresh { id: ApprovalId::of(&approval), asked, expires_at: approval.expires_at };
        let shown = Some(for_agent(&approval, now));
        let receipt = Some(self.record(pen, made, None)?);
        pen.put(Record::new(&self.trace, Recorded::ApprovalAsked(pending)), None)?;
        pen.writes.approval(approval);
        let body = Told { approval: shown, receipt, ..told };
        Ok(Authorized { asks: Some(Box::new(fresh)), ..body.into() })
    }

    /// Whether enough people could answer. Where nobody can say who there is, nobody is.
    fn can_answer(&self, asked: &Asked, now: i64) -> bool {
        let keys = self.keys.approvers(now).unwrap_or_default();
        People::of(keys.iter().map(|key| &**key)).can_answer(asked).is_ok()
    }

    /// A decision that asks nobody anew, and counts as an attempt.
    pub(super) fn attempt(
        &self,
        pen: &mut Pen<'_, '_>,
        made: &Made,
        told: Told,
    ) -> Result<Authorized, Unwritable> {
        self.attempted(pen, made);
        let receipt = Some(self.record(pen, made, None)?);
        Ok(Told { receipt, ..told }.into())
    }

    /// A rule asks that did not ask then: what was answered does not answer it.
    pub(super) fn asks_more(
        &self,
        pen: &mut Pen<'_, '_>,
        ready: &Ready,
        action: &str,
    ) -> Result<Authorized, Unwritable> {
        // The row as it was found: it is not used.
        let kept = Approval {
            version: ready.approval.version.saturating_sub(1),
            state: ApprovalState::Approved,
            ..ready.approval.clone()
        };
        self.void(pen, kept, action, VoidReason::Rule)?;
        let reason = "a rule asks now that did not ask then; ask again";
        Ok(Told::new("denied", "APPROVAL_VOID", Some(reason), &self.trace).into())
    }

    fn void(
        &self,
        pen: &mut Pen<'_, '_>,
        kept: Approval,
        action: &str,
        because: VoidReason,
    ) -> Result<(), Unwritable> {
        let about = About { agent: kept.agent.clone(), action: action.to_owned() };
        let void = Void { of: kept.index, id: ApprovalId::of(&kept).to_string(), about, because };
        pen.put(Record::new(&self.trace, Recorded::ApprovalVoid(void)), None)?;
        let version = kept.version.saturating_add(1);
        pen.writes.approval(Approval { version, state: ApprovalState::Void, ..kept });
        Ok(())
    }
}

/// What a person said, as receipts have it.
fn said(asked: &Asked, vote: &Vote) -> Option<receipt::Approval> {
    let Evidence { demands, proof, .. } = Evidence::read(&vote.evidence)?;
    let demand = demands.first().and_then(|number| asked.demands.get(*number))?;
    let (evidence, key) = match proof {
        Proof::Session => (receipt::Evidence::Session, None),
        Proof::Signature { key, .. } => {
            (receipt::Evidence::Signature, Some(Thumbprint::of_ed25519(&hex::parse(&key)?)))
        }
        Proof::LocalOperator => (receipt::Evidence::LocalOperator, None),
        // It has no part in what was approved.
        Proof::Reviewer { .. } => return None,
    };
    let answer = if vote.approves { receipt::Approved::Approved } else { receipt::Approved::Denied };
    Some(receipt::Approval {
        by: vote.person.clone(),
        role: demand.to.clone(),
        answer,
        time: Moment(vote.at),
        evidence,
        key,
    })
}
