//! Keys of tokens: rotation leaves no token behind, and a published set verifies what its issuer signed.

mod support;

use lictor_evidence::jwks::{TokenKey, TokenKeys};
use lictor_evidence::keys::{Thumbprint, Token, VerifyingKey};
use lictor_evidence::token::{Claims, MAX_LIFETIME, Reason};
use support::*;

const DAY: i64 = 86_400_000;

#[test]
fn a_thumbprint_is_that_of_the_standard() {
    // RFC 8037, appendix A.2 and A.3.
    let public = part("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", 0).try_into().unwrap();
    let thumbprint = Thumbprint::of_ed25519(&public);
    assert_eq!(thumbprint.to_string(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    assert_eq!(thumbprint.to_string().parse(), Ok(thumbprint));
    assert!("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4l".parse::<Thumbprint>().is_err());
}

#[test]
fn rotation_leaves_no_token_behind() {
    let keys = token_keys(1);
    let rotated = keys.rotated(token_key(2).verifying_key(), NOW + DAY).unwrap();
    let kid = |seed| token_key(seed).verifying_key().thumbprint();
    let current = |now| rotated.current(now).unwrap().thumbprint();

    // The new key is published a day before it signs.
    assert_eq!(current(NOW + DAY - 1), kid(1));
    assert_eq!(current(NOW + DAY), kid(2));
    assert!(rotated.find(kid(2), NOW).is_some());
    // The last token of the old key is good for as long as a token can be.
    let last = NOW + DAY + MAX_LIFETIME * 1_000;
    let token = claims().sign(&token_key(1)).unwrap();
    assert!(Claims::open(&token, &rotated, last - 1).is_ok());
    let retired = Claims::open(&token, &rotated, last).unwrap_err();
    assert_eq!(retired.reason, Reason::InvalidSignature);
    assert_eq!(rotated.pruned(last).keys().len(), 1);
    assert_eq!(rotated.pruned(last - 1).keys().len(), 2);

    // A second rotation does not bring back the first key.
    let again = rotated.rotated(token_key(3).verifying_key(), NOW + 2 * DAY).unwrap();
    assert!(again.find(kid(1), last).is_none());
    assert!(again.find(kid(2), last).is_some());
    assert!(again.rotated(token_key(2).verifying_key(), NOW + 3 * DAY).is_err(), "a key comes back");
}

#[test]
fn what_is_known_to_be_signed_is_not_verified_and_all_else_is_looked_at() {
    let rotated = token_keys(1).rotated(token_key(2).verifying_key(), NOW + DAY).unwrap();
    let token = claims().sign(&token_key(1)).unwrap();
    let opened = |token: &str, now, is_known| Claims::open_known(token, &rotated, now, |_| is_known);
    let mut asked = None;
    let answer = Claims::open_known(&token, &rotated, NOW, |token| {
        asked = Some(token.to_owned());
        true
    });
    // All of the token, its signature included.
    assert_eq!((answer, asked.as_deref()), (Ok(claims()), Some(token.as_str())));
    assert_eq!(opened(&token, NOW, false), Ok(claims()));
    let header = part(&token, 0);
    let unsigned = forged(&header, &part(&token, 1), 3);
    assert_eq!(opened(&unsigned, NOW, false).unwrap_err().reason, Reason::InvalidSignature);
    assert_eq!(opened(&unsigned, NOW, true), Ok(claims()), "whoever says that it is known is believed");
    // A key that is retired, and one that is nobody's, verify nothing.
    let last = NOW + DAY + MAX_LIFETIME * 1_000;
    let stranger = claims().sign(&token_key(3)).unwrap();
    for (token, now) in [(&token, last), (&stranger, NOW)] {
        assert_eq!(opened(token, now, true).unwrap_err().reason, Reason::InvalidSignature);
    }
    for broken in ["", "a.b.c", &token[1..], &token[..token.len() - 1]] {
        assert!(opened(broken, NOW, true).is_err(), "{broken}");
    }
}

#[test]
fn a_published_set_verifies_what_its_issuer_signed() {
    let keys = token_keys(1).rotated(token_key(2).verifying_key(), NOW + DAY).unwrap();
    let published = keys.to_json(NOW);
    assert_eq!(
        published,
        concat!(
            r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w","#,
            r#""kid":"UDDReOZl1ipXAfp9wYsm13sDBMK5og--QWdBjzuf6o4","use":"sig","alg":"EdDSA"},"#,
            r#"{"kty":"OKP","crv":"Ed25519","x":"gTl3Dqh9F19Wo1Rmw0x-zMuNipG07jeiXfYPW4_Js5Q","#,
            r#""kid":"aVBtapLd11SUVKIMGJfPzOEDuN0sXcmzJQNVT-_sKEU","use":"sig","alg":"EdDSA"}]}"#
        )
    );
    let read = TokenKeys::from_json(published.as_bytes()).unwrap();
    for seed in [1, 2] {
        let token = claims().sign(&token_key(seed)).unwrap();
        assert_eq!(Claims::open(&token, &read, NOW), Ok(claims()));
    }
    let stranger = claims().sign(&token_key(3)).unwrap();
    assert_eq!(Claims::open(&stranger, &read, NOW).unwrap_err().reason, Reason::InvalidSignature);
    // The name of a key of ours on the signature of a stranger.
    let header = part(&claims().sign(&token_key(1)).unwrap(), 0);
    let borrowed = forged(&header, &part(&stranger, 1), 3);
    assert_eq!(Claims::open(&borrowed, &read, NOW).unwrap_err().reason, Reason::InvalidSignature);
    // After its last token could have expired, a key is no longer published.
    assert_eq!(TokenKeys::from_json(keys.to_json(NOW + 3 * DAY).as_bytes()).unwrap().keys().len(), 1);
}

#[test]
fn a_set_with_a_flaw_is_refused() {
    let published = token_keys(1).to_json(NOW);
    let passed_over = [
        published.replace(r#""use":"sig""#, r#""use":"enc""#),
        published.replace("OKP", "EC"),
        r#"{"keys":[]}"#.to_owned(),
        r#"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}],"more":1}"#.to_owned(),
    ];
    for set in passed_over {
        assert_eq!(TokenKeys::from_json(set.as_bytes()).unwrap().keys().len(), 0, "{set}");
    }
    let identity = format!("AQ{}", "A".repeat(41));
    let refused = [
        published.replace("UDDR", "UDDS"),
        published.replace(r#""kty""#, r#""d":"AA","kty""#),
        published.replace(r#""kty""#, r#""kty":"RSA","kty""#),
        published.replace(r#""iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w""#, r#""AA""#),
        published.replace("iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w", &identity),
        published.replace("keys", "kids"),
        published.replace("[{", "[{},{").replace("[{},", "[").replace("}]", "}").to_owned(),
        "[]".to_owned(),
        String::new(),
    ];
    for set in refused {
        assert!(TokenKeys::from_json(set.as_bytes()).is_err(), "{set}");
    }
    let key = |seed: u8, signs_from, retired_at| TokenKey {
        key: token_key(seed).verifying_key(),
        signs_from,
        retired_at,
    };
    assert!(TokenKeys::of(vec![key(1, 0, None), key(1, 1, None)]).is_err());
    assert!(TokenKeys::of(vec![key(1, 2, Some(1))]).is_err());
    assert!(TokenKeys::of((0..65).map(|seed| key(seed, 0, None)).collect()).is_err());
}

/// Project Wycheproof's signatures, over the verification that everything here rests on.
#[test]
fn signatures_that_careless_verifiers_take_are_refused() {
    let set = wycheproof::eddsa::TestSet::load(wycheproof::eddsa::TestName::Ed25519).unwrap();
    let mut seen = [0, 0];
    for group in &set.test_groups {
        let public: [u8; 32] = group.key.pk.as_ref().try_into().unwrap();
        let key = VerifyingKey::<Token>::from_bytes(&public).unwrap();
        for test in &group.tests {
            let good = <&[u8; 64]>::try_from(test.sig.as_ref())
                .is_ok_and(|signature| key.verifies(&test.msg, signature));
            assert_eq!(good, !test.result.must_fail(), "{}: {}", test.tc_id, test.comment);
            seen[usize::from(good)] += 1;
        }
    }
    assert_eq!(seen, [63, 88]);
}
