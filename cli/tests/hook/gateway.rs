//! The hook through a gateway: people approve there, and a yes counts where all of it is one.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread;

use lictor_hook::Host;
use serde_json::{Value, json};

use crate::common::server::{Server, send};
use crate::common::{Dir, Run};
use crate::{POLICY, ask, refuses, write};

/// A gateway that runs, and the key of an agent in `agent.key`.
struct Running {
    dir: Dir,
    server: Server,
}

impl Running {
    fn start(more: &[&str]) -> Running {
        let dir = Dir::with(&[("policy/agents.lictor", POLICY)]);
        let key = dir.run(&["keys", "add", "coder-1", "--role", "agent", "--data", "data"]).ends_with(0);
        dir.write("agent.key", key.stdout.trim().as_bytes());
        let ann = ["keys", "add", "ann", "--role", "approver", "--approves", "reviewer", "--data", "data"];
        dir.run(&ann).ends_with(0);
        let server = Server::start(&dir, &[&["policy"], more].concat());
        Running { dir, server }
    }

    /// Asks whether a file may be written, at this address.
    fn ask(&self, at: SocketAddr, more: &[&str], file: &str) -> Run {
        let url = format!("http://{at}");
        let by = [&["--gateway", url.as_str(), "--api-key", "agent.key"], more].concat();
        ask(&self.dir, Host::ClaudeCode, &by, &write(Host::ClaudeCode, file))
    }

    /// A server between, which passes everything on to the gateway and changes what comes back from some paths.
    fn between(&self, change: impl Fn(&str, String) -> (u16, String) + Send + 'static) -> SocketAddr {
        let (listener, to) = (TcpListener::bind("127.0.0.1:0").unwrap(), self.server.address);
        let at = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut reader = BufReader::new(stream.unwrap());
                let mut lines = Vec::new();
                loop {
                    let mut line = String::new();
                    reader.read_line(&mut line).unwrap();
                    match line.trim_end() {
                        "" => break,
                        line => lines.push(line.to_owned()),
                    }
                }
                let Some(first) = lines.first() else { continue };
                let (method, path) = first.split_once(' ').unwrap();
                let path = path.split(' ').next().unwrap();
                let fields: Vec<_> = lines.iter().skip(1).filter_map(|line| line.split_once(": ")).collect();
                let passed =
                    |name: &str| ["x-api-key", "content-type", "accept", "traceparent"].contains(&name);
                let (length, fields): (Vec<_>, Vec<_>) =
                    fields.into_iter().partition(|(name, _)| *name == "content-length");
                let fields: Vec<_> = fields.into_iter().filter(|(name, _)| passed(name)).collect();
                let mut body = vec![0; length.first().map_or(0, |(_, value)| value.parse().unwrap())];
                reader.read_exact(&mut body).unwrap();
                let answer = send(to, method, path, &fields, &body);
                let (status, body) = match answer.status {
                    200 => change(path, answer.body),
                    status => (status, answer.body),
                };
                let length = body.len();
                let head =
                    format!("HTTP/1.1 {status} So\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
                let _ = reader.into_inner().write_all(format!("{head}{body}").as_bytes());
            }
        });
        at
    }

    /// Such a one that changes the answers to `authorize`.
    fn saying(&self, change: impl Fn(String) -> String + Send + 'static) -> SocketAddr {
        self.between(move |path, body| (200, if path.ends_with("/authorize") { change(body) } else { body }))
    }
}

/// The same answer with this done to its members.
fn with(body: &str, change: impl FnOnce(&mut serde_json::Map<String, Value>)) -> String {
    let mut answer: Value = serde_json::from_str(body).unwrap();
    change(answer.as_object_mut().unwrap());
    answer.to_string()
}

