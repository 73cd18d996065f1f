//! Who may answer, and what answers come to: against a store in memory, with keys that a test makes and revokes.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use lictor_bundle::keys::SigningKey;
use lictor_evidence::keys::Thumbprint;
use lictor_store::{Approval, ApprovalState, Job, Reads, Store, TenantId, View, Writes};

use super::*;
use crate::key::{Approves, Key, Keys, Role, Unavailable};
use crate::sources::{Review, Verdict};

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

struct Ask(Vec<u8>, u16);

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
            expires_at: NOW + 60_000,
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
        let store = Store::memory().unwrap();
        let tenant = store.tenant("shop").unwrap();
        store.submit(tenant, Ask(asked.to_bytes(), asked.quorum())).wait().unwrap();
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
            signature: None,
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

#[test]
fn nobody_answers_who_has_something_to_do_with_it() {
    let everybody = vec![
        key("ann", "ann", &["owner"], None),
        key("desk-2", "bob", &["desk"], None),
        key("olga", "olga", &["owner"], None),
        key("olga-phone", "OLGA", &["owner"], None),
        key("uma", "uma", &["owner"], None),
        key("eve", "eve", &["owner"], None),
        key("eve-2", "eve", &["owner"], None),
        key("shopper-7", "shopper-7", &["owner"], None),
        key("till-1", "tim", &["owner"], None),
        key("nobody", "nobody", &[], None),
    ];
    // The policy names the key of one person, and leaves out all that they have.
    let desk = Desk::new(asked(vec![demand("owner", 1, &["eve-2"])], false), everybody);
    let who = |name: &str| desk.refused(desk.approve(name));
    assert_eq!(who("desk-2"), Refused::NotAsked);
    assert_eq!(who("nobody"), Refused::NotAsked);
    assert_eq!(who("olga"), Refused::Owner);
    assert_eq!(who("olga-phone"), Refused::Owner);
    assert_eq!(who("uma"), Refused::User);
    assert_eq!(who("eve"), Refused::Excluded);
    assert_eq!(who("eve-2"), Refused::Excluded);
    assert_eq!(who("shopper-7"), Refused::OwnRequest);
    assert_eq!(who("till-1"), Refused::OwnRequest);
    assert_eq!(desk.kept().version, 0);
    assert_eq!(desk.logged(), Vec::<String>::new());
    assert_eq!(state(desk.approve("ann")), ApprovalState::Approved);
}

#[test]
fn two_of_three_persons() {
    let keys = ["ann", "bob", "eve"].map(|name| key(name, name, &["owner"], None));
    let phone = key("ann-phone", "ann", &["owner"], None);
    let other = key("ann-desk", "Ann", &["owner"], None);
    let keys = [keys.to_vec(), vec![phone, other]].concat();
    let desk = Desk::new(asked(vec![demand("owner", 2, &[])], false), keys);
    assert_eq!(state(desk.approve("ann")), ApprovalState::Pending);
    // Another key is no other person.
    assert_eq!(desk.refused(desk.approve("ann-phone")), Refused::Voted);
    assert_eq!(desk.refused(desk.approve("ann-desk")), Refused::Voted);
    assert_eq!(desk.refused(desk.approve("ann")), Refused::Voted);
    assert_eq!(state(desk.approve("bob")), ApprovalState::Approved);
    assert_eq!(desk.refused(desk.approve("eve")), Refused::Over(ApprovalState::Approved));
    assert_eq!(desk.logged(), ["ann Approved Session Pending", "bob Approved Session Approved"]);
    let persons: Vec<String> = desk.kept().votes.into_iter().map(|vote| vote.person).collect();
    assert_eq!(persons, ["ann", "bob"]);
}

/// What a reviewer says, as often as it says it.
fn reviewed(desk: &Desk, verdict: Verdict) -> ApprovalState {
    let review = Review { verdict, words: Some("odd".to_owned()) };
    let Ballot { now, id, place, .. } = desk.ballot("ann", true);
    desk.store.submit(desk.tenant, super::review::Reviewed { now, id, review, place }).wait().unwrap();
    desk.kept().state
}

