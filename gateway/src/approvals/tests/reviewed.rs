//! What a reviewer may do with what waits.

use super::*;
use crate::approvals::review::{Claim, Effect, Reviewed};
use crate::sources::{Review, Verdict};

/// What a reviewer says, as often as it says it.
fn reviewed(desk: &Desk, verdict: Verdict) -> ApprovalState {
    let review = Some(Review { verdict, words: Some("odd".to_owned()) });
    let Ballot { now, id, place, .. } = desk.ballot("ann", true);
    desk.store.submit(desk.tenant, Reviewed { now, id, review, place }).wait().unwrap();
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
fn one_gateway_asks_about_a_request_and_once() {
    const WAITS: i64 = 90_000;
    let desk = || {
        let mut asked = asked(vec![demand("owner", 1, &[])], false);
        asked.at = NOW;
        Desk::new(asked, vec![key("ann", "ann", &["owner"], None)])
    };
    let claim = |desk: &Desk, after: i64| {
        let id = ApprovalId { random: [9; 16], index: 0 };
        desk.store.submit(desk.tenant, Claim { now: NOW + after, id }).wait().unwrap()
    };
    let says = |desk: &Desk, review: Option<Review>| {
        let Ballot { id, place, .. } = desk.ballot("ann", true);
        desk.store.submit(desk.tenant, Reviewed { now: NOW + 2, id, review, place }).wait().unwrap()
    };
    // Of two that want to ask one does, and no other as long as it may be asking.
    let one = desk();
    assert_eq!((claim(&one, 1), claim(&one, 1), claim(&one, 59_000)), (true, false, false));
    // Where it says nothing, that is what came of it.
    assert_eq!(says(&one, None), Effect::None);
    assert_eq!((claim(&one, 3), one.kept().version, one.logged()), (false, 0, Vec::new()));
    // Whoever asked has gone without saying what came of it: it is asked again while the request waits, and not when it is over.
    let short = desk();
    assert!(claim(&short, 1));
    assert!(!claim(&short, WAITS + 2));
    let gone = Desk::lasting(WAITS * 10, short.asked.clone(), short.keys.all.clone());
    assert!(claim(&gone, 1));
    assert!(!claim(&gone, WAITS) && claim(&gone, WAITS + 2) && !claim(&gone, WAITS + 3));
    let human = || Some(Review { verdict: Verdict::Human, words: None });
    assert_eq!(says(&gone, human()), Effect::Left);
    assert!(!claim(&gone, 3 * WAITS));
    // What people have decided nobody asks about, and an id that was guessed is none.
    let decided = desk();
    assert_eq!(state(decided.approve("ann")), ApprovalState::Approved);
    assert!(!claim(&decided, 2));
    assert_eq!(says(&decided, human()), Effect::Late);
    let guessed = Claim { now: NOW + 1, id: ApprovalId { random: [8; 16], index: 0 } };
    assert!(!decided.store.submit(decided.tenant, guessed).wait().unwrap());
}
