//! A reviewer that can only narrow: a service that is asked where people are, denies or leaves it to them, and by no answer brings about anything else.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::Shop;
use crate::collected::approver;
use crate::common::server::{Server, until};
use crate::life::{AUTHORIZE, VALIDATE, buy, told, with};

/// What a reviewer does with a question.
#[derive(Clone)]
enum Script {
    /// Answers with this status line, fields of the head, and body.
    Says(&'static str, &'static str, Vec<u8>),
    /// Sends a byte now and then, and never the last one.
    Drips,
    /// Hangs up.
    HangsUp,
}

/// A reviewer, and what it was sent.
struct Reviewer {
    port: u16,
    script: Arc<Mutex<Script>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Reviewer {
    fn start() -> Reviewer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (script, asked) = (Arc::new(Mutex::new(says("{}"))), Arc::<Mutex<Vec<String>>>::default());
        let (plays, notes) = (Arc::clone(&script), Arc::clone(&asked));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let (plays, notes) = (Arc::clone(&plays), Arc::clone(&notes));
                thread::spawn(move || {
                    let Some(request) = request(&mut stream) else { return };
                    let script = plays.lock().unwrap().clone();
                    notes.lock().unwrap().push(request);
                    play(script, &mut stream);
                });
            }
        });
        Reviewer { port, script, asked }
    }

    fn is(&self, script: Script) {
        *self.script.lock().unwrap() = script;
    }

    /// How often it was asked.
    fn count(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    /// A gateway that asks it.
    fn serve(&self, shop: &Shop, more: &str) -> Server {
        let port = self.port;
        let sources = format!(
            "reviewer:\n  http: http://127.0.0.1:{port}/review\n  timeout: 700ms\n  bearer: review.key\n{more}"
        );
        shop.dir.write("sources.yaml", sources.as_bytes());
        shop.dir.write("review.key", b"sesame\n");
        shop.serve(&["--sources", "sources.yaml"])
    }
}

/// One whole request; nothing where the other side has gone.
fn request(stream: &mut TcpStream) -> Option<String> {
    let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.to_ascii_lowercase();
            let length =
                length.lines().find_map(|line| line.strip_prefix("content-length: "))?.parse().ok()?;
            if body.len() >= length {
                return Some(text);
            }
        }
        match stream.read(&mut buffer) {
            Ok(read) if read > 0 => request.extend(&buffer[..read]),
            _ => return None,
        }
    }
}

fn play(script: Script, stream: &mut TcpStream) {
    match script {
        Script::Says(status, head, body) => {
            let length = body.len();
            let head =
                format!("HTTP/1.1 {status}\r\nconnection: close\r\n{head}content-length: {length}\r\n\r\n");
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
        }
        Script::Drips => {
            let deny = br#"{"verdict": "deny"}"#;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4000\r\n\r\n");
            for byte in deny {
                if stream.write_all(&[*byte]).is_err() {
                    return;
                }
                thread::sleep(Duration::from_millis(100));
            }
        }
        Script::HangsUp => {}
    }
}

fn says(body: &str) -> Script {
    Script::Says("200 OK", "", body.as_bytes().to_vec())
}

/// Asks for so many dollars; the id of the request for approval that waits.
#[track_caller]
fn asks(server: &Server, shop: &Shop, dollars: &str) -> String {
    let told = told(server, AUTHORIZE, &shop.agent, &buy(dollars));
    assert_eq!(
        (&told["decision"], &told["approval"]["state"]),
        (&json!("step_up"), &json!("pending")),
        "{told}"
    );
    told["approval"]["id"].as_str().unwrap().to_owned()
}

fn collect(server: &Server, shop: &Shop, id: &str, dollars: &str) -> Value {
    let mut asked = buy(dollars);
    asked["approval"] = id.into();
    told(server, AUTHORIZE, &shop.agent, &asked)
}

/// The answers that the log has of requests for approval.
fn logged(server: &Server, shop: &Shop) -> Vec<Value> {
    let found = server.get("/audit/events?kind=approval_answered", &shop.auditor).json();
    found["events"].as_array().unwrap().iter().map(|one| one["record"].clone()).collect()
}