#[test]
fn a_reviewer_denies_what_waits_once_and_by_nothing_approves() {
    let desk = || {
        let keys = ["ann", "bob", "eve"].map(|name| key(name, name, &["owner"], None)).to_vec();
        let desk = Desk::new(asked(vec![demand("owner", 2, &[])], false), keys);
        assert_eq!(state(desk.approve("ann")), ApprovalState::Pending);
        desk
    };
    // Each of two gateways may have asked it.
    let denied = desk();
    assert_eq!(reviewed(&denied, Verdict::Deny), ApprovalState::Denied);
    let kept = denied.kept();
    assert!(is_by_reviewer(&kept));
    assert_eq!(kept.cools_until, Some(NOW + 1 + COOL_DOWN));
    assert_eq!(reviewed(&denied, Verdict::Deny), ApprovalState::Denied);
    assert_eq!(reviewed(&denied, Verdict::Human), ApprovalState::Denied);
    assert_eq!(denied.kept(), kept);
    assert_eq!(denied.refused(denied.approve("bob")), Refused::Over(ApprovalState::Denied));
    assert_eq!(denied.logged(), ["ann Approved Session Pending", "the reviewer Denied Reviewer Denied"]);

    // However often it leaves it to people, they decide, and as many as were asked.
    let left = desk();
    let before = left.kept();
    assert_eq!(reviewed(&left, Verdict::Human), ApprovalState::Pending);
    assert_eq!(reviewed(&left, Verdict::Human), ApprovalState::Pending);
    assert_eq!(left.kept(), before);
    assert_eq!(state(left.approve("bob")), ApprovalState::Approved);
    // What they have decided it does not change.
    let decided = left.kept();
    assert_eq!(reviewed(&left, Verdict::Deny), ApprovalState::Approved);
    assert_eq!(left.kept(), decided);
    let logged = left.logged();
    assert_eq!(logged[1..3], ["the reviewer Left Reviewer Pending", "the reviewer Left Reviewer Pending"]);
    assert_eq!((logged.len(), is_by_reviewer(&decided)), (4, false));

    // Nor does its evidence count for anything, should somebody write it where an approval stands.
    let proof = Proof::Reviewer { words: None };
    let evidence = Evidence { key: "id-eve".to_owned(), demands: vec![0], proof }.write();
    let forged = |index| lictor_store::Vote {
        person: format!("eve-{index}"),
        approves: true,
        at: NOW,
        index,
        evidence: evidence.clone(),
    };
    assert!(!is_met(&left.asked, &[forged(1), forged(2)]));
}

#[test]
fn all_that_asks_must_be_answered() {
    let keys = vec![
        key("ann", "ann", &["owner"], None),
        key("bob", "bob", &["desk", "owner"], None),
        key("dan", "dan", &["desk"], None),
    ];
    let desk = Desk::new(asked(vec![demand("owner", 2, &[]), demand("desk", 1, &["bob"])], false), keys);
    assert_eq!(state(desk.approve("ann")), ApprovalState::Pending);
    // He answers the first and is left out of the second.
    assert_eq!(state(desk.approve("bob")), ApprovalState::Pending);
    assert_eq!(state(desk.approve("dan")), ApprovalState::Approved);
}

#[test]
fn only_the_user_answers_where_the_policy_asks_the_user() {
    let keys = vec![key("ann", "ann", &["owner", "user"], None), key("uma", "uma", &[], None)];
    let desk = Desk::new(asked(vec![demand("user", 1, &[])], false), keys);
    assert_eq!(desk.refused(desk.approve("ann")), Refused::NotAsked);
    assert_eq!(state(desk.approve("uma")), ApprovalState::Approved);
}

#[test]
fn one_refusal_ends_it_and_cools_down() {
    let keys = ["ann", "bob"].map(|name| key(name, name, &["owner"], None)).to_vec();
    let desk = Desk::new(asked(vec![demand("owner", 2, &[])], false), keys);
    assert_eq!(state(desk.approve("ann")), ApprovalState::Pending);
    assert_eq!(state(desk.give(desk.ballot("bob", false))), ApprovalState::Denied);
    assert_eq!(desk.kept().cools_until, Some(NOW + 1 + COOL_DOWN));
    assert_eq!(desk.refused(desk.approve("ann")), Refused::Over(ApprovalState::Denied));
    assert_eq!(desk.logged(), ["ann Approved Session Pending", "bob Denied Session Denied"]);
}

#[test]
fn it_is_void_where_its_ground_is_gone() {
    let desk = || {
        let keys = ["ann", "bob"].map(|name| key(name, name, &["owner"], None)).to_vec();
        let desk = Desk::new(asked(vec![demand("owner", 2, &[])], false), keys);
        assert_eq!(state(desk.approve("ann")), ApprovalState::Pending);
        desk
    };
    let void = |desk: &Desk, ballot: Ballot, because: &str| {
        assert_eq!(desk.refused(desk.give(ballot)), Refused::Over(ApprovalState::Void));
        assert_eq!(desk.kept().state, ApprovalState::Void);
        assert_eq!(desk.logged().last().map(String::as_str), Some(because));
    };
    let revoked = desk();
    revoked.keys.revoked.lock().unwrap().insert("id-ann".to_owned());
    void(&revoked, revoked.ballot("bob", true), "void Approver");

    let other = desk();
    void(&other, Ballot { bundle: "sha256:03".to_owned(), ..other.ballot("bob", true) }, "void Bundle");

    let restored = desk();
    restored.store.raise_generation().unwrap();
    void(&restored, restored.ballot("bob", true), "void Generation");

    let late = desk();
    let ballot = Ballot { now: NOW + 60_001, ..late.ballot("bob", true) };
    assert_eq!(late.refused(late.give(ballot)), Refused::Over(ApprovalState::Expired));
    assert_eq!(late.logged().last().map(String::as_str), Some("void Expired"));
}

