//! Who may answer, and what that comes to.

use super::*;

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
