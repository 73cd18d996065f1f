//! The thirteen checks at the gateway: an agent acts on a mandate that a registered issuer has signed, on facts that somebody answers, or not at all.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64ct::{Base64UrlUnpadded, Encoding};
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};

use crate::common::Dir;
use crate::common::server::{Server, until};
use crate::life::{AUTHORIZE, VALIDATE, told, with};

/// How the service behaves that is asked about mandates.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Behaviour {
    /// None was taken back.
    Good,
    /// All were taken back.
    Revoked,
    /// It answers, in its own time.
    Late,
    /// It says what was so an hour ago.
    Stale,
    /// It says something else than yes or no.
    OtherType,
    /// It cannot answer.
    Broken,
    /// What it says is no answer.
    Garbage,
    /// It hangs up.
    Deaf,
}

/// A service that says which mandates were taken back.
struct Service {
    port: u16,
    behaviour: Arc<Mutex<Behaviour>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Service {
    fn start() -> Service {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let behaviour = Arc::new(Mutex::new(Behaviour::Good));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (behaves, notes) = (Arc::clone(&behaviour), Arc::clone(&asked));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, behaves, notes) =
                    (stream.unwrap(), Arc::clone(&behaves), Arc::clone(&notes));
                thread::spawn(move || {
                    let mut request = Vec::new();
                    let mut buffer = [0; 4096];
                    // One question a connection is enough here.
                    while !String::from_utf8_lossy(&request).contains("\"mandate_revoked\"}") {
                        match stream.read(&mut buffer) {
                            Ok(read) if read > 0 => request.extend(&buffer[..read]),
                            _ => return,
                        }
                    }
                    notes.lock().unwrap().push(String::from_utf8_lossy(&request).into_owned());
                    let now = *behaves.lock().unwrap();
                    let (status, body) = now.answer();
                    if now == Behaviour::Deaf {
                        return;
                    }
                    let head = format!(
                        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                        body.len()
                    );
                    let _ = stream.write_all(format!("{head}{body}").as_bytes());
                });
            }
        });
        Service { port, behaviour, asked }
    }

    fn is(&self, behaviour: Behaviour) {
        *self.behaviour.lock().unwrap() = behaviour;
    }
}

impl Behaviour {
    fn answer(self) -> (&'static str, String) {
        let said = |value: Value, as_of: i64| json!({ "value": value, "as_of": moment(as_of) }).to_string();
        match self {
            Behaviour::Good => ("200 OK", said(json!(false), seconds())),
            Behaviour::Revoked => ("200 OK", said(json!(true), seconds())),
            Behaviour::Late => {
                thread::sleep(Duration::from_millis(2_500));
                ("200 OK", said(json!(false), seconds()))
            }
            Behaviour::Stale => ("200 OK", said(json!(false), seconds() - 3_600)),
            Behaviour::OtherType => ("200 OK", said(json!("no"), seconds())),
            Behaviour::Broken => ("503 Service Unavailable", String::new()),
            Behaviour::Garbage => ("200 OK", r#"{"value": false, "value": false}"#.to_owned()),
            Behaviour::Deaf => ("", String::new()),
        }
    }
}

fn seconds() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

/// A moment as JSON has it.
fn moment(seconds: i64) -> String {
    lictor_bundle::time::render_timestamp(seconds * 1_000)
}

/// An issuer of statements.
struct Issuer {
    key: SigningKey,
}

impl Issuer {
    fn new(seed: u8) -> Issuer {
        Issuer { key: SigningKey::from_bytes(&[seed; 32]) }
    }

    fn jwks(&self) -> String {
        let x = Base64UrlUnpadded::encode_string(self.key.verifying_key().as_bytes());
        json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "kid": "k-1", "use": "sig", "x": x }] })
            .to_string()
    }

    fn sign(&self, kind: &str, claims: &Value) -> String {
        let header = json!({ "alg": "EdDSA", "kid": "k-1", "typ": format!("lictor-{kind}+jwt") }).to_string();
        let [header, claims] =
            [header, claims.to_string()].map(|part| Base64UrlUnpadded::encode_string(part.as_bytes()));
        let signed = format!("{header}.{claims}");
        let signature = self.key.sign(signed.as_bytes()).to_bytes();
        format!("{signed}.{}", Base64UrlUnpadded::encode_string(&signature))
    }
}

