//! Tokens, receipts and histories of keys: good ones, and whatever somebody could make of them.

use std::collections::BTreeMap;

use lictor_evidence::history::KeyHistory;
use lictor_evidence::json::Json;
use lictor_evidence::receipt::{Inclusion, Receipt};
use lictor_evidence::time::Moment;
use lictor_evidence::token::{Claims, Comparison, Constraint, Envelope, Mode, Value};

use crate::bundles::Wanted;
use crate::form::{Ask, Bytes};
use crate::support::log::{Log, both_revoked_at, history, receipt, receipt_key, revoked_at, root};
use crate::support::{NOW, base64url, claims, forged, part, purchase, sign, token_key, token_keys};

const DAY: i64 = 86_400_000;

pub fn documents() -> BTreeMap<String, String> {
    let rotated = token_keys(1).rotated(token_key(2).verifying_key(), NOW).unwrap();
    let signed = |history: &KeyHistory| String::from_utf8(history.sign(&root()).unwrap()).unwrap();
    let good = signed(&history());
    let ended =
        history().ended(receipt_key().verifying_key().thumbprint(), receipt(4).time, Moment(NOW + 3 * DAY));
    let mine = String::from_utf8(
        history().sign(&lictor_evidence::keys::SigningKey::new(crate::bundles::key(99))).unwrap(),
    );
    [
        ("jwks", rotated.to_json(NOW)),
        ("jwks-after-retirement", rotated.to_json(NOW + 2 * DAY)),
        ("history", good.clone()),
        ("history-spaced", good.replace(',', " ,\n  ")),
        ("history-altered", good.replace("receipts-1", "receipts-2")),
        ("history-renumbered", good.replacen("\"edition\":6", "\"edition\":5", 1)),
        ("history-unsigned", String::from_utf8(history().draft().unwrap()).unwrap()),
        ("history-of-another-root", mine.unwrap()),
        ("history-twice", good.replacen("\"edition\"", "\"edition\":6,\"edition\"", 1)),
        ("history-revoked-at-9", signed(&revoked_at(9))),
        ("history-both-revoked-at-9", signed(&both_revoked_at(9))),
        ("history-ended", signed(&ended.unwrap())),
        ("checkpoint-of-9", Log::of(9).checkpoint().to_string()),
    ]
    .map(|(name, text)| (name.to_owned(), text))
    .into()
}

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

pub fn histories() -> Vec<Wanted> {
    let cases = [
        ("good", "the root has signed it", "history", "OK"),
        ("spaced otherwise", "spaces are not signed", "history-spaced", "OK"),
        ("altered", "a name was changed", "history-altered", "V0112"),
        ("another edition", "a number was changed", "history-renumbered", "V0112"),
        ("unsigned", "what the gateway has noted, and no root has signed", "history-unsigned", "V0103"),
        ("of another root", "signed, by somebody else", "history-of-another-root", "V0111"),
        ("a member twice", "two readers would read two", "history-twice", "V0102"),
    ];
    let about = |(name, why, history, want): (&str, &str, &str, &str)| {
        let ask = Ask::History { history: history.to_owned(), root: "root".to_owned() };
        (format!("history: {name}"), why.to_owned(), ask, want.to_owned())
    };
    cases.map(about).into()
}

