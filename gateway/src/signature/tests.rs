//! What is signed, against the examples of the RFCs; what is no signature is refused with a sentence, whatever it is.

use ed25519_dalek::{Signer as _, SigningKey};
use http::Request;
use lictor_bundle::keys::VerifyingKey;

use super::*;

const NOW: i64 = 1_772_359_200;
const BODY: &str = "sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:";

fn names() -> Names {
    Names::of(Some("https://example.com"), "127.0.0.1:1".parse().unwrap(), false)
}

/// The parts of a request to `example.com`.
fn parts(uri: &str, headers: &[(&str, &str)]) -> Parts {
    let mut request = Request::post(uri).header("host", "example.com");
    for (name, value) in headers {
        request = request.header(*name, http::HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    request.body(()).unwrap().into_parts().0
}

/// RFC 9421, appendix B.2.6, with the key of appendix B.1.4.
#[test]
fn the_example_of_the_rfc_is_what_was_signed() {
    let input = r#"sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519""#;
    let headers = [
        ("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
        ("content-type", "application/json"),
        ("content-length", "18"),
    ];
    let parts = parts("/foo?param=Value&Pet=dog", &headers);
    let inputs: Dictionary = Parser::new(input).parse().unwrap();
    let ListEntry::InnerList(covered) = &inputs["sig-b26"] else { panic!("{inputs:?}") };
    let message = Message::of(&parts, &names()).unwrap();
    let base = message.base(covered).unwrap();
    let wanted = [
        r#""date": Tue, 20 Apr 2021 02:07:55 GMT"#,
        r#""@method": POST"#,
        r#""@path": /foo"#,
        r#""@authority": example.com"#,
        r#""content-type": application/json"#,
        r#""content-length": 18"#,
        &format!(r#""@signature-params": {}"#, &input["sig-b26=".len()..]),
    ];
    assert_eq!(base, wanted.join("\n"));
    let pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n-----END PUBLIC KEY-----\n";
    let field =
        "sig=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:";
    let signature: Dictionary = Parser::new(field).parse().unwrap();
    let ListEntry::Item(item) = &signature["sig"] else { panic!("{signature:?}") };
    let BareItem::ByteSequence(bytes) = &item.bare_item else { panic!("{signature:?}") };
    assert!(
        VerifyingKey::from_pem(pem).unwrap().verifies(base.as_bytes(), bytes.as_slice().try_into().unwrap())
    );
    // And it is not enough to identify anybody here.
    assert_eq!(message.uncovered(covered), Some(DIGEST));
}

/// RFC 8037, appendix A.3: the thumbprint by which `keyid` names a key.
#[test]
fn a_key_is_called_as_its_rfc_calls_it() {
    let public: [u8; 32] = [
        0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e,
        0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a,
    ];
    let signer = Signer::of(VerifyingKey::from_bytes(&public).unwrap());
    assert_eq!(signer.thumbprint.to_string(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn signer() -> Signer {
    Signer::of(VerifyingKey::from_bytes(&key().verifying_key().to_bytes()).unwrap())
}

/// The fields of a request whose signature covers this, with these parameters after what is always there.
fn signed(covered: &str, params: &str) -> Parts {
    let keyid = signer().thumbprint;
    let params = format!("({covered});keyid=\"{keyid}\";tag=\"lictor\"{params}");
    let mut parts = parts("/a?b=c", &[("content-digest", BODY), ("lictor-tenant", "shop")]);
    let list = format!("lictor={params}");
    let signature = match Parser::new(&list).parse::<Dictionary>().as_ref().map(|list| list.get("lictor")) {
        Ok(Some(ListEntry::InnerList(list))) => {
            Message::of(&parts, &names()).unwrap().base(list).unwrap_or_default()
        }
        _ => String::new(),
    };
    let signature = key().sign(signature.as_bytes()).to_bytes();
    let signature = <base64ct::Base64 as base64ct::Encoding>::encode_string(&signature);
    parts.headers.insert("signature-input", http::HeaderValue::from_bytes(list.as_bytes()).unwrap());
    parts.headers.insert("signature", format!("lictor=:{signature}:").parse().unwrap());
    parts
}

const ALL: &str = r#""@method" "@authority" "@path" "@query" "content-digest" "lictor-tenant""#;

fn with_time(created: i64) -> String {
    format!(";created={created};nonce=\"0123456789abcdef\"")
}

fn verified(parts: &Parts, now: i64) -> Result<Signed, Refused> {
    Presented::of(parts, &names())?.unwrap().verify(&signer(), now)
}

#[test]
fn a_signature_is_good_for_a_minute() {
    let parts = signed(ALL, &with_time(NOW));
    for (now, is_good) in [
        (NOW * 1_000, true),
        ((NOW - 5) * 1_000, true),
        ((NOW - 5) * 1_000 - 1, false),
        ((NOW + 60) * 1_000, true),
        ((NOW + 60) * 1_000 + 1, false),
        (0, false),
        (i64::MAX, false),
    ] {
        match verified(&parts, now) {
            Ok(signed) => assert!(is_good && signed.key == signer().thumbprint, "{now}"),
            Err(why) => assert!(!is_good && matches!(why, Refused::Stale(_)), "{now}: {why:?}"),
        }
    }
    let soon = signed(ALL, &format!("{};expires={}", with_time(NOW), NOW + 10));
    assert!(verified(&soon, (NOW + 10) * 1_000).is_ok());
    assert!(matches!(verified(&soon, (NOW + 10) * 1_000 + 1), Err(Refused::Stale(_))));
    // The same nonce of another key is another one.
    let slot = |key| Nonce::of(&key, "0123456789abcdef", 0);
    assert_ne!(slot(signer().thumbprint), slot(Thumbprint([0; 32])));
}

#[test]
fn what_covers_too_little_or_says_too_much_is_none() {
    let (time, key) = (with_time(NOW), signer().thumbprint);
    let nonce = ";nonce=\"0123456789abcdef\"";
    let mut cases: Vec<(String, String, &str)> = ALL
        .split(' ')
        .map(|left_out| (ALL.replace(left_out, "").replace("  ", " "), time.clone(), "is not covered"))
        .collect();
    for (covered, why) in [
        (format!("{ALL} \"@path\""), "covered twice"),
        (format!("{ALL} \"@target-uri\""), "is not known here"),
        (format!("{ALL} \"Date\""), "is not known here"),
        (format!("{ALL} \"date\""), "no header"),
        (format!("{ALL} \"signature\""), "cannot be covered"),
        (ALL.replace("\"@path\"", "\"@path\";req"), "has parameters"),
        (format!("{ALL} date"), "each is a text"),
    ] {
        cases.push((covered, time.clone(), why));
    }
    for (params, why) in [
        (nonce.to_owned(), "created is missing"),
        (format!(";created=\"1\"{nonce}"), "created is no whole number"),
        (format!(";created=1.5{nonce}"), "created is no whole number"),
        (format!(";created={NOW}"), "nonce is not a text of 16 to 64"),
        (format!(";created={NOW};nonce=\"short\""), "nonce is not a text of 16 to 64"),
        (format!(";created={NOW};nonce=\"{}\"", "x".repeat(65)), "nonce is not a text of 16 to 64"),
        (format!(";created={NOW};nonce=123456789"), "nonce is no text"),
        (format!("{time};alg=\"hmac-sha256\""), "alg is not \"ed25519\""),
        (format!("{time};alg=ed25519"), "alg is not \"ed25519\""),
        (format!("{time};expires=soon"), "expires is no whole number"),
        (format!("{time};scope=\"all\""), "the parameter scope is not known"),
        (format!("{time};keyid=\"{}\"", &key.to_string()[1..]), "keyid is not the thumbprint"),
        (format!("{time};tag=\"web-bot-auth\""), "there is no signature with tag=\"lictor\""),
    ] {
        cases.push((ALL.to_owned(), params, why));
    }
    for (covered, params, wanted) in cases {
        let refused = verified(&signed(&covered, &params), NOW * 1_000);
        let Err(Refused::Invalid(why)) = refused else { panic!("{covered}{params}: {refused:?}") };
        assert!(why.contains(wanted), "{covered}{params}: {why}");
    }
}

#[test]
fn what_changed_since_is_not_what_was_signed() {
    let good = signed(ALL, &with_time(NOW));
    assert!(verified(&good, NOW * 1_000).is_ok());
    let with = |name: &'static str, value: &str| {
        let mut parts = good.clone();
        parts.headers.insert(name, value.parse().unwrap());
        parts
    };
    let at = |uri: &str| {
        let mut parts = good.clone();
        parts.uri = uri.parse().unwrap();
        parts
    };
    let mut put = good.clone();
    put.method = http::Method::PUT;
    let digest = BODY.replace("RBNv", "RBNw");
    for (number, other) in [
        with("lictor-tenant", "other"),
        with("content-digest", &digest),
        with("signature", "lictor=:AAAA:"),
        with("signature", "lictor=?1"),
        with("signature", "other=:AAAA:"),
        with("signature", ""),
        with("host", "other.example.com"),
        at("/b?b=c"),
        at("/a?b=d"),
        at("http://other.example.com/a?b=c"),
        put,
    ]
    .into_iter()
    .enumerate()
    {
        let refused = verified(&other, NOW * 1_000);
        assert!(matches!(refused, Err(Refused::Invalid(_))), "{number}: {refused:?}");
    }
    // A key of idempotency decides what is answered.
    let refused = verified(&with("idempotency-key", "one"), NOW * 1_000);
    assert_eq!(
        refused.unwrap_err(),
        Refused::Invalid("\"idempotency-key\" is not covered, and must be".to_owned())
    );
    let mut twice = good.clone();
    twice.headers.append("lictor-tenant", "shop".parse().unwrap());
    assert!(verified(&twice, NOW * 1_000).is_err());
    let mut hosts = good.clone();
    hosts.headers.append("host", "example.com".parse().unwrap());
    assert!(verified(&hosts, NOW * 1_000).is_err());
    // Other signatures may stand beside it; a second one for this gateway may not.
    let input = good.headers["signature-input"].to_str().unwrap();
    let other = r#"bot=("@authority");created=1;keyid="x";tag="web-bot-auth", "#;
    let beside = with("signature-input", &format!("{other}{input}"));
    assert!(verified(&beside, NOW * 1_000).is_ok());
    let two = with("signature-input", &format!("{input}, {}", input.replacen("lictor=", "second=", 1)));
    let refused = verified(&two, NOW * 1_000);
    assert!(matches!(&refused, Err(Refused::Invalid(why)) if why.contains("more than one")), "{refused:?}");
}

#[test]
fn hostile_fields_are_refused_with_a_sentence() {
    let good = signed(ALL, &with_time(NOW));
    let long = format!("lictor=({})", "\"@method\" ".repeat(2_000));
    let deep = "(".repeat(5_000);
    for hostile in [
        "",
        ",",
        "lictor",
        "lictor=",
        "lictor=(",
        "lictor=()",
        "lictor=();tag=\"lictor\"",
        "=(\"@method\")",
        "lictor=(\"@method\";;)",
        "lictor=(\"\\u0000\")",
        "lictor=(\"a\nb\")",
        "lictor=((\"@method\"))",
        "lictor=(\"@method\");created=99999999999999999999",
        "lictor=(\"@method\");created=-999999999999999;tag=\"lictor\"",
        "lictor=:====:",
        "lictor=:AAAA",
        "Lictor=(\"@method\")",
        "\u{feff}lictor=()",
        "ä",
        &long,
        &deep,
    ] {
        for name in ["signature-input", "signature", "content-digest", "lictor-tenant"] {
            let Ok(value) = http::HeaderValue::from_bytes(hostile.as_bytes()) else { continue };
            let mut parts = good.clone();
            parts.headers.insert(name, value);
            match verified(&parts, NOW * 1_000) {
                Err(Refused::Invalid(why)) => assert!(!why.is_empty() && why.len() < 400, "{why}"),
                other => panic!("{name}: {hostile:?}: {other:?}"),
            }
        }
    }
    for bytes in [&b"\xff\xfe"[..], b"lictor=\x80", b"\t"] {
        let mut parts = good.clone();
        parts.headers.insert("signature-input", http::HeaderValue::from_bytes(bytes).unwrap());
        assert!(verified(&parts, NOW * 1_000).is_err());
    }
    // One of the two alone is no request without a signature.
    for name in ["signature-input", "signature"] {
        let mut parts = good.clone();
        parts.headers.remove(name);
        assert!(Presented::of(&parts, &names()).is_err());
    }
    assert!(Presented::of(&parts("/", &[]), &names()).unwrap().is_none());
}
