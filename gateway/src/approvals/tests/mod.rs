//! Who may answer, and what answers come to: against a store in memory, with keys that a test makes and revokes.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use lictor_bundle::keys::SigningKey;
use lictor_evidence::keys::Thumbprint;
use lictor_store::{Approval, ApprovalState, Job, Reads, Store, TenantId, View, Writes};

use super::*;
use crate::key::{Approves, Key, Keys, Role, Unavailable};

mod answers;
mod signed;
mod local;
mod reviewed;

const NOW: i64 = 1_772_359_200_000;
const BUNDLE: &str = "sha256:01";

/// Keys that are there, but for those that were revoked.
#[derive(Default)]
struct Made {
    all: Vec<Arc<Key>>,
    revoked: Mutex<BTreeSet<String>>,
}

impl Made {
    fn holds(&self, key: &Key) -> bool {
        !self.revoked.lock().unwrap().contains(&key.id)
    }
}

impl Keys for Made {
    fn find(&self, _: &str, _: i64) -> Result<Option<Arc<Key>>, Unavailable> {
        Err(Unavailable)
    }

    fn agent(&self, _: &str, _: i64) -> Result<Option<Arc<Key>>, Unavailable> {
        Err(Unavailable)
    }

    fn last_known(&self, _: &str) -> Result<Option<Arc<Key>>, Unavailable> {
        Err(Unavailable)
    }

    fn signer(&self, _: &Thumbprint, _: i64) -> Result<Option<Arc<Key>>, Unavailable> {
        Err(Unavailable)
    }

    fn by_id(&self, id: &str, _: i64) -> Result<Option<Arc<Key>>, Unavailable> {
        Ok(self.all.iter().find(|key| key.id == id && self.holds(key)).cloned())
    }

    fn approvers(&self, _: i64) -> Result<Vec<Arc<Key>>, Unavailable> {
        Ok(self.all.iter().filter(|key| key.role == Role::Approver && self.holds(key)).cloned().collect())
    }

    fn is_revoked(&self, id: &str) -> Result<bool, Unavailable> {
        Ok(!self.all.iter().any(|key| key.id == id && self.holds(key)))
    }

    fn refresh(&self) -> Result<(), String> {
        Ok(())
    }
}