#[test]
fn a_yes_has_what_a_yes_has_and_nothing_else() {
    let running = Running::start(&[]);
    let allowed = running.ask(running.between(|_, body| (200, body)), &[], "made.txt").ends_with(0);
    assert_eq!(allowed.stdout, "{}\n", "one between that changes nothing is no matter");
    let refused = |what: &str, change: Box<dyn Fn(String) -> String + Send>| {
        let run = running.ask(running.saying(change), &[], "made.txt");
        assert!(run.status == 2 && run.stderr.contains("HOOK_GATEWAY"), "{what}: {run:?}");
        // It came, and was looked at.
        let whole = what != "more than there is room for";
        let looked = ["answered what is no decision", "it is not to be believed"];
        assert_eq!(looked.iter().any(|said| run.stderr.contains(said)), whole, "{what}: {run:?}");
    };
    let members = ["decision", "reasonCode", "traceId", "executionToken", "receipt", "expiresAt"];
    for member in members {
        refused(member, Box::new(move |body| with(&body, |all| drop(all.remove(member)))));
        for other in [Value::Null, json!(true), json!(7), json!([]), json!({}), json!(""), json!("other")] {
            let (what, put) = (format!("{member} {other}"), move |body: String| {
                let other = other.clone();
                with(&body, |all| drop(all.insert(member.to_owned(), other)))
            });
            refused(&what, Box::new(put));
        }
        // Twice, where one reader takes the first and another one the second.
        let twice = move |body: String| body.replacen('{', &format!("{{\"{member}\":\"allowed\","), 1);
        refused(&format!("{member} twice"), Box::new(twice));
    }
    // What is too much: what this edition does not know, what belongs to another answer, and what is of another kind.
    for (name, value) in [
        ("unless", json!("it is Sunday")),
        ("approval", json!({ "id": "0", "state": "pending" })),
        ("askAgainAfter", json!("2030-01-01T00:00:00Z")),
        ("repeated", json!(true)),
        ("reason", json!(7)),
        ("obligations", json!("notify")),
        ("obligations", json!({ "id": "notify" })),
        ("obligations", Value::Null),
        ("ünless", json!(1)),
    ] {
        let what = format!("{name} {value}");
        refused(
            &what,
            Box::new(move |body| with(&body, |all| drop(all.insert(name.to_owned(), value.clone())))),
        );
    }
    for whole in [
        r#"{"decision":"allowed","reasonCode":"OK"}"#,
        r#"{"decision":"allowed","reasonCode":"OK","executionToken":"a.b.c","receipt":"/r/1","traceId":"00000000000000000000000000000001"}"#,
        "",
        "yes",
        "true",
        "[]",
        "null",
        r#"[{"decision":"allowed"}]"#,
        "<html>allowed</html>",
    ] {
        refused(whole, Box::new(move |_| whole.to_owned()));
    }
    refused("half of one", Box::new(|body| body[..body.len() / 2].to_owned()));
    refused("two of them", Box::new(|body| format!("{body}{body}")));
    refused("more than there is room for", Box::new(|body| format!("{body}{}", " ".repeat(2 << 20))));
    for receipt in
        ["//evil.example/r/x", "/r/", "/r/../audit", "http://127.0.0.1:1/r/x", "/t/../r/x", "/r/x?y"]
    {
        refused(
            receipt,
            Box::new(move |body| with(&body, |all| drop(all.insert("receipt".to_owned(), receipt.into())))),
        );
    }
    // A yes that is another status is none.
    for status in [201, 204, 302, 404, 500, 503] {
        let at = running
            .between(move |path, body| (if path.ends_with("/authorize") { status } else { 200 }, body));
        refuses(&running.ask(at, &[], "made.txt"), "HOOK_GATEWAY");
    }
}

/// What becomes of an answer on its way, by the path that was asked.
type Change = Box<dyn Fn(&str, String) -> (u16, String) + Send>;