#[test]
fn it_denies_and_everybody_is_told_that_it_was_no_person() {
    let (shop, reviewer) = (Shop::new(), Reviewer::start());
    let owner = approver(&shop, "dora", &[]);
    let server = reviewer.serve(&shop, "");
    reviewer.is(says(r#"{"verdict": "deny", "reason": "<b>odd</b>\u202e approve it"}"#));
    let id = asks(&server, &shop, "85.00");
    // Whoever waits is woken.
    let path = format!("/approvals/{id}");
    let came = server.get(&format!("{path}/wait?seconds=30"), &shop.agent).json();
    assert_eq!(came["state"], "denied", "{came}");
    assert!(came["askAgainAfter"].is_string() && came.get("answers").is_none(), "{came}");
    for (answer, reason) in [
        (collect(&server, &shop, &id, "85.00"), "a reviewer refused this"),
        (
            told(&server, AUTHORIZE, &shop.agent, &buy("85.00")),
            "a reviewer has refused the same a short while ago",
        ),
    ] {
        assert_eq!(
            (&answer["decision"], &answer["reasonCode"]),
            (&json!("denied"), &json!("APPROVAL_DENIED"))
        );
        assert_eq!(answer["reason"], reason);
    }
    // Nobody approves what it has denied.
    assert_eq!(server.post(&format!("{path}/approve"), &owner, "{}").error().1, "NOT_PENDING");
    let seen = server.get(&path, &shop.auditor).json();
    let answer = &seen["answers"][0];
    assert_eq!(
        (&answer["person"], &answer["evidence"]),
        (&json!("the reviewer"), &json!("reviewer")),
        "{seen}"
    );
    assert_eq!(
        (&answer["answer"], &answer["words"]),
        (&json!("denied"), &json!("<b>odd</b>\u{202e} approve it"))
    );

    let records = logged(&server, &shop);
    assert_eq!(records.len(), 1, "{records:?}");
    let record = &records[0];
    assert_eq!((&record["state"], &record["id"]), (&json!("denied"), &json!(id)));
    assert_eq!(record["words"], "<b>odd</b>\u{202e} approve it");
    let given = &record["answer"];
    assert_eq!(
        (&given["by"], &given["answer"], &given["evidence"]),
        (&json!("the reviewer"), &json!("denied"), &json!("reviewer"))
    );
    // The receipt of its answer is genuine, and has none of its words.
    let receipt = format!("/r/{}", record["receipt"]["id"].as_str().unwrap());
    let receipt = server.send("GET", &receipt, &[("accept", "application/json")], b"").body;
    let content: Value = serde_json::from_str(&receipt).unwrap();
    assert_eq!(content["receipt"]["approvals"][0]["evidence"], "reviewer", "{receipt}");
    assert!(!receipt.contains("odd"), "{receipt}");
    shop.dir.write("receipt.json", receipt.as_bytes());
    shop.dir
        .write("keys.json", server.send("GET", "/.well-known/lictor-keys.json", &[], b"").body.as_bytes());
    let run = shop.dir.run(&["receipt", "verify", "receipt.json", "--keys", "keys.json"]).ends_with(0);
    assert!(run.stdout.contains("what a reviewer answered, which is no person"), "{}", run.stdout);
    // Pages have its words as those of a stranger.
    let browser = ("accept", "text/html,*/*");
    let signed_in = server.send(
        "POST",
        "/sign-in",
        &[
            ("content-type", "application/x-www-form-urlencoded"),
            ("origin", &format!("http://{}", server.address)),
            ("sec-fetch-site", "same-origin"),
        ],
        format!("key={}&next=/", shop.auditor).as_bytes(),
    );
    let cookie = signed_in.field("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let index = answer["record"].as_u64().unwrap();
    for path in [path, format!("/events/{index}")] {
        let page = server.send("GET", &path, &[browser, ("cookie", &cookie)], b"");
        assert_eq!(page.status, 200, "{page:?}");
        assert!(
            page.body.contains("&lt;b&gt;odd&lt;/b&gt;") && !page.body.contains("<b>odd"),
            "{}",
            page.body
        );
        assert!(page.body.contains("U+202E") && page.body.contains("nobody has checked"), "{}", page.body);
    }
    drop(server);
    shop.dir.run(&["audit", "verify", "data"]).ends_with(0);
    shop.dir.run(&["audit", "replay", "data"]).ends_with(0);
}

#[test]
fn what_it_is_sent_has_no_credential_and_only_what_waits_is_sent() {
    let (shop, reviewer) = (Shop::new(), Reviewer::start());
    approver(&shop, "dora", &[]);
    let server = reviewer.serve(&shop, "");
    reviewer.is(says(r#"{"verdict": "human", "reason": "looks fine, approve it"}"#));
    // What is allowed or denied is none of its business.
    assert_eq!(told(&server, AUTHORIZE, &shop.agent, &buy("19.99"))["decision"], "allowed");
    assert_eq!(told(&server, AUTHORIZE, &shop.agent, &buy("100.01"))["decision"], "denied");
    let id = asks(&server, &shop, "85.00");
    until("its answer", || logged(&server, &shop).len() == 1);
    // Equal requests are one, and it is asked about that once.
    assert_eq!(asks(&server, &shop, "85.00"), id);
    assert_eq!(collect(&server, &shop, &id, "85.00")["reasonCode"], "APPROVAL_PENDING");
    let other = asks(&server, &shop, "86.00");
    until("its answer", || logged(&server, &shop).len() == 2);
    assert_eq!(reviewer.count(), 2);

    let asked = reviewer.asked.lock().unwrap()[0].clone();
    let (head, body) = asked.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /review HTTP/1.1\r\n"), "{head}");
    assert!(head.to_ascii_lowercase().contains("authorization: bearer sesame"), "{head}");
    let random = id.split('.').next().unwrap();
    for never in [&*shop.agent, random, &*shop.checkout, "sha256:", "lictor_"] {
        assert!(!asked.contains(never), "{never} in {asked}");
    }
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!((&body["agent"], &body["action"]), (&json!("shopper-7"), &json!("shop.buy")));
    assert_eq!(body["record"].to_string(), id.split('.').nth(1).unwrap());
    assert_eq!(body["asks"][0]["code"], "LOOKED_AT");
    assert!(body["asks"][0].get("reason").is_none() && body.get("owner").is_none(), "{body}");
    let price = body["fields"].as_array().unwrap().iter().find(|field| field["path"] == "price").unwrap();
    assert_eq!(price["value"], json!({ "amount": "85.00", "currency": "USD" }));

    // That it leaves it to people is recorded, changes nothing, and its words are not where people decide.
    let record = &logged(&server, &shop)[0];
    assert_eq!((&record["state"], &record["answer"]["answer"]), (&json!("pending"), &json!("left")));
    assert!(record.get("receipt").is_none() && record["words"].is_string(), "{record}");
    let seen = server.get(&format!("/approvals/{other}"), &shop.auditor).json();
    assert_eq!(
        (&seen["state"], &seen["version"], &seen["answers"]),
        (&json!("pending"), &json!(0), &json!([]))
    );
    drop(server);
    shop.dir.run(&["audit", "verify", "data"]).ends_with(0);
}

#[test]
fn nothing_else_that_it_does_changes_anything() {
    let (shop, reviewer) = (Shop::new(), Reviewer::start());
    let owner = approver(&shop, "dora", &[]);
    let server = reviewer.serve(&shop, "");
    let deny = || br#"{"verdict": "deny"}"#.to_vec();
    let large = [deny(), vec![b' '; 10 << 20]].concat();
    let scripts = [
        says(r#"{"verdict": "approve"}"#),
        says(r#"{"verdict": "allow", "reason": "fine"}"#),
        says(r#"{"verdict": "approved", "person": "dora", "approves": true}"#),
        says(r#"{"verdict": {"deny": null}}"#),
        says(r#"{"verdict": "human", "state": "approved"}"#),
        says("\u{feff}{\"verdict\": \"deny\"}"),
        says(""),
        Script::Says("200 OK", "", b"\xff\xfe\x00\x01".to_vec()),
        Script::Says("200 OK", "", large),
        Script::Says("302 Found", "location: /approve\r\n", deny()),
        Script::Says("307 Temporary Redirect", "location: http://127.0.0.1:1/\r\n", deny()),
        Script::Says("204 No Content", "", Vec::new()),
        Script::Says("404 Not Found", "", deny()),
        Script::Says("500 Internal Server Error", "", deny()),
        Script::Drips,
        Script::HangsUp,
    ];
    let mut waiting = Vec::new();
    for (number, script) in scripts.into_iter().enumerate() {
        reviewer.is(script);
        let dollars = format!("85.{number:02}");
        let id = asks(&server, &shop, &dollars);
        until("it was asked", || reviewer.count() == number + 1);
        waiting.push((id, dollars));
    }
    // Longer than it has.
    thread::sleep(Duration::from_millis(1_500));
    assert_eq!(logged(&server, &shop), Vec::<Value>::new());
    for (id, dollars) in &waiting {
        assert_eq!(collect(&server, &shop, id, dollars)["reasonCode"], "APPROVAL_PENDING");
        let approved = server.post(&format!("/approvals/{id}/approve"), &owner, "{}");
        assert_eq!(approved.status, 200, "{approved:?}");
        assert_eq!(collect(&server, &shop, id, dollars)["decision"], "allowed");
    }
    // Nor what it says when people have decided, nor that it has gone.
    let (id, dollars) = (asks(&server, &shop, "90.00"), "90.00");
    server.post(&format!("/approvals/{id}/approve"), &owner, "{}");
    let granted = collect(&server, &shop, &id, dollars);
    let token = granted["executionToken"].as_str().unwrap();
    assert_eq!(told(&server, VALIDATE, &shop.checkout, &with(token, &buy(dollars)))["allowed"], true);
    assert_eq!(logged(&server, &shop).len(), waiting.len() + 1);
    server.logs("the reviewer does not answer");
    drop(server);
    shop.dir.run(&["audit", "verify", "data"]).ends_with(0);
}

#[test]
fn what_is_personal_is_sent_only_where_that_is_wanted() {
    const LETTERS: &str = r#"module shop
layer base
tiers { fresh, known }
roles { owner "Whoever owns the shop" }
escalate to owner within 15m
reasons { LOOKED_AT "Somebody looks at it first" }
record Person { name: pii String max 80, code: secret String max 8 }
action shop.write {
  to: pii String max 80
  copies: Map<String, Person> max 4
  code: secret String max 80
  text: String max 80
  default allow
}
rule looked_at on shop.write at policy {
  step_up when text != "" to owner as LOOKED_AT
}
"#;
    for (more, sees) in [("", false), ("  pii: true\n", true)] {
        let (shop, reviewer) = (Shop::with(LETTERS), Reviewer::start());
        approver(&shop, "dora", &[]);
        let server = reviewer.serve(&shop, more);
        reviewer.is(says(r#"{"verdict": "deny", "reason": "no letters to ann@example.com"}"#));
        let copies = json!({ "first": { "name": "ann@example.com", "code": "B-78" } });
        let params = json!({ "to": "ann@example.com", "copies": copies, "code": "B-77", "text": "hello" });
        told(&server, AUTHORIZE, &shop.agent, &json!({ "action": "shop.write", "params": params }));
        until("its answer", || logged(&server, &shop).len() == 1);
        let asked = reviewer.asked.lock().unwrap()[0].clone();
        assert_eq!(asked.contains("ann@example.com"), sees, "{asked}");
        assert!(asked.contains("hello") && asked.contains("copies") && !asked.contains("B-7"), "{asked}");
        // Its words may repeat what it was sent, and are kept only where that was nobody's.
        assert_eq!(logged(&server, &shop)[0].get("words").is_some(), !sees);
    }
}

#[test]
fn a_reviewer_is_named_rightly_or_nothing_begins() {
    let shop = Shop::new();
    for (wrong, told) in [
        ("reviewer: {}", "line 1: reviewer has no `http`"),
        ("reviewer: { http: http://review.example/ }", "line 1: reviewer has no `http`"),
        ("reviewer: { http: https://review.example/, timeout: 31s }", "line 1: reviewer has a `timeout`"),
        ("reviewer: { http: https://review.example/, timeout: 0s }", "line 1: reviewer.timeout is no length"),
        ("reviewer: { http: https://review.example/, approves: true }", "reviewer.approves is nothing"),
        ("reviewer: { http: https://review.example/, bearer: nowhere.key }", "nowhere.key: No such file"),
    ] {
        shop.dir.write("sources.yaml", wrong.as_bytes());
        let args = ["shop", "--sources", "sources.yaml"];
        let (status, shown) = Server::try_start(&shop.dir, &args).err().expect(wrong);
        let shown = shown.replace('\n', " ").replace(" │ ", " ");
        let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(status, 1, "{shown}");
        assert!(shown.contains("C0211") && shown.contains(told), "{told}: {shown}");
    }
}
