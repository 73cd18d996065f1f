//! Agents that sign their requests: what a signature holds, and that it is good once.

use std::sync::Barrier;
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use ed25519_dalek::{Signer, SigningKey};
use lictor_evidence::Digest;
use serde_json::{Value, json};

use crate::common::Dir;
use crate::common::server::{Answer, Server, until};
use crate::life::{AUTHORIZE, INTROSPECT, VALIDATE, buy, told, with};
use crate::{ONE, SEVERAL, Shop, purchase};

/// What every request covers.
const COVERED: [&str; 5] = ["@method", "@authority", "@path", "content-digest", "lictor-tenant"];

/// A request, as it is signed and as it is sent; the tests have the two differ.
#[derive(Clone)]
pub struct Signed {
    method: &'static str,
    authority: String,
    path: String,
    query: Option<&'static str>,
    digest: String,
    tenant: &'static str,
    once: Option<&'static str>,
    covered: Vec<&'static str>,
    created: i64,
    nonce: String,
    keyid: String,
    /// Further parameters.
    more: &'static str,
    body: Vec<u8>,
}

/// The SHA-256 of the JWK of a public key (RFC 7638, RFC 8037).
fn thumbprint(key: &SigningKey) -> String {
    let x = Base64UrlUnpadded::encode_string(key.verifying_key().as_bytes());
    let jwk = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    Base64UrlUnpadded::encode_string(&Digest::of(jwk.as_bytes()).0)
}

fn digest(body: &[u8]) -> String {
    format!("sha-256=:{}:", Base64::encode_string(&Digest::of(body).0))
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap()
}

impl Signed {
    /// A request as an agent sends it.
    pub fn to(server: &Server, key: &SigningKey, path: &str, body: &Value) -> Signed {
        let body = body.to_string().into_bytes();
        let mut random = [0; 18];
        getrandom::fill(&mut random).unwrap();
        Signed {
            method: "POST",
            authority: server.address.to_string(),
            path: path.to_owned(),
            query: None,
            digest: digest(&body),
            tenant: "default",
            once: None,
            covered: COVERED.to_vec(),
            created: now(),
            nonce: Base64::encode_string(&random),
            keyid: thumbprint(key),
            more: "",
            body,
        }
    }

    /// The same to a gateway of this name.
    pub fn named(self, authority: &str) -> Signed {
        Signed { authority: authority.to_owned(), ..self }
    }

    /// The same for this tenant.
    pub fn whose(self, tenant: &'static str) -> Signed {
        Signed { tenant, ..self }
    }

    fn params(&self) -> String {
        let covered: Vec<String> = self.covered.iter().map(|name| format!("\"{name}\"")).collect();
        let Signed { created, nonce, keyid, more, .. } = self;
        format!(
            "({});created={created};nonce=\"{nonce}\";keyid=\"{keyid}\";alg=\"ed25519\";tag=\"lictor\"{more}",
            covered.join(" ")
        )
    }

    /// The signature on it.
    fn sign(&self, key: &SigningKey) -> String {
        let query = format!("?{}", self.query.unwrap_or_default());
        let value = |name: &str| match name {
            "@method" => self.method,
            "@authority" => &self.authority,
            "@path" => &self.path,
            "@query" => &query,
            "content-digest" => &self.digest,
            "lictor-tenant" => self.tenant,
            "idempotency-key" => self.once.unwrap(),
            _ => panic!("{name}"),
        };
        let lines: String =
            self.covered.iter().map(|name| format!("\"{name}\": {}\n", value(name))).collect();
        let base = format!("{lines}\"@signature-params\": {}", self.params());
        Base64::encode_string(&key.sign(base.as_bytes()).to_bytes())
    }