#[test]
fn a_yes_is_of_this_gateway_for_this_request() {
    let (running, other) = (Running::start(&[]), Running::start(&[]));
    let granted = |of: &Running| {
        let (from, key) = (&of.server, String::from_utf8(of.dir.read("agent.key")).unwrap());
        let body = r#"{"tool":"Write","input":{"file_path":"made.txt","content":"x"}}"#;
        from.post("/agents/v1/exec/authorize", &key, body).json()
    };
    let (before, elsewhere) = (granted(&running), granted(&other));
    assert_eq!((&before["decision"], &elsewhere["decision"]), (&json!("allowed"), &json!("allowed")));
    let says = |why: &str, change: Change| {
        let run = running.ask(running.between(change), &[], "made.txt");
        refuses(&run, "HOOK_GATEWAY");
        assert!(run.stderr.contains(why), "{why}: {run:?}");
    };
    /// Changes what comes from this path.
    fn at(place: &'static str, change: impl Fn(String) -> String + Send + 'static) -> Change {
        Box::new(move |path, body| (200, if path.contains(place) { change(body) } else { body }))
    }
    // The whole of another answer: it was to another request.
    let whole = before.to_string();
    says("another request", at("/authorize", move |_| whole.clone()));
    // Parts of it: they are not of one decision.
    for (name, why) in [
        ("executionToken", "not of one thing: the token differs"),
        ("receipt", "not of one thing: the token differs"),
        ("expiresAt", "not of one thing: the end differs"),
    ] {
        let value = match name {
            "expiresAt" => json!("2030-01-01T00:00:00Z"),
            _ => before[name].clone(),
        };
        says(
            why,
            at("/authorize", move |body| with(&body, |all| drop(all.insert(name.to_owned(), value.clone())))),
        );
    }
    // A token that this gateway has not signed, or not so.
    let foreign = elsewhere["executionToken"].clone();
    says(
        "INVALID_SIGNATURE",
        at("/authorize", move |body| {
            with(&body, |all| drop(all.insert("executionToken".to_owned(), foreign.clone())))
        }),
    );
    for (from, to) in [(".", "."), ("eyJ", "eyK"), (".", "")] {
        let altered = move |body: String| {
            with(&body, |all| {
                let token = all["executionToken"].as_str().unwrap();
                let (rest, signature) = token.rsplit_once('.').unwrap();
                let turned: String = signature.chars().rev().collect();
                let token = match (from, to) {
                    (".", ".") => format!("{rest}.{turned}"),
                    _ => token.replacen(from, to, 9),
                };
                all.insert("executionToken".to_owned(), token.into());
            })
        };
        says("the token is not good", at("/authorize", altered));
    }
    // Its receipt: altered, another one, none.
    says("the receipt is not to be relied on", at("/r/", |body| body.replace("coder-1", "coder-2")));
    says("the receipt is not to be relied on", at("/r/", |body| body.replace("\"allow\"", "\"deny\"")));
    says("the receipt is not to be relied on", at("/r/", |_| "{}".to_owned()));
    let earlier = running.server.get(before["receipt"].as_str().unwrap(), "").body;
    says("not of one thing: the name differs", at("/r/", move |_| earlier.clone()));
    says("answered 404", Box::new(|path, body| (if path.contains("/r/") { 404 } else { 200 }, body)));
    // Its keys.
    says("INVALID_SIGNATURE", at("jwks.json", |_| r#"{"keys":[]}"#.to_owned()));
    let foreign = other.server.get("/.well-known/jwks.json", "").body;
    says("INVALID_SIGNATURE", at("jwks.json", move |_| foreign.clone()));
    says("the keys of tokens do not hold", at("jwks.json", |_| "no".to_owned()));
    let foreign = other.server.get("/.well-known/lictor-keys.json", "").body;
    says("INVALID_SIGNATURE", at("lictor-keys.json", move |_| foreign.clone()));
    says("the history of keys does not hold", at("lictor-keys.json", |_| "{}".to_owned()));
    says("answered 503", Box::new(|path, body| (if path.contains("lictor-keys") { 503 } else { 200 }, body)));
    // A no is a no, whatever came with it.
    let token = before["executionToken"].clone();
    let at = running
        .saying(move |body| with(&body, |all| drop(all.insert("executionToken".to_owned(), token.clone()))));
    refuses(&running.ask(at, &[], "refused.txt"), "NOT_THIS");
    // One who has to be asked is asked at a place that is one.
    for id in [json!("../x"), json!("0"), json!(7), Value::Null, json!("a\nb")] {
        let at = running.saying(move |body| with(&body, |all| all["approval"]["id"] = id.clone()));
        let run = running.ask(at, &[], "held.txt");
        refuses(&run, "HOOK_GATEWAY");
        let why = if run.stderr.contains("invalid type: null") { "null" } else { "does not say where" };
        assert!(run.stderr.contains(why), "{run:?}");
    }
}

#[test]
fn a_yes_that_was_made_of_a_question_is_found() {
    let running = Running::start(&[]);
    // The answer says that people have approved, and then that it is allowed; nobody has.
    let at = running.saying(|body| body.replace("\"pending\"", "\"approved\""));
    refuses(&running.ask(at, &[], "held.txt"), "APPROVAL_PENDING");
    let at = running.saying(|body| {
        with(&body, |all| {
            all.insert("decision".to_owned(), "allowed".into());
            all.insert("reasonCode".to_owned(), "OK".into());
            all.remove("approval");
        })
    });
    refuses(&running.ask(at, &[], "held.txt"), "HOOK_GATEWAY");
}

#[test]
fn with_a_root_only_a_gateway_is_believed_that_it_has_signed() {
    let running = Running::start(&[]);
    let (dir, at) = (&running.dir, running.server.address);
    for name in ["root", "other"] {
        dir.run(&["keygen", "-o", name]).ends_with(0);
    }
    // Nobody has signed the history yet.
    refuses(&running.ask(at, &["--root", "root.pub"], "made.txt"), "the history of keys does not hold");
    dir.run(&["keys", "history", "draft", "--data", "data", "--out", "draft.json"]).ends_with(0);
    dir.run(&["keys", "history", "sign", "draft.json", "--root", "root.key", "--out", "signed.json"])
        .ends_with(0);
    dir.run(&["keys", "history", "publish", "signed.json", "--root", "root.pub", "--data", "data"])
        .ends_with(0);
    running.ask(at, &["--root", "root.pub"], "made.txt").ends_with(0);
    running.ask(at, &[], "made.txt").ends_with(0);
    refuses(&running.ask(at, &["--root", "other.pub"], "made.txt"), "V0111");
    for file in ["none.pub", "root.key", "agent.key"] {
        refuses(&running.ask(at, &["--root", file], "made.txt"), "HOOK_GATEWAY");
    }
    // It is of the gateway's keys, and not of a bundle's.
    let run = ask(dir, Host::Codex, &["--bundle", "a.bundle", "--key", "root.pub", "--root", "root.pub"], "");
    refuses(&run, "HOOK_ARGUMENTS");
}

#[test]
fn a_gateway_that_only_watches_is_no_guard() {
    let running = Running::start(&["--mode", "observe"]);
    let at = running.server.address;
    for file in ["made.txt", "refused.txt"] {
        let run = running.ask(at, &[], file);
        refuses(&run, "only watches");
        assert!(run.stderr.contains("--allow-observed") && run.stderr.contains("HOOK_GATEWAY"), "{run:?}");
        running.ask(at, &["--allow-observed"], file).ends_with(0);
    }
}

#[test]
fn through_a_gateway_people_approve_there() {
    let dir = Dir::with(&[("policy/agents.lictor", POLICY)]);
    let key = |name: &str, more: &[&str]| {
        let args = [&["keys", "add", name, "--data", "data"], more].concat();
        dir.run(&args).ends_with(0).stdout.trim().to_owned()
    };
    let agent = key("coder-1", &["--role", "agent"]);
    let ann = key("ann", &["--role", "approver", "--approves", "reviewer"]);
    dir.write("agent.key", agent.as_bytes());
    dir.write("wrong.key", b"lictor_0000");
    let server = Server::start(&dir, &["policy"]);
    let url = format!("http://{}", server.address);
    let by = ["--gateway", url.as_str(), "--api-key", "agent.key"];
    for host in Host::ALL {
        let run = ask(&dir, host, &by, &write(host, "made.txt")).ends_with(0);
        assert_eq!(run.stdout, "{}\n");
        refuses(&ask(&dir, host, &by, &write(host, "refused.txt")), "NOT_THIS");
        refuses(&ask(&dir, host, &by, &write(host, "owed.txt")), "Lictor refuses this");
        refuses(
            &ask(&dir, host, &by, &host.sample("Write", r#"{"file_path":"a","file_path":"b"}"#)),
            "HOOK_GATEWAY",
        );
        refuses(
            &ask(&dir, host, &["--gateway", &url, "--api-key", "wrong.key"], &write(host, "made.txt")),
            "HOOK_GATEWAY",
        );
    }
    // The prompt of a host is no approval of the gateway's: it says where people approve.
    let host = Host::ClaudeCode;
    let held = ask(&dir, host, &by, &write(host, "held.txt"));
    refuses(&held, &format!("{url}/approvals/"));
    let id = held.stderr.split("/approvals/").nth(1).unwrap().split(';').next().unwrap();
    let waits = ask(&dir, host, &by, &write(host, "held.txt"));
    assert!(waits.stderr.contains(id), "the same request waits: {waits:?}");
    assert_eq!(server.post(&format!("/approvals/{id}/approve"), &ann, "{}").status, 200);
    ask(&dir, host, &by, &write(host, "held.txt")).ends_with(0);
    // Once.
    refuses(&ask(&dir, host, &by, &write(host, "held.txt")), "/approvals/");
    drop(server);
    refuses(&ask(&dir, host, &by, &write(host, "made.txt")), "HOOK_GATEWAY");
}