#[test]
fn a_key_that_ended_or_an_id_that_was_guessed_answers_nothing() {
    let keys = ["ann", "bob"].map(|name| key(name, name, &["owner"], None)).to_vec();
    let desk = Desk::new(asked(vec![demand("owner", 1, &[])], false), keys);
    let guessed = Ballot { id: ApprovalId { random: [8; 16], index: 0 }, ..desk.ballot("ann", true) };
    assert_eq!(desk.refused(desk.give(guessed)), Refused::Unknown);
    let other = Ballot { id: ApprovalId { random: [9; 16], index: 1 }, ..desk.ballot("ann", true) };
    assert_eq!(desk.refused(desk.give(other)), Refused::Unknown);
    let seen = Ballot { seen: Some(1), ..desk.ballot("ann", true) };
    assert_eq!(desk.refused(desk.give(seen)), Refused::Changed);
    let ballot = desk.ballot("ann", true);
    desk.keys.revoked.lock().unwrap().insert("id-ann".to_owned());
    assert_eq!(desk.refused(desk.give(ballot)), Refused::NotAsked);
    assert_eq!(state(desk.approve("bob")), ApprovalState::Approved);
}

#[test]
fn a_rule_may_demand_a_signature() {
    let keys = vec![key("ann", "ann", &["owner"], Some(1)), key("bob", "bob", &["owner"], None)];
    let desk = Desk::new(asked(vec![demand("owner", 1, &[])], true), keys);
    let statement = |person: &str, approves: bool| {
        let approval = desk.kept();
        Statement { approval: &approval, asked: &desk.asked, tenant: "shop", person, approves }.text()
    };
    assert!(statement("ann", true).starts_with("lictor approval v1\ntenant: shop\napproval: 0909"));
    let signed = |name: &str, text: &str, seed: u8| Ballot {
        signature: Some(signature(text, seed)),
        ..desk.ballot(name, true)
    };
    assert_eq!(desk.refused(desk.approve("ann")), Refused::NotSigned);
    for wrong in [
        signed("ann", &statement("ann", true), 2),
        signed("ann", &statement("ann", false), 1),
        signed("ann", &statement("bob", true), 1),
        signed("bob", &statement("bob", true), 1),
        Ballot { signature: Some("?".to_owned()), ..desk.ballot("ann", true) },
    ] {
        assert_eq!(desk.refused(desk.give(wrong)), Refused::WrongSignature);
    }
    assert_eq!(state(desk.give(signed("ann", &statement("ann", true), 1))), ApprovalState::Approved);
    assert_eq!(desk.logged(), ["ann Approved Signature Approved"]);
}

#[test]
fn an_empty_list_of_approvers_refuses() {
    let ask = |demands: Vec<Demand>| asked(demands, false);
    let people = |keys: &[Arc<Key>]| People::of(keys.iter().map(|key| &**key));
    let lacking = |to: &str, quorum: u16, there: usize| Err(Lacking { to: to.to_owned(), quorum, there });
    let owners = ask(vec![demand("owner", 2, &["bob"])]);
    assert_eq!(people(&[]).can_answer(&owners), lacking("owner", 2, 0));
    let keys = vec![
        key("ann", "ann", &["owner"], None),
        key("ann-phone", "ann", &["owner"], None),
        key("bob", "bob", &["owner"], None),
        key("olga", "olga", &["owner"], None),
        key("uma", "uma", &["owner"], None),
    ];
    // Two keys are one person, and of the others none counts.
    assert_eq!(people(&keys).can_answer(&owners), lacking("owner", 2, 1));
    let more = [keys, vec![key("eve", "eve", &["owner"], None)]].concat();
    assert_eq!(people(&more).can_answer(&owners), Ok(()));
    assert_eq!(people(&more).can_answer(&ask(vec![demand("user", 1, &[])])), Ok(()));
    assert_eq!(people(&more).can_answer(&ask(vec![demand("desk", 1, &[])])), lacking("desk", 1, 0));
    // Letters of either case are one person, and so they are when they answer.
    let twice = [key("ann", "ann", &["owner"], None), key("ann-phone", "Ann", &["owner"], None)];
    assert_eq!(people(&twice).can_answer(&owners), lacking("owner", 2, 1));
    // Where a signature is demanded, whoever could sign with a key of the role counts.
    let signed = asked(vec![demand("owner", 1, &[])], true);
    let apart = [key("ann", "ann", &["owner"], None), key("ann-desk", "ann", &["desk"], Some(1))];
    assert_eq!(people(&apart).can_answer(&signed), lacking("owner", 1, 0));
    assert_eq!(people(&[key("ann", "ann", &["owner"], Some(1))]).can_answer(&signed), Ok(()));
}

/// A signature, in base64.
fn signature(text: &str, seed: u8) -> String {
    use base64ct::{Base64, Encoding};
    use ed25519_dalek::Signer;
    let key = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]);
    Base64::encode_string(&key.sign(text.as_bytes()).to_bytes())
}
