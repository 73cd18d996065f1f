//! Answers from a form at the machine of the agent: they count for the role `local_operator`, and for nothing else.

use lictor_evidence::receipt::LOCAL_OPERATOR;

use super::*;

/// The keys of one who has that role, of one who has another beside it, and of those who have something to do with what is asked.
fn everybody() -> Vec<Arc<Key>> {
    vec![
        key("jo", "jo", &[LOCAL_OPERATOR], None),
        key("both", "bob", &[LOCAL_OPERATOR, "owner"], Some(1)),
        key("ann", "ann", &["owner"], None),
        key("olga", "olga", &[LOCAL_OPERATOR], None),
        key("uma", "uma", &[LOCAL_OPERATOR], None),
        key("shopper-7", "shopper-7", &[LOCAL_OPERATOR], None),
        key("till-1", "tim", &[LOCAL_OPERATOR], None),
        key("eve", "eve", &[LOCAL_OPERATOR], None),
    ]
}

impl Desk {
    fn in_a_form(&self, name: &str, approves: bool) -> Outcome {
        self.give(Ballot { means: Means::LocalOperator, ..self.ballot(name, approves) })
    }

    /// What a form may show to the holder of a key.
    fn form(&self, name: &str) -> Result<serde_json::Value, Refused> {
        let key = &self.ballot(name, true).key;
        crate::approvals::form::form(&*self.keys, key, &self.kept(), NOW + 1)
    }
}

fn for_local(quorum: u16, other_than: &[&str]) -> Vec<Demand> {
    vec![demand(LOCAL_OPERATOR, quorum, other_than)]
}

#[test]
fn it_counts_where_that_role_is_asked_and_is_marked_so() {
    let desk = Desk::new(asked(for_local(1, &[]), false), everybody());
    assert!(desk.form("jo").is_ok());
    assert_eq!(state(desk.in_a_form("jo", true)), ApprovalState::Approved);
    assert_eq!(desk.logged(), ["jo Approved LocalOperator Approved"]);
    let kept = desk.kept();
    let evidence = Evidence::read(&kept.votes[0].evidence).unwrap();
    assert_eq!((evidence.proof.name(), &evidence.demands), (LOCAL_OPERATOR, &vec![0]));
    assert_eq!(for_people(&kept, NOW)["answers"][0]["evidence"], LOCAL_OPERATOR);
    // It is for people, and an agent is told nothing of who answered.
    assert!(for_agent(&kept, NOW).get("answers").is_none());
    assert_eq!(desk.form("jo"), Err(Refused::Over(ApprovalState::Approved)));
}

#[test]
fn whoever_has_something_to_do_with_it_does_not_answer_in_a_form_either() {
    let desk = Desk::new(asked(for_local(1, &["eve"]), false), everybody());
    for (name, why) in [
        ("olga", Refused::Owner),
        ("uma", Refused::User),
        ("shopper-7", Refused::OwnRequest),
        ("till-1", Refused::OwnRequest),
        ("eve", Refused::Excluded),
        ("ann", Refused::NotAsked),
    ] {
        for approves in [true, false] {
            assert_eq!(desk.refused(desk.in_a_form(name, approves)), why, "{name}");
        }
        assert_eq!(desk.form(name), Err(why), "{name}");
    }
    assert_eq!((desk.kept().version, desk.logged()), (0, Vec::new()));
    // Where all who have the role have something to do with it, nobody is asked.
    let lacking = Lacking { to: LOCAL_OPERATOR.to_owned(), quorum: 1, there: 0 };
    let own: Vec<_> = everybody().into_iter().filter(|key| ["olga", "uma"].contains(&&*key.name)).collect();
    let people = People::of(own.iter().map(|key| &**key));
    assert_eq!(people.can_answer(&desk.asked), Err(lacking));
}