/// What a mandate says that lets an agent read files.
fn mandate(id: &str) -> Value {
    let now = seconds();
    json!({
        "iss": "acme", "aud": "default", "sub": "coder-1", "jti": id, "iat": now, "exp": now + 3_600,
        "mandate": { "scope": ["file.*"] },
    })
}

struct House {
    dir: Dir,
    agent: String,
    checkout: String,
    service: Service,
    issuer: Issuer,
}

impl House {
    fn new() -> House {
        let dir = Dir::new();
        dir.run(&["new", "house", "--profile", "enforce"]).ends_with(0);
        let policy = String::from_utf8(dir.read("house/policy.lictor")).unwrap();
        assert!(policy.contains("// import std.base\n"));
        dir.write(
            "house/policy.lictor",
            policy.replace("// import std.base\n", "import std.base\n").as_bytes(),
        );
        let (service, issuer) = (Service::start(), Issuer::new(7));
        dir.write("acme.json", issuer.jwks().as_bytes());
        dir.write("ask.key", b"sesame\n");
        let port = service.port;
        let sources = format!(
            "facts:\n  mandate_used: {{ store: mandate_used }}\n  mandate_revoked:\n    http: http://127.0.0.1:{port}/revoked\n    \
             timeout: 1s\n    max_age: 2s\n    bearer: ask.key\n    revokes: true\n\
             issuers:\n  acme:\n    keys: acme.json\n    asserts: [mandate]\n"
        );
        dir.write("sources.yaml", sources.as_bytes());
        let made = |name: &str, role: &str| {
            let run = dir.run(&["keys", "add", name, "--role", role, "--data", "data"]);
            run.ends_with(0).stdout.trim().to_owned()
        };
        let (agent, checkout) = (made("coder-1", "agent"), made("till-1", "checkout"));
        House { dir, agent, checkout, service, issuer }
    }

    fn serve(&self) -> Server {
        Server::start(&self.dir, &["house", "--sources", "sources.yaml"])
    }

    /// Reads a file, on a mandate.
    fn read_on(&self, mandate: &Value) -> Value {
        let mut asked = reading();
        asked["mandate"] = self.issuer.sign("mandate", mandate).into();
        asked
    }
}

fn reading() -> Value {
    json!({ "tool": "Read", "input": { "file_path": "src/main.rs" } })
}

/// The code and the sentence of an answer that allows nothing.
#[track_caller]
fn denied(told: &Value) -> (String, String) {
    assert_ne!(told["decision"], "allowed", "{told}");
    assert!(told.get("executionToken").is_none(), "{told}");
    let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
    (text("reasonCode"), text("reason"))
}

