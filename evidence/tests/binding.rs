//! What a token is bound to.

mod support;

use std::collections::BTreeMap;

use lictor_evidence::binding::{BindingSecret, BoundFields};
use lictor_evidence::commitment::{Commitment, FieldKey, RecordKey};
use support::*;

#[test]
fn only_the_bound_values_hold_and_only_with_the_secret() {
    let bound = secret().bind(&bound_fields());
    assert!(secret().holds(&bound, &bound_fields()));
    assert!(!BindingSecret::new([8; 32]).holds(&bound, &bound_fields()));

    let of = |action, fields: &[(&'static str, &'static [u8])]| BoundFields {
        action,
        fields: fields.iter().copied().collect::<BTreeMap<_, _>>(),
    };
    let others = [
        of("payment.refund", &[("amount", b"1999 USD"), ("payee", b"m-1")]),
        of("payment.charge", &[("amount", b"1998 USD"), ("payee", b"m-1")]),
        of("payment.charge", &[("amount", b"1999 USD")]),
        of("payment.charge", &[("amount", b"1999 USD"), ("payee", b"")]),
        of("payment.charge", &[("amount", b"1999 USD"), ("payee", b"m-1"), ("memo", b"")]),
        // The same bytes, divided otherwise.
        of("payment.charge", &[("amount", b"1999 USDpayeem-1")]),
        of("payment.chargeamount", &[("", b"1999 USD"), ("payee", b"m-1")]),
        of("payment.charge", &[("amount1", b"999 USD"), ("payee", b"m-1")]),
    ];
    for other in others {
        assert!(!secret().holds(&bound, &other), "{other:?}");
    }
}

/// Computed with Python's `hmac` over the bytes that the module's documentation says.
#[test]
fn the_digest_is_the_documented_one() {
    assert_eq!(secret().bind(&bound_fields()).to_string(), "13aqoz1YQcUobgbvVNREYBa1nn3y5tCGQA0mh0Etgzc");
}

#[test]
fn a_field_is_opened_by_itself() {
    let record = RecordKey::new([7; 32]);
    let email = record.field("customer.email");
    let commitment = email.commit(b"a@example.com");
    // What is handed over: the name, the value and the key of this field.
    let handed_over = FieldKey::new(*email.expose());
    assert!(handed_over.opens(&commitment, b"a@example.com"));
    assert!(!handed_over.opens(&commitment, b"b@example.com"));
    assert!(!record.field("customer.name").opens(&commitment, b"a@example.com"));
    assert!(!RecordKey::new([8; 32]).field("customer.email").opens(&commitment, b"a@example.com"));
    // It is no key to another field with the same value.
    assert_ne!(record.field("customer.name").commit(b"a@example.com"), commitment);

    let text = commitment.to_string();
    // Computed with Python's `hmac` over the bytes that the module's documentation says.
    assert_eq!(text, "hmac-sha256:93d2d4049a99ac7df154f76173449b2ed5457d059ba3d3e3a8bd528cfc276b1e");
    assert_eq!(text.parse(), Ok(commitment));
    let others = [
        text.to_uppercase(),
        text.replace("hmac-sha256", "sha256"),
        text[..text.len() - 1].to_owned(),
        text[12..].to_uppercase(),
        format!("hmac-sha256:{}", text[12..].to_uppercase()),
    ];
    for other in others {
        assert!(other.parse::<Commitment>().is_err(), "{other}");
    }
}
