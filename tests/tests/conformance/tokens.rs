//! Tokens: good ones, and whatever somebody could make of them.

use lictor_evidence::token::{Claims, Comparison, Constraint, Envelope, Mode, Value};

use crate::bundles::Wanted;
use crate::form::Ask;
use crate::support::{NOW, base64url, claims, forged, part, purchase, token_key};

pub fn tokens() -> Vec<Wanted> {
    let mut all = Vec::new();
    let ask = |token: String| Ask::Token {
        token,
        jwks: "jwks".to_owned(),
        issuer: "https://gateway.example".to_owned(),
        audience: "store-1".to_owned(),
        scope: "agent_exec".to_owned(),
        mode: "enforce".to_owned(),
        now: NOW,
        skew: 0,
    };
    let signed = |claims: Claims, seed| claims.sign(&token_key(seed)).unwrap();
    let token = signed(claims(), 1);
    let mut put = |name: &str, why: &str, ask: Ask, want: &str| {
        all.push((format!("token: {name}"), why.to_owned(), ask, want.to_owned()));
    };

    put("good", "signed with a key of the set, here and now", ask(token.clone()), "OK");
    put("of the next key", "a key that was published before it signs", ask(signed(claims(), 2)), "OK");
    let most = Value::Money { minor: 5_000, currency: "USD".to_owned() };
    let amount = Constraint { field: "amount".to_owned(), op: Comparison::AtMost, bounds: vec![most] };
    let confirmation = Some(token_key(3).verifying_key().thumbprint());
    let all_claims = Claims {
        confirmation,
        envelope: Some(Envelope(vec![amount])),
        commerce: Some(purchase()),
        ..claims()
    };
    put(
        "with everything",
        "an envelope, a purchase, and the key of the agent",
        ask(signed(all_claims, 1)),
        "OK",
    );

    let (header, payload) = (part(&token, 0), part(&token, 1));
    let (head, body) =
        (String::from_utf8(header.clone()).unwrap(), String::from_utf8(payload.clone()).unwrap());
    let with = |member: &str| forged(head.replacen('}', &format!(",{member}}}"), 1).as_bytes(), &payload, 1);
    let headed = |from: &str, to: &str| forged(head.replace(from, to).as_bytes(), &payload, 1);
    let claimed = |from: &str, to: &str| forged(&header, body.replacen(from, to, 1).as_bytes(), 1);
    let parts: Vec<&str> = token.split('.').collect();
    put(
        "the other name of the algorithm",
        "Ed25519 says the same as EdDSA",
        ask(headed("EdDSA", "Ed25519")),
        "OK",
    );
    let refused = [
        ("another key's", "its header names a key that did not sign it", forged(&header, &payload, 9)),
        ("an unknown key's", "a key that is not in the set", signed(claims(), 9)),
        (
            "alg none",
            "nobody signed it",
            format!("{}.{}.", base64url(head.replace("EdDSA", "none").as_bytes()), parts[1]),
        ),
        ("alg none, signed", "what it says of itself is not believed", headed("EdDSA", "none")),
        ("alg HS256", "a public key is no secret of a MAC", headed("EdDSA", "HS256")),
        ("alg ES256", "another kind of key", headed("EdDSA", "ES256")),
        ("no typ", "it could be any token", headed(r#","typ":"lictor-exec+jwt""#, "")),
        ("typ JWT", "a token for something else", headed("lictor-exec+jwt", "JWT")),
        ("crit", "it asks for what nobody knows", with(r#""crit":["exp"]"#)),
        ("jwk", "it brings its own key", with(r#""jwk":{"kty":"OKP"}"#)),
        ("jku", "it says where its key is", with(r#""jku":"https://evil.example/keys""#)),
        ("b64", "it changes what is signed", with(r#""b64":false"#)),
        ("alg twice", "two readers would read two", with(r#""alg":"none""#)),
        (
            "a claim altered",
            "another agent",
            format!("{}.{}.{}", parts[0], base64url(body.replace("agent-7", "agent-8").as_bytes()), parts[2]),
        ),
        ("the signature altered", "one bit of it", {
            let mut signature = part(&token, 2);
            signature[5] ^= 1;
            format!("{}.{}.{}", parts[0], parts[1], base64url(&signature))
        }),
        ("padded", "a token has one text", format!("{token}=")),
        ("a space in front", "and no other", format!(" {token}")),
        ("four parts", "nor another form", format!("{token}.")),
        ("a claim twice", "signed, and read as two", claimed("{", r#"{"sub":"agent-8","#)),
        ("an unknown claim", "signed, and nobody knows what it means", claimed("{", r#"{"admin":true,"#)),
        ("another version", "what version 2 means is not known", claimed(r#""ver":1"#, r#""ver":2"#)),
        ("a list of audiences", "it is good at one store", claimed(r#""store-1""#, r#"["store-1"]"#)),
        ("good for longer than a day", "nobody signs so", claimed("1772359320", "1772445601")),
    ];
    for (name, why, token) in refused {
        put(name, why, ask(token), "INVALID_SIGNATURE");
    }
    put("none", "there is no token", ask(String::new()), "NO_TOKEN");

    let moved = |change: &dyn Fn(&mut Ask)| {
        let mut asked = ask(token.clone());
        change(&mut asked);
        asked
    };
    let at = |moment, allowed| {
        moved(&|asked| {
            if let Ask::Token { now, skew, .. } = asked {
                (*now, *skew) = (moment, allowed)
            }
        })
    };
    put("its last millisecond", "two minutes less one", at(NOW + 119_999, 0), "OK");
    put(
        "expired",
        "exp is the first moment at which it is no longer good",
        at(NOW + 120_000, 0),
        "TOKEN_EXPIRED",
    );
    put(
        "expired by a clock that is fast",
        "a difference of clocks that was allowed for",
        at(NOW + 120_000, 1),
        "OK",
    );
    put("not yet", "a millisecond too early", at(NOW - 1, 0), "TOKEN_EXPIRED");
    put(
        "after its key was retired",
        "the set no longer has the key",
        moved(&|asked| {
            if let Ask::Token { jwks, .. } = asked {
                "jwks-after-retirement".clone_into(jwks)
            }
        }),
        "INVALID_SIGNATURE",
    );
    put(
        "another audience",
        "it is for another store",
        moved(&|asked| {
            if let Ask::Token { audience, .. } = asked {
                "store-2".clone_into(audience)
            }
        }),
        "STORE_MISMATCH",
    );
    put(
        "another issuer",
        "another gateway is believed",
        moved(&|asked| {
            if let Ask::Token { issuer, .. } = asked {
                "https://other.example".clone_into(issuer)
            }
        }),
        "INVALID_SIGNATURE",
    );
    put(
        "another scope",
        "it is good for something else",
        moved(&|asked| {
            if let Ask::Token { scope, .. } = asked {
                "agent_read".clone_into(scope)
            }
        }),
        "SCOPE_RESTRICTED",
    );
    let tried = signed(Claims { mode: Mode::Observe, ..claims() }, 1);
    put(
        "of one who only observes",
        "it was issued where nothing is enforced",
        ask(tried.clone()),
        "ENFORCE_NOT_AVAILABLE",
    );
    let mut observing = ask(tried);
    if let Ask::Token { mode, .. } = &mut observing {
        "observe".clone_into(mode);
    }
    put("of one who only observes, to another", "and who only observes takes it", observing, "OK");
    all
}