/// A key of this name, of an approver where there are roles.
fn key(name: &str, person: &str, roles: &[&str], signing: Option<u8>) -> Arc<Key> {
    let approves = Approves {
        person: person.to_owned(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        signing: signing.map(|seed| SigningKey::from_seed([seed; 32]).verifying_key()),
    };
    Arc::new(Key {
        id: format!("id-{name}"),
        name: name.to_owned(),
        role: Role::Approver,
        per_minute: None,
        approves: Some(Arc::new(approves)),
        owner: None,
        signs: None,
        agent: String::new(),
        until: None,
        bucket: Arc::default(),
    })
}

fn demand(to: &str, quorum: u16, other_than: &[&str]) -> Demand {
    Demand {
        code: format!("ASK_{to}"),
        reason: "somebody looks at it".to_owned(),
        rule: Some("shop.price".to_owned()),
        stage: "amount".to_owned(),
        to: to.to_owned(),
        quorum,
        other_than: other_than.iter().map(|id| (*id).to_owned()).collect(),
        cites: Vec::new(),
        told: None,
    }
}

/// What an agent of `olga` asks in the name of `uma`.
fn asked(demands: Vec<Demand>, signed: bool) -> Asked {
    let asked = serde_json::json!({
        "version": 1, "at": NOW, "bundle": BUNDLE, "request_digest": "sha256:02", "action": "shop.buy",
        "asker": { "agent": "shopper-7", "owner": "olga", "user": "uma", "requester": "till-1" },
        "fields": [], "demands": demands, "signed": signed,
    });
    Asked::from_bytes(asked.to_string().as_bytes()).unwrap()
}

/// A store with one request, and those who may come.
struct Desk {
    store: Store,
    tenant: TenantId,
    keys: Arc<Made>,
    asked: Asked,
}

/// What is asked, of how many, and for how long.
struct Ask(Vec<u8>, u16, i64);

impl Job for Ask {
    type Answer = ();

    fn now(&self) -> i64 {
        NOW
    }

    fn reads(&self, _: i64) -> Reads {
        Reads::none()
    }

    fn run(self, view: &View<'_>) -> (Writes, ()) {
        let mut writes = Writes::none();
        writes.record(lictor_store::NewRecord {
            leaf: lictor_ledger::Hash::leaf(b"asked"),
            kind: 7,
            agent: "shopper-7".to_owned(),
            action: "shop.buy".to_owned(),
            decision: 0,
            cites: String::new(),
            secret: None,
            body: Vec::new(),
        });
        writes.approval(Approval {
            index: view.next_index(),
            id: [9; 16],
            version: 0,
            state: ApprovalState::Pending,
            generation: view.head().generation,
            subject: [4; 32],
            agent: "shopper-7".to_owned(),
            quorum: self.1,
            expires_at: NOW + self.2,
            cools_until: None,
            votes: Vec::new(),
            entries: Vec::new(),
            body: self.0,
        });
        (writes, ())
    }
}

impl Desk {
    fn new(asked: Asked, keys: Vec<Arc<Key>>) -> Desk {
        Desk::lasting(60_000, asked, keys)
    }

    fn lasting(length: i64, asked: Asked, keys: Vec<Arc<Key>>) -> Desk {
        let store = Store::memory().unwrap();
        let tenant = store.tenant("shop").unwrap();
        store.submit(tenant, Ask(asked.to_bytes(), asked.quorum(), length)).wait().unwrap();
        Desk { store, tenant, keys: Arc::new(Made { all: keys, ..Made::default() }), asked }
    }

    fn ballot(&self, name: &str, approves: bool) -> Ballot {
        let key = self.keys.all.iter().find(|key| key.name == name).unwrap();
        Ballot {
            now: NOW + 1,
            id: ApprovalId { random: [9; 16], index: 0 },
            seen: None,
            key: Arc::clone(key),
            approves,
            means: Means::Session,
            bundle: BUNDLE.to_owned(),
            place: Place { tenant: "shop".to_owned(), trace: "0".repeat(32), receipts: None },
            keys: Arc::clone(&self.keys) as Arc<dyn Keys>,
        }
    }

    fn give(&self, ballot: Ballot) -> Outcome {
        self.store.submit(self.tenant, ballot).wait().unwrap()
    }

    fn approve(&self, name: &str) -> Outcome {
        self.give(self.ballot(name, true))
    }

    fn kept(&self) -> Approval {
        self.store.reader().unwrap().approval(self.tenant, 0).unwrap().unwrap()
    }

    /// The records after the one that asks, by their steps.
    fn logged(&self) -> Vec<String> {
        let mut reader = self.store.reader().unwrap();
        let records =
            reader.records(self.tenant, 1..100, &lictor_store::Filter::default(), false, 100).unwrap();
        let name = |record: lictor_store::Record| {
            let body = lictor_journal::Body::from_bytes(&record.body.unwrap()).unwrap();
            match body.record.step {
                lictor_journal::Step::ApprovalAnswered(step) => {
                    format!(
                        "{} {:?} {:?} {:?}",
                        step.answer.by, step.answer.answer, step.answer.evidence, step.state
                    )
                }
                lictor_journal::Step::ApprovalVoid(step) => format!("void {:?}", step.because),
                step => format!("{step:?}"),
            }
        };
        records.into_iter().map(name).collect()
    }

    #[track_caller]
    fn refused(&self, outcome: Outcome) -> Refused {
        match outcome {
            Outcome::Refused(why) => why,
            Outcome::Counted(approval) => panic!("it counts: {approval:?}"),
        }
    }
}

#[track_caller]
fn state(outcome: Outcome) -> ApprovalState {
    match outcome {
        Outcome::Counted(approval) => approval.state,
        Outcome::Refused(why) => panic!("{why:?}"),
    }
}