#[test]
fn for_another_role_it_is_nothing_whatever_else_the_key_may_answer() {
    for to in ["owner", "user", "LOCAL_OPERATOR"] {
        let desk = Desk::new(asked(vec![demand(to, 1, &[])], false), everybody());
        for name in ["both", "jo", "ann", "uma"] {
            for approves in [true, false] {
                assert_eq!(desk.refused(desk.in_a_form(name, approves)), Refused::NotLocal, "{name}");
            }
            assert_eq!(desk.form(name), Err(Refused::NotLocal), "{name}");
        }
        assert_eq!((desk.kept().version, desk.logged()), (0, Vec::new()));
    }
    // Of two that ask, it answers one; what the same key says on its page answers both.
    let two = || vec![demand("owner", 1, &[]), demand(LOCAL_OPERATOR, 1, &[])];
    let desk = Desk::new(asked(two(), false), everybody());
    assert_eq!(state(desk.in_a_form("both", true)), ApprovalState::Pending);
    assert_eq!(Evidence::read(&desk.kept().votes[0].evidence).unwrap().demands, [1]);
    assert_eq!(desk.refused(desk.in_a_form("both", true)), Refused::Voted);
    assert_eq!(desk.form("both"), Err(Refused::Voted));
    assert_eq!(state(desk.approve("ann")), ApprovalState::Approved);
    let other = Desk::new(asked(two(), false), everybody());
    assert_eq!(state(other.approve("both")), ApprovalState::Approved);
    assert_eq!(other.logged(), ["bob Approved Session Approved"]);

    // Should somebody write it where another role is asked, it does not count there.
    let evidence = Evidence { key: "id-both".to_owned(), demands: vec![0, 1], proof: Proof::LocalOperator };
    let forged = lictor_store::Vote {
        person: "bob".to_owned(),
        approves: true,
        at: NOW,
        index: 1,
        evidence: evidence.write(),
    };
    assert!(!is_met(&other.asked, std::slice::from_ref(&forged)));
    assert!(is_met(&asked(for_local(1, &[]), false), &[forged]));
}

#[test]
fn persons_count_and_not_forms() {
    let desk = Desk::new(asked(for_local(2, &[]), false), everybody());
    assert_eq!(state(desk.in_a_form("jo", true)), ApprovalState::Pending);
    assert_eq!(desk.refused(desk.in_a_form("jo", true)), Refused::Voted);
    assert_eq!(desk.refused(desk.approve("jo")), Refused::Voted);
    assert_eq!(state(desk.approve("both")), ApprovalState::Approved);
    assert_eq!(desk.logged(), ["jo Approved LocalOperator Pending", "bob Approved Session Approved"]);
}

#[test]
fn where_a_signature_is_demanded_it_approves_nothing() {
    let desk = Desk::new(asked(for_local(1, &[]), true), everybody());
    for name in ["jo", "both"] {
        assert_eq!(desk.refused(desk.in_a_form(name, true)), Refused::NotSigned);
        assert_eq!(desk.form(name), Err(Refused::NotSigned));
    }
    // To refuse it takes none.
    assert_eq!(state(desk.in_a_form("jo", false)), ApprovalState::Denied);
    assert_eq!(desk.logged(), ["jo Denied LocalOperator Denied"]);
}

#[test]
fn it_is_for_what_was_seen_and_ends_with_the_key() {
    let desk = Desk::new(asked(for_local(2, &[]), false), everybody());
    let seen = desk.form("jo").unwrap()["version"].as_u64().unwrap();
    assert_eq!(state(desk.approve("both")), ApprovalState::Pending);
    let seen = u32::try_from(seen).ok();
    let late = Ballot { means: Means::LocalOperator, seen, ..desk.ballot("jo", true) };
    assert_eq!(desk.refused(desk.give(late)), Refused::Changed);
    assert_eq!(state(desk.in_a_form("jo", true)), ApprovalState::Approved);
    // What was approved with a key that was revoked since is worth nothing.
    let kept = desk.kept();
    let head = desk.store.reader().unwrap().head(desk.tenant).unwrap().unwrap();
    let lost = |revoked: &str| lost(&kept, &desk.asked, &head, BUNDLE, |key| key == revoked);
    assert_eq!((lost("id-jo"), lost("id-ann")), (Some(VoidReason::Approver), None));
    desk.keys.revoked.lock().unwrap().insert("id-jo".to_owned());
    assert_eq!(desk.refused(desk.in_a_form("jo", true)), Refused::Over(ApprovalState::Approved));
}

#[test]
fn a_form_has_nothing_that_is_not_for_agents() {
    let told = Told { code: "NOT_OPEN".to_owned(), reason: "This shop is closed".to_owned() };
    let confidential = Demand {
        code: "WATCHED".to_owned(),
        reason: "eve is under investigation".to_owned(),
        rule: Some("shop.watched".to_owned()),
        told: Some(told),
        ..demand("owner", 1, &[])
    };
    let mut asked = asked([for_local(1, &[]), vec![confidential]].concat(), false);
    asked.risk = Some(Risk { score: 35, flags: vec!["watched".to_owned()], points: vec![] });
    let desk = Desk::new(asked, everybody());
    let form = desk.form("jo").unwrap();
    assert_eq!(form["asks"][0]["rule"], "shop.price");
    assert_eq!(
        form["asks"][1],
        serde_json::json!({ "to": "owner", "code": "NOT_OPEN", "reason": "This shop is closed", "rule": null })
    );
    assert_eq!((&form["risk"], &form["agent"]), (&35.into(), &"shopper-7".into()));
    let text = form.to_string();
    for never in ["WATCHED", "watched", "investigation", "olga", "uma"] {
        assert!(!text.contains(never), "{never} in {text}");
    }
}
