//! What the log says of answers, and of requests that came to nothing.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use lictor_bundle::hex;
use lictor_evidence::keys::{Token, VerifyingKey};
use lictor_evidence::receipt;
use lictor_evidence::time::Moment;
use lictor_evidence::token::TokenId;
use lictor_journal::record::{About, Answered, Issuer, Judged, SignedStatement, Void};
use lictor_journal::{New, Record};
use lictor_store::{Approval, ApprovalState, View, Vote, Writes};

pub use lictor_journal::record::VoidReason;

use super::Statement;
use super::asked::Asked;
use super::evidence::{Evidence, Proof};
use super::id::ApprovalId;
use super::refused::Refused;

/// What a reviewer is called in the place of a person. No person has such a name: theirs have no blanks.
pub(super) const REVIEWER: &str = "the reviewer";
/// In which role it answers.
const ROLE: &str = "reviewer";

/// Where something is written down, and about what.
pub(super) struct Writing<'a> {
    pub view: &'a View<'a>,
    pub place: &'a Place,
    pub asked: &'a Asked,
}

/// In whose log it is written, and under which names.
#[derive(Clone, Debug)]
pub struct Place {
    /// The tenant, by name.
    pub tenant: String,
    /// The trace id of the request that did it.
    pub trace: String,
    /// Who issues receipts, and the origin of the log; no receipts without.
    pub receipts: Option<Receipts>,
}

/// What it takes to give an answer a receipt.
#[derive(Clone, Debug)]
pub struct Receipts {
    /// Who issues them.
    pub issuer: String,
    /// The origin of the log.
    pub origin: String,
    /// The random part of its name.
    pub random: [u8; 16],
    /// The decision that asks.
    pub judged: Box<Judged>,
}

impl Writing<'_> {
    /// An answer, and the request as it is from then on.
    pub fn answered(&self, writes: &mut Writes, after: Approval, vote: &Vote) -> Result<(), Refused> {
        let evidence = Evidence::read(&vote.evidence).ok_or(Refused::NotRecorded)?;
        let signed = self.signed(&after, vote, &evidence.proof)?;
        let role = evidence.demands.first().and_then(|number| self.asked.demands.get(*number));
        let (role, words) = match &evidence.proof {
            Proof::Reviewer { words } => (ROLE.to_owned(), words.clone()),
            _ => (role.map(|demand| demand.to.clone()).unwrap_or_default(), None),
        };
        let step = Answered {
            of: after.index,
            id: ApprovalId::of(&after).to_string(),
            about: self.about(),
            answer: receipt::Approval {
                by: vote.person.clone(),
                role,
                answer: if vote.approves { receipt::Approved::Approved } else { receipt::Approved::Denied },
                time: Moment(vote.at),
                evidence: match evidence.proof {
                    Proof::Session => receipt::Evidence::Session,
                    Proof::Signature { .. } => receipt::Evidence::Signature,
                    Proof::LocalOperator => receipt::Evidence::LocalOperator,
                    Proof::Reviewer { .. } => receipt::Evidence::Reviewer,
                },
                key: signed.as_ref().map(|signed| signed.key),
            },
            state: match after.state {
                ApprovalState::Approved => lictor_journal::record::ApprovalState::Approved,
                ApprovalState::Denied => lictor_journal::record::ApprovalState::Denied,
                _ => lictor_journal::record::ApprovalState::Pending,
            },
            signed,
            words,
        };
        self.put(writes, Some(after), lictor_journal::Step::ApprovalAnswered(step), true)
    }

    /// That a reviewer leaves a request to people. The request itself stays as it is.
    pub fn left(&self, writes: &mut Writes, kept: &Approval, words: Option<String>) -> Result<(), Refused> {
        let step = Answered {
            of: kept.index,
            id: ApprovalId::of(kept).to_string(),
            about: self.about(),
            answer: receipt::Approval {
                by: REVIEWER.to_owned(),
                role: ROLE.to_owned(),
                answer: receipt::Approved::Left,
                time: Moment(self.view.now()),
                evidence: receipt::Evidence::Reviewer,
                key: None,
            },
            state: lictor_journal::record::ApprovalState::Pending,
            signed: None,
            words,
        };
        self.put(writes, None, lictor_journal::Step::ApprovalAnswered(step), false)
    }

    /// A request that came to nothing.
    pub fn ended(&self, writes: &mut Writes, after: Approval, because: VoidReason) -> Result<(), Refused> {
        let id = ApprovalId::of(&after).to_string();
        let step = Void { of: after.index, id, about: self.about(), because };
        self.put(writes, Some(after), lictor_journal::Step::ApprovalVoid(step), false)
    }

    fn put(
        &self,
        writes: &mut Writes,
        after: Option<Approval>,
        step: lictor_journal::Step,
        receipted: bool,
    ) -> Result<(), Refused> {
        let Place { tenant, trace, receipts } = self.place;
        let (index, time) = (self.view.next_index(), self.view.now());
        let mut record = Record::new(trace, step);
        if let Some(Receipts { issuer, origin, random, judged }) = receipts.as_ref().filter(|_| receipted) {
            let issuer = Issuer { issuer, tenant, origin, index, time };
            let id = TokenId { random: *random, index }.to_string();
            record = record.with_receipt(issuer, &id, Some(judged)).map_err(|_| Refused::NotRecorded)?;
        }
        let new = New { tenant, index, time, covering: None, keep_opened: false };
        writes.record(record.row(new).map_err(|_| Refused::NotRecorded)?);
        if let Some(after) = after {
            writes.approval(after);
        }
        Ok(())
    }

    fn about(&self) -> About {
        About { agent: self.asked.asker.agent.clone(), action: self.asked.action.clone() }
    }

    /// What was signed, where the person has signed.
    fn signed(
        &self,
        after: &Approval,
        vote: &Vote,
        proof: &Proof,
    ) -> Result<Option<SignedStatement>, Refused> {
        let Proof::Signature { key, signature } = proof else { return Ok(None) };
        let key = hex::parse(key).ok_or(Refused::NotRecorded)?;
        let mut bytes = [0u8; 64];
        let signature = Base64::decode(signature, &mut bytes).map_err(|_| Refused::NotRecorded)?;
        // Only its name is asked of it here, which is the same whatever a key signs.
        let thumbprint =
            VerifyingKey::<Token>::from_bytes(&key).map_err(|_| Refused::NotRecorded)?.thumbprint();
        let statement = Statement {
            approval: after,
            asked: self.asked,
            tenant: &self.place.tenant,
            person: &vote.person,
            approves: vote.approves,
        };
        Ok(Some(SignedStatement {
            key: thumbprint,
            public: Base64UrlUnpadded::encode_string(&key),
            statement: statement.text(),
            value: Base64UrlUnpadded::encode_string(signature),
        }))
    }
}
