//! Answers that are signed.

use super::*;

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
        means: Means::Signature(signature(text, seed)),
        ..desk.ballot(name, true)
    };
    assert_eq!(desk.refused(desk.approve("ann")), Refused::NotSigned);
    for wrong in [
        signed("ann", &statement("ann", true), 2),
        signed("ann", &statement("ann", false), 1),
        signed("ann", &statement("bob", true), 1),
        signed("bob", &statement("bob", true), 1),
        Ballot { means: Means::Signature("?".to_owned()), ..desk.ballot("ann", true) },
    ] {
        assert_eq!(desk.refused(desk.give(wrong)), Refused::WrongSignature);
    }
    assert_eq!(state(desk.give(signed("ann", &statement("ann", true), 1))), ApprovalState::Approved);
    assert_eq!(desk.logged(), ["ann Approved Signature Approved"]);
}

/// A signature, in base64.
fn signature(text: &str, seed: u8) -> String {
    use base64ct::{Base64, Encoding};
    use ed25519_dalek::Signer;
    let key = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]);
    Base64::encode_string(&key.sign(text.as_bytes()).to_bytes())
}
