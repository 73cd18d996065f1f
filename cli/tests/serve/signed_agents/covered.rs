//! What a signature covers, who is let in with one, and what follows says so.

use base64ct::{Base64UrlUnpadded, Encoding};
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};

use super::{COVERED, Signed, allowed, digest, is, key, refused, register, thumbprint};
use crate::common::server::{Answer, until};
use crate::life::{AUTHORIZE, INTROSPECT, VALIDATE, buy, told, with};
use crate::{ONE, SEVERAL, Shop, purchase};

#[test]
fn who_signs_is_let_in_and_what_follows_says_so() {
    // RFC 8037, appendices A.1 and A.3.
    let seed = Base64UrlUnpadded::decode_vec("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap();
    let key = SigningKey::from_bytes(&seed.try_into().unwrap());
    let keyid = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
    assert_eq!(thumbprint(&key), keyid);
    let shop = Shop::new();
    register(&shop, "signer-1", &key);
    let list = shop.dir.run(&["keys", "list", "--data", "data"]).ends_with(0).stdout;
    assert!(list.contains(&format!("agent, signs with {keyid}")), "{list}");
    let server = shop.serve(&[]);
    let answer = Signed::to(&server, &key, AUTHORIZE, &buy("19.99")).send(&server, &key);
    let token = allowed(&answer);
    let look = json!({ "executionToken": token });
    let seen = Signed::to(&server, &key, INTROSPECT, &look).send(&server, &key).json();
    for seen in [seen, told(&server, INTROSPECT, &shop.checkout, &look)] {
        assert_eq!(seen["claims"]["sub"], "signer-1");
        assert_eq!(seen["claims"]["cnf"], json!({ "jkt": keyid }), "{seen}");
    }
    let receipt = |answer: Value| {
        let path = answer["receipt"].as_str().unwrap().to_owned();
        let receipt = server.send("GET", &path, &[("accept", "application/json")], b"").json();
        receipt["receipt"]["agent"].clone()
    };
    let agent = json!({ "id": "signer-1", "authenticated": "signature", "key": keyid });
    assert_eq!(receipt(answer.json()), agent);
    let used = told(&server, VALIDATE, &shop.checkout, &with(&token, &buy("19.99")));
    assert_eq!(used["allowed"], true, "{used}");
    assert_eq!(receipt(used), agent);
    // Of an agent that does not sign, a token says nothing of a key, and the log that a key was sent.
    let plain = told(&server, AUTHORIZE, &shop.agent, &buy("19.99"));
    let seen =
        told(&server, INTROSPECT, &shop.checkout, &json!({ "executionToken": plain["executionToken"] }));
    assert_eq!(seen["claims"].get("cnf"), None);
    server.signal("TERM");
    server.end();
    let lines = shop.dir.run(&["audit", "export", "data", "--as", "jsonl"]).ends_with(0).json_lines();
    let agents = lines.iter().map(|line| &line["record"]["judged"]["agent"]).filter(|agent| !agent.is_null());
    let agents: Vec<&Value> = agents.collect();
    assert_eq!(agents, [&agent, &agent, &json!({ "id": "shopper-7", "authenticated": "api_key" })]);
}

#[test]
fn who_signs_is_not_let_in_without() {
    let (shop, key, stranger) = (Shop::new(), key(1), key(2));
    let own = register(&shop, "signer-1", &key);
    let server = shop.serve(&[]);
    for path in [AUTHORIZE, INTROSPECT, ONE, "/approvals/none"] {
        let answer = match path {
            "/approvals/none" => server.get(path, &own),
            _ => server.post(path, &own, &buy("19.99").to_string()),
        };
        is(&answer, "SIGNATURE_REQUIRED");
        let asked = answer.field("accept-signature").unwrap();
        assert!(COVERED.iter().all(|name| asked.contains(name)), "{asked}");
    }
    let asks = || Signed::to(&server, &key, AUTHORIZE, &buy("19.99"));
    // A key beside the signature must be the same agent's.
    let (request, bearer) = (asks(), format!("Bearer {own}"));
    allowed(&request.send_with(&server, &request.sign(&key), &[("authorization", &bearer)]));
    for other in [&shop.agent, &shop.checkout] {
        let request = asks();
        is(&request.send_with(&server, &request.sign(&key), &[("x-api-key", other)]), "SIGNATURE_INVALID");
    }
    let request = asks();
    is(&request.send_with(&server, &request.sign(&key), &[("x-api-key", "lictor_0")]), "UNKNOWN_KEY");
    // A signature that is not good is not as if there were none.
    let request = asks();
    for key in [&own, &shop.agent] {
        let beside = [("x-api-key", &**key)];
        is(&request.send_with(&server, &request.sign(&stranger), &beside), "SIGNATURE_INVALID");
        let unknown = Signed::to(&server, &stranger, AUTHORIZE, &buy("19.99"));
        is(&unknown.send_with(&server, &unknown.sign(&stranger), &beside), "UNKNOWN_KEY");
        let none =
            [("x-api-key".to_owned(), key.to_string()), ("signature".to_owned(), "a=:AA==:".to_owned())];
        is(&request.raw(&server, &none), "SIGNATURE_INVALID");
    }
    // Nor does the signature of one agent let another one in.
    register(&shop, "signer-2", &stranger);
    until("the second agent is known", || {
        Signed::to(&server, &stranger, AUTHORIZE, &buy("1.00")).send(&server, &stranger).status == 200
    });
    let request = Signed { keyid: thumbprint(&stranger), ..asks() };
    is(&request.send(&server, &key), "SIGNATURE_INVALID");
    let body: Value = serde_json::from_str(&purchase("s-1", "1.00")).unwrap();
    let answer = Signed::to(&server, &key, ONE, &body).send(&server, &key);
    assert_eq!(refused(&answer), (403, "NOT_THIS_AGENT".to_owned()));
}

#[test]
fn what_was_signed_is_what_is_asked() {
    let (shop, key) = (Shop::new(), key(1));
    register(&shop, "signer-1", &key);
    let server = shop.serve(&[]);
    let good = || Signed::to(&server, &key, AUTHORIZE, &buy("19.99"));
    allowed(&good().send(&server, &key));
    // Sent as it should be, and signed over something else.
    let changes: [&dyn Fn(&mut Signed); 8] = [
        &|signed| signed.method = "PUT",
        &|signed| signed.authority = "other.example.com".to_owned(),
        &|signed| signed.path = VALIDATE.to_owned(),
        &|signed| signed.digest = digest(buy("1.00").to_string().as_bytes()),
        &|signed| signed.tenant = "other",
        &|signed| signed.created -= 1,
        &|signed| signed.nonce = signed.nonce.replace(|sign: char| sign.is_ascii_alphanumeric(), "A"),
        &|signed| signed.more = ";expires=4000000000",
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let sent = good();
        let mut signed = sent.clone();
        change(&mut signed);
        let answer = sent.send_for(&server, &signed, &key);
        assert_eq!(refused(&answer), (401, "SIGNATURE_INVALID".to_owned()), "{number}: {answer:?}");
    }
    // Signed as it is sent, and not for this gateway, this tenant, or with another algorithm.
    for (number, sent) in [
        Signed { tenant: "other", ..good() },
        Signed { authority: "other.example.com".to_owned(), ..good() },
        Signed { more: ";alg=\"rsa-v1_5-sha256\"", ..good() },
        Signed { more: ";tag=\"agent-browser-auth\"", ..good() },
    ]
    .into_iter()
    .enumerate()
    {
        let answer = sent.send(&server, &key);
        assert_eq!(refused(&answer), (401, "SIGNATURE_INVALID".to_owned()), "{number}: {answer:?}");
    }
    // Each that is left out.
    for left_out in COVERED {
        let covered = COVERED.into_iter().filter(|name| *name != left_out).collect();
        is(&Signed { covered, ..good() }.send(&server, &key), "SIGNATURE_INVALID");
    }
    is(&Signed { once: Some("order-1"), ..good() }.send(&server, &key), "SIGNATURE_INVALID");
    is(&Signed { query: Some("a=b"), ..good() }.send(&server, &key), "SIGNATURE_INVALID");
    // Another body: not a byte may change, and none is added.
    let mut other = good();
    let signature = other.sign(&key);
    other.body = buy("20.00").to_string().into_bytes();
    is(&other.send_with(&server, &signature, &[]), "DIGEST_MISMATCH");
    other.body = [&buy("19.99").to_string().into_bytes()[..], b" "].concat();
    is(&other.send_with(&server, &signature, &[]), "DIGEST_MISMATCH");
    // A digest that was not signed does not make up for it.
    let second = digest(&other.body);
    is(&other.send_with(&server, &signature, &[("content-digest", &second)]), "SIGNATURE_INVALID");
    // None of this has used the nonce up.
    other.body = buy("19.99").to_string().into_bytes();
    allowed(&other.send_with(&server, &signature, &[]));
    // A signature for somebody else may stand beside it, a second one for this gateway may not.
    let request = good();
    let (input, signature) = (request.params(), request.sign(&key));
    let fields = |inputs: String| {
        let mut head = vec![
            ("signature-input".to_owned(), inputs),
            ("signature".to_owned(), format!("bot=:AAAA:, lictor=:{signature}:")),
            ("content-digest".to_owned(), request.digest.clone()),
        ];
        head.push(("lictor-tenant".to_owned(), request.tenant.to_owned()));
        request.raw(&server, &head)
    };
    is(&fields(format!("bot={input}, lictor={input}")), "SIGNATURE_INVALID");
    let only_authority = r#"bot=("@authority");created=1;keyid="x";tag="web-bot-auth""#;
    is(&fields(only_authority.to_owned()), "SIGNATURE_INVALID");
    allowed(&fields(format!("{only_authority}, lictor={input}")));
}

#[test]
fn evaluations_and_what_has_no_body_are_signed_as_well() {
    let (shop, key) = (Shop::new(), key(1));
    register(&shop, "signer-1", &key);
    let server = shop.serve(&[]);
    let body: Value =
        serde_json::from_str(&purchase("s-1", "1.00").replace("shopper-7", "signer-1")).unwrap();
    let request = Signed::to(&server, &key, ONE, &body);
    let answer = request.send(&server, &key);
    assert_eq!((answer.status, &answer.json()["decision"]), (200, &json!(true)), "{answer:?}");
    is(&request.send(&server, &key), "SIGNATURE_REPLAYED");
    // Of a batch, too; and the record says that it was signed.
    let mut pair = body.clone();
    pair["evaluations"] = json!([{}, {}]);
    let batch = Signed::to(&server, &key, SEVERAL, &pair);
    let answer = batch.send(&server, &key);
    assert_eq!(
        (answer.status, answer.json()["evaluations"].as_array().unwrap().len()),
        (200, 2),
        "{answer:?}"
    );
    is(&batch.send(&server, &key), "SIGNATURE_REPLAYED");
    let events = server.get("/audit/events?kind=decided", &shop.auditor).json();
    let events = events["events"].as_array().unwrap();
    let signed = |event: &&Value| event["record"]["judged"]["agent"]["authenticated"] == "signature";
    assert_eq!((events.len(), events.iter().filter(signed).count()), (3, 3), "{events:?}");
    let mut other = Signed::to(&server, &key, ONE, &body);
    let signature = other.sign(&key);
    other.body = purchase("s-1", "99.00").replace("shopper-7", "signer-1").into_bytes();
    is(&other.send_with(&server, &signature, &[]), "DIGEST_MISMATCH");
    // A request without a body covers the digest of none, and its query.
    let none = Signed { method: "GET", body: Vec::new(), digest: digest(b""), ..request.clone() };
    let none = Signed { path: "/approvals/0".to_owned(), nonce: "0123456789abcdef0".to_owned(), ..none };
    assert_eq!(refused(&none.send(&server, &key)).0, 404);
    is(&none.send(&server, &key), "SIGNATURE_REPLAYED");
    let lies = Signed { digest: digest(b"{}"), nonce: "0123456789abcdef1".to_owned(), ..none.clone() };
    is(&lies.send(&server, &key), "DIGEST_MISMATCH");
    let path = "/approvals/0/wait".to_owned();
    let wait = Signed { path, query: Some("seconds=1"), nonce: "0123456789abcdef2".to_owned(), ..none };
    is(&wait.send(&server, &key), "SIGNATURE_INVALID");
    let covered = [&COVERED[..], &["@query"]].concat();
    assert_eq!(refused(&Signed { covered: covered.clone(), ..wait.clone() }.send(&server, &key)).0, 404);
    let signed = Signed { query: Some("seconds=2"), covered: covered.clone(), ..wait.clone() };
    is(&Signed { covered, ..wait }.send_for(&server, &signed, &key), "SIGNATURE_INVALID");
}

#[test]
fn what_is_written_for_a_signature_counts() {
    let (shop, key) = (Shop::new(), key(1));
    register(&shop, "signer-1", &key);
    let server = shop.serve(&["--rate", "3"]);
    let body: Value =
        serde_json::from_str(&purchase("s-1", "1.00").replace("shopper-7", "signer-1")).unwrap();
    let left = |answer: Answer| {
        (answer.status, answer.field("x-ratelimit-remaining").and_then(|left| left.parse::<u32>().ok()))
    };
    let evaluate = || left(Signed::to(&server, &key, ONE, &body).send(&server, &key));
    let look = || {
        let none = Signed {
            method: "GET",
            body: Vec::new(),
            digest: digest(b""),
            ..Signed::to(&server, &key, "/approvals/0", &body)
        };
        left(none.send(&server, &key)).0
    };
    assert_eq!(evaluate(), (200, Some(2)));
    assert_eq!(look(), 404);
    assert_eq!(evaluate(), (200, Some(0)));
    assert_eq!((evaluate().0, look()), (429, 429));
}
