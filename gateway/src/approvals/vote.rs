//! Answering: one job upon the store, in which all of it is looked at again.

use std::sync::Arc;

use lictor_store::{Approval, ApprovalState, Job, Reads, View, Vote, Writes};

use super::asked::Asked;
use super::evidence::{Evidence, Means, Proof};
use super::id::ApprovalId;
use super::people::{People, Person};
use super::record::{Place, VoidReason, Writing};
use super::refused::Refused;
use super::tally::{is_met, lost};
use super::{COOL_DOWN, Statement};
use crate::key::{Key, Keys};

/// An answer that somebody wants to give.
pub struct Ballot {
    /// When, by the gateway's clock, in milliseconds.
    pub now: i64,
    /// The request.
    pub id: ApprovalId,
    /// The version of it that the person saw, where they answer what they saw.
    pub seen: Option<u32>,
    /// The key that they came with.
    pub key: Arc<Key>,
    /// Whether they approve.
    pub approves: bool,
    /// How they answer.
    pub means: Means,
    /// The bundle in force.
    pub bundle: String,
    /// In whose log it is written.
    pub place: Place,
    /// Who is let in.
    pub keys: Arc<dyn Keys>,
}

/// What came of an answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It counts, and the request is as it now stands.
    Counted(Box<Approval>),
    /// It does not count.
    Refused(Refused),
}

impl Job for Ballot {
    type Answer = Outcome;

    fn now(&self) -> i64 {
        self.now
    }

    fn reads(&self, _: i64) -> Reads {
        Reads::none().approval(self.id.index)
    }

    fn run(self, view: &View<'_>) -> (Writes, Outcome) {
        let mut writes = Writes::none();
        let Some(kept) = view.approval(self.id.index).filter(|kept| self.id.is_of(kept)) else {
            return (writes, Outcome::Refused(Refused::Unknown));
        };
        let Some(asked) = Asked::from_bytes(&kept.body) else {
            return (writes, Outcome::Refused(Refused::Unreadable));
        };
        if kept.state != ApprovalState::Pending {
            return (writes, Outcome::Refused(Refused::Over(kept.state)));
        }
        let writing = Writing { view, place: &self.place, asked: &asked };
        let written = match self.ended(view, kept, &asked) {
            Some((state, because)) => {
                let ended = writing.ended(&mut writes, advanced(kept, state), because);
                ended.and(Err(Refused::Over(state)))
            }
            None => self.vote(view, kept, &asked).and_then(|vote| {
                let after = counted(kept, &asked, &vote, view.now());
                writing.answered(&mut writes, after.clone(), &vote).map(|()| after)
            }),
        };
        let outcome = match written {
            Ok(after) => Outcome::Counted(Box::new(after)),
            Err(why) => Outcome::Refused(why),
        };
        (writes, outcome)
    }
}

impl Ballot {
    /// How the request has ended without anybody answering, and why, where it has.
    fn ended(&self, view: &View<'_>, kept: &Approval, asked: &Asked) -> Option<(ApprovalState, VoidReason)> {
        // Where nobody can say which keys were revoked, all of them may have been.
        let is_revoked = |key: &str| self.keys.is_revoked(key).unwrap_or(true);
        let lost = lost(kept, asked, view.head(), &self.bundle, is_revoked);
        let void = lost.map(|because| (ApprovalState::Void, because));
        let is_over = kept.expires_at < view.now();
        void.or_else(|| is_over.then_some((ApprovalState::Expired, VoidReason::Expired)))
    }

    fn vote(&self, view: &View<'_>, kept: &Approval, asked: &Asked) -> Result<Vote, Refused> {
        let now = view.now();
        let (person, demands) = answerer(&*self.keys, &self.key, now, kept, asked, &self.means)?;
        if self.seen.is_some_and(|seen| seen != kept.version) {
            return Err(Refused::Changed);
        }
        let proof = self.proof(kept, asked, &person)?;
        let evidence = Evidence { key: self.key.id.clone(), demands, proof };
        Ok(Vote {
            person: person.name,
            approves: self.approves,
            at: now,
            index: view.next_index(),
            evidence: evidence.write(),
        })
    }

    fn proof(&self, kept: &Approval, asked: &Asked, person: &Person) -> Result<Proof, Refused> {
        // Refusing is open to whoever is asked: what a missing signature would protect is not done then.
        let lacks = asked.signed && self.approves;
        let signature = match &self.means {
            Means::Session | Means::LocalOperator if lacks => return Err(Refused::NotSigned),
            Means::Session => return Ok(Proof::Session),
            Means::LocalOperator => return Ok(Proof::LocalOperator),
            Means::Signature(signature) => signature,
        };
        let key = self.key.approves.as_ref().and_then(|approves| approves.signing.as_ref());
        let statement = Statement {
            approval: kept,
            asked,
            tenant: &self.place.tenant,
            person: &person.name,
            approves: self.approves,
        };
        statement.proof(key.ok_or(Refused::WrongSignature)?, signature)
    }
}

/// Who answers with a key, and which demands they may answer in this way, by their numbers.
///
/// # Errors
/// They may answer none, or have answered.
pub(super) fn answerer(
    keys: &dyn Keys,
    key: &Key,
    now: i64,
    kept: &Approval,
    asked: &Asked,
    means: &Means,
) -> Result<(Person, Vec<usize>), Refused> {
    // The key may have ended between the request and this moment.
    let is_there = keys.by_id(&key.id, now).ok().flatten().is_some();
    let person = Person::of(key).filter(|_| is_there).ok_or(Refused::NotAsked)?;
    let all = keys.approvers(now).map_err(|_| Refused::NotAsked)?;
    let person = person.known_among(&People::of(all.iter().map(|key| &**key)));
    let demands = person.may_answer(asked, means)?;
    let has_voted = kept.votes.iter().any(|vote| person.is_called(&vote.person));
    if has_voted { Err(Refused::Voted) } else { Ok((person, demands)) }
}

/// The request with one more answer.
fn counted(kept: &Approval, asked: &Asked, vote: &Vote, now: i64) -> Approval {
    let mut after = advanced(kept, ApprovalState::Pending);
    after.votes.push(vote.clone());
    if !vote.approves {
        after.state = ApprovalState::Denied;
        after.cools_until = Some(now.saturating_add(COOL_DOWN));
    } else if is_met(asked, &after.votes) {
        after.state = ApprovalState::Approved;
    }
    after
}

/// The row as it is written next.
fn advanced(kept: &Approval, state: ApprovalState) -> Approval {
    Approval { version: kept.version.saturating_add(1), state, ..kept.clone() }
}
