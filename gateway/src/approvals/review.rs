//! A reviewer looks at what people are asked: what it is sent, and what follows from what it says.
//!
//! It is asked after the request for approval was written, beside everything else, so that nobody waits for it. It may deny what waits, and nothing more: it has no
//! vote that approves, what people have decided it does not change, and what it never answers is as if nobody had asked it.

use lictor_bundle::time::render_timestamp;
use lictor_store::{Approval, ApprovalState, Job, Reads, View, Vote, Writes};
use serde_json::{Value as Json, json};

use super::COOL_DOWN;
use super::asked::Asked;
use super::evidence::{Evidence, Proof};
use super::field::Value;
use super::id::ApprovalId;
use super::record::{Place, REVIEWER, Writing};
use super::shown::{field, risk};
use crate::sources::{Review, Verdict};

/// A request for approval that was written a moment ago, as people see it.
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
    pub(super) fn question(&self, tenant: &str, pii: bool) -> Vec<u8> {
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

/// What a reviewer has said about a request.
pub(super) struct Reviewed {
    /// When, by the gateway's clock, in milliseconds.
    pub now: i64,
    /// The request.
    pub id: ApprovalId,
    /// What it has said.
    pub review: Review,
    /// In whose log it is written.
    pub place: Place,
}

impl Job for Reviewed {
    type Answer = ();

    fn now(&self) -> i64 {
        self.now
    }

    fn reads(&self, _: i64) -> Reads {
        Reads::none().approval(self.id.index)
    }

    /// Where the request does not wait any more, it is too late, and nothing is changed.
    fn run(self, view: &View<'_>) -> (Writes, ()) {
        let waits = |kept: &&Approval| {
            self.id.is_of(kept)
                && kept.state == ApprovalState::Pending
                && kept.generation == view.head().generation
                && kept.expires_at >= view.now()
        };
        let kept = view.approval(self.id.index).filter(waits);
        let Some((kept, asked)) = kept.and_then(|kept| Some((kept, Asked::from_bytes(&kept.body)?))) else {
            return (Writes::none(), ());
        };
        let mut writes = Writes::none();
        let writing = Writing { view, place: &self.place, asked: &asked };
        // There is no third way, and neither leads to an approval.
        let written = match self.review.verdict {
            Verdict::Deny => {
                let (after, vote) = denied(kept, &self.review, view);
                writing.answered(&mut writes, after, &vote)
            }
            Verdict::Human => writing.left(&mut writes, kept, self.review.words.clone()),
        };
        // What cannot be written down does not count.
        if written.is_ok() { (writes, ()) } else { (Writes::none(), ()) }
    }
}

/// The request as it was denied, and by what.
fn denied(kept: &Approval, review: &Review, view: &View<'_>) -> (Approval, Vote) {
    let proof = Proof::Reviewer { words: review.words.clone() };
    let evidence = Evidence { key: String::new(), demands: Vec::new(), proof };
    let vote = Vote {
        person: REVIEWER.to_owned(),
        approves: false,
        at: view.now(),
        index: view.next_index(),
        evidence: evidence.write(),
    };
    let mut after = Approval {
        version: kept.version.saturating_add(1),
        state: ApprovalState::Denied,
        cools_until: Some(view.now().saturating_add(COOL_DOWN)),
        ..kept.clone()
    };
    after.votes.push(vote.clone());
    (after, vote)
}

/// Whether a request was denied by a reviewer, and not by a person.
pub(crate) fn is_by_reviewer(denied: &Approval) -> bool {
    let last = denied.votes.iter().rev().find(|vote| !vote.approves);
    let evidence = last.and_then(|vote| Evidence::read(&vote.evidence));
    evidence.is_some_and(|evidence| !evidence.proof.is_of_person())
}