    /// Sends it with a signature, and other fields beside it.
    fn send_with(&self, server: &Server, signature: &str, beside: &[(&str, &str)]) -> Answer {
        let mut head = vec![
            ("signature-input".to_owned(), format!("lictor={}", self.params())),
            ("signature".to_owned(), format!("lictor=:{signature}:")),
            ("content-digest".to_owned(), self.digest.clone()),
            ("lictor-tenant".to_owned(), self.tenant.to_owned()),
        ];
        head.extend(self.once.map(|once| ("idempotency-key".to_owned(), once.to_owned())));
        head.extend(beside.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.raw(server, &head)
    }

    /// Sends it with these fields.
    fn raw(&self, server: &Server, head: &[(String, String)]) -> Answer {
        let query = self.query.map(|query| format!("?{query}")).unwrap_or_default();
        let mut request = format!(
            "{} {}{query} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n",
            self.method, self.path, self.authority
        );
        if self.method == "POST" {
            let length = self.body.len();
            request.push_str(&format!("content-type: application/json\r\ncontent-length: {length}\r\n"));
        }
        head.iter().for_each(|(name, value)| request.push_str(&format!("{name}: {value}\r\n")));
        request.push_str("\r\n");
        let body = if self.method == "POST" { &self.body[..] } else { b"" };
        Answer::read(&server.raw(&[request.as_bytes(), body].concat()))
    }

    /// Signs it and sends it.
    pub fn send(&self, server: &Server, key: &SigningKey) -> Answer {
        self.send_with(server, &self.sign(key), &[])
    }

    /// Sends it in the place of what was signed.
    fn send_for(&self, server: &Server, signed: &Signed, key: &SigningKey) -> Answer {
        self.send_with(server, &signed.sign(key), &[])
    }
}

pub fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

/// Registers an agent that signs; its API key, which lets nobody in.
pub fn register(shop: &Shop, name: &str, key: &SigningKey) -> String {
    let file = format!("{name}.pub");
    publish(&shop.dir, &file, key);
    let add = ["keys", "add", name, "--role", "agent", "--agent", "agent.json", "--signing-key", &file];
    let run = shop.dir.run(&[&add[..], &["--data", "data"]].concat()).ends_with(0);
    assert!(run.stderr.contains(&thumbprint(key)), "{run:?}");
    run.stdout.trim().to_owned()
}

pub fn publish(dir: &Dir, file: &str, key: &SigningKey) {
    let public = lictor_bundle::keys::VerifyingKey::from_bytes(key.verifying_key().as_bytes()).unwrap();
    dir.write(file, public.to_pem().unwrap().as_bytes());
}

/// The status and the code of what is refused.
#[track_caller]
fn refused(answer: &Answer) -> (u16, String) {
    let (status, code, message) = answer.error();
    assert!(!message.is_empty());
    if status == 401 {
        assert!(answer.field("www-authenticate").is_some(), "{answer:?}");
    }
    (status, code)
}

#[track_caller]
fn is(answer: &Answer, code: &str) {
    assert_eq!(refused(answer), (401, code.to_owned()), "{answer:?}");
}

#[track_caller]
fn allowed(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    let told = answer.json();
    assert_eq!(told["decision"], "allowed", "{told}");
    told["executionToken"].as_str().unwrap().to_owned()
}

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
fn a_signature_is_good_once_also_after_a_restart() {
    let (shop, key) = (Shop::new(), key(1));
    register(&shop, "signer-1", &key);
    let args = ["--public-url", "http://gate.example.com"];
    let server = shop.serve(&args);
    let good = |server: &Server| Signed::to(server, &key, AUTHORIZE, &buy("5.00")).named("gate.example.com");
    let first = good(&server);
    let token = allowed(&first.send(&server, &key));
    is(&first.send(&server, &key), "SIGNATURE_REPLAYED");
    // Also with something else under the same nonce.
    let other = Signed { nonce: first.nonce.clone(), created: first.created + 1, ..good(&server) };
    is(&other.send(&server, &key), "SIGNATURE_REPLAYED");
    // An answer that was given is given again to whoever signs anew, and not to whoever has only listened.
    let covered = [&COVERED[..], &["idempotency-key"]].concat();
    let once = Signed { once: Some("order-1"), covered: covered.clone(), ..good(&server) };
    let granted = once.send(&server, &key).json();
    is(&once.send(&server, &key), "SIGNATURE_REPLAYED");
    let again = Signed { once: Some("order-1"), covered, ..good(&server) };
    let repeated = again.send(&server, &key).json();
    assert_eq!(
        (&repeated["repeated"], &repeated["executionToken"]),
        (&json!(true), &granted["executionToken"])
    );
    is(&again.send(&server, &key), "SIGNATURE_REPLAYED");
    // What looks has no effect, and is good once as well.
    let look = Signed { path: INTROSPECT.to_owned(), ..good(&server) };
    let body = json!({ "executionToken": token }).to_string().into_bytes();
    let look = Signed { digest: digest(&body), body, ..look };
    assert_eq!(look.send(&server, &key).json()["valid"], true);
    is(&look.send(&server, &key), "SIGNATURE_REPLAYED");
    server.signal("TERM");
    server.end();
    let server = shop.serve(&args);
    for used in [&first, &once, &again, &look] {
        is(&used.send(&server, &key), "SIGNATURE_REPLAYED");
    }
    allowed(&good(&server).send(&server, &key));
    let lines = shop.dir.run(&["audit", "export", "data", "--as", "jsonl", "--kind", "decided"]);
    assert_eq!(lines.ends_with(0).json_lines().len(), 3);
}

/// Sends one signed request from so many connections at once; how many were let in.
pub fn at_once(servers: &[Server], request: &Signed, key: &SigningKey) -> usize {
    const ALL: usize = 60;
    let (signature, start) = (request.sign(key), Barrier::new(ALL));
    let answers: Vec<Answer> = thread::scope(|scope| {
        let all: Vec<_> = (0..ALL)
            .map(|number| {
                let (server, signature, start) = (&servers[number % servers.len()], &signature, &start);
                scope.spawn(move || {
                    start.wait();
                    request.send_with(server, signature, &[])
                })
            })
            .collect();
        all.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let (in_, out): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    out.into_iter().for_each(|answer| is(answer, "SIGNATURE_REPLAYED"));
    in_.len()
}

#[test]
fn of_sixty_at_once_one_is_let_in() {
    let (shop, key) = (Shop::new(), key(1));
    register(&shop, "signer-1", &key);
    let body: Value =
        serde_json::from_str(&purchase("s-1", "1.00").replace("shopper-7", "signer-1")).unwrap();
    for form in ["recorded", "advisory"] {
        let servers = [shop.serve(&["--rate", "0", "--evaluations", form])];
        for (path, body) in [(AUTHORIZE, &buy("19.99")), (ONE, &body)] {
            let request = Signed::to(&servers[0], &key, path, body);
            assert_eq!(at_once(&servers, &request, &key), 1, "{form} {path}");
        }
    }
}

#[test]
fn a_signature_is_of_this_minute() {
    let (shop, key) = (Shop::new(), key(1));
    register(&shop, "signer-1", &key);
    let server = shop.serve(&[]);
    let made = |created: i64| {
        Signed { created, ..Signed::to(&server, &key, AUTHORIZE, &buy("5.00")) }.send(&server, &key)
    };
    for created in [now() - 62, now() + 60, 0, -1, 999_999_999_999_999] {
        is(&made(created), "SIGNATURE_STALE");
    }
    allowed(&made(now() - 30));
    allowed(&made(now() + 2));
    let over = Signed { more: ";expires=1", ..Signed::to(&server, &key, AUTHORIZE, &buy("5.00")) };
    is(&over.send(&server, &key), "SIGNATURE_STALE");
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

#[test]
fn keys_that_sign_are_nobody_elses_and_are_exchanged() {
    let (shop, first, second) = (Shop::new(), key(1), key(2));
    register(&shop, "signer-1", &first);
    publish(&shop.dir, "second.pub", &second);
    let add = |name: &str, role: &str, file: &str, wanted: &str| {
        let run =
            shop.dir.run(&["keys", "add", name, "--role", role, "--signing-key", file, "--data", "data"]);
        let run = run.ends_with(1);
        assert!(run.stderr.contains(wanted), "{run:?}");
    };
    add("signer-2", "agent", "signer-1.pub", "signer-1 signs with this key");
    add("ann", "approver", "signer-1.pub", "signer-1 signs with this key");
    add("till-2", "checkout", "second.pub", "only agents and approvers sign");
    shop.dir.write("says.json", br#"{"signature_verified": true}"#);
    let says = ["keys", "add", "x", "--role", "agent", "--agent", "says.json", "--data", "data"];
    assert!(shop.dir.run(&says).ends_with(1).stderr.contains("for the gateway to say"));

    let server = shop.serve(&[]);
    let asks = |key: &SigningKey| Signed::to(&server, key, AUTHORIZE, &buy("5.00")).send(&server, key);
    let token = allowed(&asks(&first));
    is(&asks(&second), "UNKNOWN_KEY");
    let rotate = ["keys", "rotate", "signer-1", "--signing-key", "second.pub", "--data", "data"];
    shop.dir.run(&rotate).ends_with(0);
    until("the new key is let in", || asks(&second).status == 200);
    is(&asks(&first), "UNKNOWN_KEY");
    // What was granted to the old key is worth nothing any more.
    let used = told(&server, VALIDATE, &shop.checkout, &with(&token, &buy("5.00")));
    assert_eq!((&used["allowed"], &used["reasonCode"]), (&json!(false), &json!("POLICY_DENIED")));
    // Without another key it signs with the one that it had.
    shop.dir.run(&["keys", "rotate", "signer-1", "--keep-old", "1h", "--data", "data"]).ends_with(0);
    thread::sleep(std::time::Duration::from_millis(1_500));
    let token = allowed(&asks(&second));
    let used = told(&server, VALIDATE, &shop.checkout, &with(&token, &buy("5.00")));
    assert_eq!(used["allowed"], true, "{used}");
    shop.dir.run(&["keys", "revoke", "signer-1", "--data", "data"]).ends_with(0);
    until("a revoked agent is not let in", || asks(&second).status == 401);
}

/// A policy may ask whether a request was signed.
const CAREFUL: &str = r#"module shop
layer base

tiers { fresh, known }

reasons {
  UNSIGNED "Only agents that sign do this"
}

extend Agent { signature_verified: Bool? }

action shop.close {
  default allow
}

rule by_signature on shop.close at signature {
  require agent.signature_verified otherwise false else UNSIGNED
}
"#;

#[test]
fn a_policy_reads_whether_a_request_was_signed() {
    let (shop, key) = (Shop::with(CAREFUL), key(1));
    register(&shop, "signer-1", &key);
    let server = shop.serve(&[]);
    let close = json!({ "action": "shop.close", "params": {} });
    let told_plain = told(&server, AUTHORIZE, &shop.agent, &close);
    assert_eq!((&told_plain["decision"], &told_plain["reasonCode"]), (&json!("denied"), &json!("UNSIGNED")));
    let token = allowed(&Signed::to(&server, &key, AUTHORIZE, &close).send(&server, &key));
    // When the token is used, it is known that the agent has signed.
    assert_eq!(told(&server, VALIDATE, &shop.checkout, &with(&token, &close))["allowed"], true);
    // Nobody says it of themselves.
    let says = json!({ "action": "shop.close", "params": {}, "agent": { "signature_verified": true } });
    assert_eq!(server.post(AUTHORIZE, &shop.agent, &says.to_string()).status, 400);
    let evaluation = |agent: &str| {
        json!({
            "subject": { "type": "agent", "id": agent }, "action": { "name": "shop.close" },
            "resource": { "type": "action", "id": "shop.close" }
        })
    };
    let decided = |answer: Answer| answer.json()["decision"].clone();
    assert_eq!(decided(Signed::to(&server, &key, ONE, &evaluation("signer-1")).send(&server, &key)), true);
    assert_eq!(decided(server.post(ONE, &shop.agent, &evaluation("shopper-7").to_string())), false);
    // A checkout that asks about an agent has signed nothing in its name.
    assert_eq!(decided(server.post(ONE, &shop.checkout, &evaluation("signer-1").to_string())), false);
    // It stands in the record, and what is decided again comes to the same.
    server.signal("TERM");
    server.end();
    let run = shop.dir.run(&["audit", "replay", "data", "--format", "json"]).ends_with(0).json();
    assert_eq!((&run["good"], run["same"].as_u64()), (&json!(true), Some(6)), "{run}");
}

#[test]
fn hostile_fields_are_refused_and_nothing_breaks() {
    let (shop, key) = (Shop::new(), key(1));
    let own = register(&shop, "signer-1", &key);
    let server = shop.serve(&[]);
    let good = Signed::to(&server, &key, AUTHORIZE, &buy("5.00"));
    let body = buy("5.00").to_string();
    let long = format!("lictor=({})", "\"@method\" ".repeat(1_000));
    for hostile in [
        &b"\xff\xfe\xfd"[..],
        b"",
        b"lictor=",
        b"lictor=(\"@method\"",
        b"lictor=();created=9999999999999999",
        b"\"",
        b"lictor=:AAAA:;x=(",
        b"((((((((((((((((",
        "lictor=(\"\u{202e}\")".as_bytes(),
        long.as_bytes(),
    ] {
        for field in ["signature-input", "signature", "content-digest", "lictor-tenant", "host"] {
            let mut request = format!(
                "POST {AUTHORIZE} HTTP/1.1\r\nconnection: close\r\ncontent-type: application/json\r\nx-api-key: {own}\r\ncontent-length: {}\r\n",
                body.len()
            )
            .into_bytes();
            for (name, value) in [
                ("host", good.authority.clone()),
                ("signature-input", format!("lictor={}", good.params())),
                ("signature", format!("lictor=:{}:", good.sign(&key))),
                ("content-digest", good.digest.clone()),
                ("lictor-tenant", good.tenant.to_owned()),
            ] {
                let value = if name == field { hostile } else { value.as_bytes() };
                request.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
            }
            request.extend(b"\r\n");
            request.extend(body.as_bytes());
            let answer = server.raw(&request);
            let status = answer.split(' ').nth(1).unwrap_or_default();
            assert!(["400", "401"].contains(&status), "{field}: {hostile:?}: {answer}");
            assert!(answer.len() < 2_000, "{answer}");
        }
    }
    allowed(&good.send(&server, &key));
    assert!(!server.log().contains("panicked"));
}
