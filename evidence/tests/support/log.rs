//! A gateway of the tests: its keys, its log, and receipts that stand in it.

#![allow(dead_code)]

use std::borrow::Cow;
use std::ops::Range;

use lictor_evidence::Digest;
use lictor_evidence::history::{KeyEntry, KeyHistory, Revocation};
use lictor_evidence::keys::{self, Purpose, Root, SigningKey};
use lictor_evidence::receipt::{
    Agent, Approval, Approved, Authenticated, Cause, Event, Evidence, Inclusion, Position, Receipt, State,
    TokenState, Verdict,
};
use lictor_evidence::record::LogEntry;
use lictor_evidence::time::Moment;
use lictor_evidence::token::{Mode, TokenId};
use lictor_ledger::note::{KeyName, Note};
use lictor_ledger::{Checkpoint, CheckpointSigner, Frontier, Hash, Node, TlogProof, TreeHead, proof};

use super::{NOW, plain_key};

pub const ORIGIN: &str = "gateway.example/store-1";
const RECEIPT: u8 = 11;
const CHECKPOINT: u8 = 12;
const ROOT: u8 = 13;
const NEXT_CHECKPOINT: u8 = 14;

pub fn root() -> SigningKey<Root> {
    SigningKey::new(plain_key(ROOT))
}

pub fn receipt_key() -> SigningKey<keys::Receipt> {
    SigningKey::new(plain_key(RECEIPT))
}

pub fn day(number: i64) -> Moment {
    Moment(NOW + number * 86_400_000)
}

/// Its keys: one for tokens, one for receipts, and two for checkpoints, one after the other.
pub fn history() -> KeyHistory {
    let key = |purpose, name: &str, seed: u8| {
        KeyEntry::new(purpose, name, &plain_key(seed).verifying_key(), day(-60))
    };
    let history = KeyHistory::new("https://gateway.example", "store-1", day(-60)).unwrap();
    let keys = [
        key(Purpose::Token, "tokens-1", 1),
        key(Purpose::Receipt, "receipts-1", RECEIPT),
        key(Purpose::Checkpoint, ORIGIN, CHECKPOINT),
        key(Purpose::Checkpoint, ORIGIN, NEXT_CHECKPOINT),
        key(Purpose::Bundle, "policies", 15),
    ];
    keys.into_iter().fold(history, |history, key| history.with(key, day(-59)).unwrap())
}

fn revoking(history: &KeyHistory, seed: u8, log_size: u64) -> KeyHistory {
    let kid = KeyEntry::new(Purpose::Bundle, "", &plain_key(seed).verifying_key(), day(0)).kid();
    let revocation = Revocation { log_size, at: day(5), because: "the machine was stolen".to_owned() };
    history.revoked(kid, revocation, day(5)).unwrap()
}

/// The history in which the key for receipts is revoked since the log had so many records.
pub fn revoked_at(log_size: u64) -> KeyHistory {
    revoking(&history(), RECEIPT, log_size)
}

/// The same, and the key for checkpoints, too.
pub fn both_revoked_at(log_size: u64) -> KeyHistory {
    revoking(&revoked_at(log_size), CHECKPOINT, log_size)
}

/// The receipt of the record of this index.
pub fn receipt(index: u64) -> Receipt<'static> {
    Receipt {
        id: format!("r-{index}").into(),
        issuer: "https://gateway.example".into(),
        tenant: "store-1".into(),
        event: Event::Burned,
        time: Moment(NOW + 250),
        action: "payment.charge".into(),
        agent: Cow::Owned(Agent {
            id: "agent-7".to_owned(),
            authenticated: Authenticated::ApiKey,
            key: None,
        }),
        decision: Verdict::Allow,
        reason_code: "OK".into(),
        mode: Mode::Enforce,
        causes: vec![Cause {
            effect: Verdict::StepUp,
            code: "AMOUNT_OVER_LIMIT".into(),
            rule: Some("shop.payments.amount_limit".into()),
            layer: Some("base".into()),
            cites: vec!["PSD2 Art. 97 § 1 “élevé”".to_owned()].into(),
        }],
        approvals: vec![Approval {
            by: "hmac-sha256:54f3".to_owned(),
            role: "owner".to_owned(),
            answer: Approved::Approved,
            time: Moment(NOW),
            evidence: Evidence::Session,
            key: None,
        }]
        .into(),
        bundle: Digest::of(b"bundle"),
        request_digest: Digest::of(b"request"),
        facts_digest: Digest::of(b"facts"),
        token: Some(TokenState { id: TokenId { random: [7; 16], index: 3 }, state: State::Burned }),
        log: Position { origin: ORIGIN.into(), index },
    }
}

/// A log of so many records, of which each has a receipt.
pub struct Log(Vec<Vec<u8>>);

impl Log {
    pub fn of(size: u64) -> Log {
        Log((0..size).map(|index| Log::entry(&receipt(index)).to_bytes().unwrap()).collect())
    }

    pub fn entry(receipt: &Receipt<'static>) -> LogEntry<'static> {
        LogEntry {
            tenant: receipt.tenant.clone(),
            index: receipt.log.index,
            time: receipt.time,
            kind: "burned".into(),
            body: Digest::of(b"body"),
            receipt: Some(receipt.digest().unwrap()),
        }
    }

    /// The same log with another entry at this index.
    pub fn with(mut self, index: usize, entry: Vec<u8>) -> Log {
        self.0[index] = entry;
        self
    }

    fn node(&self, node: Node) -> Hash {
        self.root(node.entries())
    }

    fn root(&self, entries: Range<u64>) -> Hash {
        let mut frontier = Frontier::new();
        for index in entries {
            frontier.append(Hash::leaf(&self.0[usize::try_from(index).unwrap()])).unwrap();
        }
        frontier.root()
    }

    pub fn checkpoint(&self) -> Checkpoint {
        let size = self.0.len() as u64;
        Checkpoint::new(ORIGIN, TreeHead { size, root: self.root(0..size) }).unwrap()
    }

    pub fn note(&self, seed: u8) -> Note {
        let name = KeyName::new(ORIGIN).unwrap();
        CheckpointSigner::new(name, plain_key(seed)).sign(&self.checkpoint()).unwrap()
    }

    /// The proof that the record is in it, under its checkpoint, signed with the key of this seed.
    pub fn proof_signed(&self, index: u64, seed: u8) -> Inclusion {
        let plan = proof::inclusion(index, self.0.len() as u64).unwrap();
        let hashes = plan.prove(|node| Ok::<_, ()>(self.node(node))).unwrap();
        let proof = TlogProof { extra: None, index, hashes, checkpoint: self.note(seed) };
        let entry = String::from_utf8(self.0[usize::try_from(index).unwrap()].clone()).unwrap();
        Inclusion { entry, proof: proof.to_string() }
    }

    pub fn proof(&self, index: u64) -> Inclusion {
        self.proof_signed(index, CHECKPOINT)
    }

    pub fn proof_with_next_key(&self, index: u64) -> Inclusion {
        self.proof_signed(index, NEXT_CHECKPOINT)
    }
}