pub fn receipts() -> Vec<Wanted> {
    let mut all = Vec::new();
    let made = |receipt: &Receipt, inclusion: Option<&Inclusion>| {
        String::from_utf8(receipt.sign(&receipt_key(), inclusion).unwrap()).unwrap()
    };
    let ask = |receipt: String, history: &str, anchors: &[&str]| Ask::Receipt {
        receipt: Bytes::Text(receipt),
        history: history.to_owned(),
        root: "root".to_owned(),
        anchors: anchors.iter().map(|name| (*name).to_owned()).collect(),
    };
    let mut put = |name: &str, why: &str, ask: Ask, want: &str| {
        all.push((format!("receipt: {name}"), why.to_owned(), ask, want.to_owned()));
    };
    let (log, later) = (Log::of(9), Log::of(10));
    let alone = made(&receipt(4), None);
    let proven = made(&receipt(4), Some(&log.proof(4)));
    let good = |receipt: String| ask(receipt, "history", &[]);
    put("alone", "signed, and nothing shows that the log has it", good(alone.clone()), "genuine");
    put("proven", "with the proof that the log has it", good(proven.clone()), "genuine");
    put(
        "proven under an anchor",
        "and the checkpoint is the one that was kept",
        ask(proven.clone(), "history", &["checkpoint-of-9"]),
        "genuine",
    );
    put(
        "spaced otherwise",
        "how the document is spaced makes no difference",
        good(alone.replace(',', " ,\n  ")),
        "genuine",
    );
    put(
        "with escapes",
        "nor how a letter is written",
        good(alone.replace("payment.charge", "payment\\u002echarge")),
        "genuine",
    );
    for (size, index) in [(1, 0), (2, 1), (7, 6), (8, 3), (13, 12)] {
        let document = made(&receipt(index), Some(&Log::of(size).proof(index)));
        put(&format!("record {index} of {size}"), "a proof of another shape", good(document), "genuine");
    }
    put("altered", "another agent", good(alone.replace("agent-7", "agent-8")), "signature");
    put(
        "an added member",
        "more than was signed",
        good(alone.replacen("\"action\"", "\"more\":true,\"action\"", 1)),
        "signature",
    );
    put(
        "a member twice",
        "two readers would read two",
        good(alone.replacen("\"action\"", "\"action\":\"a\",\"action\"", 1)),
        "form",
    );
    put(
        "a number with a point",
        "numbers are whole",
        good(alone.replace("\"index\":4", "\"index\":4.0")),
        "form",
    );
    put(
        "a member beside",
        "there is nothing but the receipt, its signature and its proof",
        good(alone.replace("\"signature\":{", "\"more\":1,\"signature\":{")),
        "form",
    );
    put(
        "an algorithm",
        "the document does not say how it is verified",
        good(alone.replace("\"kid\"", "\"alg\":\"none\",\"kid\"")),
        "form",
    );
    put("cut", "its last sign is missing", good(alone[..alone.len() - 1].to_owned()), "form");
    put("no bytes", "nothing is no receipt", good(String::new()), "form");
    for (name, why, seed) in [
        ("a foreign key", "a key that is not in the history", 99),
        ("a key for tokens", "it is in the history, for something else", 1),
    ] {
        put(name, why, good(signed_with(&alone, seed, "lictor receipt 1\n")), "key");
    }
    put(
        "signed as something else",
        "the line that says what is signed is another one",
        good(signed_with(&alone, 11, "lictor key history 1\n")),
        "signature",
    );
    put(
        "of another issuer",
        "its key signs for this gateway only",
        good(made(&Receipt { issuer: "https://other.example".to_owned(), ..receipt(4) }, None)),
        "issuer",
    );
    put(
        "of another tenant",
        "and for this tenant only",
        good(made(&Receipt { tenant: "store-2".to_owned(), ..receipt(4) }, None)),
        "issuer",
    );
    put(
        "before its key",
        "the key did not sign yet",
        good(made(&Receipt { time: Moment(NOW - 61 * DAY), ..receipt(4) }, None)),
        "in force",
    );
    put(
        "after its key",
        "the key signs no more",
        ask(made(&Receipt { time: Moment(receipt(4).time.0 + 1), ..receipt(4) }, None), "history-ended", &[]),
        "in force",
    );
    put(
        "the last of its key",
        "at the last moment it still did",
        ask(alone.clone(), "history-ended", &[]),
        "genuine",
    );
    put(
        "the proof of another record",
        "it proves something else",
        good(made(&receipt(4), Some(&log.proof(5)))),
        "log",
    );
    put(
        "an altered entry",
        "the log has not this one",
        good(proven.replace("burned\\\"", "decided\\\"")),
        "log",
    );
    put(
        "a checkpoint of a foreign key",
        "nobody knows who signed it",
        good(made(&receipt(4), Some(&log.proof_signed(4, 99)))),
        "log",
    );
    put(
        "a checkpoint of a key for receipts",
        "one key has one purpose",
        good(made(&receipt(4), Some(&log.proof_signed(4, 11)))),
        "log",
    );
    let revoked = |receipt: String| ask(receipt, "history-revoked-at-9", &[]);
    put("of a revoked key, alone", "whoever stole the key can write any date", revoked(alone), "revocation");
    put(
        "of a revoked key, in the log before",
        "the log provably had it when the key was in good hands",
        revoked(proven.clone()),
        "genuine",
    );
    put(
        "of a revoked key, in the log after",
        "the checkpoint is of a later time",
        revoked(made(&receipt(4), Some(&later.proof(4)))),
        "revocation",
    );
    let both = |anchors: &[&str], log: &Log| {
        ask(made(&receipt(4), Some(&log.proof(4))), "history-both-revoked-at-9", anchors)
    };
    put("of two revoked keys", "the checkpoint may be the thief's, too", both(&[], &log), "revocation");
    put(
        "of two revoked keys, under an anchor",
        "somebody kept the checkpoint elsewhere",
        both(&["checkpoint-of-9"], &log),
        "genuine",
    );
    let forged = Log::of(9).with(0, b"another".to_vec());
    put(
        "of a log in two versions",
        "another checkpoint of the same size was kept elsewhere",
        both(&["checkpoint-of-9"], &forged),
        "anchor",
    );
    all
}

/// The content of a receipt, signed with another key, or as something else.
fn signed_with(document: &str, seed: u8, line: &str) -> String {
    let content = Json::parse(document.as_bytes()).unwrap().member("receipt").unwrap().canonical().unwrap();
    let signature = base64url(&sign(seed, &[line.as_bytes(), content.as_slice()].concat()));
    let kid = token_key(seed).verifying_key().thumbprint();
    let content = String::from_utf8(content).unwrap();
    format!(r#"{{"receipt":{content},"signature":{{"kid":"{kid}","value":"{signature}"}}}}"#)
}
