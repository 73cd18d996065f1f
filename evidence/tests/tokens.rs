//! Tokens: what is signed is read again, and everything else is refused with a code.

mod support;

use lictor_evidence::token::{
    Claims, Comparison, Constraint, Envelope, MAX_TOKEN, Mode, Reason, TokenError, Value,
};
use support::*;

fn open(token: &str) -> Result<Claims, TokenError> {
    Claims::open(token, &token_keys(1), NOW)
}

fn reason<T: std::fmt::Debug>(result: Result<T, TokenError>) -> Reason {
    result.unwrap_err().reason
}

/// The header and the claims of a good token, as texts to change.
fn good() -> (String, String) {
    let token = claims().sign(&token_key(1)).unwrap();
    let text = |number| String::from_utf8(part(&token, number)).unwrap();
    (text(0), text(1))
}

#[test]
fn what_was_signed_is_read_again() {
    let all = Claims {
        confirmation: Some(token_key(3).verifying_key().thumbprint()),
        envelope: Some(fifty_dollars()),
        commerce: Some(purchase()),
        mode: Mode::Observe,
        ..claims()
    };
    for claims in [claims(), all] {
        let token = claims.sign(&token_key(1)).unwrap();
        assert_eq!(open(&token), Ok(claims));
    }
}

#[test]
fn a_token_is_written_as_the_specification_says() {
    let all = Claims {
        confirmation: Some(token_key(3).verifying_key().thumbprint()),
        envelope: Some(fifty_dollars()),
        commerce: Some(purchase()),
        ..claims()
    };
    let token = all.sign(&token_key(1)).unwrap();
    let [header, payload] = [0, 1].map(|number| String::from_utf8(part(&token, number)).unwrap());
    assert_eq!(
        header,
        r#"{"alg":"EdDSA","kid":"UDDReOZl1ipXAfp9wYsm13sDBMK5og--QWdBjzuf6o4","typ":"lictor-exec+jwt"}"#
    );
    assert_eq!(
        payload,
        concat!(
            r#"{"iss":"https://gateway.example","aud":"store-1","sub":"agent-7","jti":"MDEyMzQ1Njc4OWFiY2RlZg.41","#,
            r#""iat":1772359200,"nbf":1772359200,"exp":1772359320,"act":"payment.charge","#,
            r#""bnd":"13aqoz1YQcUobgbvVNREYBa1nn3y5tCGQA0mh0Etgzc","#,
            r#""bundle":"sha256:1e6ed65d77d6364eeaed5a745ba5c4985ae2b700dd85d7cf7f027bdf294a33fc","#,
            r#""dec":"d-41","gen":1,"mode":"enforce","cnf":{"jkt":"nRIE2VmKdMjL1JD7tbV7fXVgXxmv0GKnMFWRUJMTf9Q"},"#,
            r#""scope":"agent_exec","ver":1,"env":[{"field":"amount","op":"<=","bounds":[{"type":"money","minor":5000,"currency":"USD"}]}],"#,
            r#""storeId":"store-1","variantId":"shopify:variant:1","qty":2,"price_amount":"19.99","currency":"USD","#,
            r#""sku_hash":"sha256:518b0b0d3dc5c60b59004b9a80e59bd94245f479874fe08c4782add029b12e2e","#,
            r#""execution_intent_hash":"sha256:9f0d0f4d9b04a7bf86e78c792e79e01cf1fc5546584170cd348cbc775d95c924"}"#
        )
    );
}

#[test]
fn both_names_of_the_algorithm_are_read() {
    let (header, payload) = good();
    let other = header.replace("EdDSA", "Ed25519");
    assert_eq!(open(&forged(other.as_bytes(), payload.as_bytes(), 1)), Ok(claims()));
}