#[test]
fn an_agent_acts_on_a_mandate_once_and_its_token_is_used() {
    let house = House::new();
    let server = house.serve();
    let first = house.read_on(&mandate("m-1"));
    let granted = told(&server, AUTHORIZE, &house.agent, &first);
    assert_eq!(
        (&granted["decision"], &granted["reasonCode"]),
        (&json!("allowed"), &json!("OK")),
        "{granted}"
    );
    let asked = house.service.asked.lock().unwrap().last().unwrap().clone();
    assert!(asked.contains(r#"{"args":{"nonce":"m-1"},"fact":"mandate_revoked"}"#), "{asked}");
    assert!(asked.to_lowercase().contains("authorization: bearer sesame"), "{asked}");
    // A mandate is for one thing, from the moment in which a token is granted on it.
    assert_eq!(denied(&told(&server, AUTHORIZE, &house.agent, &first)).0, "REPLAYED");
    let used = told(
        &server,
        VALIDATE,
        &house.checkout,
        &with(granted["executionToken"].as_str().unwrap(), &reading()),
    );
    assert_eq!((&used["allowed"], &used["reasonCode"]), (&json!(true), &json!("OK")), "{used}");
    assert_eq!(denied(&told(&server, AUTHORIZE, &house.agent, &first)).0, "REPLAYED");
    // Without one, and beyond what it says.
    assert_eq!(denied(&told(&server, AUTHORIZE, &house.agent, &reading())).0, "MANDATE_MISSING");
    let mut elsewhere = mandate("m-2");
    elsewhere["mandate"]["scope"] = json!(["web.*"]);
    assert_eq!(denied(&told(&server, AUTHORIZE, &house.agent, &house.read_on(&elsewhere))).0, "NOT_IN_SCOPE");
    // What the policy has no place for may be what was to hold the agent back.
    let mut more = mandate("m-3");
    more["mandate"]["only_on_sundays"] = json!(true);
    let (code, reason) = denied(&told(&server, AUTHORIZE, &house.agent, &house.read_on(&more)));
    assert_eq!(code, "STRUCTURE_INVALID");
    assert!(reason.contains("mandate.only_on_sundays"), "{reason}");
    // The log decides all of it again, from what it holds.
    drop(server);
    let log = house.dir.run(&["audit", "export", "data", "--as", "jsonl"]).ends_with(0).stdout;
    assert!(log.contains("mandate_used") && log.contains("mandate_revoked"), "{log}");
    house.dir.run(&["audit", "replay", "data"]).ends_with(0);
}

#[test]
fn an_evaluation_uses_a_mandate_up() {
    let house = House::new();
    let server = house.serve();
    let evaluation = |id: &str| {
        json!({ "subject": { "type": "agent", "id": "coder-1" }, "action": { "name": "file.read" },
            "resource": { "type": "path", "id": "src/main.rs" },
            "context": { "mandate": house.issuer.sign("mandate", &mandate(id)) } })
    };
    let ask = |id: &str| told(&server, crate::ONE, &house.agent, &evaluation(id));
    assert_eq!(ask("m-1"), json!({ "decision": true }));
    assert_eq!(ask("m-1")["context"]["reason_code"], "REPLAYED");
    let asked = house.read_on(&mandate("m-1"));
    assert_eq!(denied(&told(&server, AUTHORIZE, &house.agent, &asked)).0, "REPLAYED");
    // And the other way round.
    let granted = told(&server, AUTHORIZE, &house.agent, &house.read_on(&mandate("m-2")));
    assert_eq!(granted["decision"], "allowed", "{granted}");
    assert_eq!(ask("m-2")["context"]["reason_code"], "REPLAYED");
    drop(server);
    house.dir.run(&["audit", "verify", "data"]).ends_with(0);
    house.dir.run(&["audit", "replay", "data"]).ends_with(0);
}

#[test]
fn a_statement_is_taken_only_from_who_may_state_it_of_this_agent_here_and_now() {
    let house = House::new();
    let server = house.serve();
    let now = seconds();
    let good = mandate("m-1");
    let changed = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        house.read_on(&claims)
    };
    let stranger = Issuer::new(8);
    let mut forged = reading();
    forged["mandate"] = stranger.sign("mandate", &good).into();
    let mut other_kind = reading();
    other_kind["mandate"] = house.issuer.sign("user", &good).into();
    let user = json!({ "iss": "acme", "aud": "default", "sub": "ann", "iat": now, "exp": now + 60, "may_act": { "sub": "coder-1" } });
    let mut not_theirs = house.read_on(&good);
    not_theirs["user"] = house.issuer.sign("user", &user).into();
    let mut over = good.clone();
    (over["iat"], over["exp"]) = (json!(now - 7_200), json!(now - 1));
    let mut garbage = reading();
    garbage["mandate"] = "a.b.c".into();
    for (asked, code) in [
        (forged, "STATEMENT_INVALID"),
        (other_kind, "STATEMENT_INVALID"),
        (garbage, "STATEMENT_INVALID"),
        (changed("iat", json!(now + 120)), "STATEMENT_INVALID"),
        (changed("exp", json!(now + 367 * 86_400)), "STATEMENT_INVALID"),
        (changed("iss", json!("nobody")), "STATEMENT_FOREIGN"),
        (not_theirs, "STATEMENT_FOREIGN"),
        (changed("aud", json!("elsewhere")), "STATEMENT_NOT_FOR_HERE"),
        (changed("sub", json!("coder-2")), "STATEMENT_NOT_FOR_AGENT"),
        (changed("nbf", json!(now + 600)), "STATEMENT_NOT_YET"),
        (house.read_on(&over), "STATEMENT_EXPIRED"),
    ] {
        assert_eq!(denied(&told(&server, AUTHORIZE, &house.agent, &asked)).0, code, "{asked}");
    }
    // Who says what a statement says, without one, is nobody who may.
    for (name, value) in [("mandate", json!({ "scope": ["file.*"] })), ("user", json!({ "id": "ann" }))] {
        let mut asked = reading();
        asked[name] = value;
        let (status, code, message) = server.post(AUTHORIZE, &house.agent, &asked.to_string()).error();
        assert_eq!((status, code.as_str()), (400, "INVALID_REQUEST"));
        assert!(message.starts_with(&format!("{name}: is for a registered issuer to say")), "{message}");
    }
    // None of that has used the mandate up, and the log has what was refused.
    assert_eq!(told(&server, AUTHORIZE, &house.agent, &house.read_on(&good))["decision"], "allowed");
    drop(server);
    let log = house.dir.run(&["audit", "export", "data", "--as", "jsonl"]).ends_with(0).stdout;
    assert_eq!(log.matches(r#""code":"STATEMENT_"#).count(), 11, "{log}");
}

#[test]
fn what_the_service_does_not_say_refuses_and_what_it_takes_back_is_not_used() {
    let house = House::new();
    let server = house.serve();
    let mut number = 0;
    let mut next = || {
        number += 1;
        house.read_on(&mandate(&format!("n-{number}")))
    };
    for (behaviour, result) in [
        (Behaviour::Late, "late"),
        (Behaviour::Stale, "stale"),
        (Behaviour::OtherType, "other_type"),
        (Behaviour::Broken, "failed"),
        (Behaviour::Garbage, "other_type"),
        (Behaviour::Deaf, "failed"),
    ] {
        house.service.is(behaviour);
        let counted = || {
            let metrics = server.operations("/metrics").body;
            let line = format!("lictor_facts_total{{result=\"{result}\"}} ");
            metrics.lines().find_map(|found| found.strip_prefix(&line)).unwrap().parse::<u64>().unwrap()
        };
        let before = counted();
        assert_eq!(
            denied(&told(&server, AUTHORIZE, &house.agent, &next())).0,
            "FACT_UNAVAILABLE",
            "{behaviour:?}"
        );
        assert!(counted() > before, "{behaviour:?}");
    }
    assert_eq!(server.operations("/readyz").json()["factsWithoutAnswer"], json!(["mandate_revoked"]));
    house.service.is(Behaviour::Good);
    let granted = told(&server, AUTHORIZE, &house.agent, &next());
    assert_eq!(granted["decision"], "allowed", "{granted}");
    assert_eq!(server.operations("/readyz").json(), json!({ "ready": true }));
    // A mandate that was taken back after the token was granted: the answer is asked for anew.
    house.service.is(Behaviour::Revoked);
    thread::sleep(Duration::from_millis(2_200));
    let presented = with(granted["executionToken"].as_str().unwrap(), &reading());
    let refused = told(&server, VALIDATE, &house.checkout, &presented);
    assert_eq!((&refused["allowed"], &refused["tokenConsumed"]), (&json!(false), &json!(false)), "{refused}");
    assert_eq!(refused["policy"]["reasonCode"], "MANDATE_REVOKED", "{refused}");
    assert_eq!(denied(&told(&server, AUTHORIZE, &house.agent, &next())).0, "MANDATE_REVOKED");
    // And where nobody says so any more.
    house.service.is(Behaviour::Broken);
    thread::sleep(Duration::from_millis(2_200));
    let refused = told(&server, VALIDATE, &house.checkout, &presented);
    assert_eq!(refused["policy"]["reasonCode"], "FACT_UNAVAILABLE", "{refused}");
}

#[test]
fn a_token_does_not_outlive_the_statement_or_the_key_that_it_rests_on() {
    let house = House::new();
    let server = house.serve();
    let mut short = mandate("m-1");
    short["exp"] = (seconds() + 3).into();
    let granted = told(&server, AUTHORIZE, &house.agent, &house.read_on(&short));
    assert_eq!(granted["decision"], "allowed", "{granted}");
    let other = told(&server, AUTHORIZE, &house.agent, &house.read_on(&mandate("m-2")));
    thread::sleep(Duration::from_millis(3_100));
    let present = |granted: &Value| {
        told(
            &server,
            VALIDATE,
            &house.checkout,
            &with(granted["executionToken"].as_str().unwrap(), &reading()),
        )
    };
    let refused = present(&granted);
    assert_eq!(
        (&refused["reasonCode"], &refused["policy"]["reasonCode"]),
        (&json!("POLICY_DENIED"), &json!("STATEMENT_EXPIRED")),
        "{refused}"
    );
    // The issuer takes its key back.
    house.dir.write("acme.json", Issuer::new(9).jwks().replace("k-1", "k-2").as_bytes());
    until("the key is gone", || {
        let told = told(&server, AUTHORIZE, &house.agent, &house.read_on(&mandate("m-3")));
        told["reasonCode"] == "STATEMENT_INVALID"
    });
    assert_eq!(present(&other)["policy"]["reasonCode"], "STATEMENT_INVALID");
}

#[test]
fn of_many_at_once_one_is_the_first_on_a_mandate() {
    const MANY: usize = 24;
    let house = House::new();
    let server = house.serve();
    let (asked, start) = (house.read_on(&mandate("m-1")), Barrier::new(MANY));
    let codes: Vec<String> = thread::scope(|scope| {
        let ask = || {
            start.wait();
            let told = told(&server, AUTHORIZE, &house.agent, &asked);
            told["reasonCode"].as_str().unwrap().to_owned()
        };
        let threads: Vec<_> = (0..MANY).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(codes.iter().filter(|code| *code == "OK").count(), 1, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| *code == "REPLAYED").count(), MANY - 1, "{codes:?}");
}

/// A policy that knows in whose name an agent acts.
const OFFICE: &str = r#"module office
layer base

roles { owner "Whoever owns the budget" }
escalate to owner within 15m

reasons {
  NOT_ANN   "Only Ann has this done"
  NOT_STAFF "Only staff has this done"
  LARGE     "Somebody else looks at it first"
}

extend User { staff: Bool? }

action office.order {
  article: String max 40
  default allow
}

rule for_ann on office.order {
  require user.id otherwise "nobody" == "ann" else NOT_ANN
  require user.staff otherwise false else NOT_STAFF
  step_up when article == "desk" to owner as LARGE
}
"#;

#[test]
fn an_agent_acts_in_the_name_of_a_user_who_says_so() {
    let sources =
        "issuers:\n  acme:\n    keys: acme.json\n    asserts: [mandate, user]\n    audience: office\n";
    let issuer = Issuer::new(7);
    let dir = Dir::with(&[
        ("office/office.lictor", OFFICE),
        ("sources.yaml", sources),
        ("acme.json", &issuer.jwks()),
    ]);
    let key = dir.run(&["keys", "add", "coder-1", "--role", "agent", "--data", "data"]).ends_with(0).stdout;
    let server = Server::start(&dir, &["office", "--sources", "sources.yaml"]);
    let now = seconds();
    let user = |id: &str, staff: Value| {
        let claims = json!({
            "iss": "acme", "aud": ["elsewhere", "office"], "sub": id, "iat": now, "exp": now + 60,
            "may_act": { "sub": "coder-1" }, "user": { "staff": staff },
        });
        issuer.sign("user", &claims)
    };
    let order = json!({ "action": "office.order", "params": { "article": "paper" } });
    let code = |name: &str, statement: String| {
        let mut asked = order.clone();
        asked[name] = statement.into();
        told(&server, AUTHORIZE, key.trim(), &asked)["reasonCode"].as_str().unwrap().to_owned()
    };
    assert_eq!(code("user", user("ann", json!(true))), "OK");
    assert_eq!(code("user", user("bob", json!(true))), "NOT_ANN");
    assert_eq!(code("user", user("ann", json!(false))), "NOT_STAFF");
    assert_eq!(code("user", user("ann", json!("yes"))), "STRUCTURE_INVALID");
    assert_eq!(told(&server, AUTHORIZE, key.trim(), &order)["reasonCode"], "NOT_ANN");
    // A mandate that Bob has given is none for Ann's orders.
    let mut of_bob = mandate("m-1");
    (of_bob["aud"], of_bob["user"]) = (json!("office"), json!("bob"));
    let mut asked = order.clone();
    (asked["user"], asked["mandate"]) =
        (user("ann", json!(true)).into(), issuer.sign("mandate", &of_bob).into());
    assert_eq!(told(&server, AUTHORIZE, key.trim(), &asked)["reasonCode"], "STATEMENT_CONFLICT");
    // An evaluation takes the same statements, among the circumstances.
    let evaluation = |user: Value| {
        json!({ "subject": { "type": "agent", "id": "coder-1" },
            "action": { "name": "office.order", "properties": { "article": "paper" } },
            "resource": { "type": "action", "id": "office.order" }, "context": { "user": user } })
    };
    let decision = |user: Value| told(&server, crate::ONE, key.trim(), &evaluation(user))["decision"].clone();
    assert_eq!(decision(user("ann", json!(true)).into()), true);
    assert_eq!(decision(user("bob", json!(true)).into()), false);
    let forged = told(&server, crate::ONE, key.trim(), &evaluation("a.b.c".into()));
    assert_eq!(forged["context"]["reason_code"], "STATEMENT_INVALID", "{forged}");
    let (status, _, message) =
        server.post(crate::ONE, key.trim(), &evaluation(json!({ "id": "ann" })).to_string()).error();
    assert_eq!(status, 400);
    assert!(message.starts_with("context.user: is for a registered issuer to say"), "{message}");
}

#[test]
fn a_user_does_not_approve_what_is_done_in_their_name() {
    let sources = "issuers:\n  acme:\n    keys: acme.json\n    asserts: [mandate, user]\n";
    let issuer = Issuer::new(7);
    let dir = Dir::with(&[
        ("office/office.lictor", OFFICE),
        ("sources.yaml", sources),
        ("acme.json", &issuer.jwks()),
    ]);
    let made = |args: &[&str]| {
        let run = dir.run(&[&["keys", "add"], args, &["--data", "data"]].concat());
        run.ends_with(0).stdout.trim().to_owned()
    };
    let agent = made(&["coder-1", "--role", "agent"]);
    let [ann, dora] = ["ann", "dora"].map(|name| made(&[name, "--role", "approver", "--approves", "owner"]));
    let server = Server::start(&dir, &["office", "--sources", "sources.yaml"]);
    let now = seconds();
    let claims = |user: &str| {
        json!({ "iss": "acme", "aud": "default", "sub": user, "iat": now, "exp": now + 60,
            "may_act": { "sub": "coder-1" }, "user": { "staff": true } })
    };
    let mut asked = json!({ "action": "office.order", "params": { "article": "desk" } });
    asked["user"] = issuer.sign("user", &claims("ann")).into();
    let waits = told(&server, AUTHORIZE, &agent, &asked);
    assert_eq!((&waits["decision"], &waits["reasonCode"]), (&json!("step_up"), &json!("LARGE")), "{waits}");
    let id = waits["approval"]["id"].as_str().unwrap();
    let approve = |key: &str| server.post(&format!("/approvals/{id}/approve"), key, "{}");
    assert_eq!(approve(&ann).status, 403, "{:?}", approve(&ann));
    assert_eq!(approve(&dora).status, 200);
    asked["approval"] = id.into();
    // What was approved for Ann is not collected in the name of somebody else, or of nobody.
    let mut others = asked.clone();
    others["user"] = issuer.sign("user", &claims("dora")).into();
    let mut nobodys = asked.clone();
    nobodys.as_object_mut().unwrap().remove("user");
    for other in [others, nobodys] {
        assert_eq!(told(&server, AUTHORIZE, &agent, &other)["reasonCode"], "INTENT_MISMATCH");
    }
    assert_eq!(told(&server, AUTHORIZE, &agent, &asked)["decision"], "allowed");
}