#[test]
fn a_header_that_asks_for_anything_else_is_refused() {
    let (header, payload) = good();
    let with = |member: &str| header.replace('}', &format!(",{member}}}"));
    let headers = [
        with(r#""jwk":{"kty":"OKP"}"#),
        with(r#""jku":"https://evil.example/keys""#),
        with(r#""x5u":"https://evil.example/chain""#),
        with(r#""x5c":[]"#),
        with(r#""crit":["exp"]"#),
        with(r#""crit":[]"#),
        with(r#""b64":false"#),
        with(r#""b64":true"#),
        with(r#""zip":"DEF""#),
        with(r#""cty":"JWT""#),
        with(r#""alg":"none""#),
        with(r#""alg":"EdDSA""#),
        with(r#""kid":"other""#),
        with(r#""\u0061lg":"none""#),
        header.replace("EdDSA", "none"),
        header.replace("EdDSA", "None"),
        header.replace("EdDSA", ""),
        header.replace("EdDSA", "eddsa"),
        header.replace("EdDSA", "HS256"),
        header.replace("EdDSA", "ES256"),
        header.replace("EdDSA", "Ed448"),
        header.replace(r#""EdDSA""#, "null"),
        header.replace(r#""EdDSA""#, r#"["EdDSA"]"#),
        header.replace("lictor-exec+jwt", "JWT"),
        header.replace("lictor-exec+jwt", "lictor-exec+JWT"),
        header.replace(r#","typ":"lictor-exec+jwt""#, ""),
        header.replace("UDDR", "UDDS"),
        header.replace("UDDR", ""),
        header.replace("f6o4", "f6o5"),
        format!("{header} x"),
        format!("[{header}]"),
        header.replace('{', "{{"),
        String::new(),
        "null".to_owned(),
    ];
    for header in headers {
        let token = forged(header.as_bytes(), payload.as_bytes(), 1);
        assert_eq!(reason(open(&token)), Reason::InvalidSignature, "{header}");
    }
}

#[test]
fn a_token_has_one_text() {
    let token = claims().sign(&token_key(1)).unwrap();
    let mut others = vec![
        format!("{token}="),
        format!("{token}."),
        format!(".{token}"),
        format!(" {token}"),
        format!("{token}\n"),
        format!("Bearer {token}"),
        token.replace('.', ".."),
        token.replacen('.', "=.", 1),
        token.replacen('.', "", 1),
        token.rsplit_once('.').unwrap().0.to_owned(),
        format!("{}.", token.rsplit_once('.').unwrap().0),
        token.to_uppercase(),
        "..".to_owned(),
        ".".to_owned(),
        "x".to_owned(),
        "é.é.é".to_owned(),
        "A".repeat(MAX_TOKEN + 1),
    ];
    // The last sign of each part has bits that no byte takes.
    for (at, _) in token.match_indices('.').chain([(token.len(), "")]) {
        let last = token.as_bytes()[at - 1];
        let next = if last.is_ascii_lowercase() && last != b'z' { last + 1 } else { b'b' };
        others.push(format!("{}{}{}", &token[..at - 1], char::from(next), &token[at..]));
    }
    for other in others {
        assert_eq!(reason(open(&other)), Reason::InvalidSignature, "{other}");
    }
    assert_eq!(reason(open("")), Reason::NoToken);
}

#[test]
fn every_changed_bit_is_found() {
    let token = claims().sign(&token_key(1)).unwrap();
    for at in 0..token.len() {
        for bit in 0..7 {
            let mut bytes = token.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(reason(open(&changed)), Reason::InvalidSignature, "{at} {bit}");
        }
    }
}

#[test]
fn claims_that_are_not_those_of_a_token_are_refused() {
    let (header, payload) = good();
    let with = |member: &str| payload.replacen('{', &format!("{{{member},"), 1);
    let half = r#""storeId":"store-1""#;
    let payloads = [
        with(r#""sub":"agent-8""#),
        with(r#""admin":true"#),
        with(half),
        with(r#""env":[]"#),
        with(r#""env":[{"field":"amount","op":"<","bounds":[{"type":"int","value":1}]}]"#),
        with(r#""env":[{"field":"amount","op":"<=","bounds":[]}]"#),
        with(r#""env":[{"field":"amount","op":"<=","bounds":[{"type":"text","value":"x"}]}]"#),
        with(r#""env":[{"field":"","op":"==","bounds":[{"type":"text","value":"x"}]}]"#),
        with(r#""env":[{"field":"amount","op":"<=","bounds":[{"type":"int","value":1.5}]}]"#),
        with(r#""env":[{"field":"amount","op":"<=","bounds":[{"type":"int","value":9007199254740992}]}]"#),
        with(r#""cnf":{}"#),
        with(r#""cnf":{"jkt":"x"}"#),
        with(r#""cnf":{"jkt":"UDDReOZl1ipXAfp9wYsm13sDBMK5og--QWdBjzuf6o4","jwk":{}}"#),
        payload.replace(r#""ver":1"#, r#""ver":2"#),
        payload.replace(r#","ver":1"#, ""),
        payload.replace(r#""gen":1"#, r#""gen":-1"#),
        payload.replace(r#""gen":1"#, r#""gen":1.0"#),
        payload.replace(r#""gen":1"#, r#""gen":9007199254740992"#),
        payload.replace(r#""gen":1"#, r#""gen":"1""#),
        payload.replace("agent-7", ""),
        payload.replace("agent-7", &"a".repeat(257)),
        payload.replace("agent-7", r"agent\u0000"),
        payload.replace("agent-7", r"agent\ud800"),
        payload.replace(r#""store-1""#, r#"["store-1"]"#),
        payload.replace("1772359320", "1772359200"),
        payload.replace("1772359320", "1772359320.5"),
        payload.replace("1772359320", "1772445601"),
        payload.replace("1772359320", "1e12"),
        payload.replace("1772359320", "99999999999999999999"),
        payload.replace("1772359200", "-1"),
        payload.replace("enforce", "Enforce"),
        payload.replace("sha256:", "sha256:AB"),
        payload.replace("sha256:", "SHA256:"),
        payload.replace(".41", ".041"),
        payload.to_uppercase(),
        format!("{payload}{payload}"),
        String::new(),
        "[]".to_owned(),
    ];
    assert!(open(&forged(header.as_bytes(), payload.as_bytes(), 1)).is_ok());
    for payload in payloads {
        let token = forged(header.as_bytes(), payload.as_bytes(), 1);
        assert_eq!(reason(open(&token)), Reason::InvalidSignature, "{payload}");
    }
}

#[test]
fn what_could_not_be_read_again_is_not_signed() {
    let bought = |commerce| Claims { commerce: Some(commerce), ..claims() };
    let wrong = [
        Claims { subject: String::new(), ..claims() },
        Claims { issuer: "a\n".to_owned(), ..claims() },
        Claims { expires: claims().not_before, ..claims() },
        Claims { expires: claims().issued_at - 1, not_before: 0, ..claims() },
        Claims { expires: i64::MAX, issued_at: i64::MAX - 1, not_before: i64::MAX - 1, ..claims() },
        Claims { not_before: i64::MIN, ..claims() },
        Claims { generation: 1 << 53, ..claims() },
        Claims { envelope: Some(Envelope(Vec::new())), ..claims() },
        bought(lictor_evidence::token::Commerce { store_id: "store-2".to_owned(), ..purchase() }),
        bought(lictor_evidence::token::Commerce { quantity: 0, ..purchase() }),
        bought(lictor_evidence::token::Commerce { price_amount: "1e3".to_owned(), ..purchase() }),
        bought(lictor_evidence::token::Commerce { currency: "usd".to_owned(), ..purchase() }),
    ];
    for claims in wrong {
        assert_eq!(reason(claims.sign(&token_key(1))), Reason::InvalidSignature, "{claims:?}");
        assert!(claims.is_sound().is_err());
    }
}

#[test]
fn a_token_is_good_where_and_when_it_is_meant() {
    let good = claims();
    assert_eq!(good.check(&expected()), Ok(()));
    let at = |now, skew| good.check(&lictor_evidence::token::Expected { now, skew, ..expected() });
    assert_eq!(reason(at(NOW - 1, 0)), Reason::TokenExpired);
    assert_eq!(at(NOW - 1, 1), Ok(()));
    assert_eq!(at(NOW + 119_999, 0), Ok(()));
    assert_eq!(reason(at(NOW + 120_000, 0)), Reason::TokenExpired);
    assert_eq!(at(NOW + 120_000, 1), Ok(()));
    assert_eq!(reason(at(i64::MAX, u32::MAX)), Reason::TokenExpired);
    assert_eq!(reason(at(i64::MIN, u32::MAX)), Reason::TokenExpired);
    let cases = [
        (
            lictor_evidence::token::Expected { issuer: "https://other.example", ..expected() },
            Reason::InvalidSignature,
        ),
        (lictor_evidence::token::Expected { audience: "store-2", ..expected() }, Reason::StoreMismatch),
        (lictor_evidence::token::Expected { scope: "agent_read", ..expected() }, Reason::ScopeRestricted),
    ];
    for (expected, code) in cases {
        assert_eq!(reason(good.check(&expected)), code);
    }
    let tried = Claims { mode: Mode::Observe, ..claims() };
    assert_eq!(reason(tried.check(&expected())), Reason::EnforceNotAvailable);
    assert_eq!(tried.check(&lictor_evidence::token::Expected { mode: Mode::Observe, ..expected() }), Ok(()));
    assert_eq!(good.check(&lictor_evidence::token::Expected { mode: Mode::Observe, ..expected() }), Ok(()));
}

#[test]
fn codes_are_those_of_the_interface() {
    let codes: Vec<String> = Reason::ALL.iter().map(ToString::to_string).collect();
    assert_eq!(
        codes.join(" "),
        "NO_TOKEN TOKEN_EXPIRED INVALID_SIGNATURE STORE_MISMATCH REPLAY_DETECTED INTENT_MISMATCH \
         SCOPE_RESTRICTED STALE_PRICE VARIANT_NOT_FOUND RATE_LIMITED POLICY_DENIED ENFORCE_NOT_AVAILABLE"
    );
}

fn money(minor: i64, currency: &str) -> Value {
    Value::Money { minor, currency: currency.to_owned() }
}

fn int(value: i64) -> Value {
    Value::Int { value }
}

fn text(value: &str) -> Value {
    Value::Text { value: value.to_owned() }
}

fn constraint(field: &str, op: Comparison, bounds: &[Value]) -> Constraint {
    Constraint { field: field.to_owned(), op, bounds: bounds.to_vec() }
}

fn fifty_dollars() -> Envelope {
    Envelope(vec![constraint("amount", Comparison::AtMost, &[money(5_000, "USD")])])
}

#[test]
fn an_envelope_admits_what_it_says_and_nothing_else() {
    let amount =
        |value: Option<Value>| fifty_dollars().check(|field| value.clone().filter(|_| field == "amount"));
    assert_eq!(amount(Some(money(5_000, "USD"))), Ok(()));
    assert_eq!(amount(Some(money(1, "USD"))), Ok(()));
    for other in [None, Some(money(5_001, "USD")), Some(money(1, "EUR")), Some(int(1)), Some(text("1"))] {
        assert_eq!(reason(amount(other.clone())), Reason::IntentMismatch, "{other:?}");
    }

    use Comparison::{AtLeast, AtMost, Equal, In};
    let cases = [
        (AtLeast, vec![int(2)], int(2), true),
        (AtLeast, vec![int(2)], int(1), false),
        (AtMost, vec![int(2)], int(3), false),
        (Equal, vec![text("m-1")], text("m-1"), true),
        (Equal, vec![text("m-1")], text("M-1"), false),
        (Equal, vec![int(1)], text("1"), false),
        (In, vec![text("a"), text("b")], text("b"), true),
        (In, vec![text("a"), int(1)], text("c"), false),
    ];
    for (op, bounds, value, admitted) in cases {
        assert_eq!(constraint("f", op, &bounds).admits(&value), admitted, "{value} {op:?} {bounds:?}");
    }
    let both = Envelope(vec![
        constraint("count", AtLeast, &[int(1)]),
        constraint("count", AtMost, &[int(3)]),
        constraint("payee", In, &[text("a"), text("b")]),
    ]);
    let presented = |count, payee: &'static str| {
        move |field: &str| Some(if field == "count" { int(count) } else { text(payee) })
    };
    assert_eq!(both.check(presented(3, "a")), Ok(()));
    let refused = both.check(presented(4, "a")).unwrap_err();
    assert_eq!(refused.to_string(), "INTENT_MISMATCH: `count` is not within what the token permits");
    assert!(both.check(presented(0, "a")).is_err());
    assert!(both.check(presented(1, "c")).is_err());
    assert_eq!(both.fields().collect::<Vec<_>>(), ["count", "count", "payee"]);
}

#[test]
fn a_reservation_is_the_most_that_an_envelope_permits() {
    use Comparison::{AtLeast, AtMost, In};
    assert_eq!(fifty_dollars().maximum("amount"), Some(&money(5_000, "USD")));
    assert_eq!(fifty_dollars().maximum("fee"), None);
    let several = Envelope(vec![
        constraint("amount", AtLeast, &[money(9_000, "USD")]),
        constraint("amount", AtMost, &[money(700, "USD")]),
        constraint("amount", In, &[money(100, "USD"), money(600, "USD"), money(200, "USD")]),
        constraint("amount", AtMost, &[money(800, "USD")]),
    ]);
    assert_eq!(several.maximum("amount"), Some(&money(600, "USD")));
    let mixed = Envelope(vec![
        constraint("amount", AtMost, &[money(700, "USD")]),
        constraint("amount", AtMost, &[money(600, "EUR")]),
    ]);
    assert_eq!(mixed.maximum("amount"), None);
    assert_eq!(Envelope(vec![constraint("amount", AtLeast, &[int(1)])]).maximum("amount"), None);
}
